/**
 * When a validator makes its next vertex. At the tip it keeps its pace and gives the leader and its support time to arrive;
 * behind, it makes each round's vertex in turn, and only far behind it jumps. Source: docs/protocol.md, "Order and finality"
 * (waiting rule) and "Vertex DAG" (conduct).
 */
import type { Dag } from './dag.ts'
import { consensusLimits } from './limits.ts'

export interface PaceState {
  readonly nowMs: number
  /** Round of the latest own vertex; 0 before the first. */
  readonly ownRound: number
  /** When it was made. */
  readonly proposedAtMs: number
  /** When the highest round became a quorum here. */
  readonly quorumAtMs: number
  readonly lastCommittedLeaderRound: number
  /** Least time since the latest own vertex, by what there is to do. */
  readonly intervalMs: number
  readonly isEquivocator: (author: number) => boolean
}

/** Make the vertex of this round now, or look again at a time; null where only a message can change it. */
export type Pace =
  | { readonly kind: 'propose'; readonly round: number; readonly namesEquivocators: boolean }
  | { readonly kind: 'wait'; readonly untilMs: number | null }

export function paceOf(dag: Dag, state: PaceState): Pace {
  const { quorumRound } = dag
  const { ownRound, nowMs } = state
  const behind = quorumRound - ownRound
  // Its own latest round is no quorum yet.
  if (behind < 0) return { kind: 'wait', untilMs: null }
  if (behind > 0 && behind <= consensusLimits.maxCatchUpRounds) {
    const round = ownRound + 1
    return { kind: 'propose', round, namesEquivocators: isShort(dag, round - 1, state) }
  }
  const pacedAtMs = state.proposedAtMs + state.intervalMs
  const startMs = Math.max(pacedAtMs, behind === 0 ? 0 : nowMs)
  if (nowMs < startMs) return { kind: 'wait', untilMs: startMs }
  const timeoutAtMs = state.quorumAtMs + leaderTimeoutMs(quorumRound - state.lastCommittedLeaderRound)
  const short = isShort(dag, quorumRound, state)
  if (short && nowMs < state.quorumAtMs + consensusLimits.leaderTimeoutMs) {
    return { kind: 'wait', untilMs: state.quorumAtMs + consensusLimits.leaderTimeoutMs }
  }
  if (dag.rules.waitsForLeader && nowMs < timeoutAtMs && !hasEnough(dag, quorumRound, state)) {
    return { kind: 'wait', untilMs: timeoutAtMs }
  }
  return { kind: 'propose', round: quorumRound + 1, namesEquivocators: short }
}

/** Longer in rounds that follow many without a committed leader, so that one slow network period is waited out. */
export function leaderTimeoutMs(roundsSinceLeader: number): number {
  const beyond = Math.max(0, roundsSinceLeader - consensusLimits.leaderTimeoutPatienceRounds)
  const grown = consensusLimits.leaderTimeoutMs * consensusLimits.leaderTimeoutGrowth ** beyond
  return Math.min(grown, consensusLimits.maxLeaderTimeoutMs)
}

/** Whether the others fall short of a quorum without proven equivocators. */
function isShort(dag: Dag, round: number, { isEquivocator }: PaceState): boolean {
  if (round === 0) return false
  const { committee } = dag
  let stake = 0n
  for (const author of authorsAt(dag, round)) if (!isEquivocator(author)) stake += committee.weights[author] ?? 0n
  return stake < committee.quorumMicroRuv
}

/** All vertices of the round; or its leader's, and a quorum for or against the leader before. */
function hasEnough(dag: Dag, round: number, { isEquivocator }: PaceState): boolean {
  if (round === 0) return true
  const { committee } = dag
  const authors = authorsAt(dag, round)
  let isEverybody = true
  for (let author = 0; author < committee.weights.length; author++) {
    if (!authors.has(author) && !isEquivocator(author)) isEverybody = false
  }
  if (isEverybody) return true
  const leader = dag.leader(round)
  if (!authors.has(leader) && !isEquivocator(leader)) return false
  if (round === 1) return true
  if (dag.nonSupport(round - 1) >= committee.quorumMicroRuv) return true
  return dag
    .by(round - 1, dag.leader(round - 1))
    .some(({ support }) => support.stakeMicroRuv >= committee.quorumMicroRuv)
}

function authorsAt(dag: Dag, round: number): Set<number> {
  return new Set(dag.at(round).map(({ author }) => author))
}
