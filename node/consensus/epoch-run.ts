/** One epoch as a node runs it: the graph, what it signed in it, and how far it has decided. Gone with the next. */
import { type Arrivals, createArrivals } from './arrivals.ts'
import { type CheckpointSchedule, createCheckpointSchedule } from './checkpoint-schedule.ts'
import { createCommittee, type Validator } from './committee.ts'
import { createDag, type DagVertex, hashKey, type MutableDag } from './dag.ts'
import type { EngineOptions } from './engine-options.ts'
import { consensusLimits } from './limits.ts'
import { createOwnHistory, type OwnHistory } from './own-history.ts'
import type { ProtocolRules } from './protocol-rules.ts'
import { createSnow, type Snow } from './snow.ts'
import type { EngineEffect, FaultCode, PeerKey, Proposal, ResumePoint, TransactionFacts } from './types.ts'
import type { Vertex, VertexHeader } from './vertex.ts'
import type { EpochFrame } from './vertex-form.ts'

/** A vertex on its way to the journal. */
export interface OpenVertex {
  readonly header: VertexHeader
  readonly proposals: readonly Proposal[]
  signed: Vertex | null
}

export interface EpochRun {
  readonly frame: EpochFrame
  readonly startMs: number
  readonly dag: MutableDag
  readonly history: OwnHistory
  readonly arrivals: Arrivals
  readonly schedule: CheckpointSchedule
  /** Index of this validator; null where it is none of this epoch. */
  readonly self: number | null
  readonly committed: Set<string>
  readonly equivocators: Set<number>
  /** Null where there is nobody to ask, or nothing is proposed here. */
  readonly snow: Snow | null
  readonly latestRound: number[]

  ownLast: DagVertex | undefined
  /** Highest round this validator has signed in, also where its vertex is too old to be kept. */
  ownRound: number
  /** Own vertices exist, or may, that this engine does not know: until the epoch ends it makes none. */
  isMuted: boolean
  openVertex: OpenVertex | null

  /** The highest round that is a quorum here, and since when. */
  quorumSeen: number
  quorumAtMs: number

  lastAnchorRound: number
  lastDecidedRound: number
  /** Vertices with transactions that no commit has ordered yet. */
  uncommittedLoads: number
  /** Rounds below were let go of. */
  forgotten: number
  /** Its order is complete: it waits for its closing certificate. */
  isClosing: boolean
}

export interface EpochStart {
  readonly number: number
  readonly startMs: number
  readonly validators: readonly Validator[]
  readonly closingHash: Uint8Array
}

export interface EpochRunDeps {
  readonly options: EngineOptions
  readonly rules: ProtocolRules
  readonly peers: ReadonlySet<PeerKey>
  readonly emit: (effect: EngineEffect) => void
  readonly fault: (code: FaultCode, peer: PeerKey | null, author: Uint8Array | null) => void
  readonly accept: (vertex: Vertex, facts: readonly (TransactionFacts | null)[], nowMs: number) => void
}

/**
 * @param from where the epoch goes on after a restart; null where it begins
 * @param before when it begins, and the checkpoints certified until then
 */
export function createEpochRun(
  { number, startMs, validators, closingHash }: EpochStart,
  from: ResumePoint | null,
  before: { readonly nowMs: number; readonly certifiedSeq: number },
  { options, rules, peers, emit, fault, accept }: EpochRunDeps,
): EpochRun {
  const committee = createCommittee(validators, closingHash, rules)
  const frame: EpochFrame = { number, committee, closingHash, rules }
  const dag = createDag(committee, { rules, snapshotRound: from?.snapshotRound ?? 0 })
  const self = options.self === null ? null : (committee.indexOf(options.self) ?? null)
  const window = from?.lastCommit?.window ?? []
  const last = from?.openCheckpoints.at(-1)?.checkpoint ?? from?.lastCheckpoint ?? null
  const lastAnchorRound = from?.lastCommit?.leaderRound ?? 0
  return {
    frame,
    startMs,
    dag,
    history: createOwnHistory(dag),
    arrivals: createArrivals({
      frame,
      dag,
      peers,
      emit,
      fault: (code, peer, author) => fault(code, peer, author === null ? null : idOf(frame, author)),
      accept,
    }),
    schedule: createCheckpointSchedule({
      checkpointIntervalMs: options.checkpointIntervalMs,
      epochMs: options.epochMs,
      epochStartMs: startMs,
      closingHash,
      seq: last?.seq ?? before.certifiedSeq,
      checkpointTimeMs: last?.commitTimeMs ?? startMs,
      hasNewTransactions: from?.hasNewTransactions ?? false,
      window,
    }),
    self,
    committed: new Set(window.map(({ hash }) => hashKey(hash))),
    equivocators: new Set(),
    snow:
      options.self === null || self === null || validators.length === 1
        ? null
        : createSnow({
            validators: committee.validators,
            self: options.self,
            rng: options.rng,
            ...(options.preferenceOracle === undefined ? {} : { oracle: options.preferenceOracle }),
          }),
    latestRound: validators.map(() => 0),
    ownLast: undefined,
    ownRound: 0,
    isMuted: beginsMuted(startMs, from, options.resume),
    openVertex: null,
    quorumSeen: 0,
    quorumAtMs: before.nowMs,
    lastAnchorRound,
    lastDecidedRound: lastAnchorRound,
    uncommittedLoads: 0,
    forgotten: 0,
    isClosing: false,
  }
}

/** Of a validator, by its index in the committee. */
export function idOf({ committee }: EpochFrame, author: number): Uint8Array {
  return (committee.validators[author] as Validator).id
}

/** The lowest round that a commit to come may order, or that others may name. */
export function lowestKept({ lastDecidedRound, lastAnchorRound }: EpochRun): number {
  return Math.min(lastDecidedRound + 1, lastAnchorRound - consensusLimits.horizonRounds)
}

/**
 * Whether this validator begins an epoch without a word. Where it took parents on trust, a vertex of its own could name one that
 * others wait for in vain, since it never was; and where it joined while the epoch ran, its key may have signed in it already.
 */
function beginsMuted(startMs: number, from: ResumePoint | null, resume: ResumePoint | null): boolean {
  return (from?.snapshotRound ?? 0) > 0 || (resume !== null && startMs <= resume.silentUntilMs)
}
