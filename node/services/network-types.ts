/** The network as this node sees it, its checkpoints, and proofs against them. */
import type { GraphView, VertexDetailView } from './graph-types.ts'
import type { JoiningServices } from './joining-types.ts'
import type { PeerRole, PeerServices, SyncView } from './peer-types.ts'
import type { ValidatorsView } from './validator-types.ts'

export interface NodeStatus {
  readonly pid: number
  readonly chainId: string
  readonly network: string
  readonly role: PeerRole
  readonly commitIndex: number
  readonly round: number
  readonly stateRoot: string
  readonly checkpoint: { readonly seq: number; readonly hash: string } | null
  readonly validators: number
  readonly peers: number
  readonly mempool: number
  /** Of the last transactions admitted and finalized here, in ms; null before the first. */
  readonly finalityMs: { readonly p50: number; readonly p95: number } | null
  readonly storage: { readonly bytes: number }
}

/**
 * - `no-quorum`: validators with more than a third of the stake are silent
 * - `no-commit`: they speak, and what waits is not committed all the same
 */
export type StandstillReason = 'no-quorum' | 'no-commit'

export interface StandstillView {
  readonly reason: StandstillReason
  readonly sinceMs: number
}

export interface NetworkStatusView extends NodeStatus {
  readonly asOfMs: number
  readonly epoch: {
    readonly number: number
    readonly startedAtMs: number
    /** Ledger time it ends at, with the first commit from then on; null where it has no end. */
    readonly endsAtMs: number | null
  }
  /** Index of the validator that leads the current round. */
  readonly leader: number
  readonly committee: ValidatorsView
  /** Leaders committed, and passed over, since this node was started. */
  readonly sinceStart: { readonly commits: number; readonly skips: number }
  /** Round of the last committed leader; 0 before the first. */
  readonly committedLeaderRound: number
  /** Local time of it; null where none came since this node was started. */
  readonly lastCommitAtMs: number | null
  /** Validators, whichever they are, that may fail or lie without anything going wrong; 0 for networks of one to three. */
  readonly toleratedFaults: number
  /** Null while the chain goes on, or has nothing to do. */
  readonly standstill: StandstillView | null
  /** How far this node has come to the head of it. */
  readonly sync: SyncView
}

export interface CheckpointView {
  readonly seq: number
  readonly epoch: number
  readonly commitIndex: number
  readonly commitTimeMs: number
  /** 32 bytes as hex, like every root and hash here. */
  readonly hash: string
  readonly stateRoot: string
  readonly historyRoot: string
  readonly consensusRoot: string
  readonly nextValidatorsHash: string
  readonly previous: string
  /** Signatures of more than two thirds of the stake over tag ‖ chainId ‖ canonical checkpoint; hex. */
  readonly certificate: readonly { readonly validator: string; readonly signature: string }[]
}

export interface EpochStepView {
  readonly checkpoint: CheckpointView
  readonly validators: readonly { readonly publicKey: string; readonly stakeMicroRuv: bigint }[]
}

/** Shows to a third party what an account held at a checkpoint, or that it did not exist. All bytes as hex. */
export interface AccountProofView {
  readonly address: string
  readonly checkpoint: CheckpointView
  /** Each change of validators since the genesis, oldest first: the checkpoint that closed the epoch, and who came then. */
  readonly epochs: readonly EpochStepView[]
  /** Canonical account (docs/protocol.md, "State"); null where the ledger had none. */
  readonly account: string | null
  /** Where the account stands in the state tree. */
  readonly key: string
  /** Hashes beside the path, from the root down. */
  readonly siblings: readonly string[]
  /** The leaf at its end, of this key or, to prove absence, of another; null for an empty place. */
  readonly end: { readonly key: string; readonly valueHash: string } | null
}

export interface NetworkServices extends PeerServices, JoiningServices {
  status(): Promise<NetworkStatusView>
  validators(): Promise<ValidatorsView>
  /** The newest rounds whole, or those from `fromRound` on, of up to `limit` vertices. Another epoch than the present one is not kept. */
  graph(query: { fromRound?: number | undefined; limit?: number | undefined }): Promise<GraphView>
  /** One that the graph still has. @throws NodeError VERTEX_UNKNOWN */
  vertex(hash: string): Promise<VertexDetailView>
  /** @throws NodeError CHECKPOINT_UNKNOWN */
  checkpoint(seq: number | 'latest'): Promise<CheckpointView>
  /** Against the latest checkpoint. @throws NodeError CHECKPOINT_UNKNOWN before the first, PROOF_VALIDATORS_UNKNOWN, ADDRESS_* */
  accountProof(account: string): Promise<AccountProofView>
}
