import { once } from 'node:events'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { WebSocket } from 'ws'
import { eventLimits } from '../../handlers/index.ts'
import { transactionEvent } from '../../test-support/fake-events.ts'
import { fakeAddress } from '../../test-support/fake-services.ts'
import { clientFrame, type Listening, rawUpgrade } from '../../test-support/listening.ts'
import { collectedBytes } from '../../test-support/memory.ts'
import { eventually, setUpServing } from '../../test-support/serving.ts'
import { webSocketLimits } from '../websocket/index.ts'
import { eventsPath } from './index.ts'

const { serve, cleanUp } = setUpServing('web-socket-events')

/** Any message of the node, as loosely as a program in another language sees it. */
type Message = { type: string; id?: string; position?: string } & Record<string, unknown>

class Reader {
  readonly socket: WebSocket
  readonly closed: Promise<[code: number, reason: string]>
  readonly #messages: Message[] = []
  #wake: (() => void) | undefined

  constructor(socket: WebSocket) {
    this.socket = socket
    socket.on('error', () => undefined)
    socket.on('message', (data) => {
      this.#messages.push(JSON.parse(data.toString()))
      this.#wake?.()
    })
    this.closed = once(socket, 'close').then(([code, reason]) => {
      this.#wake?.()
      return [code, String(reason)]
    })
  }

  send(message: object): void {
    this.socket.send(JSON.stringify(message))
  }

  /** The next message; undefined at the end. */
  async next(): Promise<Message | undefined> {
    while (this.#messages.length === 0) {
      if (this.socket.readyState === this.socket.CLOSED) return undefined
      await new Promise<void>((resolve) => {
        this.#wake = resolve
      })
    }
    return this.#messages.shift()
  }

  async take(count: number): Promise<Message[]> {
    const taken: Message[] = []
    while (taken.length < count) {
      const message = await this.next()
      if (message === undefined) break
      taken.push(message)
    }
    return taken
  }
}

async function open(
  { listener, ownerToken }: Listening,
  { token = ownerToken, protocol = 'qudag.events.v1' }: { token?: string; protocol?: string } = {},
): Promise<Reader> {
  const url = `${listener.url.replace('http', 'ws')}${eventsPath}`
  const reader = new Reader(new WebSocket(url, [protocol, `bearer.${token}`]))
  cleanUp(() => reader.socket.terminate())
  await once(reader.socket, 'open')
  return reader
}

async function subscribed(listening: Listening, query: object = {}): Promise<Reader> {
  const reader = await open(listening)
  reader.send({ type: 'subscribe', ...query })
  expect(await reader.next()).toMatchObject({ type: 'subscribed' })
  return reader
}

const ids = (messages: readonly Message[]): (string | undefined)[] => messages.map(({ id }) => id)
const range = (from: number, to: number): string[] =>
  Array.from({ length: to - from + 1 }, (_, i) => `run1.${from + i}`)

describe('events over WebSocket', () => {
  it('are CloudEvents, from the subscription on', async () => {
    const listening = await serve()
    const alice = fakeAddress(0)
    listening.fake.events.publishCheckpoints(4)
    const reader = await open(listening)
    reader.send({ type: 'subscribe' })
    expect(await reader.next()).toEqual({
      type: 'subscribed',
      position: 'run1.4',
      credit: 1_000,
      heartbeatMs: eventLimits.heartbeatMs,
    })
    listening.fake.events.publish(transactionEvent('Confirmed', alice), [alice])
    expect(await reader.next()).toEqual({
      specversion: '1.0',
      id: 'run1.5',
      source: '/chains/c0',
      type: 'transaction.confirmed',
      subject: 'ab'.repeat(32),
      time: '2025-06-15T15:06:40.004Z',
      datacontenttype: 'application/json',
      sequence: 5,
      data: { txId: 'ab'.repeat(32), state: 'Confirmed', account: alice, nonce: 1, provisional: true },
    })
  })

  it('are chosen by type', async () => {
    const listening = await serve()
    const reader = await subscribed(listening, { types: ['transaction.*'] })
    listening.fake.events.publishCheckpoints(2)
    listening.fake.events.publish(transactionEvent('Signed', 'a'), ['a'])
    expect(await reader.next()).toMatchObject({ id: 'run1.3', type: 'transaction.signed' })
  })

  it('go on after a reconnect where they were, wherever that was (property)', async () => {
    const listening = await serve()
    let published = 0
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 40 }), fc.nat(40), async (count, cut) => {
        listening.fake.events.publishCheckpoints(count)
        published += count
        const from = Math.max(0, published - cut)
        const reader = await subscribed(listening, { after: `run1.${from}` })
        expect(ids(await reader.take(published - from))).toEqual(range(from + 1, published))
        reader.socket.terminate()
      }),
      { numRuns: 30 },
    )
  })

  it('say in a heartbeat how far they are', async () => {
    const listening = await serve()
    const reader = await subscribed(listening, { types: ['transaction.finalized'] })
    listening.fake.events.publishCheckpoints(3)
    const beat = reader.next()
    await eventually(() => {
      listening.clock.advance(eventLimits.heartbeatMs)
      return true
    })
    expect(await beat).toEqual({ type: 'heartbeat', position: 'run1.3' })
  })

  it('go on as long as they are acknowledged', async () => {
    const listening = await serve()
    const reader = await subscribed(listening)
    listening.fake.events.publishCheckpoints(4_000)
    for (let from = 1; from < 4_000; from += 500) {
      expect(ids(await reader.take(500))).toEqual(range(from, from + 499))
      reader.send({ type: 'ack', id: `run1.${from + 499}` })
    }
  })

  it('end at 1,000 that are not acknowledged, with the notice and a code, and can be resumed', async () => {
    const listening = await serve()
    const reader = await subscribed(listening)
    listening.fake.events.publishCheckpoints(1_500)
    expect(ids(await reader.take(1_000))).toEqual(range(1, 1_000))
    await eventually(() => {
      listening.clock.advance(eventLimits.acknowledgeGraceMs)
      return listening.fake.events.subscribers === 0
    })
    const [gap] = (await reader.take(99)).filter(({ type }) => type !== 'heartbeat')
    expect(gap).toEqual({ type: 'gap', next: 'run1.1001', reason: 'unacknowledged', ended: true })
    expect(await reader.closed).toEqual([4429, 'GAP'])
    const resumed = await subscribed(listening, { after: 'run1.1000' })
    expect(ids(await resumed.take(500))).toEqual(range(1_001, 1_500))
  })

  it('say that what is asked for is gone, or of another run, and go on', async () => {
    const listening = await serve()
    listening.fake.events.publishCheckpoints(25_000)
    const late = await subscribed(listening, { after: 'run1.1' })
    expect(await late.next()).toEqual({ type: 'gap', next: 'run1.25001', reason: 'history-gone', ended: false })
    listening.fake.events.publishCheckpoints(1)
    expect(await late.next()).toMatchObject({ id: 'run1.25001' })
    listening.fake.events.restart()
    expect(await late.closed).toEqual([1001, 'NODE_STOPPING'])
    const other = await subscribed(listening, { after: 'run1.25001' })
    expect(await other.next()).toEqual({ type: 'gap', next: 'run2.1', reason: 'other-run', ended: false })
  })

  it('need the scope read', async () => {
    const listening = await serve()
    const { status, body } = await rawUpgrade(listening, {
      path: eventsPath,
      protocols: `qudag.events.v1, bearer.${listening.addToken('submitter', ['submit'])}`,
    })
    expect(status).toBe(403)
    expect(JSON.parse(await body())).toMatchObject({ code: 'SCOPE_REQUIRED', details: { scope: 'read' } })
  })

  it('take the subprotocol of the calls too, for clients with one list', async () => {
    const listening = await serve()
    expect((await open(listening, { protocol: 'qudag.rpc.v1' })).socket.protocol).toBe('qudag.rpc.v1')
    expect((await open(listening)).socket.protocol).toBe('qudag.events.v1')
  })

  it('end when their reader leaves', async () => {
    const listening = await serve()
    const reader = await subscribed(listening)
    expect(listening.fake.events.subscribers).toBe(1)
    reader.socket.terminate()
    await eventually(() => listening.fake.events.subscribers === 0 && listening.streams.connections === 0)
  })

  it('end with the node', async () => {
    const listening = await serve()
    const reader = await subscribed(listening)
    await listening.close()
    expect(await reader.closed).toEqual([1001, 'NODE_STOPPING'])
  })
})

describe('a connection for events', () => {
  it('that does not subscribe in time is closed', async () => {
    const listening = await serve()
    const reader = await open(listening)
    listening.clock.advance(webSocketLimits.subscribeTimeoutMs)
    expect(await reader.closed).toEqual([4408, 'NO_SUBSCRIPTION'])
  })

  it.each([
    ['no JSON', ['{'], ''],
    ['another type', ['{"type":"publish"}'], 'type'],
    ['a type of event that never comes', ['{"type":"subscribe","types":["x"]}'], 'types.0'],
    ['a field that is not declared', ['{"type":"subscribe","filter":1}'], ''],
    ['a cursor that is none', ['{"type":"subscribe","after":"7"}'], 'after'],
    ['too much credit', ['{"type":"subscribe","credit":5000}'], 'credit'],
    ['an acknowledgement without a subscription', ['{"type":"ack","id":"run1.1"}'], 'id'],
    ['a second subscription', ['{"type":"subscribe"}', '{"type":"subscribe"}'], 'type'],
    ['an acknowledgement of what was not sent', ['{"type":"subscribe"}', '{"type":"ack","id":"run1.9"}'], 'id'],
  ])('that sends %s is told and closed', async (_, texts, field) => {
    const listening = await serve()
    const reader = await open(listening)
    for (const text of texts) reader.socket.send(text)
    const told = (await reader.take(2)).find(({ type }) => type === 'error')
    expect(told).toMatchObject({ type: 'error', code: 'INPUT_INVALID', details: { field } })
    expect(await reader.closed).toEqual([4400, 'INPUT_INVALID'])
    await eventually(() => listening.fake.events.subscribers === 0)
  })

  it('that names an account which is none is told, with the code of the contract', async () => {
    const listening = await serve()
    const reader = await open(listening)
    reader.send({ type: 'subscribe', accounts: ['nobody'] })
    expect(await reader.next()).toMatchObject({ type: 'error', code: 'ACCOUNT_UNKNOWN', details: {} })
    expect(await reader.closed).toEqual([4403, 'ACCOUNT_UNKNOWN'])
  })

  it('that sends more than its token may ask in a time is told, and closed', async () => {
    const listening = await serve({ httpLimits: { tokenQuota: 3, quotaWindowSeconds: 1_000 } })
    const reader = await subscribed(listening)
    listening.fake.events.publishCheckpoints(1)
    expect(await reader.next()).toMatchObject({ id: 'run1.1' })
    for (let i = 0; i < 3; i++) reader.send({ type: 'ack', id: 'run1.1' })
    expect(await reader.next()).toMatchObject({
      type: 'error',
      code: 'RATE_LIMITED',
      details: { retryAfterMs: expect.any(Number) },
    })
    expect(await reader.closed).toEqual([4429, 'RATE_LIMITED'])
  })

  it('that sends a long message or bytes is closed', async () => {
    const listening = await serve()
    const long = await open(listening)
    long.socket.send('x'.repeat(webSocketLimits.maxEventMessageBytes + 1))
    expect((await long.closed)[0]).toBe(1009)
    const binary = await open(listening)
    binary.socket.send(Uint8Array.of(1))
    expect((await binary.closed)[0]).toBe(1003)
  })

  it('that never reads costs no memory, however much happens, and is told and dropped', {
    timeout: 60_000,
  }, async () => {
    const listening = await serve()
    const { socket } = await rawUpgrade(listening, {
      path: eventsPath,
      protocols: `qudag.events.v1, bearer.${listening.ownerToken}`,
    })
    socket.write(clientFrame(1, '{"type":"subscribe"}'))
    await eventually(() => listening.fake.events.subscribers === 1)
    const heapBytes = collectedBytes()
    // Of a size that a credit of them is more than the system's buffers take.
    const large = transactionEvent('Finalized', 'a', {
      outcome: 'failed',
      code: 'X'.repeat(20_000),
      fee: '1',
      commitIndex: 1,
    })
    while (listening.fake.events.subscribers > 0) {
      listening.fake.events.publish(large, ['a'])
      await new Promise((resolve) => setImmediate(resolve))
    }
    const text: string[] = []
    socket.on('data', (chunk: Buffer) => text.push(chunk.toString('latin1'))).resume()
    if (!socket.destroyed) await once(socket, 'close')
    const isTold = /\{"type":"gap","next":"run1\.\d+","reason":"slow-reader","ended":true\}/.test(text.join(''))
    expect(isTold).toBe(true)
    text.splice(0)
    listening.fake.events.publishCheckpoints(100_000)
    // 40 MB as text. The history may have grown to its bound, and nothing else.
    expect(collectedBytes() - heapBytes).toBeLessThan(25e6)
    await eventually(() => listening.streams.connections === 0)
  })
})
