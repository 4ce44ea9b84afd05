import { EventEmitter } from 'node:events'
import { MessageChannel, type MessagePort, Worker } from 'node:worker_threads'
import { afterEach, describe, expect, it } from 'vitest'
import { type Client, createClient, type PortLike } from '../../client/index.ts'
import type { EventMessage } from '../../contract/index.ts'
import { type ApiContext, ownerContext, windowContext } from '../../handlers/index.ts'
import { createFakeServices } from '../../test-support/fake-services.ts'
import { createMessagePortServer, type MessagePortServerOptions } from './index.ts'

const cleanUps: (() => unknown)[] = []
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp()
})

function serve(options: MessagePortServerOptions = {}) {
  const fake = createFakeServices()
  const faults: unknown[] = []
  const info = { pid: 1, chainId: 'c', network: 'dev', apiUrl: null, tokenFile: null, socket: '/s', dataDir: '/d' }
  const server = createMessagePortServer(options, {
    services: fake.services,
    info: () => info,
    reportFault: (fault) => faults.push(fault),
  })
  cleanUps.push(() => server.close())
  const ports = (context: ApiContext = ownerContext): MessagePort => {
    const { port1, port2 } = new MessageChannel()
    server.serve(port1, context)
    cleanUps.push(() => port2.close())
    return port2
  }
  const connect = (context?: ApiContext): Client => createClient({ kind: 'port', port: ports(context) })
  return { fake, faults, server, ports, connect }
}

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)

async function eventually(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setImmediate(resolve))
}

describe('createMessagePortServer', () => {
  it('answers calls, with secrets as bytes that are wiped behind them', async () => {
    const { fake, connect } = serve()
    const { api } = connect()
    const { phrase } = await api.vault.init({ password: bytes('correct horse') })
    expect(new TextDecoder().decode(phrase).split(' ')).toHaveLength(24)
    expect(fake.lastPhrase.bytes?.every((byte) => byte === 0)).toBe(true)
    expect((await api.node.status()).round).toBe(99)
    await expect(api.accounts.show({ account: 'nobody' })).rejects.toMatchObject({ code: 'ACCOUNT_UNKNOWN' })
  })

  it('lets a port do what its context says, and no more', async () => {
    const { connect } = serve()
    const { api } = connect({ scopes: ['read', 'secret'], secretChannel: false })
    expect((await api.node.status()).round).toBe(99)
    await expect(api.accounts.create({})).rejects.toMatchObject({ code: 'SCOPE_REQUIRED' })
    await expect(api.node.stop()).rejects.toMatchObject({ code: 'SCOPE_REQUIRED' })
    await expect(api.vault.unlock({ password: bytes('x') })).rejects.toMatchObject({ code: 'SECRET_CHANNEL_REQUIRED' })
  })

  it('lets the main window do everything but what takes or shows a secret', async () => {
    const { connect } = serve()
    const { api } = connect(windowContext)
    expect(await api.vault.lock()).toEqual({})
    expect(await api.vault.keepOpen()).toMatchObject({ exists: false })
    expect(await api.settings.set({ values: { autoLockMinutes: 5 } })).toMatchObject({ restartNeeded: false })
    await expect(api.vault.unlock({ password: bytes('x') })).rejects.toMatchObject({ code: 'SECRET_CHANNEL_REQUIRED' })
    await expect(api.node.browserLink()).rejects.toMatchObject({ code: 'SECRET_CHANNEL_REQUIRED' })
  })

  it('serves ports like those of Electron, that have `on` and an event with data', async () => {
    const { fake, server } = serve()
    const [one, other] = electronPorts()
    server.serve(one, ownerContext)
    const { api, events } = createClient({ kind: 'port', port: other })
    expect((await api.node.status()).round).toBe(99)
    const stream = events()
    const first = stream.next()
    await eventually(() => fake.events.subscribers === 1)
    fake.events.publishCheckpoints(1)
    expect((await first).value).toMatchObject({ id: 'run1.1' })
    other.close()
    await eventually(() => server.ports === 0 && fake.events.subscribers === 0)
  })

  it('is started on both ends: what was posted before anybody listened arrives', async () => {
    const { server } = serve()
    const { port1, port2 } = new MessageChannel()
    cleanUps.push(() => port2.close())
    port2.postMessage(JSON.stringify({ i: '1', p: { u: '/node/status', b: {} } }))
    const answer = new Promise((resolve) => port2.once('message', resolve))
    server.serve(port1, ownerContext)
    expect(JSON.parse((await answer) as string)).toMatchObject({ i: '1', p: { b: { json: { round: 99 } } } })
  })

  it('ends the streams of a port that has gone', async () => {
    const { fake, server, ports } = serve()
    const port = ports()
    const { api } = createClient({ kind: 'port', port })
    const stream = await api.events.subscribe({})
    await stream.next()
    expect(fake.events.subscribers).toBe(1)
    port.close()
    await eventually(() => server.ports === 0 && fake.events.subscribers === 0)
  })

  it('ends a stream that its caller cancels, and the port goes on', async () => {
    const { fake, connect } = serve()
    const { api } = connect()
    const stream = await api.events.subscribe({})
    await stream.next()
    await stream.return?.()
    await eventually(() => fake.events.subscribers === 0)
    expect((await api.node.status()).round).toBe(99)
  })

  it('limits the calls outstanding on a port, and frees them at their end', async () => {
    const { connect } = serve({ maxOutstandingCalls: 2 })
    const { api } = connect()
    const streams = [await api.events.subscribe({}), await api.events.subscribe({})]
    for (const stream of streams) await stream.next()
    await expect(api.node.status()).rejects.toMatchObject({ code: 'TOO_MANY_CALLS' })
    await streams[0]?.return?.()
    await expect
      .poll(async () => {
        try {
          return (await api.node.status()).round
        } catch {
          return undefined
        }
      })
      .toBe(99)
  })

  it('limits ports', () => {
    const { ports } = serve({ maxPorts: 1 })
    ports()
    expect(() => ports()).toThrow(expect.objectContaining({ code: 'TOO_MANY_CALLS' }))
  })

  it.each([
    ['no JSON', 'null'],
    ['an object', { i: '1', p: { u: '/node/status' } }],
    ['bytes', Uint8Array.of(1, 2, 3)],
    ['a pushed stream item', JSON.stringify({ i: '1', t: 3, p: { e: 'message', d: { json: 1 } } })],
    [
      'more characters than there may be',
      JSON.stringify({ i: '1', p: { u: '/node/status', b: { json: 'x'.repeat(99) } } }),
    ],
  ])('closes a port that sends %s', async (_, message) => {
    const { faults, server, ports } = serve({ maxMessageCharacters: 100 })
    const port = ports()
    const closed = new Promise((resolve) => port.once('close', resolve))
    port.postMessage(message)
    await closed
    expect(server.ports).toBe(0)
    expect(faults).toMatchObject([{ code: 'MESSAGE_MALFORMED' }])
  })

  it('a reader that never acknowledges gets 1,000 events and the notice, whatever happens meanwhile', async () => {
    const { fake, connect } = serve()
    const stream = await connect().api.events.subscribe({})
    await stream.next()
    // More than the history holds: the listener costs what its credit allows and nothing more.
    for (let i = 0; i < 30; i++) {
      fake.events.publishCheckpoints(1_000)
      await new Promise((resolve) => setImmediate(resolve))
    }
    const received: EventMessage[] = []
    for await (const message of stream) received.push(message)
    expect(received).toHaveLength(1_001)
    expect(received.at(-1)).toEqual({ type: 'gap', next: 'run1.1001', reason: 'unacknowledged', ended: true })
    expect(fake.events.subscribers).toBe(0)
  })

  it('lets the answers that are owed out before it closes', async () => {
    const { server, connect } = serve()
    const { api } = connect()
    const answer = api.node.stop()
    await eventually(() => server.ports === 1)
    await answer
    server.close()
    await eventually(() => server.ports === 0)
  })

  it('serves a worker thread', async () => {
    const { server } = serve()
    const { port1, port2 } = new MessageChannel()
    server.serve(port1, ownerContext)
    const source = `
      const { parentPort, workerData } = require('node:worker_threads')
      import(workerData.client).then(async ({ createClient }) => {
        const client = createClient({ kind: 'port', port: workerData.port })
        parentPort.postMessage((await client.api.node.status()).round)
        client.close()
      })`
    const worker = new Worker(source, {
      eval: true,
      workerData: { port: port2, client: new URL('../../client/index.ts', import.meta.url).href },
      transferList: [port2],
    })
    cleanUps.push(() => worker.terminate())
    expect(await new Promise((resolve, reject) => worker.once('message', resolve).once('error', reject))).toBe(99)
    await eventually(() => server.ports === 0)
  })
})

/** Two ends as Electron's main process has them: messages wait until start(), and arrive as {data}. */
function electronPorts(): [PortLike & { close(): void }, PortLike & { close(): void }] {
  const ends = [new EventEmitter(), new EventEmitter()] as const
  const queues: unknown[][] = [[], []]
  const started = [false, false]
  const deliver = (index: 0 | 1, data: unknown): void => {
    if (!started[index]) queues[index]?.push(data)
    else setImmediate(() => ends[index].emit('message', { data }))
  }
  const make = (index: 0 | 1): PortLike & { close(): void } => ({
    on: (event, listener) => ends[index].on(event, listener as (event: unknown) => void),
    postMessage: (data) => deliver(index === 0 ? 1 : 0, structuredClone(data)),
    start() {
      started[index] = true
      for (const data of queues[index]?.splice(0) ?? []) deliver(index, data)
    },
    close() {
      for (const end of ends) setImmediate(() => end.emit('close'))
    },
  })
  return [make(0), make(1)]
}
