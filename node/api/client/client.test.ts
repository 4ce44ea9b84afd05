import { mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { MessageChannel } from 'node:worker_threads'
import { ORPCError } from '@orpc/client'
import { afterEach, describe, expect, it } from 'vitest'
import { ManualClock } from '../../core/clock.ts'
import { ownerContext } from '../handlers/index.ts'
import { createFakeServices, type FakeServices } from '../test-support/fake-services.ts'
import { temporaryFolder } from '../test-support/temporary-folder.ts'
import { createLocalSocketServer, type LocalSocketServer, localSocket, socketPathOf } from '../transports/index.ts'
import { createMessagePortServer } from '../transports/message-port/index.ts'
import type { ClientChannel } from './channel.ts'
import { type Client, clientLimits, createClient, type FollowedEvent } from './index.ts'

const folder = temporaryFolder('client')
const cleanUps: (() => unknown)[] = []
let next = 0
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp()
})

const newDataDir = (): string => {
  const dataDir = join(folder, `data-${next++}`)
  mkdirSync(dataDir, { recursive: true, mode: 0o700 })
  return dataDir
}

async function serve(dataDir: string, fake: FakeServices): Promise<LocalSocketServer> {
  const info = { pid: 1, chainId: 'c', network: 'dev', apiUrl: null, tokenFile: null, dataDir }
  const server = await createLocalSocketServer(
    { dataDir, closeGraceMs: 20 },
    { services: fake.services, info: () => info },
  )
  cleanUps.push(() => server.close())
  return server
}

/** A clock whose waits are over at once, in order: reconnecting without waiting. */
function impatient() {
  const delaysMs: number[] = []
  return {
    delaysMs,
    scheduler: {
      after(delayMs: number, callback: () => void) {
        // Watchdogs are left alone; only the waits before a new try are cut short.
        if (delayMs > clientLimits.maxReconnectDelayMs) return () => undefined
        delaysMs.push(delayMs)
        const handle = setTimeout(callback, 5)
        return () => clearTimeout(handle)
      },
    },
  }
}

function clientOf(dataDir: string, deps: Parameters<typeof createClient>[1] = {}): Client {
  const client = createClient({ kind: 'socket', open: localSocket(socketPathOf(dataDir)) }, deps)
  cleanUps.push(() => client.close())
  return client
}

async function eventually(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setImmediate(resolve))
}

async function take(events: AsyncIterator<FollowedEvent>, count: number): Promise<FollowedEvent[]> {
  const taken: FollowedEvent[] = []
  while (taken.length < count) {
    const step = await events.next()
    if (step.done === true) break
    taken.push(step.value)
  }
  return taken
}

const ids = (events: readonly FollowedEvent[]): string[] =>
  events.map((event) => ('specversion' in event ? event.id : `${event.reason} ${event.next}`))

describe('createClient', () => {
  it('connects at the first call, and again after a loss', async () => {
    const dataDir = newDataDir()
    const client = clientOf(dataDir)
    await expect(client.api.node.status()).rejects.toMatchObject({ code: 'NODE_NOT_RUNNING' })
    const fake = createFakeServices()
    const server = await serve(dataDir, fake)
    expect((await client.api.node.status()).round).toBe(99)
    await server.close()
    await expect(client.api.node.status()).rejects.toMatchObject({ code: 'NODE_NOT_RUNNING' })
    await serve(dataDir, fake)
    expect((await client.api.node.status()).round).toBe(99)
  })

  it('makes one connection for calls at the same time', async () => {
    const dataDir = newDataDir()
    const server = await serve(dataDir, createFakeServices())
    const client = clientOf(dataDir)
    await Promise.all(Array.from({ length: 20 }, () => client.api.node.status()))
    expect(server.connections).toBe(1)
  })

  it('never repeats a call: one under way at a loss ends in CONNECTION_LOST', async () => {
    const dataDir = newDataDir()
    const fake = createFakeServices()
    const server = await serve(dataDir, fake)
    const client = clientOf(dataDir)
    let asked = 0
    const never = Promise.withResolvers<never>()
    Object.assign(fake.services.node, {
      status: () => {
        asked += 1
        return never.promise
      },
    })
    const call = client.api.node.status()
    call.catch(() => undefined)
    await eventually(() => asked === 1)
    await server.close()
    await expect(call).rejects.toMatchObject({ name: 'NodeError', code: 'CONNECTION_LOST' })
    expect(asked).toBe(1)
  })

  it('keeps the codes of the contract, and a caller’s own abort', async () => {
    const dataDir = newDataDir()
    await serve(dataDir, createFakeServices())
    const { api } = clientOf(dataDir)
    const failed = await api.accounts.show({ account: 'nobody' }).catch((error: unknown) => error)
    expect(failed).toBeInstanceOf(ORPCError)
    expect(failed).toMatchObject({ code: 'ACCOUNT_UNKNOWN' })
    const reason = new Error('enough')
    await expect(api.node.status(undefined, { signal: AbortSignal.abort(reason) })).rejects.toBe(reason)
  })

  it('is over for good once it is closed', async () => {
    const dataDir = newDataDir()
    await serve(dataDir, createFakeServices())
    const client = clientOf(dataDir)
    await client.connect()
    client.close()
    await client.closed
    await expect(client.api.node.status()).rejects.toMatchObject({ code: 'CONNECTION_LOST' })
  })

  it('gives up a connection that answers with what no node says', async () => {
    const { port1, port2 } = new MessageChannel()
    port1.on('message', () => port1.postMessage('null'))
    const client = createClient({ kind: 'port', port: port2 })
    await expect(client.api.node.status()).rejects.toMatchObject({ code: 'CONNECTION_LOST' })
    await client.closed
  })
})

describe('events', () => {
  it('go on over losses of the connection, without loss or repetition', async () => {
    const dataDir = newDataDir()
    const fake = createFakeServices()
    let server = await serve(dataDir, fake)
    const { scheduler, delaysMs } = impatient()
    const losses: unknown[] = []
    const events = clientOf(dataDir, { scheduler }).events({}, { onLoss: (error) => losses.push(error) })
    const first = events.next()
    await eventually(() => fake.events.subscribers === 1)
    fake.events.publishCheckpoints(3)
    const seen = [(await first).value as FollowedEvent, ...(await take(events, 2))]
    for (let round = 0; round < 3; round++) {
      const more = take(events, 4)
      fake.events.publishCheckpoints(1)
      await server.close()
      fake.events.publishCheckpoints(2)
      server = await serve(dataDir, fake)
      fake.events.publishCheckpoints(1)
      seen.push(...(await more))
    }
    expect(ids(seen)).toEqual(Array.from({ length: 15 }, (_, i) => `run1.${i + 1}`))
    expect(losses.length).toBeGreaterThanOrEqual(3)
    expect(Math.min(...delaysMs)).toBe(clientLimits.reconnectDelayMs)
    await events.return()
    await eventually(() => fake.events.subscribers === 0)
  })

  it('say that some are gone when the node was started anew, and go on', async () => {
    const dataDir = newDataDir()
    const fake = createFakeServices()
    const server = await serve(dataDir, fake)
    const events = clientOf(dataDir, impatient()).events()
    const first = events.next()
    await eventually(() => fake.events.subscribers === 1)
    fake.events.publishCheckpoints(1)
    await first
    const more = take(events, 2)
    await server.close()
    fake.events.restart()
    fake.events.publishCheckpoints(5)
    await serve(dataDir, fake)
    await eventually(() => fake.events.subscribers === 1)
    fake.events.publishCheckpoints(1)
    expect(ids(await more)).toEqual(['other-run run2.6', 'run2.6'])
    await events.return()
  })

  it('reach a reader that takes its time: it is never further ahead than the credit, and misses nothing', async () => {
    const dataDir = newDataDir()
    const fake = createFakeServices()
    await serve(dataDir, fake)
    const events = clientOf(dataDir).events()
    const first = events.next()
    await eventually(() => fake.events.subscribers === 1)
    fake.events.publishCheckpoints(9_000)
    const seen = [(await first).value as FollowedEvent, ...(await take(events, 8_999))]
    expect(ids(seen)).toEqual(Array.from({ length: 9_000 }, (_, i) => `run1.${i + 1}`))
    await events.return()
  })

  it('end at the signal, also while nothing happens', async () => {
    const dataDir = newDataDir()
    const fake = createFakeServices()
    await serve(dataDir, fake)
    const over = new AbortController()
    const events = clientOf(dataDir).events({}, { signal: over.signal })
    const end = events.next()
    await eventually(() => fake.events.subscribers === 1)
    over.abort()
    expect(await end).toEqual({ done: true, value: undefined })
    await eventually(() => fake.events.subscribers === 0)
  })

  it('end in what trying again does not mend', async () => {
    const dataDir = newDataDir()
    await serve(dataDir, createFakeServices())
    const events = clientOf(dataDir).events({ types: ['no.such.type'] })
    await expect(events.next()).rejects.toMatchObject({ code: 'INPUT_INVALID' })
  })

  it('wait longer each time while the node is away', async () => {
    const { scheduler, delaysMs } = impatient()
    const over = new AbortController()
    const events = createClient(
      {
        kind: 'socket',
        open: () => {
          if (delaysMs.length === 9) over.abort()
          return Promise.reject(new Error('away'))
        },
      },
      { scheduler },
    ).events({}, { signal: over.signal })
    await events.next()
    expect(delaysMs.slice(0, 8)).toEqual([250, 500, 1_000, 2_000, 4_000, 8_000, 10_000, 10_000])
  })

  it('do not trust a connection that has gone silent', async () => {
    const fake = createFakeServices()
    const clock = new ManualClock()
    const info = { pid: 1, chainId: 'c', network: 'dev', apiUrl: null, tokenFile: null, socket: '/s', dataDir: '/d' }
    let opened = 0
    let isMuted = false
    const open = async (): Promise<ClientChannel> => {
      opened += 1
      const ports = createMessagePortServer({}, { services: fake.services, info: () => info })
      const { port1, port2 } = new MessageChannel()
      ports.serve(port1, ownerContext)
      cleanUps.push(() => port2.close())
      const muted = opened === 1
      return {
        addEventListener(event: 'message' | 'close', listener: (event: { data: string }) => void) {
          port2.addEventListener(event, (message) => {
            if (!(muted && isMuted) || event === 'close') listener(message as never)
          })
          port2.start()
        },
        postMessage: (message) => port2.postMessage(message),
        close: () => port2.close(),
      }
    }
    const events = createClient({ kind: 'socket', open }, { scheduler: clock }).events()
    const first = events.next()
    await eventually(() => fake.events.subscribers === 1)
    fake.events.publishCheckpoints(1)
    await first
    isMuted = true
    const second = events.next()
    fake.events.publishCheckpoints(1)
    for (let i = 0; i < 5; i++) await new Promise((resolve) => setImmediate(resolve))
    clock.advance(clientLimits.missedHeartbeats * 15_000)
    await eventually(() => {
      clock.advance(clientLimits.reconnectDelayMs)
      return opened === 2
    })
    expect((await second).value).toMatchObject({ id: 'run1.2' })
    await events.return()
  })
})

/** All modules that one of ours loads when it is imported, packages by name; type imports load nothing. */
function modulesOf(entry: URL, seen = new Set<string>()): Set<string> {
  if (seen.has(entry.href)) return seen
  seen.add(entry.href)
  const source = readFileSync(entry, 'utf8')
  const imported = source.matchAll(/^(?:import|export)(?! type )(?: [^'();=]* from)? '([^']+)'/gm)
  for (const [, specifier] of imported) {
    if (specifier === undefined) continue
    if (specifier.startsWith('.')) modulesOf(new URL(specifier, entry), seen)
    else seen.add(specifier)
  }
  return seen
}

describe('the door of node/api/client', () => {
  it('loads nothing that a browser lacks', () => {
    const modules = [...modulesOf(new URL('./index.ts', import.meta.url))]
    expect(modules.some((name) => name.endsWith('/contract/events.ts'))).toBe(true)
    expect(modules).toContain('@orpc/client/message-port')
    expect(modules.filter((name) => name.startsWith('node:') || name.startsWith('@orpc/server'))).toEqual([])
  })
})
