/**
 * What people see of a vote: a vertex is Voting once stored, Confirming with the voices of more than a third of the stake,
 * Confirmed with more than two thirds. A voice is an author's later vertex that names it. Finality comes from commits alone.
 * Source: docs/protocol.md, "States a user sees".
 */
import type { Dag, DagVertex } from './dag.ts'
import type { VertexProgress } from './types.ts'

/** States that a newly stored vertex causes: its own first, and those of the vertices it names. Empty vertices have none. */
export function voteProgress(dag: Dag, stored: DagVertex): VertexProgress[] {
  const progress: VertexProgress[] = []
  if (stored.vertex.transactionCount > 0) progress.push(stateOf(dag, stored, 'Voting', stored, 0n))
  for (const entry of stored.loaded) {
    progress.push(...advance(dag, entry, stored, entry.named.stakeMicroRuv))
  }
  return progress
}

/** The states that a vertex has not passed when a commit orders it: the anchor's history is its certificate. */
voteProgress.complete = (dag: Dag, entry: DagVertex, anchor: DagVertex): VertexProgress[] =>
  entry.vertex.transactionCount === 0 ? [] : advance(dag, entry, anchor, dag.committee.quorumMicroRuv)

const reached = new WeakMap<DagVertex, 0 | 1 | 2>()

function advance(dag: Dag, entry: DagVertex, by: DagVertex, supportMicroRuv: bigint): VertexProgress[] {
  const third = dag.committee.totalStakeMicroRuv / 3n + 1n
  const before = reached.get(entry) ?? 0
  const after = supportMicroRuv >= dag.committee.quorumMicroRuv ? 2 : supportMicroRuv >= third ? 1 : 0
  if (after <= before) return []
  reached.set(entry, after)
  const progress: VertexProgress[] = []
  if (before < 1) progress.push(stateOf(dag, entry, 'Confirming', by, supportMicroRuv))
  if (after === 2) progress.push(stateOf(dag, entry, 'Confirmed', by, supportMicroRuv))
  return progress
}

function stateOf(
  dag: Dag,
  { vertex }: DagVertex,
  state: VertexProgress['state'],
  by: DagVertex,
  supportMicroRuv: bigint,
): VertexProgress {
  const { totalStakeMicroRuv } = dag.committee
  return { vertex, state, by: by.vertex.hash, supportMicroRuv, totalStakeMicroRuv }
}
