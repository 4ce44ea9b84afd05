import { createServer } from 'node:net'
import { memory } from '@libp2p/memory'
import { noise } from '@libp2p/noise'
import { tcp } from '@libp2p/tcp'
import { webSockets } from '@libp2p/websockets'
import { afterEach, describe, expect, it } from 'vitest'
import { ManualClock } from '../../core/clock.ts'
import { seededRng } from '../../core/rng.ts'
import type { BookNote } from '../peers/index.ts'
import { hostLimits } from './limits.ts'
import { openPeerHost, type PeerHost } from './open-host.ts'
import type { PeerStoreNote } from './peer-datastore.ts'
import { protocolNames } from './protocols.ts'
import { silentLogger } from './silent-logger.ts'
import { type MemoryFiles, memoryFiles } from './testing/memory-files.ts'
import { memoryAddress, systemClock, systemScheduler, testChainId, testHost, until } from './testing/test-host.ts'
import type { EncrypterFactory, Host, TransportFactory } from './types.ts'

const running: { stop(): Promise<void> }[] = []
afterEach(async () => {
  await Promise.all(running.splice(0).map((host) => host.stop()))
})

async function started(options: Parameters<typeof testHost>[0]): Promise<Host> {
  const host = await testHost(options)
  running.push(host)
  await host.start()
  return host
}

const sockets = [tcp(), webSockets()] as unknown as TransportFactory[]

describe('createHost', () => {
  it('connects to those it was told of, and learns what they run', async () => {
    const address = memoryAddress('host-told')
    const first = await started({ seed: 1, listen: [address], role: 'relay' })
    const second = await testHost({ seed: 2, bootstrap: [address] })
    running.push(second)
    const agents: (string | null)[] = []
    second.onIdentified((_connection, agent) => agents.push(agent))
    await second.start()
    await until(() => agents.length > 0, 'identified')
    expect(agents).toEqual(['qudag/0.1.0 (relay)'])
    expect(second.libp2p.getPeers().map(String)).toEqual([first.id])
  })

  it('finds others through the one it was told of', async () => {
    const seed = memoryAddress('host-found-seed')
    const hosts = [await started({ seed: 10, listen: [seed] })]
    for (let index = 1; index <= 4; index++) {
      hosts.push(await started({ seed: 10 + index, listen: [memoryAddress(`host-found-${index}`)], bootstrap: [seed] }))
    }
    await until(() => hosts.every(({ libp2p }) => libp2p.getPeers().length === 4), 'all know all')
  })

  it('calls those that it wants, though nobody has told it where they are', async () => {
    const seed = memoryAddress('host-want-seed')
    await started({ seed: 20, listen: [seed] })
    const wanted = await started({ seed: 21, listen: [memoryAddress('host-want')], bootstrap: [seed], targetPeers: 1 })
    const host = await started({ seed: 22, bootstrap: [seed], targetPeers: 1 })
    await until(() => wanted.libp2p.getPeers().length === 1 && host.libp2p.getPeers().length === 1, 'both at the seed')
    host.want([wanted.id])
    await until(() => host.libp2p.getPeers().map(String).includes(wanted.id), 'found')
  })

  it('finds again whom it wants at another address than the one it knows', async () => {
    const seed = memoryAddress('host-moved-seed')
    const through = await started({ seed: 50, listen: [seed] })
    const before = await started({
      seed: 51,
      listen: [memoryAddress('host-moved-1')],
      bootstrap: [seed],
      targetPeers: 1,
    })
    const host = await started({ seed: 52, role: 'validator', bootstrap: [seed], targetPeers: 1 })
    const isConnected = (): boolean => host.libp2p.getPeers().map(String).includes(before.id)
    host.want([before.id])
    await until(isConnected, 'connected at first')

    await before.stop()
    await until(() => !isConnected(), 'gone')
    // The same key, elsewhere; it knows the seed alone, and the other knows the old address alone.
    const moved = await started({
      seed: 51,
      listen: [memoryAddress('host-moved-2')],
      bootstrap: [seed],
      targetPeers: 1,
    })
    expect(moved.id).toBe(before.id)
    await until(() => through.libp2p.getPeers().map(String).includes(moved.id), 'moved is at the seed')
    await until(isConnected, 'found again')
    expect(host.libp2p.getConnections(moved.libp2p.peerId).map(({ direction }) => direction)).toEqual(['outbound'])
  })

  it('keeps those that were named where connections have to go', async () => {
    const address = memoryAddress('host-keep')
    const first = await started({ seed: 25, listen: [address] })
    const second = await started({ seed: 26, bootstrap: [address] })
    await until(() => second.libp2p.getPeers().length === 1, 'connected')
    const peer = second.libp2p.getPeers()[0]
    const tags = async () => (peer === undefined ? new Map() : (await second.libp2p.peerStore.get(peer)).tags)
    let named = await tags()
    await until(() => {
      void tags().then((now) => {
        named = now
      })
      return named.get('qudag-named')?.value === hostLimits.namedPeerValue
    }, 'named')
    expect(peer?.toString()).toBe(first.id)
  })

  it('serves the DHT where all are near and it listens, and does not where nobody can reach it', async () => {
    const address = memoryAddress('host-dht')
    const first = await started({ seed: 27, listen: [address], dht: 'auto' })
    const second = await started({ seed: 28, bootstrap: [address], dht: 'auto' })
    await until(() => first.libp2p.services.dht.getMode() === 'server', 'serves')
    expect(second.libp2p.services.dht.getMode()).toBe('client')
  })

  it('lets go of who is of another network, and of its own says nothing there', async () => {
    const address = memoryAddress('host-stranger')
    const clock = new ManualClock(Date.now())
    const first = await started({ seed: 30, listen: [address], deps: { scheduler: clock } })
    const stranger = await started({ seed: 31, chainId: new Uint8Array(32).fill(8), bootstrap: [address] })
    let identified = 0
    first.onIdentified(() => identified++)
    await until(() => first.libp2p.getPeers().length === 1, 'connected')
    clock.advance(hostLimits.strangerTimeoutMs)
    await until(() => first.libp2p.getPeers().length === 0, 'let go')
    expect(identified).toBe(0)
    expect(stranger.libp2p.services.pubsub.getPeers()).toEqual([])
    const shared = first.libp2p.getProtocols().filter((protocol) => stranger.libp2p.getProtocols().includes(protocol))
    expect(shared.filter((protocol) => protocol.includes('qudag'))).toEqual([])
  })

  it('passes gossip on without a signature of its own, by the hash of what is in it', async () => {
    const seed = memoryAddress('host-gossip-seed')
    const hosts = [await started({ seed: 40, listen: [seed] })]
    for (let index = 1; index < 4; index++) hosts.push(await started({ seed: 40 + index, bootstrap: [seed] }))
    const got: Uint8Array[] = []
    for (const { libp2p } of hosts) {
      const { pubsub } = libp2p.services
      pubsub.addEventListener('gossipsub:message', ({ detail: { msg } }) => {
        expect(msg.type).toBe('unsigned')
        got.push(msg.data)
      })
      pubsub.subscribe('topic')
    }
    const [publisher] = hosts
    await until(() => publisher?.libp2p.services.pubsub.getSubscribers('topic').length === 3, 'all have subscribed')
    const data = new Uint8Array([1, 2, 3])
    await publisher?.libp2p.services.pubsub.publish('topic', data)
    await until(() => got.length === 3, 'all have it')
    // The same content again is the same message.
    await publisher?.libp2p.services.pubsub.publish('topic', data)
    expect(got).toEqual([data, data, data])
  })

  it('listens on all addresses that are free, and names the one that is not', async () => {
    const taken = createServer()
    await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve))
    const { port } = taken.address() as { port: number }
    try {
      const host = await started({
        seed: 50,
        listen: [`/ip4/127.0.0.1/tcp/${port}`, '/ip4/127.0.0.1/tcp/0', '/ip4/127.0.0.1/tcp/0/ws'],
        deps: { transports: sockets },
      })
      expect(host.missing()).toEqual([{ part: 'listen', reason: `/ip4/127.0.0.1/tcp/${port}: EADDRINUSE` }])
      expect(host.reachability().listening).toHaveLength(2)
    } finally {
      await new Promise((resolve) => taken.close(resolve))
    }
  })

  it('connects over TCP and WebSocket', async () => {
    const server = await started({
      seed: 60,
      listen: ['/ip4/127.0.0.1/tcp/0', '/ip4/127.0.0.1/tcp/0/ws'],
      deps: { transports: sockets },
    })
    for (const [index, address] of server.libp2p.getMultiaddrs().entries()) {
      const client = await started({ seed: 61 + index, bootstrap: [address.toString()], deps: { transports: sockets } })
      await until(() => client.libp2p.getPeers().length === 1, address.toString())
      expect(client.libp2p.getConnections()[0]?.remoteAddr.toString()).toBe(address.toString())
    }
  })

  it('stops in time though a part of it hangs', async () => {
    const clock = new ManualClock(Date.now())
    const host = await testHost({ seed: 70, deps: { scheduler: clock } })
    await host.start()
    const { libp2p } = host
    const real = libp2p.stop.bind(libp2p)
    libp2p.stop = () => new Promise(() => undefined)
    let isStopped = false
    const stopping = host.stop().then(() => {
      isStopped = true
    })
    await Promise.resolve()
    expect(isStopped).toBe(false)
    clock.advance(hostLimits.stopTimeoutMs)
    await stopping
    await real()
  })

  it('has names of protocols that no other network has', () => {
    expect(protocolNames(testChainId).dht).toBe('/qudag/0707070707070707/kad/1.0.0')
    expect(protocolNames(testChainId).mdnsService.split('.')[0]?.length).toBeLessThanOrEqual(16)
    expect(protocolNames(new Uint8Array(32))).not.toEqual(protocolNames(testChainId))
  })
})

describe('reachability', () => {
  it('is offline without peers, and unknown while nobody has tried', async () => {
    const address = memoryAddress('host-reach')
    const host = await started({ seed: 80, listen: [address] })
    expect(host.reachability()).toMatchObject({ state: 'offline', reason: 'NO_PEERS', relays: [], isPortMapped: false })
    expect(host.reachability().listening).toEqual([address])
    const states: string[] = []
    host.onReachability(({ state }) => states.push(state))
    const other = await started({ seed: 81, bootstrap: [address] })
    await until(() => states.includes('unknown'), 'seen')
    expect(other.reachability()).toMatchObject({ state: 'private', reason: 'LISTENS_NOWHERE', listening: [] })
    await host.stop()
    expect(host.reachability()).toMatchObject({ state: 'offline', listening: [], announced: [] })
  })

  it('announces what it was told to announce, and nothing else', async () => {
    const announce = ['/dns4/node.example.org/tcp/4001']
    const host = await started({ seed: 82, listen: [memoryAddress('host-announce')], announce })
    expect(host.reachability().announced).toEqual([`${announce[0]}/p2p/${host.id}`])
  })
})

describe('openPeerHost', () => {
  async function opened(seed: number, files: MemoryFiles, listen: string[], bootstrap: string[] = []) {
    const notes: (BookNote | PeerStoreNote)[] = []
    const host = await openPeerHost(
      {
        chainId: testChainId,
        role: 'full',
        version: '0.1.0',
        listen,
        announce: [],
        bootstrap,
        servesRelay: false,
        usesRelays: false,
        webRtc: false,
        mdns: false,
        upnp: false,
        maxPeers: 50,
        dht: 'server',
        caps: { received: null, sent: null },
      },
      {
        files,
        encrypters: () => [noise()] as EncrypterFactory[],
        isHybrid: (encryption) => encryption === '/hybrid',
        clock: systemClock,
        scheduler: systemScheduler,
        rng: seededRng(seed),
        note: (note) => notes.push(note),
        reportFault: (fault) => {
          throw fault
        },
        transports: [memory()] as unknown as TransportFactory[],
        logger: silentLogger,
      },
    )
    running.push(host)
    await host.start()
    return { host, notes }
  }

  const peerOf = async (host: PeerHost, id: string) => {
    await until(() => host.directory.peers().some((peer) => peer.id === id), 'a peer')
    return host.directory.peers().find((peer) => peer.id === id)
  }

  it('shows a peer with its way, role and traffic, and what becomes of it', async () => {
    const address = memoryAddress('open-shows')
    const { host: first } = await opened(100, memoryFiles(), [address])
    const changes: string[] = []
    first.directory.onChange((change) => changes.push(change.kind))
    const { host: second } = await opened(101, memoryFiles(), [], [address])
    const peer = await peerOf(first, second.host.id)
    expect(peer).toMatchObject({
      role: 'full',
      validator: null,
      agent: 'qudag/0.1.0 (full)',
      path: 'loopback',
      direction: 'inbound',
      channel: 'classical',
      score: 0,
    })
    expect(peer?.receivedBytes).toBeGreaterThan(0)
    expect(first.directory.traffic().receivedBytes).toBeGreaterThanOrEqual(peer?.receivedBytes ?? 0)
    await until(() => first.directory.peers()[0]?.latencyMs !== null, 'a latency')
    first.directory.setValidator(second.host.id, 'ab'.repeat(32))
    first.directory.setHybrid(second.host.id)
    expect(await peerOf(first, second.host.id)).toMatchObject({ role: 'validator', channel: 'hybrid' })
    await until(() => changes.includes('connected'), 'told')
    await second.stop()
    await until(() => changes.includes('disconnected'), 'gone')
    expect(first.directory.peers()).toEqual([])
  })

  it('cuts a peer off that misbehaves, and keeps it off over a restart', async () => {
    const address = memoryAddress('open-ban')
    const files = memoryFiles()
    const { host: first } = await opened(110, files, [address])
    const { host: second } = await opened(111, memoryFiles(), [], [address])
    await peerOf(first, second.host.id)
    first.directory.misconduct(second.host.id, 'REQUEST_QUOTA')
    expect(first.directory.peers()[0]?.score).toBe(-10)
    first.directory.misconduct(second.host.id, 'LINK_FRAME_INVALID')
    await until(() => first.directory.peers().length === 0, 'cut off')
    expect(first.directory.bans()).toMatchObject([{ id: second.host.id, reason: 'LINK_FRAME_INVALID' }])
    await first.stop()

    const { host: again } = await opened(110, files, [address])
    expect(again.host.id).toBe(first.host.id)
    expect(again.directory.bans()).toHaveLength(1)
    await expect(second.host.libp2p.dial(again.host.libp2p.getMultiaddrs()[0] ?? [])).rejects.toThrow()
    await expect(again.directory.add(`${address}/p2p/${second.host.id}`)).rejects.toMatchObject({ code: 'PEER_BANNED' })
    expect(await again.directory.unban(second.host.id)).toBe(true)
    expect(await again.directory.unban(second.host.id)).toBe(false)
    await second.directory.add(`${address}/p2p/${again.host.id}`)
    await peerOf(again, second.host.id)
  })

  it('bans by hand, for a time or for good', async () => {
    const address = memoryAddress('open-hand')
    const { host: first } = await opened(120, memoryFiles(), [address])
    const { host: second } = await opened(121, memoryFiles(), [], [address])
    await peerOf(first, second.host.id)
    const ban = await first.directory.ban(second.host.id, 2)
    expect(ban).toMatchObject({ id: second.host.id, reason: 'BY_HAND', untilMs: ban.atMs + 7_200_000 })
    await until(() => first.directory.peers().length === 0, 'cut off')
    expect(await first.directory.ban(second.host.id, null)).toMatchObject({ untilMs: null })
    await expect(first.directory.ban(first.host.id, 1)).rejects.toMatchObject({ code: 'PEER_IS_SELF' })
    await expect(first.directory.ban('nobody', 1)).rejects.toMatchObject({ code: 'PEER_ID_INVALID' })
  })

  it('keeps an address that was added, with the id that answered, and dials it at the next start', async () => {
    const address = memoryAddress('open-add')
    const { host: first } = await opened(130, memoryFiles(), [address])
    const files = memoryFiles()
    const { host: second } = await opened(131, files, [])
    expect(await second.directory.add(` ${address} `)).toMatchObject({ id: first.host.id, direction: 'outbound' })
    await second.stop()
    const { host: again } = await opened(131, files, [])
    await peerOf(again, first.host.id)
    for (const text of ['', 'nonsense', '/ip4/300.1.1.1/tcp/1', `${address}/p2p/${again.host.id}`]) {
      await expect(again.directory.add(text), text).rejects.toMatchObject({ code: 'PEER_ADDRESS_INVALID' })
    }
    await expect(again.directory.add(memoryAddress('open-nobody'))).rejects.toMatchObject({ code: 'PEER_UNREACHABLE' })
  })

  it('starts with what it has where its files are damaged, and says which', async () => {
    const files = memoryFiles()
    files.content.set('peers.json', new Uint8Array([1]))
    files.content.set('peers.store', new Uint8Array([1]))
    const { notes } = await opened(140, files, [])
    expect(notes.map(({ code }) => code).sort()).toEqual(['PEER_BOOK_DAMAGED', 'PEER_STORE_DAMAGED'])
  })
})
