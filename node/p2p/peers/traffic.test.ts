/** Counted and capped on real libp2p streams, over sockets of the loopback interface and in memory. */

import type { Connection } from '@libp2p/interface'
import { memory } from '@libp2p/memory'
import { tcp } from '@libp2p/tcp'
import { webSockets } from '@libp2p/websockets'
import { afterEach, describe, expect, it } from 'vitest'
import { hostLimits } from '../host/limits.ts'
import { systemClock, systemScheduler, testHost, until } from '../host/testing/test-host.ts'
import type { Host, TransportFactory } from '../host/types.ts'
import { createTraffic, type Traffic, type TrafficCaps } from './traffic.ts'

const protocol = '/test/flood/1.0.0'
/** Bytes a second. */
const rate = 1_048_576
const noCaps: TrafficCaps = { received: null, sent: null }

interface Side {
  readonly host: Host
  readonly traffic: Traffic
}

const running: Side[] = []
afterEach(async () => {
  await Promise.all(running.splice(0).map(({ host }) => host.stop()))
})

async function side(seed: number, caps: TrafficCaps, transport: TransportFactory, listen: string[]): Promise<Side> {
  const traffic = createTraffic(caps, { clock: systemClock, scheduler: systemScheduler })
  const host = await testHost({ seed, listen, deps: { transports: [transport], metrics: traffic.metrics } })
  host.libp2p.addEventListener('connection:open', ({ detail }) => traffic.opened(detail))
  running.push({ host, traffic })
  await host.start()
  return { host, traffic }
}

/** A takes what B sends as fast as B may. */
async function pair(capsOfA: TrafficCaps, capsOfB: TrafficCaps, transport: () => TransportFactory, listen: string) {
  const a = await side(11, capsOfA, transport(), [listen])
  const b = await side(12, capsOfB, transport(), [])
  let received = 0
  await a.host.libp2p.handle(protocol, (stream) => {
    stream.addEventListener('message', ({ data }) => {
      received += data.byteLength
    })
  })
  const [address] = a.host.libp2p.getMultiaddrs()
  if (address === undefined) throw new Error('it listens')
  const connection = await b.host.libp2p.dial(address)
  return { a, b, connection, receivedBytes: () => received }
}

/** Sends so much, minding back-pressure; the most that waited in memory meanwhile. */
async function flood(connection: Connection, bytes: number): Promise<number> {
  const stream = await connection.newStream(protocol)
  const piece = new Uint8Array(65_536)
  let most = 0
  for (let sent = 0; sent < bytes; sent += piece.length) {
    // Not by its onDrain, which after the first time no longer waits (@libp2p/utils 7.4.1).
    if (!stream.send(piece)) await new Promise((resolve) => stream.addEventListener('drain', resolve, { once: true }))
    most = Math.max(most, stream.writeBufferLength)
  }
  return most
}

const ways = [
  ['TCP', tcp, '/ip4/127.0.0.1/tcp/0'],
  ['WebSocket', webSockets, '/ip4/127.0.0.1/tcp/0/ws'],
  ['memory', memory, '/memory/traffic'],
] as unknown as readonly [string, () => TransportFactory, string][]

describe.each(ways)('over %s', (_name, transport, listen) => {
  it('counts the same on both sides, and no byte less than was sent', async () => {
    const { a, b, connection, receivedBytes } = await pair(noCaps, noCaps, transport, listen)
    const bytes = 1_048_576
    await flood(connection, bytes)
    await until(() => receivedBytes() >= bytes, 'all arrived')
    await until(() => {
      const [sent, received] = [b.traffic.view().sentBytes, a.traffic.view().receivedBytes]
      return sent === received
    }, 'both count alike')
    expect(a.traffic.view().receivedBytes).toBeGreaterThan(bytes)
    // Frames and handshakes are a few per cent.
    expect(a.traffic.view().receivedBytes).toBeLessThan(bytes * 1.1)
    expect(b.traffic.counterOf(connection).sent).toBe(b.traffic.view().sentBytes)
  })

  it.each([
    ['sends', noCaps, { received: null, sent: rate }],
    ['takes', { received: rate, sent: null }, noCaps],
  ] as const)('%s no more than its cap, and keeps little in memory meanwhile', async (_what, capsOfA, capsOfB) => {
    const { connection, receivedBytes } = await pair(capsOfA, capsOfB, transport, listen)
    const bytes = 4 * rate
    const startMs = Date.now()
    const most = await flood(connection, bytes)
    await until(() => receivedBytes() >= bytes, 'all arrived')
    // A second's worth at once, and what a window holds comes early where only streams can be paused.
    const leastSeconds = (bytes - rate - hostLimits.maxStreamWindowBytes) / rate
    expect((Date.now() - startMs) / 1_000).toBeGreaterThan(leastSeconds - 0.5)
    expect(most).toBeLessThan(2 * hostLimits.maxStreamWindowBytes)
  })
})

it('lifts a cap while something waits for it', async () => {
  const { b, connection, receivedBytes } = await pair(
    noCaps,
    { received: null, sent: 16_384 },
    tcp as () => TransportFactory,
    '/ip4/127.0.0.1/tcp/0',
  )
  const flooding = flood(connection, 2_097_152)
  await until(() => receivedBytes() > 0, 'something came')
  b.traffic.setCaps(noCaps)
  await flooding
  await until(() => receivedBytes() >= 2_097_152, 'all arrived')
  expect(b.traffic.view().maxSentBytesPerSecond).toBeNull()
})
