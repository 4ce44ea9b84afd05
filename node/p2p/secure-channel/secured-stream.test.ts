/** The handshake inside a stream, as WebRTC needs it: over libp2p's pair of streams in memory. */
import { generateKeyPair } from '@libp2p/crypto/keys'
import type { Connection, Ed25519PrivateKey, Stream } from '@libp2p/interface'
import { peerIdFromPrivateKey } from '@libp2p/peer-id'
import { lpStream, streamPair } from '@libp2p/utils'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { toHex, utf8 } from '../../core/bytes.ts'
import { ManualClock } from '../../core/clock.ts'
import { NodeError } from '../../core/node-error.ts'
import { limits } from './limits.ts'
import { type ChannelRefusal, createSecureChannel, type SecureChannel } from './secure-channel.ts'
import { realScheduler, testChainId } from './test-support.ts'

const [aliceKey, bobKey, otherKey] = await Promise.all([0, 1, 2].map(() => generateKeyPair('Ed25519')))
const binding = new Uint8Array(64).fill(3)

function channelOf(
  privateKey: Ed25519PrivateKey | undefined,
  deps: { chainId?: Uint8Array; scheduler?: ManualClock } = {},
) {
  const refusals: ChannelRefusal[] = []
  const channel = createSecureChannel(
    { chainId: deps.chainId ?? testChainId },
    {
      privateKey: privateKey!,
      scheduler: deps.scheduler ?? realScheduler,
      onRefusal: (refusal) => refusals.push(refusal),
    },
  )
  return { channel, refusals }
}

/** As much of a connection as the handshake in a stream looks at. */
function connectionTo(privateKey: Ed25519PrivateKey | undefined, direction: 'inbound' | 'outbound'): Connection {
  return { remotePeer: peerIdFromPrivateKey(privateKey!), direction, timeline: {} } as unknown as Connection
}

const [alice, bob] = [channelOf(aliceKey).channel, channelOf(bobKey).channel]

async function secureBoth(
  [outbound, inbound]: [Stream, Stream],
  {
    initiator = alice,
    responder = bob,
    bindings = [binding, binding],
  }: { initiator?: SecureChannel; responder?: SecureChannel; bindings?: Uint8Array[] } = {},
) {
  return await Promise.all([
    initiator.secureStream(outbound, connectionTo(bobKey, 'outbound'), { transportBinding: bindings[0]! }),
    responder.secureStream(inbound, connectionTo(aliceKey, 'inbound'), { transportBinding: bindings[1]! }),
  ])
}

const codeOf = (promise: Promise<unknown>): Promise<string> =>
  promise.then(
    () => 'OK',
    (error: unknown) => (error instanceof NodeError ? error.code : String(error)),
  )

describe('a channel inside a stream', () => {
  it('has one hash, knows the peers, and carries messages both ways', async () => {
    const pair = await streamPair()
    const [a, b] = await secureBoth(pair)
    expect(toHex(a.record.handshakeHash)).toBe(toHex(b.record.handshakeHash))
    expect([a.record.role, b.record.role]).toEqual(['initiator', 'responder'])
    expect(toHex(b.record.remotePeerId)).toBe(toHex(peerIdFromPrivateKey(aliceKey!).toMultihash().bytes))
    const [ours, theirs] = [lpStream(a.stream), lpStream(b.stream)]
    const large = new Uint8Array(200_000).map((_, index) => index % 253)
    const [, received] = await Promise.all([ours.write(large), theirs.read()])
    expect(Buffer.from(received.subarray()).equals(Buffer.from(large))).toBe(true)
    await theirs.write(utf8('answer'))
    expect((await ours.read()).subarray()).toEqual(utf8('answer'))
  })

  it('shows nothing of what it carries to the stream below', async () => {
    const pair = await streamPair()
    const [a, b] = await secureBoth(pair)
    const seen: Uint8Array[] = []
    pair[1].addEventListener('message', (event) => seen.push(event.data.subarray()))
    const secret = utf8('a secret that stands out among the bytes')
    const [, received] = await Promise.all([lpStream(a.stream).write(secret), lpStream(b.stream).read()])
    expect(received.subarray()).toEqual(secret)
    expect(seen.length).toBeGreaterThan(0)
    expect(Buffer.concat(seen).includes(Buffer.from(secret))).toBe(false)
  })

  it('ends for the reader when the writer ends it, after all that was sent; the other direction goes on', async () => {
    const [a, b] = await secureBoth(await streamPair())
    const ended = new Promise((resolve) => b.stream.addEventListener('remoteCloseWrite', resolve, { once: true }))
    const messages: Uint8Array[] = []
    b.stream.addEventListener('message', (event) => messages.push(event.data.subarray()))
    a.stream.send(utf8('last words'))
    await a.stream.close()
    await ended
    expect(Buffer.concat(messages).toString()).toBe('last words')
    await lpStream(b.stream).write(utf8('still here'))
    await b.stream.close()
    await expect.poll(() => [a.stream.status, b.stream.status]).toEqual(['closed', 'closed'])
  })

  it('notices an end that the other side has not made (truncation)', async () => {
    const pair = await streamPair()
    const [, b] = await secureBoth(pair)
    const closed = new Promise<Error | undefined>((resolve) =>
      b.stream.addEventListener('close', (event) => resolve(event.error), { once: true }),
    )
    b.stream.addEventListener('message', () => undefined)
    // As somebody on the way can: the stream is ended, and the channel in it has not been.
    await pair[0].close()
    expect(await closed).toMatchObject({ code: 'CHANNEL_TRUNCATED' })
  })

  it('ends at bytes that are not of the channel', async () => {
    const pair = await streamPair()
    const [, b] = await secureBoth(pair)
    const closed = new Promise<Error | undefined>((resolve) =>
      b.stream.addEventListener('close', (event) => resolve(event.error), { once: true }),
    )
    pair[0].send(Uint8Array.from([0, 16, ...new Uint8Array(16)]))
    expect(await closed).toMatchObject({ code: 'CHANNEL_FRAME_INVALID' })
  })

  it('pauses the stream below with its reader, holds back what is not taken, and then delivers all of it', async () => {
    const pair = await streamPair({ capacity: 1 })
    const [a, b] = await secureBoth(pair)
    b.stream.pause()
    expect(pair[1].readStatus).toBe('paused')
    const block = new Uint8Array(60_000)
    for (let i = 0; i < 40; i++) a.stream.send(block)
    expect(a.stream.writableNeedsDrain).toBe(true)
    expect(a.stream.writeBufferLength).toBeGreaterThan(30 * block.length)

    let receivedBytes = 0
    const { promise: all, resolve } = Promise.withResolvers<void>()
    b.stream.addEventListener('message', (event) => {
      receivedBytes += event.data.byteLength
      if (receivedBytes === 40 * block.length) resolve()
    })
    b.stream.resume()
    await all
    expect(pair[1].readStatus).toBe('readable')
  })
})

describe('a handshake in a stream is refused', () => {
  it.each([
    ['where the two see different transports', { bindings: [binding, new Uint8Array(64)] }, 'CHANNEL_DECRYPT_FAILED'],
    [
      'where another peer answers than the connection is with',
      { responder: channelOf(otherKey).channel },
      'CHANNEL_PEER_MISMATCH',
    ],
    [
      'where the other is of another network',
      { responder: channelOf(bobKey, { chainId: new Uint8Array(32) }).channel },
      'CHANNEL_DECRYPT_FAILED',
    ],
  ])('%s', async (_, changes, expected) => {
    const pair = await streamPair()
    const {
      initiator = alice,
      responder = bob,
      bindings = [binding, binding],
    } = changes as {
      initiator?: SecureChannel
      responder?: SecureChannel
      bindings?: Uint8Array[]
    }
    const codes = await Promise.all([
      codeOf(initiator.secureStream(pair[0], connectionTo(bobKey, 'outbound'), { transportBinding: bindings[0]! })),
      codeOf(responder.secureStream(pair[1], connectionTo(aliceKey, 'inbound'), { transportBinding: bindings[1]! })),
    ])
    expect(codes).toEqual([expected, 'CHANNEL_CLOSED'])
    expect(pair[0].status).toBe('aborted')
  })

  it('where the transport cannot be told', async () => {
    const pair = await streamPair()
    expect(await codeOf(alice.secureStream(pair[0], connectionTo(bobKey, 'outbound')))).toBe(
      'CHANNEL_TRANSPORT_UNBOUND',
    )
  })

  it('when a message announces another length than it must have, before it has come', async () => {
    const pair = await streamPair()
    const { channel, refusals } = channelOf(bobKey)
    const result = codeOf(
      channel.secureStream(pair[1], connectionTo(aliceKey, 'inbound'), { transportBinding: binding }),
    )
    pair[0].send(Uint8Array.of(0xff, 0xff))
    expect(await result).toBe('CHANNEL_MESSAGE_LENGTH')
    expect(refusals).toMatchObject([{ code: 'CHANNEL_MESSAGE_LENGTH', direction: 'inbound' }])
  })

  it('when nothing comes, or no more, in its time', async () => {
    for (const beginning of [new Uint8Array(), Uint8Array.of(4), Uint8Array.of(4, 192, 1, 2, 3)]) {
      const clock = new ManualClock()
      const pair = await streamPair()
      const { channel } = channelOf(bobKey, { scheduler: clock })
      const result = codeOf(
        channel.secureStream(pair[1], connectionTo(aliceKey, 'inbound'), { transportBinding: binding }),
      )
      pair[0].send(beginning)
      // The deadline is set once the key of this node is ready.
      await expect
        .poll(() => {
          clock.advance(limits.handshakeTimeoutMs)
          return pair[1].status
        })
        .toBe('aborted')
      expect(await result).toBe('CHANNEL_TIMEOUT')
    }
  })

  it('whatever bytes come instead of a message (property)', async () => {
    const first = Uint8Array.of(1_216 >> 8, 1_216 & 0xff)
    const bytes = fc.oneof(
      fc.uint8Array({ minLength: 2, maxLength: 3_000 }),
      // Of the right length, so that it is read as a message, and answered: then what follows is read as the third.
      fc
        .tuple(fc.uint8Array({ minLength: 1_216, maxLength: 1_216 }), fc.uint8Array({ minLength: 162, maxLength: 400 }))
        .map(([message, more]) => Uint8Array.from([...first, ...message, 0, 160, ...more])),
    )
    await fc.assert(
      fc.asyncProperty(bytes, async (sent) => {
        const pair = await streamPair()
        const result = codeOf(
          bob.secureStream(pair[1], connectionTo(aliceKey, 'inbound'), { transportBinding: binding }),
        )
        pair[0].send(sent)
        await pair[0].close()
        expect(await result).toMatch(/^CHANNEL_/)
        expect(pair[1].status).toBe('aborted')
      }),
      { numRuns: 60 },
    )
  })

  it('when its caller gives up', async () => {
    const pair = await streamPair()
    const options = { transportBinding: binding, signal: AbortSignal.abort() }
    expect(await codeOf(bob.secureStream(pair[1], connectionTo(aliceKey, 'inbound'), options))).toBe('CHANNEL_TIMEOUT')
  })
})

describe('making a channel', () => {
  it('is refused for a validator that would take classical peers, and for a key that is not Ed25519', async () => {
    const deps = { privateKey: aliceKey!, scheduler: realScheduler }
    expect(() => createSecureChannel({ chainId: testChainId, allowClassical: true, isValidator: true }, deps)).toThrow(
      expect.objectContaining({ code: 'CHANNEL_CLASSICAL_FORBIDDEN' }),
    )
    const privateKey = await generateKeyPair('secp256k1')
    expect(() => createSecureChannel({ chainId: testChainId }, { ...deps, privateKey })).toThrow(
      expect.objectContaining({ code: 'CHANNEL_KEY_UNSUPPORTED' }),
    )
  })
})
