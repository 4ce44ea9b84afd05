/**
 * The whole way of a transaction through a node of one validator on a real disk: from the door to Finalized.
 * Signatures are made before the clock runs. `node bench/pipeline.ts [--json]`; about a minute.
 */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { statfs } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { Worker } from 'node:worker_threads'
import { loadConfig } from '../node/config/index.ts'
import { defaultSignatureBackend, systemRng } from '../node/crypto/index.ts'
import { chainIdOf, developmentParameters, formatGenesis, type Genesis } from '../node/ledger/index.ts'
import { createNode, type Node } from '../node/node.ts'
import { loadOrCreateValidatorKey } from '../node/vault/index.ts'
import { describeMachine, formatMachine, formatRate, formatTable, type MachineDescription } from './harness.ts'
import { type LoadResult, runLoad } from './pipeline-load.ts'
import { type LoadTransaction, type SigningContext, type SigningTask, senderAccount } from './pipeline-senders.ts'
import { inProcess } from './pipeline-targets.ts'
import type { WorkerAnswer, WorkerTask } from './pipeline-worker.ts'

export interface PipelineBenchOptions {
  /** One JSON value instead of a table. */
  readonly json?: boolean
  /** About how long it may take, signing included; default 60, which is 1,200 senders. Less sends less. */
  readonly seconds?: number
  /** Where the output goes; default stdout. */
  readonly write?: (text: string) => void
}

export interface PipelineFigure {
  readonly load: string
  readonly transactions: number
  readonly operationsPerTransaction: number
  /** Signatures that were checked and durably admitted, a second. */
  readonly admittedPerSecond: number
  readonly finalizedPerSecond: number
  readonly operationsPerSecond: number
  /** Admission to Finalized, seen by the client, ms. */
  readonly finalityMs: { readonly p50: number; readonly p95: number }
  /** How late the node's own thread came to its timers, ms. */
  readonly eventLoopDelayMs: { readonly p99: number; readonly max: number }
  /** What the process gave the disk to write, bytes a transaction; null where the system does not tell. */
  readonly writtenBytesPerTransaction: number | null
}

export interface PipelineBenchReport {
  readonly bench: 'pipeline'
  readonly machine: MachineDescription
  readonly backend: string
  readonly verifierWorkers: number
  readonly senders: number
  /** tmpfs costs nothing to sync: figures on it say nothing about a disk. */
  readonly fileSystem: 'disk' | 'memory'
  readonly figures: readonly PipelineFigure[]
}

interface Phase {
  readonly load: string
  readonly through: 'services' | 'socket'
  readonly tasks: readonly SigningTask[]
  /** One at a time: the latency of a node that has nothing else to do. */
  readonly unloaded?: boolean
}

const fullSeconds = 60
const fullSenders = 1_200
const fullBundleSenders = 400
const fullUnloaded = 12
const bundleOperations = 64
/** Submissions that wait for their admission at a time, and transactions on their way to finality: four full vertices. */
const concurrency = 512
const maxInFlight = 2_000
const balanceMicroRuv = 1_000_000_000n
/** Magic number of tmpfs (statfs(2)). */
const tmpfsType = 0x01021994

export async function runPipelineBench(options: PipelineBenchOptions = {}): Promise<PipelineBenchReport> {
  const write = options.write ?? ((text: string) => process.stdout.write(text))
  const scale = Math.min(1, (options.seconds ?? fullSeconds) / fullSeconds)
  const share = (full: number): number => Math.max(2, Math.round(full * scale))
  const single = share(fullSenders)
  const bundling = share(fullBundleSenders)
  const phases = planPhases(single, bundling, share(fullUnloaded))
  const folder = mkdtempSync(join(tmpdir(), 'qudag-bench-'))
  let node: Node | undefined
  try {
    const { context, config } = await prepareNetwork(folder, Math.max(single + bundling + 1, bundleOperations + 1))
    const batches = await signAll(phases, context)
    node = await createNode(config)
    const figures: PipelineFigure[] = []
    for (const [index, phase] of phases.entries()) {
      figures.push(await measurePhase(node, phase, batches[index] as readonly LoadTransaction[]))
    }
    const report: PipelineBenchReport = {
      bench: 'pipeline',
      machine: describeMachine(),
      backend: defaultSignatureBackend().name,
      verifierWorkers: config.verifierWorkers,
      senders: single,
      fileSystem: (await statfs(folder)).type === tmpfsType ? 'memory' : 'disk',
      figures,
    }
    write(options.json === true ? `${JSON.stringify(report)}\n` : `${formatReport(report)}\n`)
    return report
  } finally {
    await node?.stop()
    rmSync(folder, { recursive: true, force: true })
  }
}

/** Senders of single transfers come first, then those of bundles, then the one that sends alone. */
function planPhases(single: number, bundling: number, unloaded: number): Phase[] {
  const from = (start: number, count: number, nonce: number, operations: number): SigningTask[] =>
    Array.from({ length: count }, (_, index) => ({ sender: start + index, nonce, operations }))
  const singles = (nonce: number): SigningTask[] => from(0, single, nonce, 1)
  const bundles = (nonce: number): SigningTask[] => from(single, bundling, nonce, bundleOperations)
  const alone = Array.from({ length: unloaded }, (_, nonce) => ({ sender: single + bundling, nonce, operations: 1 }))
  return [
    { load: 'transfers, new keys', through: 'services', tasks: singles(0) },
    {
      load: 'transfers, keys cached',
      through: 'services',
      tasks: [1, 2, 3, 4, 5, 6].flatMap(singles),
    },
    { load: 'transfers, keys cached, over the socket', through: 'socket', tasks: [7, 8].flatMap(singles) },
    { load: 'bundles of 64, new keys', through: 'services', tasks: bundles(0) },
    { load: 'bundles of 64, keys cached', through: 'services', tasks: [1, 2, 3, 4].flatMap(bundles) },
    { load: 'one transfer at a time', through: 'services', tasks: alone, unloaded: true },
  ]
}

/** A network whose genesis gives every sender what it needs, with this folder's validator. */
async function prepareNetwork(folder: string, senders: number) {
  const dataDir = join(folder, 'node')
  mkdirSync(dataDir, { mode: 0o700 })
  const backend = defaultSignatureBackend()
  const validator = await loadOrCreateValidatorKey(
    join(dataDir, 'validator.key'),
    {},
    {
      rng: systemRng,
      keys: {
        publicKeyOfSeed: (suite, seed) => backend.keygen(suite, seed).publicKey,
        sign: (suite, seed, message) => backend.sign(suite, seed, message),
        verify: (suite, publicKey, message, signature) => backend.verify(suite, publicKey, message, signature),
      },
    },
  )
  validator.wipe()
  const accounts = Array.from({ length: senders }, (_, sender) => senderAccount(sender))
  const genesis: Genesis = {
    kind: 'development',
    name: 'bench',
    salt: systemRng.bytes(32),
    startTimeMs: Date.now(),
    validators: [{ publicKey: validator.publicKey, stakeMicroRuv: 1_000_000n }],
    allocations: accounts.map((account) => ({ account, balanceMicroRuv })),
    parameters: developmentParameters,
  }
  const network = join(folder, 'network.json')
  writeFileSync(network, formatGenesis(genesis))
  const config = loadConfig({ flags: { dataDir, network, apiPort: 0 } })
  if (!config.ok) throw new Error(config.error.message)
  const context: SigningContext = {
    chainId: chainIdOf(genesis),
    accounts,
    validUntilMs: Date.now() + 60 * 60 * 1_000,
  }
  return { context, config: config.value }
}

/** Every phase's transactions, signed by as many threads as there are cores. */
async function signAll(phases: readonly Phase[], context: SigningContext): Promise<LoadTransaction[][]> {
  const { cores } = describeMachine()
  const all = phases.flatMap(({ tasks }) => tasks)
  // By sender, so that each key is opened once; put back in order afterwards.
  const shares = Array.from({ length: cores }, (_, thread) => all.filter(({ sender }) => sender % cores === thread))
  const signed = await Promise.all(
    shares.map(async (tasks) => {
      const answer = await inWorker({ type: 'sign', tasks, context })
      return answer.type === 'signed' ? answer.transactions : []
    }),
  )
  const byTask = new Map<SigningTask, LoadTransaction>()
  for (const [thread, tasks] of shares.entries()) {
    for (const [index, task] of tasks.entries()) byTask.set(task, signed[thread]?.[index] as LoadTransaction)
  }
  return phases.map(({ tasks }) => tasks.map((task) => byTask.get(task) as LoadTransaction))
}

function inWorker(task: WorkerTask): Promise<WorkerAnswer> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL('./pipeline-worker.ts', import.meta.url))
    worker.once('message', (answer: WorkerAnswer) => {
      resolve(answer)
      void worker.terminate()
    })
    worker.once('error', reject)
    worker.postMessage(task)
  })
}

async function measurePhase(
  node: Node,
  phase: Phase,
  transactions: readonly LoadTransaction[],
): Promise<PipelineFigure> {
  const writtenBefore = writtenBytes()
  const delay = monitorEventLoopDelay({ resolution: 5 })
  delay.enable()
  const result = await runPhase(node, phase, transactions)
  delay.disable()
  const written = writtenBytes()
  const operations = phase.tasks[0]?.operations ?? 1
  const count = result.transactions
  const at = (quantile: number): number =>
    result.latenciesMs[Math.min(count - 1, Math.floor(quantile * count))] as number
  return {
    load: phase.load,
    transactions: count,
    operationsPerTransaction: operations,
    admittedPerSecond: count / result.admissionSeconds,
    finalizedPerSecond: count / result.finalitySeconds,
    operationsPerSecond: (count * operations) / result.finalitySeconds,
    finalityMs: { p50: at(0.5), p95: at(0.95) },
    eventLoopDelayMs: { p99: delay.percentile(99) / 1e6, max: delay.max / 1e6 },
    writtenBytesPerTransaction: written === null || writtenBefore === null ? null : (written - writtenBefore) / count,
  }
}

async function runPhase(
  node: Node,
  { through, unloaded }: Phase,
  transactions: readonly LoadTransaction[],
): Promise<LoadResult> {
  if (through === 'services') {
    return runLoad(
      inProcess(node),
      transactions,
      unloaded === true ? { concurrency: 1, maxInFlight: 1 } : { concurrency, maxInFlight },
    )
  }
  const { socketPath } = node.info
  const answer = await inWorker({ type: 'load', socketPath, transactions, maxInFlight })
  if (answer.type !== 'loaded') throw new Error('the client thread gave no result')
  return answer.result
}

/** Bytes this process, all threads, has given the disk to write (proc(5), /proc/pid/io); Linux only. */
function writtenBytes(): number | null {
  try {
    const match = /^write_bytes: (\d+)$/m.exec(readFileSync('/proc/self/io', 'utf8'))
    return match === null ? null : Number(match[1])
  } catch {
    return null
  }
}

function formatReport({
  machine,
  backend,
  verifierWorkers,
  senders,
  fileSystem,
  figures,
}: PipelineBenchReport): string {
  const ms = (value: number): string => value.toFixed(value < 10 ? 1 : 0)
  const rows = figures.map((figure) => [
    figure.load,
    String(figure.transactions),
    formatRate(figure.admittedPerSecond),
    formatRate(figure.finalizedPerSecond),
    formatRate(figure.operationsPerSecond),
    ms(figure.finalityMs.p50),
    ms(figure.finalityMs.p95),
    ms(figure.eventLoopDelayMs.p99),
    ms(figure.eventLoopDelayMs.max),
    figure.writtenBytesPerTransaction === null ? '–' : formatRate(figure.writtenBytesPerTransaction),
  ])
  return [
    formatMachine(machine),
    `one validator, ${senders} senders, ML-DSA-65 by ${backend}, ${verifierWorkers} verifier thread${verifierWorkers === 1 ? '' : 's'}, synchronous=FULL`,
    ...(fileSystem === 'memory' ? ['the data folder is in memory: these figures leave out the disk'] : []),
    '',
    formatTable(
      [
        'load',
        'sent',
        'admitted/s',
        'final/s',
        'operations/s',
        'p50 ms',
        'p95 ms',
        'loop p99',
        'loop max',
        'B written each',
      ],
      rows,
    ),
  ].join('\n')
}

if (import.meta.main) await runPipelineBench({ json: process.argv.includes('--json') })
