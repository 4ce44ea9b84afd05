/**
 * When a leader's vertex is committed, and in which order its history follows. Every count is of stake over distinct authors.
 * Source: docs/protocol.md, "Order and finality"; after Mysticeti (arXiv 2310.14821). Built: support, certificates, the direct commit.
 */
import { compareBytes, equalBytes } from '../core/bytes.ts'
import { type Committee, stakeOf } from './committee.ts'
import type { Vertex, VertexHeader } from './vertex.ts'

/** Stored vertices by round. */
export interface Dag {
  at(round: number): readonly Vertex[]
  byHash(hash: Uint8Array): Vertex | undefined
}

/** Vertices of the next round that name this one. */
export function supporters(dag: Dag, vertex: Vertex): readonly Vertex[] {
  return dag.at(vertex.round + 1).filter((later) => names(later, vertex))
}

export function isSupportedByQuorum(dag: Dag, committee: Committee, vertex: Vertex): boolean {
  return stakeOf(committee, authorsOf(supporters(dag, vertex))) >= committee.quorumMicroRuv
}

/** A vertex two rounds above whose parents hold more than two thirds support for the leader's vertex. */
export function isCertificate(dag: Dag, committee: Committee, later: Vertex, leaderVertex: Vertex): boolean {
  const supporting = supporters(dag, leaderVertex).filter((supporter) => names(later, supporter))
  return stakeOf(committee, authorsOf(supporting)) >= committee.quorumMicroRuv
}

/** True once certificates of more than two thirds of the stake stand above the leader's vertex. */
export function isDirectlyCommitted(dag: Dag, committee: Committee, leaderVertex: Vertex): boolean {
  const certificates = dag
    .at(leaderVertex.round + 2)
    .filter((later) => isCertificate(dag, committee, later, leaderVertex))
  return stakeOf(committee, authorsOf(certificates)) >= committee.quorumMicroRuv
}

/** The leader's history that no earlier commit ordered, by (round, author, hash). @param lowestRound horizon of the previous anchor */
export function linearise(
  dag: Dag,
  anchor: Vertex,
  isCommitted: (vertex: Vertex) => boolean,
  lowestRound: number,
): Vertex[] {
  const found = new Set<Vertex>()
  const open = [anchor]
  for (let vertex = open.pop(); vertex !== undefined; vertex = open.pop()) {
    if (found.has(vertex) || vertex.round < lowestRound || isCommitted(vertex)) continue
    found.add(vertex)
    for (const parent of vertex.parents) {
      const stored = dag.byHash(parent.hash)
      if (stored !== undefined) open.push(stored)
    }
  }
  return [...found].sort(
    (a, b) => a.round - b.round || compareBytes(a.author, b.author) || compareBytes(a.hash, b.hash),
  )
}

/**
 * Ledger time of a commit: the stake-weighted median of the timestamps of the anchor's previous-round parents (the
 * smallest whose cumulative stake reaches half of theirs), and at least 1 ms past the commit before.
 */
export function commitTimeOf(dag: Dag, committee: Committee, anchor: Vertex, previousTimeMs: number): number {
  const parents = anchor.parents
    .filter((parent) => parent.round === anchor.round - 1)
    .map((parent) => dag.byHash(parent.hash))
    .filter((parent) => parent !== undefined)
    .sort((a, b) => a.timestampMs - b.timestampMs)
  const total = stakeOf(committee, authorsOf(parents))
  let cumulative = 0n
  for (const parent of parents) {
    cumulative += stakeOf(committee, [parent.author])
    if (2n * cumulative >= total) return Math.max(previousTimeMs + 1, parent.timestampMs)
  }
  // Parents of the first round are implicit and carry no time.
  return previousTimeMs + 1
}

function names(later: Vertex, earlier: Vertex): boolean {
  return later.parents.some((parent) => parent.round === earlier.round && equalBytes(parent.hash, earlier.hash))
}

function authorsOf(vertices: readonly VertexHeader[]): Uint8Array[] {
  return vertices.map((vertex) => vertex.author)
}
