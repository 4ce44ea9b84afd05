/** A connection inside the channel over libp2p's pair of connections in memory: back-pressure, bounds, and how it ends. */
import { generateKeyPair } from '@libp2p/crypto/keys'
import type { MessageStream, MultiaddrConnection, SecuredConnection } from '@libp2p/interface'
import type { NoiseComponents } from '@libp2p/noise'
import { multiaddrConnectionPair } from '@libp2p/utils'
import { yamux } from '@libp2p/yamux'
import { describe, expect, it } from 'vitest'
import { utf8 } from '../../core/bytes.ts'
import { limits } from './limits.ts'
import { createSecureChannel } from './secure-channel.ts'
import { realScheduler, testChainId } from './test-support.ts'

const [oneKey, otherKey] = await Promise.all([0, 1].map(() => generateKeyPair('Ed25519')))

interface Ends {
  /** Below the channel, and inside it. */
  readonly below: readonly [MultiaddrConnection, MultiaddrConnection]
  readonly inside: readonly [MessageStream, MessageStream]
}

async function connect(): Promise<Ends> {
  const below = multiaddrConnectionPair({ capacity: 1 })
  const [one, other] = [oneKey, otherKey].map((privateKey) => {
    const channel = createSecureChannel({ chainId: testChainId }, { privateKey: privateKey!, scheduler: realScheduler })
    return channel.encrypters[0]!({} as NoiseComponents)
  })
  const secured: SecuredConnection[] = await Promise.all([
    one!.secureOutbound(below[0]),
    other!.secureInbound(below[1]),
  ])
  return { below, inside: [secured[0]!.connection, secured[1]!.connection] }
}

/** Resolves when so many bytes have come. */
function received(reader: MessageStream, bytes: number): Promise<void> {
  let soFar = 0
  return new Promise((resolve) => {
    reader.addEventListener('message', (event) => {
      soFar += event.data.byteLength
      if (soFar === bytes) resolve()
    })
  })
}

const endOf = (stream: MessageStream): Promise<Error | undefined> =>
  new Promise((resolve) => stream.addEventListener('close', (event) => resolve(event.error), { once: true }))

describe('a connection inside the channel', () => {
  it('pauses the transport with its reader, seals no more than the transport takes, and then delivers all', async () => {
    const { below, inside } = await connect()
    const [writer, reader] = inside
    const block = new Uint8Array(60_000)
    reader.pause()
    for (let i = 0; i < 40; i++) writer.send(block)
    expect(writer.writableNeedsDrain).toBe(true)
    // What waits is plaintext of the writer: below there is one frame at most.
    expect(writer.writeBufferLength).toBeGreaterThan(30 * block.length)
    expect(below[0].writeBufferLength).toBeLessThan(3 * 65_537)
    const all = received(reader, 40 * block.length)
    reader.resume()
    await all
  })

  it('takes a stream that is opened in the moment of its end', async () => {
    for (const end of ['inside', 'below'] as const) {
      const { inside, below } = await connect()
      const [one, other] = inside
      const muxer = yamux()().createStreamMuxer(one)
      yamux()().createStreamMuxer(other)
      const opening = muxer.createStream()
      const uncaught: unknown[] = []
      const catchAll = (error: unknown): void => void uncaught.push(error)
      process.on('uncaughtException', catchAll)
      const ending = end === 'inside' ? one : below[0]
      ending.abort(new Error('banned'))
      const stream = await Promise.resolve(opening).catch(() => undefined)
      await new Promise((resolve) => setImmediate(resolve))
      process.off('uncaughtException', catchAll)
      expect(uncaught).toEqual([])
      expect(stream?.status).not.toBe('open')
      expect(one.send(Uint8Array.of(1))).toBe(false)
    }
  })

  it('hands its pause down, and its going on', async () => {
    const { below, inside } = await connect()
    const states: string[] = []
    const transport = below[1]
    const { pause, resume } = transport
    transport.pause = () => {
      states.push('paused')
      pause.call(transport)
    }
    transport.resume = () => {
      states.push('resumed')
      resume.call(transport)
    }
    inside[1].pause()
    inside[1].resume()
    expect(states).toEqual(['paused', 'resumed'])
  })

  it('is cut when its writer heeds no back-pressure: memory is bounded', async () => {
    const { inside } = await connect()
    const [writer, reader] = inside
    reader.pause()
    const ended = endOf(writer)
    const block = new Uint8Array(4_000_000)
    for (let bytes = 0; bytes <= limits.maxWriteBufferBytes + 3 * block.length; bytes += block.length) {
      writer.send(block)
      expect(writer.writeBufferLength).toBeLessThanOrEqual(limits.maxWriteBufferBytes + block.length)
    }
    expect([writer.send(block), writer.writeBufferLength]).toEqual([false, 0])
    expect((await ended)?.name).toBe('StreamBufferError')
  })

  it('ends at a frame that is not of it, for both sides, and hands on nothing after it', async () => {
    const { below, inside } = await connect()
    const [, reader] = inside
    const messages: Uint8Array[] = []
    reader.addEventListener('message', (event) => messages.push(event.data.subarray()))
    const ends = [endOf(inside[0]), endOf(inside[1])]
    // In one piece: a forged frame, and right behind it one that the writer sealed.
    const transport = below[0]
    const { send } = transport
    transport.send = (data) => send.call(transport, Uint8Array.from([0, 17, ...new Uint8Array(17), ...data.subarray()]))
    inside[0].send(utf8('afterwards'))
    expect(await ends[1]).toMatchObject({ code: 'CHANNEL_FRAME_INVALID' })
    expect(await ends[0]).toBeInstanceOf(Error)
    expect([messages, below[1].status]).toEqual([[], 'aborted'])
  })

  it('refuses a frame without content, of which it has none', async () => {
    const { inside } = await connect()
    const [writer, reader] = inside
    const ended = endOf(reader)
    // The one way to make such a frame: to be the other side, and not keep to it.
    ;(writer as unknown as { sendData(data: Uint8Array): unknown }).sendData(new Uint8Array())
    expect(await ended).toMatchObject({ code: 'CHANNEL_FRAME_INVALID' })
  })

  it('ends when the transport ends', async () => {
    const { below, inside } = await connect()
    const ends = inside.map(endOf)
    await below[0].close()
    expect(await Promise.all(ends)).toEqual([undefined, undefined])
    expect(inside.map(({ status }) => status)).toEqual(['closed', 'closed'])
  })
})
