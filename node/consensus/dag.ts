/**
 * Stored vertices of an epoch, with what each says about the leaders below it. What a vertex supports and certifies follows
 * from it and its parents alone, so it is found once, when the vertex is added. Source: docs/protocol.md, "Order and finality".
 */
import { bytesKey, equalBytes } from '../core/bytes.ts'
import { invariant } from '../core/node-error.ts'
import { type Committee, leaderOf, StakeTally, type Validator } from './committee.ts'
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
  /** Those that memory held when it was added, in the vertex' order; empty once it was forgotten itself. */
  readonly parents: readonly DagVertex[]
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
  parents: readonly DagVertex[]
  supports: DagVertex | null
  certifies: DagVertex | null
  /** Every vertex of that leader it names: more than one only where a vertex may name twins. */
  supported: readonly DagVertex[]
  /** How others name it: one object that all of their parents share, since with 100 validators a vertex has 100 of them. */
  readonly reference: VertexReference
}

/** Vertices of a round: first seen first, and by author. */
interface Round {
  readonly entries: MutableDagVertex[]
  readonly byAuthor: (MutableDagVertex[] | undefined)[]
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
  /** Lowest round that memory holds: what lies below is known by name at most. */
  readonly lowestRound: number
  /** Highest round with a vertex. */
  readonly highestRound: number
  /** Highest round whose authors are a quorum. */
  readonly quorumRound: number
  readonly size: number
}

export interface MutableDag extends Dag {
  /** Undefined where every parent is there. */
  parentProblem(vertex: Vertex): ParentProblem | undefined
  /**
   * Its parents are stored; the vertex is valid. Returns the same entry for a vertex that is stored already. One below what
   * memory holds decides and orders nothing any more: it becomes known by name, as `addOlder` would make it.
   */
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

/** Map key of a vertex, from its hash. */
export function hashKey(hash: Uint8Array): string {
  return bytesKey(hash)
}

const none: readonly never[] = Object.freeze([])

/** @param snapshotRound parents below it count as stored: what a joiner by snapshot knows nothing of */
export function createDag(
  committee: Committee,
  { rules = soundRules, snapshotRound = 0 }: { rules?: ProtocolRules; snapshotRound?: number } = {},
): MutableDag {
  const byRound = new Map<number, Round>()
  const byHash = new Map<string, MutableDagVertex>()
  /** What memory no longer holds, by hash: round and author in one number, since an epoch has hundreds of thousands. */
  const older = new Map<string, number>()
  const size = committee.validators.length
  const placeOf = (round: number, author: number): number => round * size + author
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

  /** The stored vertex with exactly this round, author and hash. */
  const find = ({ round, author, hash }: VertexReference): MutableDagVertex | undefined => {
    const index = committee.indexOf(author)
    const twins = index === undefined ? undefined : byRound.get(round)?.byAuthor[index]
    return twins?.find((entry) => equalBytes(entry.vertex.hash, hash))
  }
  const isNamed = (leader: number, round: number, parents: readonly VertexReference[]): boolean =>
    parents.some((parent) => parent.round === round && committee.indexOf(parent.author) === leader)

  const dag: MutableDag = {
    committee,
    rules,
    leader: (round) => leaderOf(committee, round),
    at: (round) => byRound.get(round)?.entries ?? none,
    by: (round, author) => byRound.get(round)?.byAuthor[author] ?? none,
    byKey: (key) => byHash.get(key),
    stakeAt: (round) => (round === 0 ? committee.totalStakeMicroRuv : (stakes.get(round)?.stakeMicroRuv ?? 0n)),
    nonSupport: (round) => nonSupporters.get(round)?.stakeMicroRuv ?? 0n,
    get lowestRound() {
      return floor
    },
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
        if (find(parent) !== undefined) continue
        const key = hashKey(parent.hash)
        const author = committee.indexOf(parent.author)
        const stored = byHash.get(key)
        const place = stored === undefined ? older.get(key) : placeOf(stored.round, stored.author)
        if (place === undefined) {
          if (parent.round >= snapshotRound) missing.push(parent)
        } else if (author === undefined || place !== placeOf(parent.round, author)) {
          return { kind: 'mismatch' }
        }
      }
      return missing.length === 0 ? undefined : { kind: 'missing', references: missing }
    },
    has: (reference) => {
      if (find(reference) !== undefined || reference.round < snapshotRound) return true
      const key = hashKey(reference.hash)
      return byHash.has(key) || older.has(key)
    },
    add(vertex) {
      const key = hashKey(vertex.hash)
      const known = byHash.get(key)
      if (known !== undefined) return known
      const author = committee.indexOf(vertex.author)
      invariant(author !== undefined, 'a vertex of the committee is added')
      const { round } = vertex
      const parents: MutableDagVertex[] = []
      let references = vertex.parents
      if (round > 1) {
        references = vertex.parents.map((parent) => {
          const stored = find(parent)
          if (stored === undefined) return parent
          parents.push(stored)
          return stored.reference
        })
      }
      const before = parents.filter((parent) => parent.round === round - 1)
      const leaderBefore = round > 1 ? dag.leader(round - 1) : -1
      const supported = before.filter((parent) => parent.author === leaderBefore)
      const supports = supported[0] ?? null
      const certified = certifiedBy(committee, rules, before)
      const entry: MutableDagVertex = {
        vertex: { ...vertex, parents: references },
        key,
        round,
        author,
        hasPayload: true,
        parents,
        reference: { round, author: (committee.validators[author] as Validator).id, hash: vertex.hash },
        supports,
        supported,
        certifies: certified[0] ?? null,
        support: tally(),
        certificates: tally(),
        named: tally(),
      }
      for (const parent of parents) parent.named.add(author)
      for (const parent of before) parent.support.add(author)
      for (const leaders of certified) leaders.certificates.add(author)
      if (round < floor) {
        older.set(key, placeOf(round, author))
        return entry
      }
      byHash.set(key, entry)
      let inRound = byRound.get(round)
      if (inRound === undefined) {
        inRound = { entries: [], byAuthor: [] }
        byRound.set(round, inRound)
      }
      inRound.entries.push(entry)
      const twins = inRound.byAuthor[author]
      if (twins === undefined) inRound.byAuthor[author] = [entry]
      else twins.push(entry)
      // What it names is asked of the vertex itself: below a snapshot, the leader's is named but not stored.
      if (round > 1 && round > floor && supports === null && !isNamed(leaderBefore, round - 1, references)) {
        tallyOf(nonSupporters, round - 1).add(author)
      }
      const atRound = tallyOf(stakes, round)
      atRound.add(author)
      if (round > highestRound) highestRound = round
      if (round > quorumRound && atRound.stakeMicroRuv >= committee.quorumMicroRuv) quorumRound = round
      return entry
    },
    addOlder({ round, author, hash }) {
      const index = committee.indexOf(author)
      if (index !== undefined) older.set(hashKey(hash), placeOf(round, index))
    },
    forgetBelow(lowest) {
      for (; floor < lowest; floor++) {
        for (const entry of byRound.get(floor)?.entries ?? none) {
          byHash.delete(entry.key)
          older.set(entry.key, placeOf(entry.round, entry.author))
          // Else each would keep the one below it in memory, down to the first of the epoch.
          entry.parents = none
          entry.supports = null
          entry.supported = none
          entry.certifies = null
        }
        byRound.delete(floor)
        stakes.delete(floor)
        nonSupporters.delete(floor)
      }
    },
    releasePayloadsBelow(lowest, mayGo) {
      for (const [round, { entries }] of byRound) {
        if (round >= lowest) continue
        for (const entry of entries) {
          if (entry.vertex.transactions.length === 0 || !mayGo(entry)) continue
          entry.vertex = { ...entry.vertex, transactions: [] }
          entry.hasPayload = false
        }
      }
    },
  }
  return dag
}

/**
 * The vertices of one leader for which these parents, all of one round, hold a quorum of support: none or one, since two
 * quorums share an honest author, who names one. More only where a vertex may name twins.
 */
function certifiedBy(
  committee: Committee,
  rules: ProtocolRules,
  parents: readonly MutableDagVertex[],
): readonly DagVertex[] {
  const tallies = new Map<DagVertex, StakeTally>()
  for (const { supported, author } of parents) {
    for (const leaders of supported) {
      let found = tallies.get(leaders)
      if (found === undefined) {
        found = new StakeTally(committee, rules.countsAuthorsOnce)
        tallies.set(leaders, found)
      }
      found.add(author)
    }
  }
  const certified: DagVertex[] = []
  for (const [leaders, found] of tallies) {
    if (found.stakeMicroRuv >= committee.quorumMicroRuv) certified.push(leaders)
  }
  return certified
}
