/** The channel under real libp2p nodes: TCP on loopback, yamux, and libp2p's own negotiation. */
import { generateKeyPair } from '@libp2p/crypto/keys'
import type { Connection, Ed25519PrivateKey, Libp2p, Stream } from '@libp2p/interface'
import { tcp } from '@libp2p/tcp'
import { lpStream } from '@libp2p/utils'
import { yamux } from '@libp2p/yamux'
import { createLibp2p } from 'libp2p'
import { afterEach, describe, expect, it } from 'vitest'
import { toHex, utf8 } from '../../core/bytes.ts'
import { ManualClock } from '../../core/clock.ts'
import { createHybridPins, type HybridPin, type HybridPins } from './pins.ts'
import { type ChannelRefusal, createSecureChannel, hybridProtocol, type SecureChannel } from './secure-channel.ts'
import { realScheduler, testChainId } from './test-support.ts'

interface TestNode {
  readonly libp2p: Libp2p
  readonly channel: SecureChannel
  readonly refusals: ChannelRefusal[]
  /** Resolves at the next refusal. */
  readonly refused: Promise<ChannelRefusal>
}

const started: Libp2p[] = []
afterEach(async () => {
  await Promise.all(started.splice(0).map((node) => node.stop()))
})

async function start(
  options: { chainId?: Uint8Array; allowClassical?: boolean; pins?: HybridPins; onlyClassical?: boolean } = {},
  givenKey?: Ed25519PrivateKey,
): Promise<TestNode> {
  const privateKey = givenKey ?? (await generateKeyPair('Ed25519'))
  const refusals: ChannelRefusal[] = []
  const { promise: refused, resolve } = Promise.withResolvers<ChannelRefusal>()
  const channel = createSecureChannel(
    {
      chainId: options.chainId ?? testChainId,
      allowClassical: options.allowClassical ?? options.onlyClassical ?? false,
    },
    {
      privateKey,
      scheduler: realScheduler,
      ...(options.pins === undefined ? {} : { pins: options.pins }),
      onRefusal: (refusal) => {
        refusals.push(refusal)
        resolve(refusal)
      },
    },
  )
  const libp2p = await createLibp2p({
    privateKey,
    addresses: { listen: ['/ip4/127.0.0.1/tcp/0'] },
    transports: [tcp()],
    connectionEncrypters: options.onlyClassical === true ? channel.encrypters.slice(1) : [...channel.encrypters],
    streamMuxers: [yamux()],
    connectionManager: { inboundConnectionThreshold: 1_000 },
  })
  started.push(libp2p)
  return { libp2p, channel, refusals, refused }
}

function addressOf(node: TestNode) {
  const [address] = node.libp2p.getMultiaddrs()
  if (address === undefined) throw new Error('the node listens nowhere')
  return address
}

/** Waits for the connection that the other end has of ours. */
async function inboundOf(node: TestNode, from: TestNode): Promise<Connection> {
  for (;;) {
    const [connection] = node.libp2p.getConnections(from.libp2p.peerId)
    if (connection !== undefined) return connection
    await new Promise((resolve) => node.libp2p.addEventListener('connection:open', resolve, { once: true }))
  }
}

describe('two nodes over TCP', () => {
  it('agree on the hybrid handshake, know each other, and have one handshake hash for each connection', async () => {
    const [a, b] = [await start(), await start()]
    const outbound = await a.libp2p.dial(addressOf(b))
    const inbound = await inboundOf(b, a)

    expect(outbound.encryption).toBe(hybridProtocol)
    expect(outbound.remotePeer.equals(b.libp2p.peerId)).toBe(true)
    expect(inbound.remotePeer.equals(a.libp2p.peerId)).toBe(true)
    const [ours, theirs] = [a.channel.of(outbound), b.channel.of(inbound)]
    expect([ours?.role, theirs?.role]).toEqual(['initiator', 'responder'])
    expect(toHex(ours!.handshakeHash)).toBe(toHex(theirs!.handshakeHash))
    expect(a.channel.kindOf(outbound)).toBe('hybrid')

    await outbound.close()
    const again = await a.libp2p.dial(addressOf(b))
    expect(toHex(a.channel.of(again)!.handshakeHash)).not.toBe(toHex(ours!.handshakeHash))
  })

  it('carry messages of any size both ways', async () => {
    const [a, b] = [await start(), await start()]
    await b.libp2p.handle('/echo', async (stream: Stream) => {
      const messages = lpStream(stream, { maxDataLength: 1_000_000, maxBufferSize: 4_000_000 })
      for (;;) {
        const message = await messages.read().catch(() => undefined)
        if (message === undefined) return
        await messages.write(message)
      }
    })
    const connection = await a.libp2p.dial(addressOf(b))
    const messages = lpStream(await connection.newStream('/echo'), {
      maxDataLength: 1_000_000,
      maxBufferSize: 4_000_000,
    })
    for (const length of [1, 16, 65_519, 65_520, 700_000]) {
      const sent = new Uint8Array(length).map((_, index) => index % 251)
      const [, echoed] = await Promise.all([messages.write(sent), messages.read()])
      expect(Buffer.from(sent).equals(Buffer.from(echoed.subarray()))).toBe(true)
    }
  })

  it('of two networks do not connect', async () => {
    const [a, b] = [await start(), await start({ chainId: new Uint8Array(32).fill(9) })]
    await expect(a.libp2p.dial(addressOf(b))).rejects.toThrow()
    expect((await a.refused).code).toBe('CHANNEL_DECRYPT_FAILED')
    expect(b.libp2p.getConnections()).toEqual([])
  })

  it('refuse a peer that speaks libp2p noise only', async () => {
    const [a, b] = [await start({ onlyClassical: true }), await start()]
    await expect(a.libp2p.dial(addressOf(b))).rejects.toThrow()
    await expect(b.libp2p.dial(addressOf(a))).rejects.toThrow()
    expect(b.libp2p.getConnections()).toEqual([])
  })

  it('take such a peer where that is allowed, and say so', async () => {
    const [a, b] = [await start({ onlyClassical: true }), await start({ allowClassical: true })]
    const connection = await b.libp2p.dial(addressOf(a))
    expect(b.channel.kindOf(connection)).toBe('classical')
    expect(b.channel.of(connection)).toBeUndefined()
  })

  it('refuse a downgrade of a peer once seen hybrid, in both directions', async () => {
    const stored: HybridPin[] = []
    const store = { list: () => stored, put: (pin: HybridPin) => void stored.push(pin), remove: () => undefined }
    const pins = createHybridPins({}, { store, clock: new ManualClock() })
    const privateKey = await generateKeyPair('Ed25519')
    const b = await start({ allowClassical: true, pins })
    const hybrid = await start({ allowClassical: true }, privateKey)
    await hybrid.libp2p.dial(addressOf(b))
    await hybrid.libp2p.stop()
    await expect.poll(() => b.libp2p.getConnections()).toEqual([])
    expect(stored.map(({ peerId }) => peerId)).toEqual([hybrid.libp2p.peerId.toString()])

    // The same peer, as somebody on the way would make it look: without the hybrid handshake.
    const downgraded = await start({ onlyClassical: true }, privateKey)
    await expect(b.libp2p.dial(addressOf(downgraded))).rejects.toThrow()
    expect(b.refusals).toMatchObject([{ code: 'CHANNEL_DOWNGRADE_REFUSED', direction: 'outbound' }])
    await downgraded.libp2p.dial(addressOf(b)).catch(() => undefined)
    await expect.poll(() => b.refusals.length).toBe(2)
    expect(b.refusals[1]).toMatchObject({ code: 'CHANNEL_DOWNGRADE_REFUSED', direction: 'inbound' })
    expect(b.libp2p.getConnections()).toEqual([])
  })

  it('refuse whoever answers for another peer', async () => {
    const [a, b, c] = [await start(), await start(), await start()]
    const wrong = addressOf(b).decapsulate('/p2p').encapsulate(`/p2p/${c.libp2p.peerId}`)
    await expect(a.libp2p.dial(wrong)).rejects.toThrow()
    expect((await a.refused).code).toBe('CHANNEL_PEER_MISMATCH')
  })

  it('stop sending to a reader that has stopped, and lose nothing when it goes on', async () => {
    const [a, b] = [await start(), await start()]
    const { promise: incoming, resolve } = Promise.withResolvers<Stream>()
    await b.libp2p.handle('/slow', (stream: Stream) => resolve(stream))
    const connection = await a.libp2p.dial(addressOf(b))
    const stream = await connection.newStream('/slow')
    const block = new Uint8Array(100_000).fill(7)
    stream.send(utf8('!'))
    const reader = await incoming
    reader.pause()

    let sentBytes = 1
    while (stream.send(block)) sentBytes += block.length
    sentBytes += block.length
    let receivedBytes = 0
    const { promise: all, resolve: done } = Promise.withResolvers<void>()
    reader.addEventListener('message', (event) => {
      receivedBytes += event.data.byteLength
      if (receivedBytes === sentBytes) done()
    })
    reader.resume()
    await all
    expect(receivedBytes).toBe(sentBytes)
  })
})
