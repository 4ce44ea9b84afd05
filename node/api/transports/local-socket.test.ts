import { once } from 'node:events'
import { mkdirSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { createConnection, type Socket } from 'node:net'
import { join } from 'node:path'
import { ORPCError } from '@orpc/client'
import { afterEach, describe, expect, it } from 'vitest'
import { NodeError } from '../../core/node-error.ts'
import { createFakeServices, type FakeServices } from '../test-support/fake-services.ts'
import { temporaryFolder } from '../test-support/temporary-folder.ts'
import { encodeFrame } from './frame.ts'
import { encodeGreeting } from './greeting.ts'
import {
  connectLocalSocket,
  createLocalSocketServer,
  type LocalConnection,
  type LocalSocketServer,
  type LocalSocketServerOptions,
  socketPathOf,
} from './index.ts'

const folder = temporaryFolder('local-socket')
let next = 0
const cleanUps: (() => unknown)[] = []

interface Served {
  readonly fake: FakeServices
  readonly server: LocalSocketServer
  readonly faults: unknown[]
  readonly dataDir: string
}

async function serve(options: Partial<LocalSocketServerOptions> = {}): Promise<Served> {
  const dataDir = options.dataDir ?? join(folder, `data-${next++}`)
  mkdirSync(dataDir, { recursive: true, mode: 0o700 })
  const fake = createFakeServices()
  const faults: unknown[] = []
  const info = { pid: process.pid, chainId: 'c', network: 'dev', apiUrl: null, tokenFile: null, dataDir }
  const server = await createLocalSocketServer(
    { closeGraceMs: 200, ...options, dataDir },
    { services: fake.services, info: () => info, reportFault: (fault) => faults.push(fault) },
  )
  cleanUps.push(() => server.close())
  return { fake, server, faults, dataDir }
}

async function connect(path: string): Promise<LocalConnection> {
  const connection = await connectLocalSocket(path)
  cleanUps.push(() => connection.close())
  return connection
}

/** A caller that speaks bytes. */
async function raw(path: string): Promise<Socket> {
  const socket = createConnection(path)
  socket.on('error', () => undefined)
  cleanUps.push(() => socket.destroy())
  await once(socket, 'connect')
  return socket
}

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)

/** Real time, but no fixed wait: runs until the condition holds or the test's own time-out ends it. */
async function eventually(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setImmediate(resolve))
}

afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp()
})

describe('createLocalSocketServer', () => {
  it('opens a socket that only its user can use, and removes it at the end', async () => {
    const { server, dataDir } = await serve()
    expect(server.path).toBe(socketPathOf(dataDir))
    expect(statSync(join(dataDir, 'run')).mode & 0o777).toBe(0o700)
    expect(statSync(server.path).mode & 0o777).toBe(0o600)
    await server.close()
    expect(readdirSync(join(dataDir, 'run'))).toEqual([])
  })

  it('serves in the temporary folder where the data folder is too deep', async () => {
    const { server, dataDir } = await serve({ dataDir: join(folder, 'd'.repeat(60), 'e'.repeat(60)) })
    cleanUps.push(() => rmSync(join(server.path, '..'), { recursive: true, force: true }))
    expect(server.path.startsWith(dataDir)).toBe(false)
    expect(statSync(join(server.path, '..')).mode & 0o777).toBe(0o700)
    const { client } = await connect(server.path)
    expect((await client.node.info()).dataDir).toBe(dataDir)
  })

  it('replaces the socket that a killed node left behind', async () => {
    const dataDir = join(folder, 'killed')
    mkdirSync(join(dataDir, 'run'), { recursive: true, mode: 0o700 })
    const path = socketPathOf(dataDir)
    const { spawnSync } = await import('node:child_process')
    // The child dies without a chance to clean up, as after kill -9.
    spawnSync(process.execPath, [
      '-e',
      `require('node:net').createServer().listen(${JSON.stringify(path)}, () => process.kill(process.pid, 'SIGKILL'))`,
    ])
    expect(statSync(path).isSocket()).toBe(true)
    await expect(connectLocalSocket(path)).rejects.toMatchObject({ code: 'NODE_NOT_RUNNING' })
    const { server } = await serve({ dataDir })
    expect((await (await connect(server.path)).client.node.status()).commitIndex).toBe(42)
  })

  it('does not remove what is no socket', async () => {
    const dataDir = join(folder, 'taken')
    mkdirSync(join(dataDir, 'run'), { recursive: true, mode: 0o700 })
    writeFileSync(join(dataDir, 'run', 'node.sock'), 'mine')
    await expect(serve({ dataDir })).rejects.toMatchObject({ code: 'SOCKET_PATH_TAKEN' })
    expect(statSync(join(dataDir, 'run', 'node.sock')).size).toBe(4)
  })

  it('answers calls, with codes, hints and details where they fail', async () => {
    const { server, fake } = await serve()
    const { client } = await connect(server.path)
    expect((await client.node.info()).socket).toBe(server.path)
    const locked = await client.transactions
      .create({ transfers: [{ to: 'x', amount: '1' }] })
      .catch((error: unknown) => error)
    expect(locked).toBeInstanceOf(ORPCError)
    expect(locked).toMatchObject({ code: 'VAULT_MISSING', status: 409, defined: true })
    fake.failures.set(
      'node.status',
      new NodeError('STORAGE_FULL', 'the disk is full', { hint: 'Make room.', details: { freeBytes: 0 } }),
    )
    await expect(client.node.status()).rejects.toMatchObject({
      code: 'STORAGE_FULL',
      data: { hint: 'Make room.', details: { freeBytes: 0 } },
    })
  })

  it('tells nothing of a fault of its own, and reports it', async () => {
    const { server, fake, faults } = await serve()
    const { client } = await connect(server.path)
    fake.failures.set('node.status', new Error('the key is hunter2'))
    const error = await client.node.status().catch((thrown: unknown) => thrown)
    expect(error).toMatchObject({ code: 'INTERNAL', status: 500 })
    expect(JSON.stringify(error)).not.toContain('hunter2')
    fake.failures.set('node.status', new NodeError('NOT_IN_THE_TABLE', 'inner text'))
    await expect(client.node.status()).rejects.toMatchObject({ code: 'INTERNAL' })
    expect(faults.map((fault) => (fault as Error).message)).toEqual(['the key is hunter2', 'inner text'])
  })

  it('carries secrets as bytes and leaves none in the buffers it owned', async () => {
    const { server, fake } = await serve()
    const { client } = await connect(server.path)
    const { phrase } = await client.vault.init({ password: bytes('correct horse') })
    expect(phrase).toBeInstanceOf(Uint8Array)
    expect(new TextDecoder().decode(phrase).split(' ')).toHaveLength(24)
    expect(fake.lastPhrase.bytes?.every((byte) => byte === 0)).toBe(true)
    await client.vault.unlock({ password: bytes('correct horse') })
    const { backup } = await client.vault.backup({ password: bytes('correct horse') })
    expect([...backup]).toEqual(Array.from({ length: 300 }, (_, i) => i & 0xff))
  })

  it('streams a transaction until it is final, and ends the stream', async () => {
    const { server, fake } = await serve()
    const { client } = await connect(server.path)
    await client.vault.init({ password: bytes('correct horse') })
    const { address } = await client.accounts.create({})
    const { txId } = await client.transactions.faucet({ account: address })
    const states: string[] = []
    for await (const view of await client.transactions.watch({ txId })) {
      states.push(view.state)
      if (view.state === 'Validating') fake.advance(txId, 'Confirmed')
      if (view.state === 'Confirmed') fake.advance(txId, 'Finalized', { outcome: 'ok' })
    }
    expect(states).toEqual(['Validating', 'Confirmed', 'Finalized'])
    expect(fake.watchers).toBe(0)
  })

  it('refuses to watch what it does not know, and reports a fault in the middle as a code', async () => {
    const { server, fake } = await serve()
    const { client } = await connect(server.path)
    await expect(client.transactions.watch({ txId: '0'.repeat(64) })).rejects.toMatchObject({
      code: 'TRANSACTION_UNKNOWN',
    })
    await client.vault.init({ password: bytes('correct horse') })
    const { address } = await client.accounts.create({})
    const { txId } = await client.transactions.faucet({ account: address })
    fake.failures.set('transactions.watch', new NodeError('TOO_MANY_SUBSCRIBERS', 'too many'))
    const seen: string[] = []
    await expect(
      (async () => {
        for await (const view of await client.transactions.watch({ txId })) seen.push(view.state)
      })(),
    ).rejects.toMatchObject({ code: 'TOO_MANY_SUBSCRIBERS' })
    expect(seen).toEqual(['Validating'])
  })

  it('ends streams whose caller has gone', async () => {
    const { server, fake } = await serve()
    const connection = await connect(server.path)
    await connection.client.vault.init({ password: bytes('correct horse') })
    const { address } = await connection.client.accounts.create({})
    const { txId } = await connection.client.transactions.faucet({ account: address })
    const stream = await connection.client.transactions.watch({ txId })
    await stream.next()
    expect(fake.watchers).toBe(1)
    connection.close()
    await eventually(() => fake.watchers === 0 && server.connections === 0)
  })

  it('limits the calls outstanding on a connection, and frees them at their end', async () => {
    const { server, fake } = await serve({ maxOutstandingCalls: 2 })
    const { client } = await connect(server.path)
    await client.vault.init({ password: bytes('correct horse') })
    const { address } = await client.accounts.create({})
    const { txId } = await client.transactions.faucet({ account: address })
    const first = await client.transactions.watch({ txId })
    const second = await client.transactions.watch({ txId })
    await Promise.all([first.next(), second.next()])
    await expect(client.node.status()).rejects.toMatchObject({ code: 'TOO_MANY_CALLS', status: 429 })
    const other = await connect(server.path)
    expect((await other.client.node.status()).round).toBe(99)
    fake.advance(txId, 'Finalized', { outcome: 'ok' })
    for (const stream of [first, second]) while (!(await stream.next()).done);
    expect((await client.node.status()).round).toBe(99)
  })

  it('limits connections', async () => {
    const { server } = await serve({ maxConnections: 1 })
    await connect(server.path)
    await expect(connectLocalSocket(server.path)).rejects.toMatchObject({ code: 'CONNECTION_LOST' })
  })

  it('drops a caller that says nothing', async () => {
    const { server, faults } = await serve({ greetingTimeoutMs: 20 })
    const socket = await raw(server.path)
    await once(socket.resume(), 'close')
    expect(faults).toMatchObject([{ code: 'GREETING_TIMEOUT' }])
  })

  it('survives garbage after a greeting: the caller is gone, the node goes on', async () => {
    const { server, faults } = await serve()
    for (const text of [
      'null',
      '{"i":"1"}',
      '{"i":"1","p":{"u":"/node/status","b":{"json":1,"meta":[[40,"a","b"]]}}}',
    ]) {
      const socket = await raw(server.path)
      socket.write(encodeFrame('greeting', encodeGreeting()))
      socket.write(encodeFrame('text', bytes(text)))
      socket.end()
      await once(socket.resume(), 'close')
    }
    await eventually(() => faults.length === 3)
    const { client } = await connect(server.path)
    expect((await client.node.status()).round).toBe(99)
  })

  it('answers a procedure it does not have by its code', async () => {
    const { server } = await serve()
    const { client } = await connect(server.path)
    const newer = client as unknown as { node: { teleport(): Promise<unknown> } }
    await expect(newer.node.teleport()).rejects.toMatchObject({ code: 'PROCEDURE_UNKNOWN' })
  })

  it('lets the answer to stop out before the door closes', async () => {
    const { server, fake } = await serve()
    const connection = await connect(server.path)
    // The worst case: the service closes the door at once, before there is an answer.
    const closed = fake.stopped.then(() => server.close())
    expect(await connection.client.node.stop()).toEqual({ pid: process.pid })
    await closed
    await connection.closed
    await expect(connectLocalSocket(server.path)).rejects.toMatchObject({ code: 'NODE_NOT_RUNNING' })
  })
})

describe('a connection without secrets', () => {
  const relayed = async (path: string): Promise<LocalConnection> => {
    const connection = await connectLocalSocket(path, { secrets: false })
    cleanUps.push(() => connection.close())
    return connection
  }

  it('is the owner’s in everything but what takes or shows a secret', async () => {
    const { server, fake } = await serve()
    const { client } = await relayed(server.path)
    expect(await client.vault.lock()).toEqual({})
    expect((await client.settings.list()).items.length).toBeGreaterThan(0)
    const password = bytes('correct horse')
    for (const asked of [client.vault.init({ password }), client.vault.unlock({ password }), client.tokens.list()]) {
      await expect(asked).rejects.toMatchObject({ code: 'SECRET_CHANNEL_REQUIRED', status: 403 })
    }
    await expect(client.node.browserLink()).rejects.toMatchObject({ code: 'SECRET_CHANNEL_REQUIRED' })
    expect(fake.received).toEqual([])
    // What one connection asked for is nothing to another.
    await (await connect(server.path)).client.vault.init({ password })
    expect(fake.received).toHaveLength(1)
  })

  it('cannot ask for more once it is made, nor before it has greeted', async () => {
    const { server, fake } = await serve()
    const unlock = encodeFrame(
      'text',
      Buffer.from(JSON.stringify({ i: '1', p: { u: '/vault/init', b: { json: { password: '00' }, meta: [] } } })),
    )
    const socket = await raw(server.path)
    // One write: greeting and call come in one piece, and the call is answered by what the greeting said.
    const greeting = encodeFrame('greeting', encodeGreeting({ secrets: false }))
    socket.write(Buffer.concat([greeting, unlock, encodeFrame('greeting', encodeGreeting()), unlock]))
    let answered = ''
    socket.on('data', (chunk) => {
      answered += chunk.toString('utf8')
    })
    await once(socket, 'close')
    expect(answered).not.toContain('INPUT_INVALID')
    expect(fake.received).toEqual([])
    const eager = await raw(server.path)
    eager.resume()
    eager.write(unlock)
    await once(eager, 'close')
    expect(fake.received).toEqual([])
  })

  it.each(['"no"', '0', 'null'])('is not made by a greeting whose word for it is none: %s', async (word) => {
    const { server } = await serve()
    const socket = await raw(server.path)
    socket.resume()
    socket.write(encodeFrame('greeting', Buffer.from(`{"protocol":"qudag.rpc","version":2,"secrets":${word}}`)))
    await once(socket, 'close')
    await eventually(() => server.connections === 0)
  })
})

describe('connectLocalSocket', () => {
  it('says that no node runs where there is no folder, no socket, or nobody behind it', async () => {
    await expect(connectLocalSocket(join(folder, 'nowhere', 'node.sock'))).rejects.toMatchObject({
      code: 'NODE_NOT_RUNNING',
    })
    mkdirSync(join(folder, 'empty'), { mode: 0o700 })
    await expect(connectLocalSocket(join(folder, 'empty', 'node.sock'))).rejects.toMatchObject({
      code: 'NODE_NOT_RUNNING',
    })
  })

  it('fails the calls that are under way when the node dies', async () => {
    const { server, fake } = await serve()
    const { client } = await connect(server.path)
    await client.vault.init({ password: bytes('correct horse') })
    const { address } = await client.accounts.create({})
    const { txId } = await client.transactions.faucet({ account: address })
    const stream = await client.transactions.watch({ txId })
    await stream.next()
    const pending = stream.next()
    pending.catch(() => undefined)
    await server.close()
    await expect(pending).rejects.toThrow()
    await eventually(() => fake.watchers === 0)
  })
})
