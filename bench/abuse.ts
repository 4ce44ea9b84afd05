/**
 * What abuse costs: four validators as they run anywhere, payments at a steady rate, first undisturbed and then with an abusive
 * peer on the same machine that does everything it can, one thing after the other and all at once. It runs behind the validators (nice
 * 19): on the Internet it would have a machine of its own. All stands in one run, so that whatever else the machine does is in each row. `node bench/abuse.ts [--minutes 2] [--json]`; with many minutes, a soak.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import { attacks, startAbuser } from '../e2e/network/abuse/abuser.ts'
import { toHex } from '../node/core/bytes.ts'
import { type BenchNetwork, startBenchNetwork } from './consensus-network.ts'
import type { NodeUsage } from './consensus-node.ts'
import { describeMachine, formatMachine, formatTable, type MachineDescription, quantileOf } from './harness.ts'
import { type LoadTransaction, signTasks } from './pipeline-senders.ts'
import { sendSteadily } from './steady-load.ts'

export interface AbuseBenchOptions {
  /** Of abuse; default 2, of which each kind has an equal part. Before it, a quarter of that is undisturbed, half a minute at least. */
  readonly minutes?: number
  /** By name (e2e/network/abuse/attacks.ts); default all. */
  readonly attacks?: readonly string[]
  /** One JSON value instead of tables. */
  readonly json?: boolean
  /** Where the output goes; default stdout. */
  readonly write?: (text: string) => void
}

export interface AbusePhase {
  readonly seconds: number
  readonly payments: number
  /** From when a payment is handed to its node until that has executed it in committed order, ms. */
  readonly finalityMs: { readonly p50: number; readonly p95: number; readonly max: number }
  /** Processes that wanted to run, of the whole machine, at its end (uptime(1)). */
  readonly machineLoad: number
  /** Processors' worth of time that all validators took together. */
  readonly validatorCores: number
}

/** One kind of abuse, or all at once. */
export interface AbuseKind extends AbusePhase {
  readonly name: string
  /** Times that a payment took meanwhile, of what it took undisturbed. */
  readonly ratio: { readonly p50: number; readonly p95: number }
  /** Bans of whoever did it, by reason, at all validators. What is refused without an author leads to none. */
  readonly bans: Readonly<Record<string, number>>
  /** The most that a validator had at the end of it, MB. */
  readonly rssMb: number
  /** As validatorCores, of the abuser. */
  readonly abuserCores: number
  /** What was done, and what came of it. */
  readonly done: Readonly<Record<string, number>>
}

export interface AbuseNode {
  readonly rssMb: { readonly start: number; readonly attacked: number; readonly end: number }
  /** Null where the system does not tell. */
  readonly sockets: { readonly start: number | null; readonly attacked: number | null; readonly end: number | null }
  readonly peers: { readonly start: number; readonly attacked: number; readonly end: number }
}

/** Memory of the validators at a time since the first payment. */
export interface MemorySample {
  readonly seconds: number
  readonly rssMb: readonly number[]
}

export interface AbuseBenchReport {
  readonly bench: 'abuse'
  readonly machine: MachineDescription
  readonly undisturbed: AbusePhase
  readonly kinds: readonly AbuseKind[]
  readonly nodes: readonly AbuseNode[]
  readonly memory: readonly MemorySample[]
  /** Peers that were banned and are no abuser: none should be. */
  readonly wronglyBanned: readonly string[]
}

const validators = 4
const ratePerSecond = 10
const senders = 40
/** Signed at a time: a few seconds' worth, so that a soak does not sign for an hour first. */
const paymentsATime = 20
/** After the abuse, until sockets are given back: longer than any time-out of a stranger (node/p2p/host/limits.ts). */
const quietMs = 40_000
/** Of one run, about: rows of the table of memory. */
const memorySamples = 20
const shortestSampleMs = 5_000
/** Until a payment has to be taken: longer than any run of it waits. */
const validForMs = 3_600_000

export async function runAbuseBench(options: AbuseBenchOptions = {}): Promise<AbuseBenchReport> {
  const write = options.write ?? ((text: string) => process.stdout.write(text))
  const names = options.attacks ?? Object.keys(attacks)
  const groups = names.length === 1 ? [names] : [...names.map((name) => [name]), names]
  const attackedSeconds = 60 * (options.minutes ?? 2)
  const undisturbedSeconds = Math.max(30, attackedSeconds / 4)
  const folder = mkdtempSync(join(tmpdir(), 'qudag-bench-'))
  let network: BenchNetwork | undefined
  let end: () => void = () => undefined
  try {
    const note = (text: string): void => void process.stderr.write(`${new Date().toISOString()} ${text}\n`)
    const running = await startBenchNetwork(folder, validators, senders)
    note('the network runs')
    network = running
    const phase = createPhases(running)

    await phase(0, () => true)
    const start = await running.measure()
    const memory: MemorySample[] = []
    const startMs = performance.now()
    const sample = async (): Promise<NodeUsage[]> => {
      const usages = await running.measure()
      memory.push({ seconds: (performance.now() - startMs) / 1_000, rssMb: usages.map(megabytes) })
      return usages
    }
    const sampleMs = Math.max(shortestSampleMs, (1_000 * (undisturbedSeconds + attackedSeconds)) / memorySamples)
    // A busy node answers late: what is asked for meanwhile would be answered at once with it.
    let isSampling = false
    const sampling = setInterval(() => {
      if (isSampling) return
      isSampling = true
      const over = (): void => {
        isSampling = false
      }
      sample().then(over, over)
    }, sampleMs)
    const abuser = startAbuser(
      { chainId: toHex(running.context.chainId), victims: running.addresses },
      { isBehind: true },
    )
    end = () => {
      clearInterval(sampling)
      abuser.stop()
    }
    note('undisturbed')
    const undisturbed = await phase(undisturbedSeconds, () => true)
    const kinds: AbuseKind[] = []
    const abusers = new Set<string>()
    for (const group of groups) {
      const name = group.length === 1 ? (group[0] as string) : 'all at once'
      note(name)
      const seconds = attackedSeconds / groups.length
      let isOver = false
      const attacking = abuser.attack(group, 1_000 * seconds).finally(() => {
        isOver = true
      })
      const measured = await phase(seconds, () => isOver)
      const { counts, ids, cpuMs } = await attacking
      const own = new Set(Object.values(ids).flat())
      for (const id of own) abusers.add(id)
      const usages = await sample()
      kinds.push({
        name,
        ...measured,
        ratio: {
          p50: measured.finalityMs.p50 / undisturbed.finalityMs.p50,
          p95: measured.finalityMs.p95 / undisturbed.finalityMs.p95,
        },
        bans: bansOf(usages, own),
        rssMb: Math.max(...usages.map(megabytes)),
        abuserCores: cpuMs / (1_000 * measured.seconds),
        done: summed(Object.values(counts)),
      })
    }
    const attacked = await running.measure()
    note('quiet')
    end()
    await new Promise((resolve) => setTimeout(resolve, quietMs))
    const last = await sample()
    const report: AbuseBenchReport = {
      bench: 'abuse',
      machine: describeMachine(),
      undisturbed,
      kinds,
      nodes: last.map((_, index) => nodeOf(start[index], attacked[index], last[index])),
      memory,
      wronglyBanned: last.flatMap(({ bans }) => bans.map(({ id }) => id)).filter((id) => !abusers.has(id)),
    }
    write(options.json === true ? `${JSON.stringify(report)}\n` : `${formatReport(report)}\n`)
    return report
  } finally {
    end()
    await network?.stop()
    rmSync(folder, { recursive: true, force: true })
  }
}

/** Payments at a steady rate, each sender's in turn, for so long and until something else is over. */
function createPhases(network: BenchNetwork): (seconds: number, isOver: () => boolean) => Promise<AbusePhase> {
  let sent = 0
  const next = (count: number): LoadTransaction[] => {
    const tasks = Array.from({ length: count }, (_, index) => ({
      sender: (sent + index) % senders,
      nonce: Math.floor((sent + index) / senders),
      operations: 1,
    }))
    sent += count
    return signTasks(tasks, { ...network.context, validUntilMs: Date.now() + validForMs })
  }
  const place = (index: number): number => index % validators
  const cpuMs = async (): Promise<number> => (await network.measure()).reduce((sum, usage) => sum + usage.cpuMs, 0)
  return async (seconds, isOver) => {
    const startMs = performance.now()
    const startCpuMs = await cpuMs()
    const latenciesMs: number[] = []
    do {
      latenciesMs.push(...(await sendSteadily(network, next(paymentsATime), { ratePerSecond, place })))
    } while (performance.now() - startMs < 1_000 * seconds || !isOver())
    latenciesMs.sort((a, b) => a - b)
    const elapsedMs = performance.now() - startMs
    return {
      seconds: elapsedMs / 1_000,
      payments: latenciesMs.length,
      finalityMs: {
        p50: quantileOf(latenciesMs, 0.5),
        p95: quantileOf(latenciesMs, 0.95),
        max: quantileOf(latenciesMs, 1),
      },
      machineLoad: loadavg()[0] as number,
      validatorCores: ((await cpuMs()) - startCpuMs) / elapsedMs,
    }
  }
}

const megabytes = ({ rssBytes }: NodeUsage): number => Math.round(rssBytes / 2 ** 20)

function bansOf(usages: readonly NodeUsage[], ids: ReadonlySet<string>): Record<string, number> {
  const bans: Record<string, number> = {}
  for (const { id, reason } of usages.flatMap((usage) => usage.bans)) {
    if (ids.has(id)) bans[reason] = (bans[reason] ?? 0) + 1
  }
  return bans
}

function summed(counts: readonly Readonly<Record<string, number>>[]): Record<string, number> {
  const total: Record<string, number> = {}
  for (const [what, count] of counts.flatMap((one) => Object.entries(one))) total[what] = (total[what] ?? 0) + count
  return total
}

function nodeOf(start?: NodeUsage, attacked?: NodeUsage, end?: NodeUsage): AbuseNode {
  if (start === undefined || attacked === undefined || end === undefined) throw new Error('every node was measured')
  return {
    rssMb: { start: megabytes(start), attacked: megabytes(attacked), end: megabytes(end) },
    sockets: { start: start.sockets, attacked: attacked.sockets, end: end.sockets },
    peers: { start: start.peers, attacked: attacked.peers, end: end.peers },
  }
}

function formatReport({ machine, undisturbed, kinds, nodes, memory, wronglyBanned }: AbuseBenchReport): string {
  const three = (of: { start: number | null; attacked: number | null; end: number | null }): string =>
    `${of.start ?? '-'} / ${of.attacked ?? '-'} / ${of.end ?? '-'}`
  const listed = (counts: Readonly<Record<string, number>>): string =>
    Object.entries(counts)
      .map(([what, count]) => `${what} ${count}`)
      .join(', ')
  const measured = ({ seconds, payments, finalityMs, machineLoad, validatorCores }: AbusePhase): string[] => [
    ...[seconds, payments, finalityMs.p50, finalityMs.p95].map((value) => value.toFixed(0)),
    machineLoad.toFixed(1),
    validatorCores.toFixed(2),
  ]
  return [
    formatMachine(machine),
    `${validators} validators in processes of their own, ${ratePerSecond} payments a second; all on this machine, the abuser too, behind them`,
    '',
    formatTable(
      [
        'abuse',
        'seconds',
        'payments',
        'p50 ms',
        'p95 ms',
        'load',
        'cores',
        'p50 ×',
        'p95 ×',
        'its cores',
        'RSS MB',
        'bans',
      ],
      [
        ['undisturbed', ...measured(undisturbed), '', '', '', '', ''],
        ...kinds.map((kind) => [
          kind.name,
          ...measured(kind),
          kind.ratio.p50.toFixed(2),
          kind.ratio.p95.toFixed(2),
          kind.abuserCores.toFixed(2),
          String(kind.rssMb),
          listed(kind.bans) || 'refused',
        ]),
      ],
    ),
    '',
    'each validator at the start, under abuse, and after it',
    formatTable(
      ['validator', 'RSS MB', 'sockets', 'peers'],
      nodes.map((node, index) => [String(index + 1), three(node.rssMb), three(node.sockets), three(node.peers)]),
    ),
    '',
    'memory of each validator over time',
    formatTable(
      ['seconds', 'RSS MB'],
      memory.map(({ seconds, rssMb }) => [seconds.toFixed(0), rssMb.join(' / ')]),
    ),
    '',
    formatTable(
      ['abuse', 'what came of it'],
      kinds.map(({ name, done }) => [name, listed(done)]),
    ),
    ...(wronglyBanned.length === 0 ? [] : ['', `BANNED AND NO ABUSER: ${wronglyBanned.join(', ')}`]),
  ].join('\n')
}

if (import.meta.main) {
  const at = process.argv.indexOf('--minutes')
  const only = process.argv.indexOf('--attacks')
  await runAbuseBench({
    json: process.argv.includes('--json'),
    ...(at < 0 ? {} : { minutes: Number(process.argv[at + 1]) }),
    ...(only < 0 ? {} : { attacks: (process.argv[only + 1] ?? '').split(',') }),
  })
}
