import { once } from 'node:events'
import { createConnection, createServer, type Server, type Socket } from 'node:net'
import { join } from 'node:path'
import { createORPCClient } from '@orpc/client'
import { RPCLink } from '@orpc/client/message-port'
import { os } from '@orpc/server'
import { RPCHandler } from '@orpc/server/message-port'
import { afterEach, describe, expect, it } from 'vitest'
import { ManualClock } from '../../core/clock.ts'
import { temporaryFolder } from '../test-support/temporary-folder.ts'
import { encodeFrame } from './frame.ts'
import { createFramedSocketPort, type FramedSocketPort, type FramedSocketPortOptions } from './framed-socket-port.ts'
import { encodeGreeting } from './greeting.ts'

const folder = temporaryFolder('framed')
const open: { destroy(): void }[] = []
let servers: Server[] = []
let nextPath = 0

/** Two ends of one connection. */
async function socketPair(): Promise<[Socket, Socket]> {
  const path = join(folder, `${nextPath++}.sock`)
  const server = createServer()
  servers.push(server)
  server.listen(path)
  await once(server, 'listening')
  const accepted = once(server, 'connection') as Promise<[Socket]>
  const one = createConnection(path)
  await once(one, 'connect')
  const [other] = await accepted
  open.push(one, other)
  return [one, other]
}

function port(
  socket: Socket,
  options: Partial<FramedSocketPortOptions> = {},
  clock = new ManualClock(),
): FramedSocketPort {
  return createFramedSocketPort(socket, { side: 'client', binary: true, ...options }, { scheduler: clock })
}

const nextMessage = (end: FramedSocketPort): Promise<string | Uint8Array> =>
  new Promise((resolve) => end.addEventListener('message', ({ data }) => resolve(data)))

afterEach(() => {
  for (const end of open.splice(0)) end.destroy()
  for (const server of servers) server.close()
  servers = []
})

describe('createFramedSocketPort', () => {
  it('carries text and bytes both ways, whole, and what was posted before the greeting', async () => {
    const [a, b] = await socketPair()
    const client = port(a)
    client.postMessage('héllo ☂')
    const node = port(b, { side: 'node' })
    expect(await nextMessage(node)).toBe('héllo ☂')
    const big = Uint8Array.from({ length: 1_000_000 }, (_, i) => (i * 7) & 0xff)
    const received = nextMessage(client)
    node.postMessage(big)
    expect(Buffer.compare((await received) as Uint8Array, big)).toBe(0)
  })

  it('is a MessagePort to the RPC library, on both ends', async () => {
    const [a, b] = await socketPair()
    const router = { double: os.handler(({ input }) => (input as number) * 2) }
    new RPCHandler(router).upgrade(port(b, { side: 'node' }))
    const client = createORPCClient<{ double(input: number): Promise<number> }>(new RPCLink({ port: port(a) }))
    expect(await client.double(21)).toBe(42)
  })

  it.each([
    ['client', 1, 2, 'client'],
    ['client', 2, 1, 'node'],
  ] as const)(
    'a %s of version %i meeting a node of version %i learns that the %s is older',
    async (_, ours, theirs, older) => {
      const [a, b] = await socketPair()
      const client = port(a, { side: 'client', version: ours })
      const node = port(b, { side: 'node', version: theirs })
      await expect(client.greeted).rejects.toMatchObject({ code: 'PROTOCOL_MISMATCH', details: { older } })
      await expect(node.greeted).rejects.toMatchObject({ code: 'PROTOCOL_MISMATCH', details: { older } })
      expect((await client.closed)?.code).toBe('PROTOCOL_MISMATCH')
    },
  )

  it.each([
    ['another protocol', Buffer.from('HTTP/1.1 400 Bad Request\r\n\r\n')],
    ['a message instead of a greeting', encodeFrame('text', Buffer.from('{}'))],
    ['a greeting of something else', encodeFrame('greeting', Buffer.from('{"protocol":"x","version":1}'))],
    ['a greeting that is too long', encodeFrame('greeting', new Uint8Array(300))],
  ])('gives up on %s', async (_, bytes) => {
    const [a, b] = await socketPair()
    const client = port(a)
    b.write(bytes)
    await expect(client.greeted).rejects.toMatchObject({ code: 'PROTOCOL_UNKNOWN' })
  })

  it('gives up on silence after the time-out, and not before', async () => {
    const [a] = await socketPair()
    const clock = new ManualClock()
    const client = port(a, { greetingTimeoutMs: 1_000 }, clock)
    clock.advance(999)
    expect(a.destroyed).toBe(false)
    clock.advance(1)
    await expect(client.greeted).rejects.toMatchObject({ code: 'GREETING_TIMEOUT' })
    expect(a.destroyed).toBe(true)
  })

  it.each([
    ['garbage', Buffer.from([0xff, 0xff, 0xff, 0xff, 1])],
    ['text that is no UTF-8', encodeFrame('text', Uint8Array.of(0xff))],
    ['text that is not accepted', encodeFrame('text', Buffer.from('no'))],
    ['bytes where none are expected', encodeFrame('binary', Uint8Array.of(1))],
    ['a second greeting', encodeFrame('greeting', encodeGreeting())],
  ])('ends the connection on %s, and delivers nothing', async (_, bytes) => {
    const [a, b] = await socketPair()
    const node = port(a, { side: 'node', binary: false, accepts: (text) => text !== 'no' })
    let delivered = 0
    node.addEventListener('message', () => (delivered += 1))
    b.write(encodeFrame('greeting', encodeGreeting()))
    await node.greeted
    b.write(bytes)
    expect((await node.closed)?.code).toBe('MESSAGE_MALFORMED')
    expect(delivered).toBe(0)
  })

  it('drops a reader that never reads, and holds no more than the limit for it', async () => {
    const [a, b] = await socketPair()
    const node = port(a, { side: 'node', maxUnsentBytes: 500_000 })
    b.write(encodeFrame('greeting', encodeGreeting()))
    await node.greeted
    b.pause()
    const message = 'x'.repeat(100_000)
    let ended = false
    node.addEventListener('close', () => (ended = true))
    let posted = 0
    while (!ended && posted < 1_000) {
      node.postMessage(message)
      posted += 1
    }
    expect((await node.closed)?.code).toBe('READER_TOO_SLOW')
    expect(posted).toBeLessThan(100)
  })

  it('refuses to send what the other side would refuse', async () => {
    const [a, b] = await socketPair()
    const client = port(a, { maxFrameBytes: 100 })
    port(b, { side: 'node' })
    await client.greeted
    client.postMessage('x'.repeat(100))
    expect((await client.closed)?.code).toBe('MESSAGE_TOO_LARGE')
  })

  it('says once that the connection ended, and is silent after it', async () => {
    const [a, b] = await socketPair()
    const client = port(a)
    const node = port(b, { side: 'node' })
    await Promise.all([client.greeted, node.greeted])
    let closes = 0
    client.addEventListener('close', () => (closes += 1))
    node.close()
    expect(await client.closed).toBeUndefined()
    client.destroy()
    expect(closes).toBe(1)
    expect(() => node.postMessage('nobody there')).not.toThrow()
    // A call made now would wait for ever.
    expect(() => client.postMessage('too late')).toThrow(expect.objectContaining({ code: 'CONNECTION_LOST' }))
  })
})
