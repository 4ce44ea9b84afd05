/**
 * Two nodes, each behind a router of its own that lets nobody in, and a relay that both can reach: they find each other through
 * it, and the views say how they are connected. Real sockets in namespaces; nothing leaves the machine.
 */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { PeerView, ReachabilityView } from '../../node/p2p/types.ts'
import {
  createNetworkLab,
  type MasqueradeOptions,
  type Namespace,
  type NetworkLab,
  whyNoNamespaces,
} from './namespaces.ts'
import { type PeerProcess, startPeer } from './peer-process.ts'
import type { PeerProgramOptions } from './peer-program.ts'

const reason = await whyNoNamespaces()
const waitMs = 60_000
/** Addresses that look public, since libp2p takes those of documentation for private; they end in these namespaces. */
const relayHost = '45.79.1.2'
const relayPort = 4_001

interface Home {
  readonly inside: Namespace
  readonly outsideHost: string
}

describe('behind routers', () => {
  let lab: NetworkLab
  let relayPlace: Namespace
  let internet: Namespace
  let folder: string
  let relay: PeerProcess | undefined

  /** A household on the Internet: a machine, and a router that masquerades. */
  async function household(index: number, kind: MasqueradeOptions['kind']): Promise<Home> {
    const inside = await lab.namespace(`home${index}`)
    const router = await lab.namespace(`router${index}`)
    const outsideHost = `45.79.${index}.2`
    await lab.connect(
      { namespace: inside, address: `192.168.${index}.2/24` },
      { namespace: router, address: `192.168.${index}.1/24` },
    )
    const cable = await lab.connect(
      { namespace: router, address: `${outsideHost}/24` },
      { namespace: internet, address: `45.79.${index}.1/24` },
    )
    await lab.defaultRoute(inside, `192.168.${index}.1`)
    await lab.defaultRoute(router, `45.79.${index}.1`)
    await lab.masquerade({ namespace: router, outside: cable.interfaces[0], kind })
    return { inside, outsideHost }
  }

  const dataDir = (name: string): string => {
    const path = join(folder, name)
    mkdirSync(path, { mode: 0o700 })
    return path
  }

  const node = (name: string, options: Partial<PeerProgramOptions>): PeerProgramOptions => ({
    dataDir: dataDir(name),
    role: 'full',
    listen: ['/ip4/0.0.0.0/tcp/4001'],
    announce: [],
    bootstrap: [`/ip4/${relayHost}/tcp/${relayPort}/p2p/${relay?.id}`],
    servesRelay: false,
    usesRelays: true,
    webRtc: false,
    mdns: false,
    upnp: false,
    maxPeers: 50,
    dht: 'auto',
    ...options,
  })

  const reachabilityOf = async (peer: PeerProcess) => (await peer.ask({ command: 'reachability' })) as ReachabilityView
  const peersOf = async (peer: PeerProcess) => (await peer.ask({ command: 'peers' })) as readonly PeerView[]

  /** Asked again until it holds. */
  async function waitFor<T>(
    what: string,
    ask: () => Promise<T | undefined>,
    processes: readonly PeerProcess[],
  ): Promise<T> {
    const endMs = Date.now() + waitMs
    for (;;) {
      const value = await ask()
      if (value !== undefined) return value
      if (Date.now() > endMs) {
        const states = await Promise.all(
          processes.map(async (peer) => [await peersOf(peer), await reachabilityOf(peer)]),
        )
        throw new Error(
          `waited in vain: ${what}\n${JSON.stringify(states, null, 1)}\n${processes.map((peer) => peer.errors())}`,
        )
      }
      await new Promise((resolve) => setTimeout(resolve, 100))
    }
  }

  const relayedAddress = (peer: PeerProcess, by: 'relay' | 'webrtc'): Promise<string> =>
    waitFor('a place at the relay', async () => {
      const { announced } = await reachabilityOf(peer)
      return announced.find(
        (address) => address.includes('/p2p-circuit') && address.includes('/webrtc') === (by === 'webrtc'),
      )
    }, [peer])

  /** Tried again: in the first seconds a relay may still hold on to a connection that has just been replaced. */
  const meet = (peer: PeerProcess, address: string, processes: readonly PeerProcess[]): Promise<PeerView> =>
    waitFor(
      'met',
      () =>
        peer.ask({ command: 'add', address }).then(
          (view) => view as PeerView,
          () => undefined,
        ),
      processes,
    )

  beforeEach((test) => {
    if (reason !== undefined) test.skip(reason)
  })
  beforeAll(async () => {
    if (reason !== undefined) return
    folder = mkdtempSync(join(tmpdir(), 'qudag-nat-'))
    lab = await createNetworkLab()
    internet = await lab.namespace('internet')
    await lab.forward(internet)
    relayPlace = await lab.namespace('relay')
    await lab.connect(
      { namespace: relayPlace, address: `${relayHost}/24` },
      { namespace: internet, address: '45.79.1.1/24' },
    )
    await lab.defaultRoute(relayPlace, '45.79.1.1')
    relay = await startPeer(
      relayPlace,
      node('relay', {
        role: 'relay',
        listen: [`/ip4/${relayHost}/tcp/${relayPort}`],
        bootstrap: [],
        servesRelay: true,
        usesRelays: false,
      }),
    )
  })
  afterAll(async () => {
    await lab?.close()
    if (folder !== undefined) rmSync(folder, { recursive: true, force: true })
  })

  it('two nodes meet through a relay, and both say so', async () => {
    const first = await startPeer((await household(11, 'symmetric')).inside, node('a', {}))
    const second = await startPeer((await household(12, 'symmetric')).inside, node('b', {}))
    const address = await relayedAddress(first, 'relay')
    expect(address).toContain(relay?.id)
    // The connection that the place was asked for over may just have been replaced by another one.
    const reserved = await waitFor('told of its place', async () => {
      const view = await reachabilityOf(first)
      return view.state === 'relayed' ? view : undefined
    }, [first])
    expect(reserved).toMatchObject({ reason: 'RELAY_RESERVED', relays: [relay?.id] })

    const seen = await meet(second, address, [first, second])
    expect(seen).toMatchObject({ id: first.id, path: 'relayed', direction: 'outbound', role: 'full' })
    const back = await waitFor(
      'seen from the other side',
      async () => (await peersOf(first)).find(({ id }) => id === second.id),
      [first, second],
    )
    expect(back).toMatchObject({ path: 'relayed', direction: 'inbound' })
    const toRelay = (await peersOf(second)).find(({ id }) => id === relay?.id)
    expect(toRelay).toMatchObject({ role: 'relay', path: 'direct' })
    // Others came in from outside there.
    expect(await reachabilityOf(relay as PeerProcess)).toMatchObject({ state: 'public', reason: 'CONFIRMED_BY_PEERS' })
  })

  it('two nodes find a direct way past routers that keep ports, with the help of the relay', async () => {
    const [left, right] = [await household(13, 'cone'), await household(14, 'cone')]
    const first = await startPeer(left.inside, node('c', { webRtc: true }))
    const second = await startPeer(right.inside, node('d', { webRtc: true }))
    expect(await first.ask({ command: 'missing' })).toEqual([])
    const address = await relayedAddress(first, 'webrtc')
    await meet(second, address, [first, second])
    const directPeer = async (from: PeerProcess, to: PeerProcess) =>
      (await peersOf(from)).find(({ id, path }) => id === to.id && path === 'direct')
    const there = await waitFor('a direct way', () => directPeer(second, first), [first, second])
    const back = await waitFor('the same seen from the other side', () => directPeer(first, second), [first, second])
    // Either may have called: they hear of each other.
    expect([there.direction, back.direction].sort()).toEqual(['inbound', 'outbound'])

    // The relay may go now: what is direct stays.
    await lab.block(relayPlace, [left.outsideHost, right.outsideHost])
    const before = back.receivedBytes
    await waitFor('bytes that came without the relay', async () => {
      const peer = (await peersOf(first)).find(({ id }) => id === second.id)
      return peer !== undefined && peer.receivedBytes > before ? peer : undefined
    }, [first, second])
  })

  it('two nodes of one local network find each other without being told of anybody', async () => {
    const [left, right] = [await lab.namespace('lan-left'), await lab.namespace('lan-right')]
    const cable = await lab.connect(
      { namespace: left, address: '192.168.50.1/24' },
      { namespace: right, address: '192.168.50.2/24' },
    )
    for (const [index, namespace] of [left, right].entries()) {
      const device = cable.interfaces[index as 0 | 1]
      await namespace.exec('ip', 'route', 'add', '224.0.0.0/4', 'dev', device)
    }
    const alone = { bootstrap: [], usesRelays: false, mdns: true, dht: 'server' } as const
    const first = await startPeer(left, node('e', alone))
    const second = await startPeer(right, node('f', alone))
    expect(await first.ask({ command: 'missing' })).toEqual([])
    const seen = await waitFor('found', async () => (await peersOf(first)).find(({ id }) => id === second.id), [
      first,
      second,
    ])
    expect(seen.path).toBe('lan')
  })
})
