/**
 * Stored vertices of an epoch, with what each says about the leaders below it. What a vertex supports and certifies follows
 * from it and its parents alone, so it is found once, when the vertex is added. Source: docs/protocol.md, "Order and finality".
 */
import { bytesKey } from '../core/bytes.ts'
import { invariant } from '../core/node-error.ts'
import { type Committee, leaderOf, StakeTally } from './committee.ts'
import { type ProtocolRules, soundRules } from './protocol-rules.ts'
import type { Vertex, VertexReference } from './vertex.ts'

/** A stored vertex and what is known of it. */
export interface DagVertex {
  /** Its transactions are empty once they were released; see `hasPayload`. */
  readonly vertex: Vertex
  readonly key: string
  readonly round: number
  /** Index in the committee. */
  readonly author: number
  readonly hasPayload: boolean
  /** The vertex of the leader of the round before that it names. */
  readonly supports: DagVertex | null
  /** The vertex of the leader two rounds below for which its parents hold a quorum of support. */
  readonly certifies: DagVertex | null
  /** Authors of the next round that name it. */
  readonly support: StakeTally
  /** Authors two rounds above that certify it; stays empty where it is no leader's. */
  readonly certificates: StakeTally
  /** Authors of any later round that name it: what people see as votes. */
  readonly named: StakeTally
}

interface MutableDagVertex extends DagVertex {
  vertex: Vertex
  hasPayload: boolean
}

/** Why a vertex cannot be added. */
export type ParentProblem =
  /** These parents are not stored. */
  | { readonly kind: 'missing'; readonly references: readonly VertexReference[] }
  /** A parent with this hash is of another round or author than the reference says. */
  | { readonly kind: 'mismatch' }

export interface Dag {
  readonly committee: Committee
  readonly rules: ProtocolRules
  /** Index of the round's leader. */
  leader(round: number): number
  at(round: number): readonly DagVertex[]
  /** First seen first. */
  by(round: number, author: number): readonly DagVertex[]
  byKey(key: string): DagVertex | undefined
  /** Weight of the authors with a vertex in this round; of all for the implicit round 0. */
  stakeAt(round: number): bigint
  /** Weight of the next round's authors with a vertex that names none of the leader's. */
  nonSupport(round: number): bigint
  /** Highest round with a vertex. */
  readonly highestRound: number
  /** Highest round whose authors are a quorum. */
  readonly quorumRound: number
  readonly size: number
}

export interface MutableDag extends Dag {
  /** Undefined where every parent is there. */
  parentProblem(vertex: Vertex): ParentProblem | undefined
  /** Its parents are stored; the vertex is valid. Returns the same entry for a vertex that is stored already. */
  add(vertex: Vertex): DagVertex
  /** Whether the vertex is stored here or, below what memory holds, on disk. */
  has(reference: VertexReference): boolean
  /** Takes a vertex below what memory holds as stored on disk. */
  addOlder(reference: VertexReference): void
  /** Lets go of everything below: it stays known by name. */
  forgetBelow(round: number): void
  /** Lets go of the transactions below that may go; what may not yet goes with a later call. */
  releasePayloadsBelow(round: number, mayGo: (entry: DagVertex) => boolean): void
}

const keys = new WeakMap<Uint8Array, string>()

/** bytesKey of a hash, made once an array: vertices are shared and their hashes looked up thousands of times. */
export function hashKey(hash: Uint8Array): string {
  let key = keys.get(hash)
  if (key === undefined) {
    key = bytesKey(hash)
    keys.set(hash, key)
  }
  return key
}

/** @param snapshotRound parents below it count as stored: what a joiner by snapshot knows nothing of */
export function createDag(
  committee: Committee,
  { rules = soundRules, snapshotRound = 0 }: { rules?: ProtocolRules; snapshotRound?: number } = {},
): MutableDag {
  const byRound = new Map<number, DagVertex[]>()
  const byHash = new Map<string, MutableDagVertex>()
  /** Round and author of what memory no longer holds, by hash. */
  const older = new Map<string, { readonly round: number; readonly author: number }>()
  const leaders = new Map<number, number>()
  const stakes = new Map<number, StakeTally>()
  const nonSupporters = new Map<number, StakeTally>()
  let floor = 0
  let highestRound = 0
  let quorumRound = 0

  const tally = (): StakeTally => new StakeTally(committee, rules.countsAuthorsOnce)
  const tallyOf = (tallies: Map<number, StakeTally>, round: number): StakeTally => {
    let found = tallies.get(round)
    if (found === undefined) {
      found = tally()
      tallies.set(round, found)
    }
    return found
  }

  const dag: MutableDag = {
    committee,
    rules,
    leader(round) {
      let leader = leaders.get(round)
      if (leader === undefined) {
        leader = leaderOf(committee, round)
        leaders.set(round, leader)
      }
      return leader
    },
    at: (round) => byRound.get(round) ?? [],
    by: (round, author) => (byRound.get(round) ?? []).filter((entry) => entry.author === author),
    byKey: (key) => byHash.get(key),
    stakeAt: (round) => (round === 0 ? committee.totalStakeMicroRuv : (stakes.get(round)?.stakeMicroRuv ?? 0n)),
    nonSupport: (round) => nonSupporters.get(round)?.stakeMicroRuv ?? 0n,
    get highestRound() {
      return highestRound
    },
    get quorumRound() {
      return quorumRound
    },
    get size() {
      return byHash.size
    },
    parentProblem(vertex) {
      if (vertex.round === 1) return undefined
      const missing: VertexReference[] = []
      for (const parent of vertex.parents) {
        const key = hashKey(parent.hash)
        const stored = byHash.get(key) ?? older.get(key)
        if (stored === undefined) {
          if (parent.round >= snapshotRound) missing.push(parent)
        } else if (stored.round !== parent.round || stored.author !== committee.indexOf(parent.author)) {
          return { kind: 'mismatch' }
        }
      }
      return missing.length === 0 ? undefined : { kind: 'missing', references: missing }
    },
    has: ({ round, hash }) => byHash.has(hashKey(hash)) || older.has(hashKey(hash)) || round < snapshotRound,
    add(vertex) {
      const key = hashKey(vertex.hash)
      const known = byHash.get(key)
      if (known !== undefined) return known
      const author = committee.indexOf(vertex.author)
      invariant(author !== undefined, 'a vertex of the committee is added')
      const { round } = vertex
      const parents: DagVertex[] = []
      if (round > 1) {
        for (const parent of vertex.parents) {
          const stored = byHash.get(hashKey(parent.hash))
          if (stored !== undefined) parents.push(stored)
        }
      }
      const before = parents.filter((parent) => parent.round === round - 1)
      const leaderBefore = round > 1 ? dag.leader(round - 1) : -1
      const supports = before.find((parent) => parent.author === leaderBefore) ?? null
      const entry: MutableDagVertex = {
        vertex,
        key,
        round,
        author,
        hasPayload: true,
        supports,
        certifies: certifiedBy(committee, rules, before),
        support: tally(),
        certificates: tally(),
        named: tally(),
      }
      byHash.set(key, entry)
      const inRound = byRound.get(round)
      if (inRound === undefined) byRound.set(round, [entry])
      else inRound.push(entry)
      for (const parent of parents) parent.named.add(author)
      for (const parent of before) parent.support.add(author)
      if (round > 1 && supports === null) tallyOf(nonSupporters, round - 1).add(author)
      entry.certifies?.certificates.add(author)
      const atRound = tallyOf(stakes, round)
      atRound.add(author)
      if (round > highestRound) highestRound = round
      if (round > quorumRound && atRound.stakeMicroRuv >= committee.quorumMicroRuv) quorumRound = round
      return entry
    },
    addOlder({ round, author, hash }) {
      const index = committee.indexOf(author)
      if (index !== undefined) older.set(hashKey(hash), { round, author: index })
    },
    forgetBelow(lowest) {
      for (; floor < lowest; floor++) {
        for (const { key, round, author } of byRound.get(floor) ?? []) {
          byHash.delete(key)
          older.set(key, { round, author })
        }
        byRound.delete(floor)
        leaders.delete(floor)
        stakes.delete(floor)
        nonSupporters.delete(floor)
      }
    },
    releasePayloadsBelow(lowest, mayGo) {
      for (const [round, entries] of byRound) {
        if (round >= lowest) continue
        for (const entry of entries as MutableDagVertex[]) {
          if (entry.vertex.transactions.length === 0 || !mayGo(entry)) continue
          entry.vertex = { ...entry.vertex, transactions: [] }
          entry.hasPayload = false
        }
      }
    },
  }
  return dag
}

/** The one leader's vertex for which these parents, all of one round, hold a quorum of support. */
function certifiedBy(committee: Committee, rules: ProtocolRules, parents: readonly DagVertex[]): DagVertex | null {
  const tallies = new Map<DagVertex, StakeTally>()
  for (const { supports, author } of parents) {
    if (supports === null) continue
    let found = tallies.get(supports)
    if (found === undefined) {
      found = new StakeTally(committee, rules.countsAuthorsOnce)
      tallies.set(supports, found)
    }
    found.add(author)
    if (found.stakeMicroRuv >= committee.quorumMicroRuv) return supports
  }
  return null
}
