/**
 * Whether many nodes that were told of two find each other, and how much of what one says reaches all: whole libp2p hosts of one
 * process, joined by memory, each with the limits, discovery and gossip of a real one. Handshakes are Noise. All share this
 * machine's cores, so times are upper bounds. `node bench/p2p.ts [--json]`; about 2 min.
 */
import { performance } from 'node:perf_hooks'
import { generateKeyPairFromSeed } from '@libp2p/crypto/keys'
import { memory } from '@libp2p/memory'
import { noise } from '@libp2p/noise'
import { MemoryDatastore } from 'datastore-core/memory'
import { seededRng } from '../node/core/rng.ts'
import { createHost, type EncrypterFactory, type Host, type HostDeps, hostLimits } from '../node/p2p/host/index.ts'
import { silentLogger } from '../node/p2p/host/silent-logger.ts'
import { systemClock, systemScheduler } from '../node/system-time.ts'
import {
  describeMachine,
  formatMachine,
  formatTable,
  type MachineDescription,
  medianOf,
  quantileOf,
} from './harness.ts'

export interface P2pBenchOptions {
  /** One JSON value instead of a table. */
  readonly json?: boolean
  /** Sizes of network, one after the other; default 50 and 200. */
  readonly nodes?: readonly number[]
  /** Messages that are gossiped in each; default 20. */
  readonly messages?: number
  /** Where the output goes; default stdout. */
  readonly write?: (text: string) => void
}

export interface Spread {
  readonly p50: number
  readonly p95: number
  readonly max: number
}

export interface P2pFigure {
  readonly nodes: number
  /** Nodes that were told to the others. */
  readonly seeds: number
  /** Nodes that have found as many peers as they look for, of all. */
  readonly foundShare: number
  /** From a node's start to that, ms. */
  readonly discoveryMs: Spread
  /** Connections of a node at the end. */
  readonly peers: { readonly least: number; readonly median: number; readonly most: number }
  readonly messages: number
  readonly messageBytes: number
  /** Of the other nodes that have received a message: the mean, and of the one that reached fewest. */
  readonly coverage: { readonly mean: number; readonly least: number }
  /** From publishing to a node's receiving it, ms. */
  readonly deliveryMs: Spread
  /** Memory of the process for each node, once they are connected. */
  readonly bytesPerNode: number
}

export interface P2pBenchReport {
  readonly bench: 'network'
  readonly machine: MachineDescription
  readonly figures: readonly P2pFigure[]
}

const seeds = 2
const topic = 'bench'
const messageBytes = 4_096
/** Starts are spread, as nobody starts a network at once; in ms. */
const startIntervalMs = 20
/** Longest for all to find their peers, and for a message to reach all. */
const discoveryTimeoutMs = 120_000
const deliveryTimeoutMs = 15_000
/** Heartbeats of gossip, a second each, in which its meshes form. */
const settleMs = 4_000

/** Runs the benchmark, writes its result, and returns it. */
export async function runP2pBench(options: P2pBenchOptions = {}): Promise<P2pBenchReport> {
  const write = options.write ?? ((text: string) => process.stdout.write(text))
  const figures: P2pFigure[] = []
  for (const nodes of options.nodes ?? [50, 200]) figures.push(await measureNetwork(nodes, options.messages ?? 20))
  const report: P2pBenchReport = { bench: 'network', machine: describeMachine(), figures }
  write(options.json === true ? `${JSON.stringify(report)}\n` : `${formatReport(report)}\n`)
  return report
}

async function measureNetwork(count: number, messages: number): Promise<P2pFigure> {
  const memoryBefore = process.memoryUsage().rss
  const hosts: Host[] = []
  try {
    const discovered = await startAll(hosts, count)
    await pause(settleMs)
    const memoryAfter = process.memoryUsage().rss
    const { shares, delays } = await gossip(hosts, messages)
    const peers = hosts.map(({ libp2p }) => libp2p.getPeers().length).toSorted((a, b) => a - b)
    return {
      nodes: count,
      seeds: Math.min(seeds, count),
      foundShare: discovered.length / count,
      discoveryMs: spreadOf(discovered),
      peers: { least: peers[0] ?? 0, median: medianOf(peers), most: peers.at(-1) ?? 0 },
      messages,
      messageBytes,
      coverage: { mean: shares.reduce((sum, share) => sum + share, 0) / shares.length, least: Math.min(...shares) },
      deliveryMs: spreadOf(delays),
      bytesPerNode: Math.max(0, Math.round((memoryAfter - memoryBefore) / count)),
    }
  } finally {
    await Promise.all(hosts.map((host) => host.stop()))
  }
}

let networks = 0

/** @returns of each node that found its peers, how long that took */
async function startAll(hosts: Host[], count: number): Promise<number[]> {
  const network = networks++
  const addressOf = (index: number): string => `/memory/bench-${network}-${index}`
  const wanted = Math.min(hostLimits.targetPeers, count - 1)
  const waiting = new Map<Host, number>()
  const discovered: number[] = []
  const look = (): void => {
    for (const [host, startMs] of waiting) {
      if (host.libp2p.getPeers().length < wanted) continue
      waiting.delete(host)
      discovered.push(performance.now() - startMs)
    }
  }
  for (let index = 0; index < count; index++) {
    // A seed knows the seeds before it, everybody else all of them.
    const bootstrap = Array.from({ length: Math.min(index, seeds) }, (_, seed) => addressOf(seed))
    const host = await hostOf(network * 100_000 + index, addressOf(index), bootstrap)
    hosts.push(host)
    waiting.set(host, performance.now())
    await host.start()
    host.libp2p.services.pubsub.subscribe(topic)
    await pause(startIntervalMs)
    look()
  }
  const endMs = performance.now() + discoveryTimeoutMs
  while (waiting.size > 0 && performance.now() < endMs) {
    await pause(startIntervalMs)
    look()
  }
  return discovered
}

/** As a node starts it, but for its sockets, its files and the post-quantum handshake. */
async function hostOf(seed: number, listen: string, bootstrap: readonly string[]): Promise<Host> {
  const rng = seededRng(seed)
  return createHost(
    {
      ...{ chainId: new Uint8Array(32), role: 'full', version: '0.0.0', listen: [listen], announce: [], bootstrap },
      ...{ servesRelay: false, usesRelays: false, webRtc: false, mdns: false, upnp: false },
      maxPeers: 100,
      dht: 'auto',
    },
    {
      privateKey: await generateKeyPairFromSeed('Ed25519', rng.bytes(32)),
      datastore: new MemoryDatastore(),
      encrypters: [noise()] as readonly EncrypterFactory[],
      gater: {},
      // Its log costs a tenth of libp2p's time where nobody reads it, and this is 200 of them.
      logger: silentLogger,
      transports: [memory()] as unknown as NonNullable<HostDeps['transports']>,
      clock: systemClock,
      scheduler: systemScheduler,
      rng,
    },
  )
}

async function gossip(hosts: readonly Host[], messages: number): Promise<{ shares: number[]; delays: number[] }> {
  const rng = seededRng(messages)
  const sentAtMs = new Map<string, number>()
  const received = new Map<string, number>()
  const delays: number[] = []
  const keyOf = (data: Uint8Array): string => Buffer.from(data.subarray(0, 16)).toString('hex')
  const onMessage = (event: { readonly detail: { readonly msg: { readonly data: Uint8Array } } }): void => {
    const key = keyOf(event.detail.msg.data)
    const sentMs = sentAtMs.get(key)
    if (sentMs === undefined) return
    received.set(key, (received.get(key) ?? 0) + 1)
    delays.push(performance.now() - sentMs)
  }
  for (const { libp2p } of hosts) libp2p.services.pubsub.addEventListener('gossipsub:message', onMessage)
  for (let index = 0; index < messages; index++) {
    const data = rng.bytes(messageBytes)
    const publisher = hosts[Math.floor((index * hosts.length) / messages)]
    sentAtMs.set(keyOf(data), performance.now())
    await publisher?.libp2p.services.pubsub.publish(topic, data)
    await pause(100)
  }
  const others = hosts.length - 1
  const isAllThere = (): boolean => [...sentAtMs.keys()].every((key) => received.get(key) === others)
  const endMs = performance.now() + deliveryTimeoutMs
  while (!isAllThere() && performance.now() < endMs) await pause(50)
  return { shares: [...sentAtMs.keys()].map((key) => (received.get(key) ?? 0) / others), delays }
}

function spreadOf(values: readonly number[]): Spread {
  const sorted = values.toSorted((a, b) => a - b)
  const at = (share: number): number => (sorted.length === 0 ? 0 : Math.round(quantileOf(sorted, share)))
  return { p50: at(0.5), p95: at(0.95), max: at(1) }
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}

function formatReport({ machine, figures }: P2pBenchReport): string {
  const percent = (share: number): string => `${(share * 100).toFixed(share === 1 ? 0 : 2)} %`
  const spread = ({ p50, p95, max }: Spread): string => `${p50} / ${p95} / ${max}`
  return [
    formatMachine(machine),
    '',
    `Hosts in one process, told of ${seeds}; each looks for ${hostLimits.targetPeers} peers. Times in ms: p50 / p95 / max.`,
    '',
    formatTable(
      ['nodes', 'found', 'discovery', 'peers', 'coverage', 'least', 'delivery', 'MB a node'],
      figures.map((figure) => [
        String(figure.nodes),
        percent(figure.foundShare),
        spread(figure.discoveryMs),
        `${figure.peers.least}–${figure.peers.most}`,
        percent(figure.coverage.mean),
        percent(figure.coverage.least),
        spread(figure.deliveryMs),
        (figure.bytesPerNode / 2 ** 20).toFixed(1),
      ]),
    ),
  ].join('\n')
}

if (import.meta.main) await runP2pBench({ json: process.argv.includes('--json') })
