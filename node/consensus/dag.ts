/**
 * Stored vertices of an epoch, with what each says about the leaders below it. What a vertex supports and certifies follows
 * from it and its parents alone, so it is found once, when the vertex is added. Source: docs/protocol.md, "Order and finality".
 */
import { bytesKey, equalBytes } from '../core/bytes.ts'
import { invariant } from '../core/node-error.ts'
import { type Committee, leaderOf, StakeTally, type Validator } from './committee.ts'
import { nobody, noPlaces, type ParentPlaces, parentPlaces } from './parent-places.ts'
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
  /** Its parents' authors; empty for round 1, whose parents are implicit. */
  readonly places: ParentPlaces
  /** Parents that carry transactions and were in memory when it was added, in the vertex' order. */
  readonly loaded: readonly DagVertex[]
  /** The vertex of the leader of the round before that it names. */
  readonly supports: DagVertex | null
  /** The vertex of the leader two rounds below for which its parents hold a quorum of support. */
  readonly certifies: DagVertex | null
  /** Authors of the next round that name it; stays empty where it is no leader's. */
  readonly support: StakeTally
  /** Authors two rounds above that certify it; stays empty where it is no leader's. */
  readonly certificates: StakeTally
  /** Authors of any later round that name it, what people see as votes; stays empty where it carries no transactions. */
  readonly named: StakeTally
}

interface MutableDagVertex extends DagVertex {
  vertex: Vertex
  hasPayload: boolean
  loaded: readonly DagVertex[]
  supports: MutableDagVertex | null
  certifies: DagVertex | null
  /** Every vertex of that leader it names: more than one only where a vertex may name twins. */
  supported: readonly MutableDagVertex[]
  support: StakeTally
  certificates: StakeTally
  named: StakeTally
  /** How others name it: one object that all of their parents share, since with 100 validators a vertex has 100 of them. */
  reference: VertexReference | null
  /** A list of itself alone: what the vertices that support it name. */
  alone: readonly MutableDagVertex[] | null
}

/** Vertices of a round: first seen first, and by author. */
interface Round {
  readonly entries: MutableDagVertex[]
  readonly byAuthor: (MutableDagVertex[] | undefined)[]
  hasTwins: boolean
  /** Hash of each author's first vertex: where a parent names it by the same object, nothing else needs a look. */
  readonly firstHashes: (Uint8Array | undefined)[]
  /** 1 for each author with a vertex that carries transactions; null where there is none. */
  loaded: Uint8Array | null
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
  /** The parent at a place of the vertex' list; undefined where memory does not hold it. */
  parentAt(entry: DagVertex, index: number): DagVertex | undefined
  /** Those that memory holds, in the vertex' order. */
  parentsOf(entry: DagVertex): DagVertex[]
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

/** A vertex as it is kept: its references are those that all share. One for all engines of a process. */
interface Kept {
  readonly vertex: Vertex
  readonly key: string
}
const kept = new WeakMap<Vertex, Kept>()

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
  // What is taken as present counts as reached: rounds are asked for from there on.
  let highestRound = Math.max(0, snapshotRound - 1)
  let quorumRound = highestRound

  const tally = (): StakeTally => new StakeTally(committee, rules.countsAuthorsOnce)
  const tallyOf = (tallies: Map<number, StakeTally>, round: number): StakeTally => {
    let found = tallies.get(round)
    if (found === undefined) {
      found = tally()
      tallies.set(round, found)
    }
    return found
  }

  const empty = tally()

  /** The stored vertex with exactly this round, author and hash. */
  const find = ({ round, author, hash }: VertexReference): MutableDagVertex | undefined => {
    const index = committee.indexOf(author)
    return index === undefined ? undefined : withHash(byRound.get(round)?.byAuthor[index], hash)
  }

  const referenceOf = (entry: MutableDagVertex): VertexReference => {
    const { round, author, vertex } = entry
    entry.reference ??= { round, author: (committee.validators[author] as Validator).id, hash: vertex.hash }
    return entry.reference
  }

  const keep = (vertex: Vertex, places: ParentPlaces): Kept => {
    const known = kept.get(vertex)
    if (known !== undefined) return known
    const references =
      vertex.round === 1
        ? vertex.parents
        : vertex.parents.map((parent, index) => {
            const stored = withHash(byRound.get(parent.round)?.byAuthor[places.authors[index] as number], parent.hash)
            return stored === undefined ? parent : referenceOf(stored)
          })
    const made: Kept = { vertex: { ...vertex, parents: references }, key: hashKey(vertex.hash) }
    kept.set(vertex, made)
    kept.set(made.vertex, made)
    return made
  }

  /** The vertices of the leader of the round before that it names. */
  const supportedBy = (
    { parents }: Vertex,
    { authors, before }: ParentPlaces,
    leader: number,
    below: Round | undefined,
  ): readonly MutableDagVertex[] => {
    let supported: readonly MutableDagVertex[] = none
    for (let i = 0; i < before; i++) {
      if (authors[i] !== leader) continue
      const entry = withHash(below?.byAuthor[leader], (parents[i] as VertexReference).hash)
      if (entry === undefined) continue
      entry.alone ??= [entry]
      supported = supported.length === 0 ? entry.alone : [...supported, entry]
    }
    return supported
  }

  /**
   * The vertices of the leader two rounds below that it certifies. Where each author of the round before has one vertex, those
   * that support a leader's are those in its tally; elsewhere each parent is asked.
   */
  const certifiedBy = (
    vertex: Vertex,
    { authors, before }: ParentPlaces,
    below: Round,
  ): readonly MutableDagVertex[] => {
    const { round, parents } = vertex
    const isPlain = !below.hasTwins && rules.countsAuthorsOnce && !rules.allowsTwinParents && round - 1 >= snapshotRound
    if (isPlain) {
      if (round <= 2) return none
      const candidates = byRound.get(round - 2)?.byAuthor[dag.leader(round - 2)] ?? none
      return candidates.filter(({ support }) => support.stakeAmong(authors, before) >= committee.quorumMicroRuv)
    }
    const entries: MutableDagVertex[] = []
    for (let i = 0; i < before; i++) {
      const entry = withHash(below.byAuthor[authors[i] as number], (parents[i] as VertexReference).hash)
      if (entry !== undefined) entries.push(entry)
    }
    return certifiedByAll(committee, rules, entries)
  }

  /** Parents with transactions: few have any, where many validate. */
  const loadedParents = (
    { round, parents }: Vertex,
    { authors, before }: ParentPlaces,
  ): readonly MutableDagVertex[] => {
    let loaded: MutableDagVertex[] | undefined
    let at = round - 1
    let inRound = byRound.get(at)
    for (let i = 0; i < authors.length; i++) {
      if (i >= before && (parents[i] as VertexReference).round !== at) {
        at = (parents[i] as VertexReference).round
        inRound = byRound.get(at)
      }
      if (inRound === undefined || inRound.loaded === null || inRound.loaded[authors[i] as number] !== 1) continue
      const entry = withHash(inRound.byAuthor[authors[i] as number], (parents[i] as VertexReference).hash)
      if (entry === undefined || entry.vertex.transactionCount === 0) continue
      if (loaded === undefined) loaded = [entry]
      else loaded.push(entry)
    }
    return loaded ?? none
  }

  const dag: MutableDag = {
    committee,
    rules,
    leader: (round) => leaderOf(committee, round),
    at: (round) => byRound.get(round)?.entries ?? none,
    by: (round, author) => byRound.get(round)?.byAuthor[author] ?? none,
    byKey: (key) => byHash.get(key),
    parentAt({ vertex, places }, index) {
      const parent = vertex.parents[index] as VertexReference
      return withHash(byRound.get(parent.round)?.byAuthor[places.authors[index] as number], parent.hash)
    },
    parentsOf(entry) {
      const parents: DagVertex[] = []
      for (let i = 0; i < entry.places.authors.length; i++) {
        const parent = dag.parentAt(entry, i)
        if (parent !== undefined) parents.push(parent)
      }
      return parents
    },
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
      const { authors, before, hashes } = parentPlaces(committee, vertex)
      const below = byRound.get(vertex.round - 1)
      for (let i = 0; i < authors.length; i++) {
        const place = authors[i] as number
        if (i < before && below !== undefined && below.firstHashes[place] === hashes[i]) continue
        const parent = vertex.parents[i] as VertexReference
        if (withHash(byRound.get(parent.round)?.byAuthor[place], parent.hash) !== undefined) continue
        const key = hashKey(parent.hash)
        const author = place === nobody ? undefined : place
        const stored = byHash.get(key)
        const found = stored === undefined ? older.get(key) : placeOf(stored.round, stored.author)
        if (found === undefined) {
          if (parent.round >= snapshotRound) missing.push(parent)
        } else if (author === undefined || found !== placeOf(parent.round, author)) {
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
    add(given) {
      const known = byHash.get(kept.get(given)?.key ?? hashKey(given.hash))
      if (known !== undefined) return known
      const author = committee.indexOf(given.author)
      invariant(author !== undefined, 'a vertex of the committee is added')
      const { round } = given
      const places = round === 1 ? noPlaces : parentPlaces(committee, given)
      const { vertex, key } = keep(given, places)
      const leaderBefore = round > 1 ? dag.leader(round - 1) : -1
      const below = round > 1 ? byRound.get(round - 1) : undefined
      const supported = supportedBy(vertex, places, leaderBefore, below)
      const supports = supported[0] ?? null
      const certified = below === undefined ? none : certifiedBy(vertex, places, below)
      const loaded = loadedParents(vertex, places)
      const entry: MutableDagVertex = {
        vertex,
        key,
        round,
        author,
        hasPayload: true,
        places,
        loaded,
        reference: null,
        alone: null,
        supports,
        supported,
        certifies: certified[0] ?? null,
        support: empty,
        certificates: empty,
        named: empty,
      }
      for (const parent of loaded) {
        if (parent.named === empty) parent.named = tally()
        parent.named.add(author)
      }
      for (const leaders of supported) {
        if (leaders.support === empty) leaders.support = tally()
        leaders.support.add(author)
      }
      for (const leaders of certified) {
        if (leaders.certificates === empty) leaders.certificates = tally()
        leaders.certificates.add(author)
      }
      if (round < floor) {
        older.set(key, placeOf(round, author))
        return entry
      }
      byHash.set(key, entry)
      let inRound = byRound.get(round)
      if (inRound === undefined) {
        inRound = { entries: [], byAuthor: [], hasTwins: false, firstHashes: new Array(size), loaded: null }
        byRound.set(round, inRound)
      }
      inRound.entries.push(entry)
      const twins = inRound.byAuthor[author]
      if (twins === undefined) {
        inRound.byAuthor[author] = [entry]
        inRound.firstHashes[author] = vertex.hash
      } else {
        twins.push(entry)
        inRound.hasTwins = true
      }
      if (vertex.transactionCount > 0) {
        inRound.loaded ??= new Uint8Array(size)
        inRound.loaded[author] = 1
      }
      // What it names is asked of the vertex itself: below a snapshot, the leader's is named but not stored.
      if (round > 1 && round > floor && supports === null && !isNamedBefore(places, leaderBefore)) {
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
          entry.loaded = none
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

/** Whether a vertex names one of this author of the round before. */
function isNamedBefore({ authors, before }: ParentPlaces, author: number): boolean {
  for (let i = 0; i < before; i++) if (authors[i] === author) return true
  return false
}

function withHash(twins: readonly MutableDagVertex[] | undefined, hash: Uint8Array): MutableDagVertex | undefined {
  if (twins === undefined) return undefined
  for (const entry of twins) if (equalBytes(entry.vertex.hash, hash)) return entry
  return undefined
}

/**
 * The vertices of one leader for which these parents, all of one round, hold a quorum of support: none or one, since two
 * quorums share an honest author, who names one. More only where a vertex may name twins.
 */
function certifiedByAll(
  committee: Committee,
  rules: ProtocolRules,
  parents: readonly MutableDagVertex[],
): readonly MutableDagVertex[] {
  const tallies = new Map<MutableDagVertex, StakeTally>()
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
  const certified: MutableDagVertex[] = []
  for (const [leaders, found] of tallies) {
    if (found.stakeMicroRuv >= committee.quorumMicroRuv) certified.push(leaders)
  }
  return certified
}
