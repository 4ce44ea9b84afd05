/** What goes into the engine and what comes out: it does no I/O of its own. */
import type { Checkpoint, CheckpointCertificate, CommittedVertex, ConsensusState } from './checkpoint.ts'
import type { Validator } from './committee.ts'
import type { Message } from './messages.ts'
import type { ConflictSet } from './snow-messages.ts'
import type { Vertex, VertexReference } from './vertex.ts'

/** A transaction to be proposed; its signature has been checked and its admission recorded. At most one of its set executes. */
export interface Proposal extends ConflictSet {
  readonly txId: Uint8Array
  readonly bytes: Uint8Array
  /** Operations inside: what its execution costs. */
  readonly operations: number
}

/** What was found out about a transaction inside a vertex. */
export type TransactionFacts = Omit<Proposal, 'bytes'>

/** A connected node, by a name the driver gives it: `bytesKey` of its id where it is a validator. */
export type PeerKey = string

/** Every input carries the local time: the engine owns no clock. */
export type EngineInput = { readonly nowMs: number } & UntimedInput

/** An input before its driver adds the time. */
export type UntimedInput =
  | { readonly type: 'tick' }
  /** From this node's own users. */
  | { readonly type: 'transactions'; readonly proposals: readonly Proposal[] }
  /**
   * From other nodes: proposed here only where their own validator fails to. `isDue`: handed to this one to be proposed, since
   * they have none; at once, as far as its own users' leave room.
   */
  | { readonly type: 'gossip'; readonly proposals: readonly Proposal[]; readonly isDue?: boolean }
  | { readonly type: 'connected'; readonly peer: PeerKey }
  | { readonly type: 'disconnected'; readonly peer: PeerKey }
  /** A decoded message of an authenticated peer. */
  | { readonly type: 'message'; readonly from: PeerKey; readonly message: Message }
  /**
   * Answer to `verify` of a vertex.
   * `transactions` has an entry for each transaction of the vertex; null where it does not decode or its signature is not
   * found good: such a copy stands for nothing, and the transaction is still to be brought into the order.
   */
  | {
      readonly type: 'verified'
      readonly kind: 'vertex'
      readonly hash: Uint8Array
      readonly isGood: boolean
      readonly transactions: readonly (TransactionFacts | null)[]
    }
  /** Answer to `verify` of a checkpoint signature. */
  | { readonly type: 'verified'; readonly kind: 'checkpoint'; readonly id: number; readonly isGood: boolean }
  /** Answer to a `sign` effect. */
  | { readonly type: 'signed'; readonly kind: SignedKind; readonly position: number; readonly signature: Uint8Array }
  /** Answer to a `journal` effect: the record is durable, and with it everything stored before. */
  | { readonly type: 'journalled'; readonly kind: SignedKind; readonly position: number }
  /** Answer to a `commit` effect: the state after it. */
  | {
      readonly type: 'executed'
      readonly commitIndex: number
      readonly stateRoot: Uint8Array
      readonly historyRoot: Uint8Array
      /** Who validates from the next epoch on, where the commit closed one; null elsewhere. */
      readonly nextValidators: readonly Validator[] | null
    }

export type SignedKind = 'vertex' | 'checkpoint'

/** A vertex that passed a state on its way, and the vertex whose arrival caused it. */
export interface VertexProgress {
  readonly vertex: Vertex
  readonly state: 'Voting' | 'Confirming' | 'Confirmed'
  readonly by: Uint8Array
  /** Stake of the distinct authors that have named the vertex so far. */
  readonly supportMicroRuv: bigint
  readonly totalStakeMicroRuv: bigint
}

export interface CommitEffect {
  readonly type: 'commit'
  readonly commitIndex: number
  readonly epoch: number
  readonly leaderRound: number
  /** Hash of the leader's vertex. */
  readonly anchor: Uint8Array
  readonly commitTimeMs: number
  readonly vertices: readonly Vertex[]
  /** Where a checkpoint will cover exactly the state after this commit: what its consensusRoot stands for; else null. */
  readonly checkpointDue: ConsensusState | null
  /** The last commit of its epoch: the state passes to the next validators with it. */
  readonly closesEpoch: boolean
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
  /** Keep a vertex of another validator; durable before the next `journal` is. No answer. */
  | { readonly type: 'store'; readonly vertex: Vertex }
  /** Check the author's signature, and those of the transactions for the execution; answer with `verified`. */
  | { readonly type: 'verify'; readonly kind: 'vertex'; readonly vertex: Vertex; readonly publicKey: Uint8Array }
  | {
      readonly type: 'verify'
      readonly kind: 'checkpoint'
      readonly id: number
      readonly publicKey: Uint8Array
      readonly message: Uint8Array
      readonly signature: Uint8Array
    }
  /** @remarks `to` null: every connected peer. */
  | { readonly type: 'send'; readonly to: PeerKey | null; readonly message: Message }
  /**
   * Send the peer what the disk has of these vertices, or of all rounds from `fromRound` on, oldest first, within
   * `maxVerticesMessageBytes`: the engine's memory no longer holds them.
   */
  | {
      readonly type: 'lookup'
      readonly to: PeerKey
      readonly epoch: number
      readonly references: readonly VertexReference[]
      readonly fromRound: number | null
    }
  /** Send the peer the certificate of this checkpoint from the disk. */
  | { readonly type: 'lookupCheckpoint'; readonly to: PeerKey; readonly seq: number }
  /** The vertex is in the graph, an own one or another's: for who looks on. Nothing is to be done. */
  | { readonly type: 'added'; readonly vertex: Vertex }
  | ({ readonly type: 'progress' } & VertexProgress)
  /** Two or more transactions of one account and nonce are known. */
  | { readonly type: 'contested'; readonly set: ConflictSet; readonly preferred: Uint8Array }
  | CommitEffect
  | {
      readonly type: 'certified'
      readonly checkpoint: Checkpoint
      readonly hash: Uint8Array
      readonly certificate: CheckpointCertificate
    }
  /** The epoch's closing checkpoint is certified: from now on the given validators order. */
  | {
      readonly type: 'epoch'
      readonly number: number
      /** Ledger time of the commit that closed the one before. */
      readonly startMs: number
      readonly validators: readonly Validator[]
      /** Of the closing checkpoint. */
      readonly closingHash: Uint8Array
    }
  /** Proof that a validator signed two vertices of one round. */
  | { readonly type: 'evidence'; readonly first: Vertex; readonly second: Vertex }
  /** A peer broke the protocol or a limit; the code says how. Counted, and the driver's to punish. */
  | {
      readonly type: 'fault'
      readonly peer: PeerKey | null
      readonly code: FaultCode
      readonly author: Uint8Array | null
    }
  /** Ask again with a `tick` at this time, or earlier. */
  | { readonly type: 'wake'; readonly atMs: number }

/** Why something that came from outside was refused, held back or dropped. */
export type FaultCode =
  /** Of another epoch than the one that runs. */
  | 'VERTEX_EPOCH'
  | 'VERTEX_AUTHOR_UNKNOWN'
  /** Round 0, or further ahead than any honest validator can be. */
  | 'VERTEX_ROUND'
  /** Parents that are out of order, out of range, doubled, or short of a quorum of the round before. */
  | 'VERTEX_PARENTS'
  | 'VERTEX_SIGNATURE'
  /** A parent with this hash is of another round or author. */
  | 'VERTEX_PARENT_MISMATCH'
  /** More than 500 ms ahead of the local clock: held. */
  | 'VERTEX_FROM_FUTURE'
  /** The author's or the peer's share of what may wait here is used up. */
  | 'PENDING_LIMIT'
  /** A third vertex of one author and round that nobody has named. */
  | 'VERTEX_TWIN_LIMIT'
  /** A vertex under this validator's own key that its journal does not have: it signs no more in this epoch. */
  | 'SIGNED_ELSEWHERE'
  /** More was asked for than one message may. */
  | 'FETCH_LIMIT'
  | 'CHECKPOINT_MISMATCH'
  | 'CHECKPOINT_SIGNATURE'
  | 'CHECKPOINT_SIGNER_UNKNOWN'

/** Where an engine goes on after a restart or a snapshot: all of it was persisted, or verified against a certificate. */
export interface ResumePoint {
  /** Epoch that runs, who validates in it, and the hash of the checkpoint that closed the one before (the chain id at first). */
  readonly epoch: {
    readonly number: number
    readonly startMs: number
    readonly validators: readonly Validator[]
    readonly closingHash: Uint8Array
  } | null
  /** Stored vertices of the epoch, oldest round first, from the horizon of the last commit on; facts as `verified` gives them. */
  readonly vertices: readonly {
    readonly vertex: Vertex
    readonly transactions: readonly (TransactionFacts | null)[]
  }[]
  /** Vertices of the epoch below the horizon: what may still be named as a parent. */
  readonly older: readonly VertexReference[]
  /** After a snapshot: parents below this round are taken as present. 0 where everything from round 1 is stored. */
  readonly snapshotRound: number
  /**
   * This validator makes no vertex in an epoch that began at or before this ledger time: it joined by a snapshot then, and does
   * not know what its key may have signed earlier. 0 where its journal tells of everything.
   */
  readonly silentUntilMs: number
  readonly lastCommit: {
    readonly commitIndex: number
    readonly leaderRound: number
    readonly commitTimeMs: number
    /** Committed vertices within the horizon, in committed order. */
    readonly window: readonly CommittedVertex[]
  } | null
  /** Whether a commit since the last checkpoint due ordered a transaction. */
  readonly hasNewTransactions: boolean
  /** The last certified one. */
  readonly lastCheckpoint: { readonly seq: number; readonly hash: Uint8Array; readonly commitTimeMs: number } | null
  /** Due since then and not certified, in order. */
  readonly openCheckpoints: readonly {
    readonly checkpoint: Checkpoint
    /** This validator's own, where its journal has it: it is never made anew. */
    readonly signature: Uint8Array | null
    /** Of the checkpoint that closes the epoch; null for any other. */
    readonly nextValidators: readonly Validator[] | null
  }[]
}

export interface EngineStatus {
  readonly epoch: number
  /** Whether this node makes vertices in it: only then its users' transactions come into the order through it. */
  readonly validates: boolean
  /** Round of the last own vertex; of the highest quorum where this node does not validate. */
  readonly round: number
  readonly commitIndex: number
  /** Transactions of this node's users that no vertex carries yet. */
  readonly waiting: number
  readonly committedLeaderRound: number
  /** Leaders' rounds that ended without a commit, since the start of this process. */
  readonly skips: number
  /** Latest round stored of each validator of the committee, and whether it is a proven equivocator. */
  readonly validators: readonly {
    readonly id: Uint8Array
    readonly publicKey: Uint8Array
    readonly stakeMicroRuv: bigint
    readonly round: number
    readonly isEquivocator: boolean
  }[]
  readonly memory: EngineMemory
}

/** What an engine keeps, by count: each has a bound, whatever comes from outside. */
export interface EngineMemory {
  readonly vertices: number
  /** Vertices that wait for their time, for a check or for parents. */
  readonly pending: number
  /** About the length of their encodings. */
  readonly pendingBytes: number
  /** Vertices that others have named and that are not here. */
  readonly wanted: number
  /** Checkpoint signatures that wait for a check, or for this node to execute as far. */
  readonly signatures: number
}
