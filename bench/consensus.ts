/**
 * What consensus costs on a wire: several validators, each a process of its own with a disk and a link to every other over TCP
 * on loopback, by the hybrid channel and proven, as in any network. Bytes and CPU a transaction, and how long each takes to Finalized at a steady rate.
 * `node bench/consensus.ts [--nodes 4] [--json]`; about a minute.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import { type BenchNetwork, startBenchNetwork } from './consensus-network.ts'
import type { NodeUsage } from './consensus-node.ts'
import {
  describeMachine,
  formatMachine,
  formatRate,
  formatTable,
  type MachineDescription,
  quantileOf,
} from './harness.ts'
import { signTasks } from './pipeline-senders.ts'
import { sendSteadily } from './steady-load.ts'

export interface ConsensusBenchOptions {
  /** Validators; 4 and 7 where it is not said. */
  readonly nodes?: number
  /** One JSON value instead of tables. */
  readonly json?: boolean
  /** Of steady load at each size; default 20. */
  readonly seconds?: number
  /** Where the output goes; default stdout. */
  readonly write?: (text: string) => void
}

export interface ConsensusTraffic {
  /** Kind of message; what went by gossip begins so. */
  readonly kind: string
  /** Of all nodes together: by links as sent, by gossip as received, copies included. */
  readonly bytesPerTransaction: number
  readonly messagesPerTransaction: number
  /** Of all nodes together: of their own threads, in sending and taking in; what comes of it later is in the rest (CpuShares). */
  readonly cpuMsPerTransaction: number
  /** Signatures that were checked because of it, and the processor time that took; of all nodes together. */
  readonly signaturesPerTransaction: number
  readonly signatureCpuMsPerTransaction: number
}

/** Processor time a transaction, of all nodes together, in ms. Its parts are the whole. */
export interface CpuShares {
  /** Of the nodes' own threads, in messages: the sum of the kinds. */
  readonly messages: number
  /** Of the nodes' own threads, in everything else: channel and sockets, ordering, execution, signing, the door. */
  readonly rest: number
  /** Of the threads that check signatures. */
  readonly signatures: number
  /** Of all other threads: the database, the system's pool, garbage. */
  readonly otherThreads: number
}

export interface ConsensusFigure {
  readonly nodes: number
  readonly transactions: number
  readonly transactionsPerSecond: number
  /** Mean length of a transaction. */
  readonly transactionBytes: number
  /** From when it is handed to its node until that has executed it in committed order, ms. */
  readonly finalityMs: { readonly p50: number; readonly p95: number; readonly max: number }
  /** Of all nodes together. */
  readonly cpuMsPerTransaction: number
  readonly cpuShares: CpuShares
  /** What all nodes wrote to their sockets, encrypted, everything included. */
  readonly socketBytesPerTransaction: number
  readonly roundsPerSecond: number
  readonly traffic: readonly ConsensusTraffic[]
  /** What nodes held against each other: none should be. */
  readonly faults: readonly string[]
  /** Processes that wanted to run, of the whole machine, before and after (uptime(1)): above its cores, times are of the queue. */
  readonly machineLoad: { readonly before: number; readonly after: number }
}

export interface ConsensusBenchReport {
  readonly bench: 'consensus'
  readonly machine: MachineDescription
  readonly figures: readonly ConsensusFigure[]
}

const ratePerSecond = 50
const fullSeconds = 20
/** Each sends its first transaction, with its key, before the clock runs; then one every two seconds. */
const senders = 2 * ratePerSecond

export async function runConsensusBench(options: ConsensusBenchOptions = {}): Promise<ConsensusBenchReport> {
  const write = options.write ?? ((text: string) => process.stdout.write(text))
  const figures: ConsensusFigure[] = []
  for (const nodes of options.nodes === undefined ? [4, 7] : [options.nodes]) {
    figures.push(await measureNetwork(nodes, options.seconds ?? fullSeconds))
  }
  const report: ConsensusBenchReport = { bench: 'consensus', machine: describeMachine(), figures }
  write(options.json === true ? `${JSON.stringify(report)}\n` : `${formatReport(report)}\n`)
  return report
}

async function measureNetwork(nodes: number, seconds: number): Promise<ConsensusFigure> {
  const folder = mkdtempSync(join(tmpdir(), 'qudag-bench-'))
  let network: BenchNetwork | undefined
  try {
    network = await startBenchNetwork(folder, nodes, senders)
    const count = Math.max(nodes, Math.round(ratePerSecond * seconds))
    const tasks = Array.from({ length: senders + count }, (_, index) => ({
      sender: index % senders,
      nonce: Math.floor(index / senders),
      operations: 1,
    }))
    const signed = signTasks(tasks, network.context)
    const place = (index: number): number => (index % senders) % nodes
    await sendSteadily(network, signed.slice(0, senders), { ratePerSecond, place })
    const load = signed.slice(senders)
    const [loadBefore] = loadavg()
    const before = await network.measure()
    const startMs = performance.now()
    const latenciesMs = await sendSteadily(network, load, { ratePerSecond, place })
    const elapsedMs = performance.now() - startMs
    const after = await network.measure()
    const [loadAfter] = loadavg()
    const at = (quantile: number): number => quantileOf(latenciesMs, quantile)
    const used = (of: (usage: NodeUsage) => number): number =>
      after.reduce((sum, usage, index) => sum + of(usage) - of(before[index] as NodeUsage), 0)
    const traffic = trafficOf(before, after, count)
    return {
      nodes,
      transactions: count,
      transactionsPerSecond: (1_000 * count) / elapsedMs,
      transactionBytes: load.reduce((sum, { bytes }) => sum + bytes.length, 0) / count,
      finalityMs: { p50: at(0.5), p95: at(0.95), max: at(1) },
      cpuMsPerTransaction: used(({ cpuMs }) => cpuMs) / count,
      cpuShares: sharesOf(traffic, (of) => used(of) / count),
      socketBytesPerTransaction: used(({ socketBytes }) => socketBytes) / count,
      roundsPerSecond: (1_000 * used(({ round }) => round)) / nodes / elapsedMs,
      traffic,
      faults: after.flatMap(({ bans, badScores }) => [
        ...bans.map(({ reason }) => reason),
        ...badScores.map(({ id, score }) => `${id} at ${score}`),
      ]),
      machineLoad: { before: loadBefore as number, after: loadAfter as number },
    }
  } finally {
    await network?.stop()
    rmSync(folder, { recursive: true, force: true })
  }
}

function trafficOf(
  before: readonly NodeUsage[],
  after: readonly NodeUsage[],
  transactions: number,
): ConsensusTraffic[] {
  const kinds = new Set(after.flatMap(({ stats, costs }) => [...Object.keys(stats), ...Object.keys(costs)]))
  const grown = (of: (usage: NodeUsage) => number | undefined): number =>
    after.reduce((sum, usage, index) => sum + (of(usage) ?? 0) - (of(before[index] as NodeUsage) ?? 0), 0)
  const msPerSignature =
    grown(({ verifierCpuMs }) => verifierCpuMs) /
    Math.max(
      1,
      grown(({ signatures }) => signatures),
    )
  return [...kinds]
    .map((kind) => {
      const isGossip = kind.startsWith('gossip:')
      const bytes = grown(({ stats }) => (isGossip ? stats[kind]?.receivedBytes : stats[kind]?.sentBytes))
      const messages = grown(({ stats }) => (isGossip ? stats[kind]?.receivedMessages : stats[kind]?.sentMessages))
      const signatures = grown(({ costs }) => costs[kind]?.signatures) / transactions
      return {
        kind,
        bytesPerTransaction: bytes / transactions,
        messagesPerTransaction: messages / transactions,
        cpuMsPerTransaction: grown(({ costs }) => costs[kind]?.cpuMs) / transactions,
        signaturesPerTransaction: signatures,
        signatureCpuMsPerTransaction: signatures * msPerSignature,
      }
    })
    .sort((a, b) => b.bytesPerTransaction - a.bytesPerTransaction)
}

/** @param each of all nodes together, a transaction */
function sharesOf(traffic: readonly ConsensusTraffic[], each: (of: (usage: NodeUsage) => number) => number): CpuShares {
  const messages = traffic.reduce((sum, { cpuMsPerTransaction }) => sum + cpuMsPerTransaction, 0)
  const signatures = each(({ verifierCpuMs }) => verifierCpuMs)
  const main = each(({ mainCpuMs }) => mainCpuMs)
  return { messages, rest: main - messages, signatures, otherThreads: each(({ cpuMs }) => cpuMs) - main - signatures }
}

function formatReport({ machine, figures }: ConsensusBenchReport): string {
  const ms = (value: number): string => value.toFixed(value < 10 ? 1 : 0)
  const parts = [
    formatMachine(machine),
    `validators in processes of their own, hybrid channel and proven links over TCP on loopback, ${ratePerSecond} payments a second`,
    '',
    formatTable(
      ['validators', 'sent', 'sent/s', 'p50 ms', 'p95 ms', 'max ms', 'CPU ms each', 'B sent each', 'rounds/s', 'load'],
      figures.map((figure) => [
        String(figure.nodes),
        String(figure.transactions),
        formatRate(figure.transactionsPerSecond),
        ...[figure.finalityMs.p50, figure.finalityMs.p95, figure.finalityMs.max].map(ms),
        ms(figure.cpuMsPerTransaction),
        formatRate(figure.socketBytesPerTransaction),
        figure.roundsPerSecond.toFixed(1),
        `${figure.machineLoad.before.toFixed(1)} to ${figure.machineLoad.after.toFixed(1)}`,
      ]),
    ),
  ]
  for (const { nodes, traffic, cpuShares, transactionBytes, faults } of figures) {
    parts.push(
      '',
      `${nodes} validators, all together, for each payment of ${Math.round(transactionBytes)} B${faults.length > 0 ? `; FAULTS: ${[...new Set(faults)].join(', ')}` : ''}`,
      formatTable(
        ['kind of message', 'B', 'messages', 'CPU ms', 'signatures', 'their CPU ms'],
        traffic.map((of) => [
          of.kind === '' ? 'no message: what comes in at the door' : of.kind,
          formatRate(of.bytesPerTransaction),
          of.messagesPerTransaction.toFixed(2),
          of.cpuMsPerTransaction.toFixed(3),
          of.signaturesPerTransaction.toFixed(2),
          of.signatureCpuMsPerTransaction.toFixed(3),
        ]),
      ),
      `CPU ms: ${ms(cpuShares.messages)} in messages, ${ms(cpuShares.signatures)} in threads that check signatures, ${ms(cpuShares.rest)} in the rest of the nodes' own threads (channel and sockets, ordering, execution, signing), ${ms(cpuShares.otherThreads)} in other threads (database, garbage)`,
    )
  }
  return parts.join('\n')
}

if (import.meta.main) {
  const at = process.argv.indexOf('--nodes')
  await runConsensusBench({
    json: process.argv.includes('--json'),
    ...(at < 0 ? {} : { nodes: Number(process.argv[at + 1]) }),
  })
}
