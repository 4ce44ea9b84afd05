/** What goes into the engine and what comes out: it does no I/O of its own. */
import type { Checkpoint, CheckpointCertificate } from './checkpoint.ts'
import type { Vertex } from './vertex.ts'

/** A transaction to be proposed; its signature has been checked and its admission recorded. */
export interface Proposal {
  readonly txId: Uint8Array
  readonly bytes: Uint8Array
  /** Operations inside: what its execution costs. */
  readonly operations: number
}

/** Every input carries the local time: the engine owns no clock. */
export type EngineInput = { readonly nowMs: number } & (
  | { readonly type: 'tick' }
  | { readonly type: 'transactions'; readonly proposals: readonly Proposal[] }
  /** Answer to a `sign` effect. */
  | { readonly type: 'signed'; readonly kind: SignedKind; readonly position: number; readonly signature: Uint8Array }
  /** Answer to a `journal` effect: the record is durable. */
  | { readonly type: 'journalled'; readonly kind: SignedKind; readonly position: number }
  /** Answer to a `commit` effect: the state after it. */
  | {
      readonly type: 'executed'
      readonly commitIndex: number
      readonly stateRoot: Uint8Array
      readonly historyRoot: Uint8Array
    }
)

export type SignedKind = 'vertex' | 'checkpoint'

/** A vertex that passed a state on its way, and the vertex whose arrival caused it. */
export interface VertexProgress {
  readonly vertex: Vertex
  readonly state: 'Voting' | 'Confirming' | 'Confirmed'
  readonly by: Uint8Array
}

export interface CommitEffect {
  readonly type: 'commit'
  readonly commitIndex: number
  readonly epoch: number
  readonly leaderRound: number
  readonly anchor: Uint8Array
  readonly commitTimeMs: number
  readonly vertices: readonly Vertex[]
  /** A checkpoint will cover exactly the state after this commit. */
  readonly checkpointDue: boolean
}

export type EngineEffect =
  /** Sign tag ‖ chainId ‖ content with the validator's key and answer with `signed`. */
  | { readonly type: 'sign'; readonly kind: SignedKind; readonly position: number; readonly message: Uint8Array }
  /** Make durable, then answer with `journalled`. Nothing of it may leave before. */
  | {
      readonly type: 'journal'
      readonly kind: SignedKind
      readonly epoch: number
      readonly position: number
      readonly hash: Uint8Array
      readonly bytes: Uint8Array
      readonly transactions: number
    }
  | ({ readonly type: 'progress' } & VertexProgress)
  | CommitEffect
  | {
      readonly type: 'certified'
      readonly checkpoint: Checkpoint
      readonly hash: Uint8Array
      readonly certificate: CheckpointCertificate
    }
  /** Ask again with a `tick` at this time, or earlier. */
  | { readonly type: 'wake'; readonly atMs: number }

/** Where an engine goes on after a restart: all of it was persisted. */
export interface ResumePoint {
  /** Journalled vertices, oldest first, from the horizon of the last commit on. */
  readonly vertices: readonly Vertex[]
  readonly lastCommit: {
    readonly commitIndex: number
    readonly leaderRound: number
    readonly commitTimeMs: number
  } | null
  /** Whether a commit since the last checkpoint ordered a transaction. */
  readonly hasNewTransactions: boolean
  readonly lastCheckpoint: { readonly seq: number; readonly hash: Uint8Array; readonly commitTimeMs: number } | null
}

export interface EngineStatus {
  readonly epoch: number
  /** Round of the last own vertex. */
  readonly round: number
  readonly commitIndex: number
  readonly waiting: number
}
