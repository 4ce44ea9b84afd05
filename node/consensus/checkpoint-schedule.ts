/**
 * Which commits a checkpoint covers, and which one closes an epoch: a function of the committed order alone, so that every
 * node comes to the same, after a restart too. Source: docs/protocol.md, "Checkpoints" and "Epochs and stake".
 */
import { type CommittedVertex, type ConsensusState, consensusRoot } from './checkpoint.ts'
import { consensusLimits } from './limits.ts'

/** What the schedule needs to know of a commit. */
export interface OrderedCommit {
  readonly commitIndex: number
  readonly leaderRound: number
  readonly commitTimeMs: number
  /** In committed order. */
  readonly vertices: readonly CommittedVertex[]
  readonly hasTransactions: boolean
}

export interface DueCheckpoint {
  readonly seq: number
  readonly consensusRoot: Uint8Array
  /** What the root covers. */
  readonly consensus: ConsensusState
}

export interface CheckpointScheduleOptions {
  readonly checkpointIntervalMs: number
  readonly epochMs: number
  /** Ledger time at which the epoch began. */
  readonly epochStartMs: number
  /** Of the checkpoint that closed the epoch before; the chain id in the first. */
  readonly closingHash: Uint8Array
  /** Of the last checkpoint due; 0 before the first. */
  readonly seq: number
  readonly checkpointTimeMs: number
  /** Whether a commit since then ordered a transaction. */
  readonly hasNewTransactions: boolean
  /** Committed vertices of this epoch within the horizon. */
  readonly window: readonly CommittedVertex[]
}

export interface CheckpointSchedule {
  /** Takes the next commit in order. */
  take(commit: OrderedCommit): { readonly due: DueCheckpoint | null; readonly closesEpoch: boolean }
  readonly window: readonly CommittedVertex[]
  readonly hasNewTransactions: boolean
  readonly checkpointTimeMs: number
  readonly seq: number
}

export function createCheckpointSchedule(options: CheckpointScheduleOptions): CheckpointSchedule {
  let { seq, checkpointTimeMs, hasNewTransactions } = options
  let window = [...options.window]

  /** Past a multiple of the interval; where nothing has happened, ten minutes after the last, so that idling costs no disk. */
  const isDue = (commitTimeMs: number): boolean => {
    const interval = options.checkpointIntervalMs
    if (Math.floor(commitTimeMs / interval) === Math.floor(checkpointTimeMs / interval)) return false
    return hasNewTransactions || commitTimeMs - checkpointTimeMs >= consensusLimits.maxIdleCheckpointGapMs
  }

  return {
    take(commit) {
      const { commitTimeMs, leaderRound } = commit
      const lowestRound = leaderRound - consensusLimits.horizonRounds
      window = [...window, ...commit.vertices].filter(({ round }) => round >= lowestRound)
      hasNewTransactions ||= commit.hasTransactions
      const closesEpoch = commitTimeMs >= options.epochStartMs + options.epochMs
      if (!closesEpoch && !isDue(commitTimeMs)) return { due: null, closesEpoch }
      seq += 1
      checkpointTimeMs = commitTimeMs
      hasNewTransactions = false
      const { commitIndex } = commit
      const { closingHash } = options
      const consensus: ConsensusState = { commitIndex, leaderRound, commitTimeMs, closingHash, committed: window }
      return { due: { seq, consensusRoot: consensusRoot(consensus), consensus }, closesEpoch }
    },
    get window() {
      return window
    },
    get hasNewTransactions() {
      return hasNewTransactions
    },
    get checkpointTimeMs() {
      return checkpointTimeMs
    },
    get seq() {
      return seq
    },
  }
}
