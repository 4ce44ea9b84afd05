/** A vertex of the graph as it is kept for showing, and what of it is told. */
import type { GraphVertexChange, GraphVertexState, GraphVertexView } from './types.ts'

export interface DagRecord {
  readonly hash: string
  readonly round: number
  readonly author: number
  /** Hashes in hex; what is implicit (round 0) is left out. */
  readonly parents: readonly string[]
  readonly transactions: number
  readonly timestampMs: number
  readonly lastCommit: number
  readonly isLeader: boolean
  readonly supporters: Set<number>
  /** Local times, in the order the states were reached. */
  readonly times: { readonly state: GraphVertexState; readonly atMs: number }[]
  supportMicroRuv: bigint
  state: GraphVertexState
  isAnchor: boolean
  isTwin: boolean
  commitIndex: number | null
}

/** A state is never left for one before it; what was skipped may yet be committed. */
export const rankOfState: Readonly<Record<GraphVertexState, number>> = {
  stored: 0,
  voting: 1,
  confirming: 2,
  confirmed: 3,
  skipped: 4,
  committed: 5,
}

export function vertexChange(record: DagRecord): GraphVertexChange {
  const { hash, state, supportMicroRuv, supporters, isAnchor, isTwin, commitIndex } = record
  return { hash, state, supportMicroRuv, supporters: supporters.size, isAnchor, isTwin, commitIndex }
}

export function vertexView(record: DagRecord): GraphVertexView {
  const { round, author, parents, transactions, timestampMs, isLeader } = record
  return { ...vertexChange(record), round, author, parents, transactions, timestampMs, isLeader }
}

/** As many from the front as fit, and one at least. */
export function fitting<T extends Pick<DagRecord, 'parents'>>(
  records: readonly T[],
  most: number,
  parents: number,
): T[] {
  let named = 0
  const end = records.findIndex((record, index) => {
    named += record.parents.length
    return index > 0 && (index >= most || named > parents)
  })
  return records.slice(0, end < 0 ? records.length : end)
}
