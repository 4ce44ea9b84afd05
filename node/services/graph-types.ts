/** The vertex graph as people see it: what the graph view and its events show. */

/**
 * How far a vertex has come: `stored`, then `voting` (named by another), `confirming` (by more than a third of the stake),
 * `confirmed` (by more than two thirds), `committed`. `skipped`: its leader was passed over, or the horizon; where it
 * stands in a later leader's history it is committed with that all the same.
 */
export type GraphVertexState = 'stored' | 'voting' | 'confirming' | 'confirmed' | 'committed' | 'skipped'

export interface GraphVertexView {
  readonly hash: string
  readonly round: number
  /** Index in the committee. */
  readonly author: number
  /** Hashes of the vertices it names, of the previous round and before; none in round 1. */
  readonly parents: readonly string[]
  /** How many it carries. */
  readonly transactions: number
  /** The author's clock. */
  readonly timestampMs: number
  readonly state: GraphVertexState
  readonly supportMicroRuv: bigint
  /** Validators whose stake it is. */
  readonly supporters: number
  /** Its author leads its round. */
  readonly isLeader: boolean
  /** The commit it stands in was of itself. */
  readonly isAnchor: boolean
  /** Its author signed another one of the round. */
  readonly isTwin: boolean
  /** The commit that ordered it. */
  readonly commitIndex: number | null
}

/** What may change of a vertex. */
export type GraphVertexChange = Pick<
  GraphVertexView,
  'hash' | 'state' | 'supportMicroRuv' | 'supporters' | 'isAnchor' | 'isTwin' | 'commitIndex'
>

export interface GraphRoundView {
  readonly round: number
  /** Index of the validator that leads it. */
  readonly leader: number
  readonly outcome: 'undecided' | 'committed' | 'skipped'
}

export interface GraphCommitView {
  readonly commitIndex: number
  readonly leaderRound: number
  /** Hash of the leader's vertex. */
  readonly anchor: string
  readonly commitTimeMs: number
  /** How many it ordered. */
  readonly vertices: number
  readonly transactions: number
  /** Rounds since the last committed leader whose leaders were passed over; the newest where there are too many. */
  readonly skipped: readonly number[]
  readonly closesEpoch: boolean
}

export interface GraphView {
  readonly epoch: number
  /** The rounds it covers, both included; 0 where there is nothing yet. */
  readonly fromRound: number
  readonly toRound: number
  readonly totalStakeMicroRuv: bigint
  readonly validators: number
  readonly rounds: readonly GraphRoundView[]
  /** By round, then author. */
  readonly vertices: readonly GraphVertexView[]
  /** Rounds that are kept and were asked for, but found no room. */
  readonly isTruncated: boolean
}

export interface VertexDetailView extends GraphVertexView {
  readonly epoch: number
  readonly authorId: string
  /** Of `parents`: where each stands; null where it is not kept any more. */
  readonly references: readonly {
    readonly hash: string
    readonly round: number | null
    readonly author: number | null
  }[]
  /** Last commit that its author had executed. */
  readonly lastCommit: number
  readonly totalStakeMicroRuv: bigint
  readonly validators: number
  /** Local times at which it reached each state. */
  readonly times: readonly { readonly state: GraphVertexState; readonly atMs: number }[]
  /** What it carries, in order; null where this node has not got its content at hand. */
  readonly contents: readonly { readonly txId: string; readonly account: string; readonly nonce: number }[] | null
}
