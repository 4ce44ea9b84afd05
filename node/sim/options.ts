/**
 * What a simulated network is: plain data, so that a run can be kept as a regression, sent to a worker and printed.
 * Times in virtual milliseconds from the start of the run. Words: docs/protocol.md, "What the simulator shows".
 */

/** What Byzantine validators and hostile clients do. Source: docs/protocol.md, "Adversaries". */
export const adversaryNames = [
  /** Sends nothing, for good or for spells. */
  'silent',
  /** Sends everything late. */
  'slow',
  /** Signs two vertices a round and shows them to different halves. */
  'equivocate',
  /** Releases its vertices late, to some first. */
  'withhold',
  /** Names neither leaders nor honest vertices where it need not. */
  'omit',
  /** Clients send siblings to different validators. */
  'split',
  /** Answers polls against the majority, flip-flopping at the tipping point. */
  'lie',
  /** Restarts from an old disk. */
  'amnesia',
  /** Sends junk, repetitions and fetches without end. */
  'flood',
  /** Far rounds, vertices without parents, skewed timestamps. */
  'future',
  /** All of them in turn, colluding. */
  'mixed',
] as const
export type AdversaryName = (typeof adversaryNames)[number]

/** Negative controls: a rule taken away, for a checker to notice. Source: docs/protocol.md, "Broken on purpose". */
export const controlNames = ['f', 'journal', 'quorum', 'heads', 'support', 'twin', 'horizon', 'wait'] as const
export type ControlName = (typeof controlNames)[number]

/** Messages from one group to the others are lost; with `isOneWay` only those from the first group. */
export interface Partition {
  readonly startMs: number
  readonly durationMs: number
  /** How many validators each group has, in the order of their numbers; the rest form one more group. */
  readonly groups: readonly number[]
  readonly isOneWay: boolean
}

export interface PlannedCrash {
  readonly node: number
  readonly atMs: number
  readonly downMs: number
  /** The journal cannot be read afterwards: the validator follows from then on and signs nothing. */
  readonly damagesJournal: boolean
}

/** An honest validator that is not there at first, and starts empty from the snapshot of another. */
export interface PlannedJoin {
  readonly node: number
  readonly atMs: number
}

/** Kills of honest validators between any two effects, what is not durable lost. */
export interface RandomCrashes {
  /** Mean time between two crashes of a validator, in ms. */
  readonly meanIntervalMs: number
  /** No more kills than this in a run; null for no limit. */
  readonly maxKills: number | null
  /** Only right after a message has gone out, which is where losing what it says hurts most. */
  readonly onlyAfterSending: boolean
}

/** Where snow's preference comes from: the polls, chance, or the worst that can be told each validator. */
export type PreferenceSource = 'polls' | 'random' | 'adversarial'

export interface SimOptions {
  readonly seed: number
  readonly nodes: number
  /** Of the `nodes`, the last ones. */
  readonly byzantine: number
  readonly adversaries: readonly AdversaryName[]
  /** Virtual time under load and faults; what is under way then gets `livenessBoundMs` to end. */
  readonly seconds: number
  /** One a validator; null for 1 each. */
  readonly stakes: readonly number[] | null
  /** Seats of a committee that is drawn by stake an epoch, the others follow; null where everybody is in it. */
  readonly seats: number | null
  readonly minDelayMs: number
  readonly maxDelayMs: number
  /** Share of messages lost, 0 to 1. */
  readonly drop: number
  /** Share of messages that arrive twice. */
  readonly duplicate: number
  /** Share of messages that take up to `maxLateMs` longer. */
  readonly late: number
  readonly maxLateMs: number
  readonly partitions: readonly Partition[]
  /** Clocks are off by at most this, each its own way. */
  readonly maxSkewMs: number
  readonly crashes: readonly PlannedCrash[]
  readonly joins: readonly PlannedJoin[]
  readonly randomCrashes: RandomCrashes | null
  /** A rule taken away. */
  readonly control: ControlName | null
  /** The attack that belongs to a control, with or without its rule taken away. */
  readonly attack: ControlName | null
  /** ML-DSA and encoded messages instead of keyed hashes and shared objects. */
  readonly realSignatures: boolean
  /** Every validator executes for itself; otherwise equal orders share one execution. */
  readonly executesAll: boolean
  /** Transactions a second over all clients. */
  readonly load: number
  /** Ledger time of an epoch. */
  readonly epochMs: number
  readonly preference: PreferenceSource
  /** How long an honest uncontested transaction may take on a synchronous network. */
  readonly livenessBoundMs: number
}

export const defaultSimOptions: SimOptions = Object.freeze({
  seed: 1,
  nodes: 4,
  byzantine: 0,
  adversaries: [],
  seconds: 60,
  stakes: null,
  seats: null,
  minDelayMs: 50,
  maxDelayMs: 100,
  drop: 0,
  duplicate: 0,
  late: 0,
  maxLateMs: 0,
  partitions: [],
  maxSkewMs: 0,
  crashes: [],
  joins: [],
  randomCrashes: null,
  control: null,
  attack: null,
  realSignatures: false,
  executesAll: false,
  load: 10,
  epochMs: 600_000,
  preference: 'polls',
  livenessBoundMs: 30_000,
})

export function simOptions(overrides: Partial<SimOptions> = {}): SimOptions {
  return { ...defaultSimOptions, ...overrides }
}

/** Above it a round of vertices that all name one another does not fit a machine any more. */
export const maxNodes = 1_000

/** Why options describe no network; undefined where they do. */
export function optionsProblem(options: SimOptions): string | undefined {
  const { nodes, byzantine, stakes, adversaries, minDelayMs, maxDelayMs, drop, partitions, crashes } = options
  if (!Number.isInteger(nodes) || nodes < 1 || nodes > maxNodes) return `a network has 1 to ${maxNodes} validators`
  if (!Number.isInteger(byzantine) || byzantine < 0 || byzantine >= nodes) {
    return 'at least one validator has to be honest'
  }
  if (stakes !== null && stakes.length !== nodes) return `${nodes} stakes are needed, one a validator`
  if (stakes?.some((stake) => !Number.isInteger(stake) || stake < 1)) return 'a stake is a whole number above 0'
  if (options.seats !== null && (!Number.isInteger(options.seats) || options.seats < 1 || options.seats > nodes)) {
    return 'a committee has a seat at least, and no more than there are validators'
  }
  if (byzantine === 0 && adversaries.some((name) => name !== 'split')) return 'adversaries need Byzantine validators'
  if (minDelayMs < 0 || maxDelayMs < minDelayMs) return 'the delay runs from a smaller to a larger time'
  if (drop < 0 || drop >= 1) return 'a share of lost messages is at least 0 and below 1'
  for (const { groups } of partitions) {
    if (groups.reduce((sum, size) => sum + size, 0) > nodes) return 'a partition has more validators than the network'
  }
  if (crashes.some(({ node }) => node < 0 || node >= nodes)) return 'a crash names a validator that there is'
  const joining = new Set(options.joins.map(({ node }) => node))
  if (joining.size < options.joins.length || [...joining].some((node) => node < 0 || node >= nodes - byzantine)) {
    return 'each join names another honest validator'
  }
  if (joining.size >= nodes - byzantine) return 'somebody has to be there from the start'
  return undefined
}

/** Stake of the Byzantine validators and of all. */
export function stakesOf(options: SimOptions): { readonly byzantine: number; readonly total: number } {
  const { nodes, byzantine } = options
  const stakes = options.stakes ?? Array.from({ length: nodes }, () => 1)
  const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0)
  return { byzantine: sum(stakes.slice(nodes - byzantine)), total: sum(stakes) }
}
