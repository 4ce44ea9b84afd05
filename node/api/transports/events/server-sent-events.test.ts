import { once } from 'node:events'
import { createConnection, type Socket } from 'node:net'
import { describe, expect, it } from 'vitest'
import { eventLimits } from '../../handlers/index.ts'
import { transactionEvent } from '../../test-support/fake-events.ts'
import type { Listening } from '../../test-support/listening.ts'
import { collectedBytes } from '../../test-support/memory.ts'
import { eventually, setUpServing } from '../../test-support/serving.ts'
import { eventsPath, serverSentEventLimits } from './index.ts'

const { serve, cleanUp } = setUpServing('server-sent-events')

interface Sent {
  readonly id: string | undefined
  readonly event: string
  readonly data: Record<string, unknown>
}

/** Reads a stream as the standard says: blocks of lines, a blank line between them. */
async function* blocks(response: Response): AsyncGenerator<Sent> {
  const decoder = new TextDecoder()
  let text = ''
  for await (const chunk of response.body as unknown as AsyncIterable<Uint8Array>) {
    text += decoder.decode(chunk, { stream: true })
    for (let end = text.indexOf('\n\n'); end !== -1; end = text.indexOf('\n\n')) {
      const lines = new Map(
        text
          .slice(0, end)
          .split('\n')
          .map((line) => line.split(/: (.*)/s) as [string, string]),
      )
      text = text.slice(end + 2)
      yield { id: lines.get('id'), event: lines.get('event') ?? '', data: JSON.parse(lines.get('data') ?? '') }
    }
  }
}

async function open(
  { listener, ownerToken }: Listening,
  { query = '', headers = {}, token = ownerToken }: { query?: string; headers?: object; token?: string } = {},
): Promise<{ response: Response; sent: AsyncGenerator<Sent> }> {
  const controller = new AbortController()
  cleanUp(() => controller.abort())
  const response = await fetch(`${listener.url}${eventsPath}${query}`, {
    headers: { accept: 'text/event-stream', authorization: `Bearer ${token}`, ...headers },
    signal: controller.signal,
  })
  return { response, sent: blocks(response) }
}

async function take(sent: AsyncGenerator<Sent>, count: number): Promise<Sent[]> {
  const taken: Sent[] = []
  while (taken.length < count) taken.push((await sent.next()).value as Sent)
  return taken
}

describe('server-sent events', () => {
  it('are CloudEvents whose id is the cursor', async () => {
    const listening = await serve()
    const { response, sent } = await open(listening)
    expect(response.status).toBe(200)
    expect(response.headers.get('content-type')).toBe('text/event-stream')
    expect(response.headers.get('cache-control')).toBe('no-store')
    expect(await take(sent, 1)).toEqual([
      {
        id: 'run1.0',
        event: 'subscribed',
        data: { type: 'subscribed', position: 'run1.0', heartbeatMs: eventLimits.heartbeatMs },
      },
    ])
    listening.fake.events.publish(transactionEvent('Finalized', 'a', { outcome: 'ok', fee: '7', commitIndex: 3 }), [
      'a',
    ])
    expect(await take(sent, 1)).toMatchObject([
      {
        id: 'run1.1',
        event: 'transaction.finalized',
        data: { specversion: '1.0', id: 'run1.1', sequence: 1, data: { outcome: 'ok', fee: '7' } },
      },
    ])
  })

  it.each([
    ['Last-Event-ID', { headers: { 'last-event-id': 'run1.3' } }],
    ['the parameter', { query: '?after=run1.3' }],
    [
      'Last-Event-ID before the parameter, which stays in the address of a reader that resumes',
      {
        query: '?after=run1.1',
        headers: { 'last-event-id': 'run1.3' },
      },
    ],
  ])('resume after %s', async (_, options) => {
    const listening = await serve()
    listening.fake.events.publishCheckpoints(5)
    const { sent } = await open(listening, options)
    expect((await take(sent, 3)).map(({ id }) => id)).toEqual(['run1.3', 'run1.4', 'run1.5'])
  })

  it('are all there, in order, for a reader that reads, many more than may be unacknowledged', async () => {
    const listening = await serve()
    const { sent } = await open(listening)
    await take(sent, 1)
    listening.fake.events.publishCheckpoints(8_000)
    expect((await take(sent, 8_000)).map(({ id }) => id)).toEqual(
      Array.from({ length: 8_000 }, (_, i) => `run1.${i + 1}`),
    )
  })

  it('are chosen by type, in lists with commas or repeated', async () => {
    const listening = await serve()
    const { sent } = await open(listening, {
      query: '?types=transaction.signed,transaction.confirmed&types=checkpoint.*',
    })
    await take(sent, 1)
    for (const state of ['Signed', 'Voting', 'Confirmed']) listening.fake.events.publish(transactionEvent(state, 'a'))
    listening.fake.events.publishCheckpoints(1)
    expect((await take(sent, 3)).map(({ event }) => event)).toEqual([
      'transaction.signed',
      'transaction.confirmed',
      'checkpoint.created',
    ])
  })

  it('say when history is gone, and keep the reader’s place until there is a better one', async () => {
    const listening = await serve()
    listening.fake.events.publishCheckpoints(25_000)
    const { sent } = await open(listening, { headers: { 'last-event-id': 'run1.1' } })
    expect((await take(sent, 2))[1]).toEqual({
      id: undefined,
      event: 'gap',
      data: { type: 'gap', next: 'run1.25001', reason: 'history-gone', ended: false },
    })
  })

  it('say in a heartbeat how far they are', async () => {
    const listening = await serve()
    const { sent } = await open(listening, { query: '?types=transaction.*' })
    await take(sent, 1)
    listening.fake.events.publishCheckpoints(2)
    const beat = take(sent, 1)
    await new Promise((resolve) => setImmediate(resolve))
    listening.clock.advance(eventLimits.heartbeatMs)
    expect(await beat).toEqual([{ id: 'run1.2', event: 'heartbeat', data: { type: 'heartbeat', position: 'run1.2' } }])
  })

  it.each([
    ['without a token', { headers: { authorization: '' } }, 401, 'TOKEN_INVALID'],
    ['with a token in the query', { query: '?access_token=x' }, 400, 'TOKEN_IN_QUERY'],
    ['in another media type', { headers: { accept: 'application/json' } }, 406, 'NOT_ACCEPTABLE'],
    ['of a type that never comes', { query: '?types=x' }, 400, 'INPUT_INVALID'],
    ['of no type', { query: '?types=' }, 400, 'INPUT_INVALID'],
    ['after a cursor that is none', { headers: { 'last-event-id': '7' } }, 400, 'INPUT_INVALID'],
    ['by a parameter that is none', { query: '?type=transaction.signed' }, 400, 'INPUT_INVALID'],
    ['of an account that is none', { query: '?accounts=nobody' }, 404, 'ACCOUNT_UNKNOWN'],
  ])('%s are refused with a problem document', async (_, options, status, code) => {
    const listening = await serve()
    const { response } = await open(listening, options)
    expect(response.status).toBe(status)
    expect(response.headers.get('content-type')).toBe('application/problem+json')
    expect(await response.json()).toMatchObject({ status, code })
    expect(listening.fake.events.subscribers).toBe(0)
  })

  it('need the scope read', async () => {
    const listening = await serve()
    const { response } = await open(listening, { token: listening.addToken('submitter', ['submit']) })
    expect(response.status).toBe(403)
  })

  it('are limited, and a stream that ends gives its place back', async () => {
    const listening = await serve({ serverSentEventLimits: { maxStreamsPerCaller: 1 } })
    const controller = new AbortController()
    const ask = (signal: AbortSignal): Promise<Response> =>
      fetch(`${listening.listener.url}${eventsPath}`, {
        headers: { authorization: `Bearer ${listening.ownerToken}` },
        signal,
      })
    expect((await ask(controller.signal)).status).toBe(200)
    const refused = await ask(new AbortController().signal)
    expect(refused.status).toBe(429)
    expect(await refused.json()).toMatchObject({ code: 'TOO_MANY_CONNECTIONS' })
    const other = await open(listening, { token: listening.addToken('reader', ['read']) })
    expect(other.response.status).toBe(200)
    controller.abort()
    await eventually(() => listening.fake.events.subscribers === 1)
    const last = new AbortController()
    cleanUp(() => last.abort())
    await expect.poll(async () => (await ask(last.signal)).status).toBe(200)
  })

  it('answer HEAD without a stream', async () => {
    const listening = await serve()
    const response = await fetch(`${listening.listener.url}${eventsPath}`, {
      method: 'HEAD',
      headers: { authorization: `Bearer ${listening.ownerToken}` },
    })
    expect(response.status).toBe(200)
    expect(await response.text()).toBe('')
    expect(listening.fake.events.subscribers).toBe(0)
  })

  it('end with the listener', async () => {
    const listening = await serve()
    const { sent } = await open(listening)
    await take(sent, 1)
    const end = sent.next()
    await listening.close()
    expect((await end).done).toBe(true)
    expect(listening.fake.events.subscribers).toBe(0)
  })

  it('that are never read cost no memory, and their connection is dropped after a while', async () => {
    const listening = await serve()
    const socket = await unread(listening)
    await eventually(() => listening.fake.events.subscribers === 1)
    const heapBytes = collectedBytes()
    // 40 MB as text: far more than the system's buffers take, and than the node's history holds.
    for (let round = 0; round < 100; round++) {
      listening.fake.events.publishCheckpoints(1_000)
      // As many turns as it takes to give them out.
      for (let given = 0; given < 1_000; given += eventLimits.eventsATurn)
        await new Promise((resolve) => setImmediate(resolve))
    }
    // The history may have grown to its bound, and nothing else.
    expect(collectedBytes() - heapBytes).toBeLessThan(25e6)
    expect(listening.fake.events.subscribers).toBeLessThanOrEqual(1)
    const closed = once(socket, 'close')
    listening.clock.advance(serverSentEventLimits.maxStalledMs)
    socket.resume()
    await closed
    expect(listening.fake.events.subscribers).toBe(0)
  })
})

/** A connection that asks and never reads the answer. */
async function unread({ listener, ownerToken }: Listening): Promise<Socket> {
  const socket = createConnection({ port: listener.port, host: '127.0.0.1' })
  socket.on('error', () => undefined)
  socket.pause()
  cleanUp(() => socket.destroy())
  await once(socket, 'connect')
  socket.write(
    `GET ${eventsPath} HTTP/1.1\r\nHost: 127.0.0.1:${listener.port}\r\nAuthorization: Bearer ${ownerToken}\r\n\r\n`,
  )
  return socket
}
