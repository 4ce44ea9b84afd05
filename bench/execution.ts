/**
 * Execution of a commit: one step after the other, and by groups that touch nothing in common, side by side in one run.
 * `node bench/execution.ts [--json]`; about 10 s. On one thread the groups gain nothing: the second row is what they cost.
 */
import { seededRng } from '../node/core/rng.ts'
import { sha256, signatureSuites } from '../node/crypto/index.ts'
import {
  accountIdOf,
  attachSignature,
  type Candidate,
  type ChainRules,
  type Commit,
  chainIdOf,
  developmentParameters,
  executeCommit,
  executeInGroups,
  type Genesis,
  genesisState,
  groupSteps,
  type LedgerState,
  planCommit,
} from '../node/ledger/index.ts'
import {
  type BenchCase,
  type BenchFigure,
  describeMachine,
  formatMachine,
  formatRate,
  formatTable,
  type MachineDescription,
  measure,
} from './harness.ts'

export interface ExecutionBenchOptions {
  /** One JSON value instead of a table. */
  readonly json?: boolean
  /** Measuring time in all; default 9. */
  readonly seconds?: number
  /** Where the output goes; default stdout. */
  readonly write?: (text: string) => void
}

export interface ExecutionBenchReport {
  readonly bench: 'execution'
  readonly machine: MachineDescription
  readonly transactions: number
  readonly loads: readonly {
    readonly load: string
    /** Groups that the commit falls into, and steps of the largest: what threads of their own could share. */
    readonly groups: number
    readonly largestGroup: number
    /** In transactions. */
    readonly figures: readonly BenchFigure[]
  }[]
}

const transactions = 2_000
const runs = 3
const suite = 'ML-DSA-65'

/** Whom the nth transaction is from and to, by number of the account. */
type Pairing = (index: number) => readonly [from: number, to: number]

const pairings: Readonly<Record<string, Pairing>> = {
  'pairs that pay only each other': (index) => [2 * index, 2 * index + 1],
  'anybody pays anybody': (index) => [index, (index * 7_919 + 1) % (2 * transactions)],
  'everybody pays one': (index) => [index + 1, 0],
}

/** Runs the benchmark, writes its result, and returns it. */
export async function runExecutionBench(options: ExecutionBenchOptions = {}): Promise<ExecutionBenchReport> {
  const write = options.write ?? ((text: string) => process.stdout.write(text))
  const { state, rules, commitOf } = prepare()
  const secondsPerRun = (options.seconds ?? 9) / (2 * runs * Object.keys(pairings).length)
  const loads: ExecutionBenchReport['loads'][number][] = []
  for (const [load, pairing] of Object.entries(pairings)) {
    const commit = commitOf(pairing)
    const groups = groupSteps(state, planCommit(state, commit))
    const cases: BenchCase[] = [
      { name: 'one after the other', unitsPerCall: transactions, run: () => executeCommit(state, commit, rules) },
      { name: 'by groups, one thread', unitsPerCall: transactions, run: () => executeInGroups(state, commit, rules) },
    ]
    const figures = await measure(cases, { secondsPerRun, runs })
    const largestGroup = Math.max(...groups.map(({ steps }) => steps.length))
    loads.push({ load, groups: groups.length, largestGroup, figures })
  }
  const report: ExecutionBenchReport = { bench: 'execution', machine: describeMachine(), transactions, loads }
  write(options.json === true ? `${JSON.stringify(report)}\n` : `${formatReport(report)}\n`)
  return report
}

/** A network in which every account has rUv, and commits of it; signatures are taken for checked, as they are by then. */
function prepare(): { state: LedgerState; rules: ChainRules; commitOf: (pairing: Pairing) => Commit } {
  const rng = seededRng(1)
  const { publicKeyBytes, signatureBytes, wire } = signatureSuites[suite]
  const accounts = Array.from({ length: 2 * transactions }, () => {
    const publicKey = rng.bytes(publicKeyBytes)
    return { publicKey, id: accountIdOf(suite, publicKey) }
  })
  const genesis: Genesis = {
    kind: 'development',
    name: 'bench',
    salt: rng.bytes(32),
    startTimeMs: 1_750_000_000_000,
    validators: [{ publicKey: rng.bytes(publicKeyBytes), stakeMicroRuv: 1_000_000n }],
    allocations: accounts.map(({ id }) => ({ account: id, balanceMicroRuv: 1_000_000_000n })),
    parameters: developmentParameters,
  }
  const refuse = (): never => {
    throw new Error('broken invariant: this load has no stake in it')
  }
  const chainId = chainIdOf(genesis)
  const rules: ChainRules = {
    chainId,
    kind: genesis.kind,
    parameters: genesis.parameters,
    verifyValidator: refuse,
    readEvidence: refuse,
    verifyKey: refuse,
  }
  const signature = new Uint8Array(signatureBytes)
  const commitOf = (pairing: Pairing): Commit => ({
    commitIndex: 1,
    commitTimeMs: genesis.startTimeMs + 1_000,
    candidates: Array.from({ length: transactions }, (_, index): Candidate => {
      const [from, to] = pairing(index).map((number) => accounts[number % accounts.length])
      if (from === undefined || to === undefined) throw new Error('broken invariant: a pairing names accounts')
      const transaction = attachSignature(
        {
          chainId,
          account: from.id,
          key: { suite: wire, publicKey: from.publicKey },
          nonce: 0,
          operations: [{ kind: 'transfer', to: to.id, amountMicroRuv: 1n, memo: null }],
          maxFeeMicroRuv: 10_000n,
          validUntilMs: genesis.startTimeMs + 60_000,
        },
        signature,
      )
      const origin = { vertexHash: sha256(transaction.txId), indexInVertex: index }
      return { transaction, verifiedUnder: from.publicKey, origin }
    }),
  })
  return { state: genesisState(genesis), rules, commitOf }
}

function formatReport({ machine, transactions: count, loads }: ExecutionBenchReport): string {
  const rows = loads.flatMap(({ load, groups, largestGroup, figures }) =>
    figures.map(({ name, perSecond, lowestPerSecond, highestPerSecond }, index) => [
      index === 0 ? load : '',
      index === 0 ? `${groups}, largest ${largestGroup}` : '',
      name,
      formatRate(perSecond),
      `${formatRate(lowestPerSecond)}–${formatRate(highestPerSecond)}`,
    ]),
  )
  const table = formatTable(['load', 'groups', 'executed', 'a second', 'runs'], rows)
  return `${formatMachine(machine)}\nFirst transfers, ${count} a commit, without applying it; median of ${runs} runs\n\n${table}`
}

if (import.meta.main) await runExecutionBench({ json: process.argv.includes('--json') })
