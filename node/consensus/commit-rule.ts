/**
 * When a leader's vertex is committed or skipped, and in which order its history follows. Every count is of stake over
 * distinct authors. Source: docs/protocol.md, "Order and finality"; after Mysticeti (arXiv 2310.14821, §III).
 */
import { compareBytes } from '../core/bytes.ts'
import type { Dag, DagVertex } from './dag.ts'

/** What has become of a round's leader. */
export type LeaderDecision =
  | { readonly kind: 'commit'; readonly vertex: DagVertex; readonly isDirect: boolean }
  | { readonly kind: 'skip'; readonly isDirect: boolean }
  | { readonly kind: 'undecided' }

const undecided: LeaderDecision = Object.freeze({ kind: 'undecided' })

/** Rounds above a leader from which on an anchor may decide about it: its certificates lie two above. */
const anchorDistanceRounds = 3

/**
 * Decisions about the leaders of `fromRound` and later, in order, as far as they can be told: the list ends before the
 * first undecided one. Everything from `fromRound` on is in the graph.
 */
export function decideLeaders(dag: Dag, fromRound: number): Exclude<LeaderDecision, { kind: 'undecided' }>[] {
  const decisions = new Map<number, LeaderDecision>()
  for (let round = dag.highestRound; round >= fromRound; round--) {
    const direct = decideDirectly(dag, round)
    decisions.set(round, direct.kind === 'undecided' ? decideByAnchor(dag, round, decisions) : direct)
  }
  const decided: Exclude<LeaderDecision, { kind: 'undecided' }>[] = []
  for (let round = fromRound; round <= dag.highestRound; round++) {
    const decision = decisions.get(round)
    if (decision === undefined || decision.kind === 'undecided') break
    decided.push(decision)
  }
  return decided
}

/** A quorum of certificates commits a leader's vertex; a quorum that names none of the leader's skips the round. */
export function decideDirectly(dag: Dag, round: number): LeaderDecision {
  const { committee, rules } = dag
  const candidates = dag.by(round, dag.leader(round))
  for (const vertex of candidates) {
    const tally = rules.needsCertificates ? vertex.certificates : vertex.support
    if (tally.stakeMicroRuv >= committee.quorumMicroRuv) return { kind: 'commit', vertex, isDirect: true }
  }
  if (dag.nonSupport(round) >= committee.quorumMicroRuv) return { kind: 'skip', isDirect: true }
  const first = candidates[0]
  if (rules.countsTwinAsNonSupport && first !== undefined) {
    const against = dag.stakeAt(round + 1) - first.support.stakeMicroRuv
    if (against >= committee.quorumMicroRuv) return { kind: 'skip', isDirect: true }
  }
  return undecided
}

/** The first anchor three or more rounds above that is not skipped decides by whether its history holds a certificate. */
function decideByAnchor(dag: Dag, round: number, later: ReadonlyMap<number, LeaderDecision>): LeaderDecision {
  for (let above = round + anchorDistanceRounds; above <= dag.highestRound; above++) {
    const decision = later.get(above)
    if (decision === undefined || decision.kind === 'undecided') return undecided
    if (decision.kind === 'skip') continue
    const vertex = certifiedInHistory(dag, decision.vertex, round)
    return vertex === null ? { kind: 'skip', isDirect: false } : { kind: 'commit', vertex, isDirect: false }
  }
  return undecided
}

/** What was found in an anchor's history, by the leader's round: a history never changes, and is asked after for as long as
 * an earlier leader is undecided. */
const foundInHistory = new WeakMap<DagVertex, Map<number, DagVertex | null>>()

/** The vertex of the round's leader that some vertex in the anchor's history certifies; there is at most one. */
function certifiedInHistory(dag: Dag, anchor: DagVertex, leaderRound: number): DagVertex | null {
  let found = foundInHistory.get(anchor)
  if (found === undefined) {
    found = new Map()
    foundInHistory.set(anchor, found)
  }
  let certified = found.get(leaderRound)
  if (certified === undefined) {
    certified = findCertified(dag, anchor, leaderRound)
    found.set(leaderRound, certified)
  }
  return certified
}

function findCertified(dag: Dag, anchor: DagVertex, leaderRound: number): DagVertex | null {
  const seen = new Set<DagVertex>([anchor])
  // A set may grow while it is walked.
  for (const entry of seen) {
    if (entry.round === leaderRound + 2) {
      if (entry.certifies !== null) return entry.certifies
      continue
    }
    for (const parent of dag.parentsOf(entry)) if (parent.round >= leaderRound + 2) seen.add(parent)
  }
  return null
}

/** The anchor's history that no earlier commit ordered, by (round, author, hash). @param lowestRound horizon of the previous anchor */
export function linearise(
  dag: Dag,
  anchor: DagVertex,
  isCommitted: (entry: DagVertex) => boolean,
  lowestRound: number,
): DagVertex[] {
  const lowest = Math.max(lowestRound, dag.lowestRound)
  const found = new Set<DagVertex>([anchor])
  /** Of a round, by author: 1 where nothing is left to find. A history names the same vertex as often as there are validators. */
  const settled = new Map<number, Uint8Array>()
  const settledAt = (round: number): Uint8Array => {
    let authors = settled.get(round)
    if (authors === undefined) {
      authors = new Uint8Array(dag.committee.weights.length)
      settled.set(round, authors)
    }
    return authors
  }
  for (const entry of found) {
    const { places, vertex, round } = entry
    const { authors, before } = places
    let at = round - 1
    let isSettled = settledAt(at)
    for (let i = 0; i < authors.length; i++) {
      if (i >= before && vertex.parents[i]?.round !== at) {
        at = vertex.parents[i]?.round ?? 0
        isSettled = settledAt(at)
      }
      if (at < lowest || isSettled[authors[i] as number] === 1) continue
      const parent = dag.parentAt(entry, i)
      if (parent === undefined) continue
      if (dag.by(at, parent.author).length === 1) isSettled[parent.author] = 1
      if (!found.has(parent) && !isCommitted(parent)) found.add(parent)
    }
  }
  // The committee is sorted by id, so that its indices are in the order of the ids.
  return [...found].sort(
    (a, b) => a.round - b.round || a.author - b.author || compareBytes(a.vertex.hash, b.vertex.hash),
  )
}

/**
 * Ledger time of a commit: the stake-weighted median of the timestamps of the anchor's previous-round parents (the
 * smallest whose cumulative stake reaches half of theirs), and at least 1 ms past the commit before.
 */
export function commitTimeOf(dag: Dag, anchor: DagVertex, previousTimeMs: number): number {
  const { weights } = dag.committee
  const parents = dag
    .parentsOf(anchor)
    .filter(({ round }) => round === anchor.round - 1)
    .sort((a, b) => a.vertex.timestampMs - b.vertex.timestampMs)
  let total = 0n
  for (const { author } of parents) total += weights[author] ?? 0n
  let cumulative = 0n
  for (const { author, vertex } of parents) {
    cumulative += weights[author] ?? 0n
    if (2n * cumulative >= total) return Math.max(previousTimeMs + 1, vertex.timestampMs)
  }
  // Parents of the first round are implicit and carry no time.
  return previousTimeMs + 1
}
