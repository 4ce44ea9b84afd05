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
  readonly pending: number
  readonly pendingBytes: number
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

/** Held longer than this, a vertex is fetched again when somebody names it. */
const maxHoldMs = 10 * consensusLimits.maxClockAheadMs

export function createArrivals(deps: ArrivalsDeps): Arrivals {
  const { frame, dag, peers, emit, fault } = deps
  const arrivals = new Map<string, Arrival>()
  const wanted = new Map<string, Wanted>()
  const held: { readonly vertex: Vertex; readonly from: PeerKey; readonly atMs: number }[] = []
  const unverified = new Map<PeerKey, number>()
  const pendingOf = new Map<number, Set<Arrival>>()
  let pendingBytes = 0
  let catchUpAtMs = 0

  const forgetUnverified = (from: PeerKey): void => {
    const count = (unverified.get(from) ?? 0) - 1
    if (count <= 0) unverified.delete(from)
    else unverified.set(from, count)
  }

  const drop = (arrival: Arrival): void => {
    arrivals.delete(arrival.key)
    for (const key of arrival.missing) {
      const entry = wanted.get(key)
      entry?.by.delete(arrival.key)
      if (entry?.by.size === 0) wanted.delete(key)
    }
    if (pendingOf.get(arrival.author)?.delete(arrival) === true) pendingBytes -= arrival.sizeBytes
  }

  /** Keeps an author within its share: the highest rounds go, since the lowest are what others wait for. */
  const keepWithin = (author: number): void => {
    const pending = pendingOf.get(author)
    if (pending === undefined) return
    let bytes = 0
    for (const { sizeBytes } of pending) bytes += sizeBytes
    while (
      pending.size > consensusLimits.maxPendingVerticesPerAuthor ||
      (bytes > consensusLimits.maxPendingBytesPerAuthor && pending.size > 1)
    ) {
      let highest: Arrival | undefined
      for (const candidate of pending) {
        if (highest === undefined || candidate.vertex.round > highest.vertex.round) highest = candidate
      }
      if (highest === undefined) return
      bytes -= highest.sizeBytes
      drop(highest)
      fault('PENDING_LIMIT', highest.from, author)
    }
  }

  const want = (arrival: Arrival, references: readonly VertexReference[], nowMs: number): void => {
    for (const reference of references) {
      const key = hashKey(reference.hash)
      arrival.missing.add(key)
      let entry = wanted.get(key)
      if (entry === undefined) {
        entry = { reference, by: new Set(), sources: [], asked: 0, nextAtMs: nowMs }
        wanted.set(key, entry)
      }
      entry.by.add(arrival.key)
      if (!entry.sources.includes(arrival.from) && entry.sources.length < 8) entry.sources.push(arrival.from)
    }
  }

  /** Who is asked next: whoever named it, its author, then everybody in turn. */
  const sourceOf = ({ reference, sources, asked }: Wanted): PeerKey | undefined => {
    const author = bytesKey(reference.author)
    const candidates = [...sources, author, ...peers].filter((peer) => peers.has(peer))
    return candidates[asked % candidates.length]
  }

  const ask = (nowMs: number): void => {
    const asks = new Map<PeerKey, VertexReference[]>()
    for (const [key, entry] of wanted) {
      if (entry.nextAtMs > nowMs || arrivals.has(key)) continue
      const peer = sourceOf(entry)
      entry.nextAtMs = nowMs + consensusLimits.fetchRetryMs
      if (peer === undefined) continue
      entry.asked += 1
      const references = asks.get(peer)
      if (references === undefined) asks.set(peer, [entry.reference])
      else references.push(entry.reference)
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
        const isHeld = held.some((entry) => hashKey(entry.vertex.hash) === key)
        if (isNear && !isHeld && held.length < consensusLimits.maxHeldVertices) {
          held.push({ vertex, from, atMs: vertex.timestampMs - consensusLimits.maxClockAheadMs })
        }
        return
      }
      if (!wanted.has(key) && dag.by(vertex.round, author).length >= maxTwins) {
        return fault('VERTEX_TWIN_LIMIT', from, author)
      }
      const count = unverified.get(from) ?? 0
      if (count >= consensusLimits.maxUnverifiedPerPeer) return fault('PENDING_LIMIT', from, null)
      unverified.set(from, count + 1)
      const sizeBytes = vertexSizeBytes(vertex)
      arrivals.set(key, { vertex, key, author, from, sizeBytes, facts: null, missing: new Set() })
      const { publicKey } = frame.committee.validators[author] as { publicKey: Uint8Array }
      emit({ type: 'verify', kind: 'vertex', vertex, publicKey })
    },
    verified(hash, isGood, facts, nowMs) {
      const arrival = arrivals.get(hashKey(hash))
      if (arrival === undefined || arrival.facts !== null) return
      forgetUnverified(arrival.from)
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
      pendingBytes += arrival.sizeBytes
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
        for (const { vertex, from } of due) this.take(vertex, from, nowMs)
      }
      ask(nowMs)
    },
    get nextAtMs() {
      let nextAtMs: number | undefined
      for (const { atMs } of held) if (nextAtMs === undefined || atMs < nextAtMs) nextAtMs = atMs
      for (const [key, entry] of wanted) {
        // What is here already and waits itself is not asked for.
        if (arrivals.has(key)) continue
        if (nextAtMs === undefined || entry.nextAtMs < nextAtMs) nextAtMs = entry.nextAtMs
      }
      return nextAtMs
    },
    get pending() {
      return arrivals.size + held.length
    },
    get pendingBytes() {
      return pendingBytes
    },
  }
}

/** How far above the highest quorum a vertex is when whole rounds are missing rather than a straggler. */
const catchUpGapRounds = 2

/** Vertices of one author and round that are kept unasked: two prove the offence. */
const maxTwins = 2
