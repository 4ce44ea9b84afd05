/**
 * Vertices on their way in: held until their time, checked, and waiting for parents, which are fetched from who named them.
 * What waits is charged to its author once its signature is good, and to whoever brought it before that; never to relays.
 * Source: docs/protocol.md, "Vertex DAG".
 */
import { bytesKey } from '../core/bytes.ts'
import { hashKey, type MutableDag } from './dag.ts'
import { consensusLimits } from './limits.ts'
import type { EngineEffect, FaultCode, PeerKey, TransactionFacts } from './types.ts'
import { type Vertex, type VertexReference, vertexSizeBytes } from './vertex.ts'
import { checkVertexForm, type EpochFrame } from './vertex-form.ts'

type Facts = readonly (TransactionFacts | null)[]

/** A vertex that is not stored yet. */
interface Arrival {
  readonly vertex: Vertex
  readonly key: string
  readonly author: number
  readonly from: PeerKey
  readonly sizeBytes: number
  /** Null until its signature was found good. */
  facts: Facts | null
  /** Keys of parents that are not stored. */
  readonly missing: Set<string>
}

/** A vertex that was named and is not here. */
interface Wanted {
  readonly reference: VertexReference
  /** Keys of the arrivals that name it. */
  readonly by: Set<string>
  /** Peers that must have it, since they named it. */
  readonly sources: PeerKey[]
  asked: number
  nextAtMs: number
}

export interface Arrivals {
  take(vertex: Vertex, from: PeerKey, nowMs: number): void
  verified(hash: Uint8Array, isGood: boolean, facts: Facts, nowMs: number): void
  /** Releases what was held and asks again for what is missing. */
  tick(nowMs: number): void
  /** When `tick` has something to do; undefined where nothing waits for a time. */
  readonly nextAtMs: number | undefined
  /** Held, unchecked, or waiting for parents. */
  readonly pending: number
  readonly pendingBytes: number
  /** Named and not here. */
  readonly wanted: number
}

export interface ArrivalsDeps {
  readonly frame: EpochFrame
  readonly dag: MutableDag
  readonly peers: ReadonlySet<PeerKey>
  readonly emit: (effect: EngineEffect) => void
  readonly fault: (code: FaultCode, peer: PeerKey | null, author: number | null) => void
  /** Parents are stored and the signature is good. */
  readonly accept: (vertex: Vertex, facts: Facts, nowMs: number) => void
}

const none = Object.freeze({ count: 0, bytes: 0 })

/** Held longer than this, a vertex is fetched again when somebody names it. */
const maxHoldMs = 10 * consensusLimits.maxClockAheadMs

export function createArrivals(deps: ArrivalsDeps): Arrivals {
  const { frame, dag, peers, emit, fault } = deps
  const arrivals = new Map<string, Arrival>()
  const wanted = new Map<string, Wanted>()
  const held: {
    readonly vertex: Vertex
    readonly key: string
    readonly from: PeerKey
    readonly sizeBytes: number
    readonly atMs: number
  }[] = []
  let heldBytes = 0
  const unverified = new Map<PeerKey, { readonly count: number; readonly bytes: number }>()
  const pendingOf = new Map<number, Set<Arrival>>()
  /** Of all arrivals, checked or not. */
  let arrivalBytes = 0
  let catchUpAtMs = 0
  /** Wanted and not asked for yet. */
  let fresh: Wanted[] = []
  /** Before this nothing is due to be asked for again: junk may make much of it, and every input asks. */
  let askAtMs = Number.POSITIVE_INFINITY

  const forgetUnverified = ({ from, sizeBytes }: Arrival): void => {
    const { count, bytes } = unverified.get(from) ?? none
    if (count <= 1) unverified.delete(from)
    else unverified.set(from, { count: count - 1, bytes: bytes - sizeBytes })
  }

  const drop = (arrival: Arrival): void => {
    if (arrivals.delete(arrival.key)) arrivalBytes -= arrival.sizeBytes
    for (const key of arrival.missing) {
      const entry = wanted.get(key)
      entry?.by.delete(arrival.key)
      if (entry?.by.size === 0) wanted.delete(key)
    }
    pendingOf.get(arrival.author)?.delete(arrival)
    const again = wanted.get(arrival.key)
    if (again !== undefined) askAtMs = Math.min(askAtMs, again.nextAtMs)
  }

  /** Weight of the distinct authors whose waiting vertices have this one in their history. */
  const needOf = (arrival: Arrival): bigint => {
    const { committee } = frame
    const seen = new Set<string>()
    const authors = new Set<number>()
    const open = [arrival.key]
    for (let key = open.pop(); key !== undefined; key = open.pop()) {
      for (const child of wanted.get(key)?.by ?? []) {
        if (seen.has(child)) continue
        seen.add(child)
        open.push(child)
        const author = arrivals.get(child)?.author
        if (author !== undefined) authors.add(author)
      }
    }
    let stake = 0n
    for (const author of authors) stake += committee.weights[author] ?? 0n
    return stake
  }

  /**
   * Keeps an author within its share: what nobody names goes first, then what the least stake waits for, of each the highest
   * round. Junk, however low its rounds, cannot push out a vertex that honest authors have named.
   */
  const keepWithin = (author: number): void => {
    const pending = pendingOf.get(author)
    if (pending === undefined) return
    let bytes = 0
    for (const { sizeBytes } of pending) bytes += sizeBytes
    while (
      pending.size > consensusLimits.maxPendingVerticesPerAuthor ||
      (bytes > consensusLimits.maxPendingBytesPerAuthor && pending.size > 1)
    ) {
      const victim = leastNeeded(pending)
      if (victim === undefined) return
      bytes -= victim.sizeBytes
      drop(victim)
      fault('PENDING_LIMIT', victim.from, author)
    }
  }

  const leastNeeded = (pending: ReadonlySet<Arrival>): Arrival | undefined => {
    const unnamed = [...pending].filter(({ key }) => !wanted.has(key))
    if (unnamed.length > 0) return highestOf(unnamed)
    let least: Arrival[] = []
    let leastNeed: bigint | undefined
    for (const candidate of pending) {
      const need = needOf(candidate)
      if (leastNeed === undefined || need < leastNeed) {
        leastNeed = need
        least = []
      }
      if (need === leastNeed) least.push(candidate)
    }
    return highestOf(least)
  }

  const want = (arrival: Arrival, references: readonly VertexReference[], nowMs: number): void => {
    for (const reference of references) {
      const key = hashKey(reference.hash)
      arrival.missing.add(key)
      let entry = wanted.get(key)
      if (entry === undefined) {
        entry = { reference, by: new Set(), sources: [], asked: 0, nextAtMs: nowMs }
        wanted.set(key, entry)
        fresh.push(entry)
      }
      entry.by.add(arrival.key)
      if (!entry.sources.includes(arrival.from) && entry.sources.length < maxSources) entry.sources.push(arrival.from)
    }
  }

  /** Who is asked next: whoever named it, its author, then everybody in turn. */
  const candidatesOf = ({ reference, sources }: Wanted): PeerKey[] =>
    [...sources, bytesKey(reference.author), ...peers].filter((peer) => peers.has(peer))

  const ask = (nowMs: number): void => {
    const asks = new Map<PeerKey, VertexReference[]>()
    const askFor = (entry: Wanted): void => {
      const candidates = candidatesOf(entry)
      const peer = candidates[entry.asked % candidates.length]
      // What nobody has, since it never was, is asked for ever more seldom.
      const times = candidates.length === 0 ? 0 : Math.floor(entry.asked / (2 * candidates.length))
      entry.nextAtMs =
        nowMs + Math.min(consensusLimits.fetchRetryMs * 2 ** Math.min(times, 8), consensusLimits.maxFetchRetryMs)
      askAtMs = Math.min(askAtMs, entry.nextAtMs)
      if (peer === undefined) return
      entry.asked += 1
      const references = asks.get(peer)
      if (references === undefined) asks.set(peer, [entry.reference])
      else references.push(entry.reference)
    }
    for (const entry of fresh) {
      const key = hashKey(entry.reference.hash)
      if (wanted.get(key) === entry && !arrivals.has(key)) askFor(entry)
    }
    fresh = []
    if (nowMs >= askAtMs) {
      askAtMs = Number.POSITIVE_INFINITY
      for (const [key, entry] of wanted) {
        // What is here already and waits itself is not asked for.
        if (arrivals.has(key)) continue
        if (entry.nextAtMs <= nowMs + fetchBatchMs) askFor(entry)
        else askAtMs = Math.min(askAtMs, entry.nextAtMs)
      }
    }
    for (const [peer, references] of asks) {
      for (let start = 0; start < references.length; start += consensusLimits.maxFetchReferences) {
        const part = references.slice(start, start + consensusLimits.maxFetchReferences)
        emit({
          type: 'send',
          to: peer,
          message: { kind: 'fetch', epoch: frame.number, references: part, fromRound: null },
        })
      }
    }
  }

  /** Far behind, whole rounds are asked for: naming parents one round trip a round would never catch up. */
  const catchUp = (round: number, from: PeerKey, nowMs: number): void => {
    if (round <= dag.quorumRound + catchUpGapRounds || nowMs < catchUpAtMs || !peers.has(from)) return
    catchUpAtMs = nowMs + consensusLimits.fetchRetryMs
    emit({
      type: 'send',
      to: from,
      message: { kind: 'fetch', epoch: frame.number, references: [], fromRound: dag.quorumRound + 1 },
    })
  }

  /** Stores a vertex whose parents are there, and then what waited for it. */
  const settle = (first: Arrival, nowMs: number): void => {
    const ready = [first]
    for (let arrival = ready.pop(); arrival !== undefined; arrival = ready.pop()) {
      if (arrival.facts === null || arrival.missing.size > 0) continue
      drop(arrival)
      const waiting = wanted.get(arrival.key)
      wanted.delete(arrival.key)
      deps.accept(arrival.vertex, arrival.facts, nowMs)
      for (const key of waiting?.by ?? []) {
        const child = arrivals.get(key)
        if (child === undefined) continue
        child.missing.delete(arrival.key)
        if (child.missing.size > 0) continue
        if (dag.parentProblem(child.vertex) === undefined) ready.push(child)
        else {
          drop(child)
          fault('VERTEX_PARENT_MISMATCH', child.from, child.author)
        }
      }
    }
  }

  return {
    take(vertex, from, nowMs) {
      const form = checkVertexForm(vertex, frame)
      if (!form.ok) return fault(form.error.code, from, null)
      const author = form.value
      const key = hashKey(vertex.hash)
      if (dag.has(vertex) || arrivals.has(key)) return
      if (vertex.round > dag.quorumRound + consensusLimits.maxRoundsAhead) {
        catchUp(vertex.round, from, nowMs)
        return fault('VERTEX_ROUND', from, author)
      }
      if (vertex.timestampMs > nowMs + consensusLimits.maxClockAheadMs) {
        fault('VERTEX_FROM_FUTURE', from, author)
        const isNear = vertex.timestampMs <= nowMs + maxHoldMs
        const isHeld = held.some((entry) => entry.key === key)
        const sizeBytes = vertexSizeBytes(vertex)
        const hasRoom =
          held.length < consensusLimits.maxHeldVertices && heldBytes + sizeBytes <= consensusLimits.maxHeldBytes
        if (isNear && !isHeld && hasRoom) {
          heldBytes += sizeBytes
          held.push({ vertex, key, from, sizeBytes, atMs: vertex.timestampMs - consensusLimits.maxClockAheadMs })
        }
        return
      }
      if (!wanted.has(key) && dag.by(vertex.round, author).length >= maxTwins) {
        return fault('VERTEX_TWIN_LIMIT', from, author)
      }
      const { count, bytes } = unverified.get(from) ?? none
      const sizeBytes = vertexSizeBytes(vertex)
      if (
        count >= consensusLimits.maxUnverifiedPerPeer ||
        bytes + sizeBytes > consensusLimits.maxUnverifiedBytesPerPeer
      ) {
        return fault('PENDING_LIMIT', from, null)
      }
      unverified.set(from, { count: count + 1, bytes: bytes + sizeBytes })
      arrivalBytes += sizeBytes
      arrivals.set(key, { vertex, key, author, from, sizeBytes, facts: null, missing: new Set() })
      const { publicKey } = frame.committee.validators[author] as { publicKey: Uint8Array }
      emit({ type: 'verify', kind: 'vertex', vertex, publicKey })
    },
    verified(hash, isGood, facts, nowMs) {
      const arrival = arrivals.get(hashKey(hash))
      if (arrival === undefined || arrival.facts !== null) return
      forgetUnverified(arrival)
      if (!isGood) {
        drop(arrival)
        return fault('VERTEX_SIGNATURE', arrival.from, null)
      }
      arrival.facts = facts
      const problem = dag.parentProblem(arrival.vertex)
      if (problem?.kind === 'mismatch') {
        drop(arrival)
        return fault('VERTEX_PARENT_MISMATCH', arrival.from, arrival.author)
      }
      if (problem === undefined) return settle(arrival, nowMs)
      let pending = pendingOf.get(arrival.author)
      if (pending === undefined) {
        pending = new Set()
        pendingOf.set(arrival.author, pending)
      }
      pending.add(arrival)
      want(arrival, problem.references, nowMs)
      catchUp(arrival.vertex.round, arrival.from, nowMs)
      keepWithin(arrival.author)
      ask(nowMs)
    },
    tick(nowMs) {
      const due = held.filter(({ atMs }) => atMs <= nowMs)
      if (due.length > 0) {
        const rest = held.filter(({ atMs }) => atMs > nowMs)
        held.length = 0
        held.push(...rest)
        for (const { sizeBytes } of due) heldBytes -= sizeBytes
        for (const { vertex, from } of due) this.take(vertex, from, nowMs)
      }
      ask(nowMs)
    },
    get nextAtMs() {
      let nextAtMs: number | undefined
      for (const { atMs } of held) if (nextAtMs === undefined || atMs < nextAtMs) nextAtMs = atMs
      if (wanted.size > 0 && askAtMs < (nextAtMs ?? Number.POSITIVE_INFINITY)) nextAtMs = askAtMs
      return nextAtMs
    },
    get pending() {
      return arrivals.size + held.length
    },
    get pendingBytes() {
      return arrivalBytes + heldBytes
    },
    get wanted() {
      return wanted.size
    },
  }
}

function highestOf(arrivals: readonly Arrival[]): Arrival | undefined {
  let highest: Arrival | undefined
  for (const candidate of arrivals) {
    if (highest === undefined || candidate.vertex.round > highest.vertex.round) highest = candidate
  }
  return highest
}

/** Those that are nearly due go with those that are, in ms: one message in place of many. */
const fetchBatchMs = 50

/** Peers remembered as having named a vertex; the others are asked after them. */
const maxSources = 8

/** How far above the highest quorum a vertex is when whole rounds are missing rather than a straggler. */
const catchUpGapRounds = 2

/** Vertices of one author and round that are kept unasked: two prove the offence. */
const maxTwins = 2
