/**
 * What can be seen of the vertex graph: the newest rounds of the present epoch, each vertex with the stake behind it and
 * how far it has come. Fed by whoever drives the engine, bounded, and announced in batches. It decides nothing.
 */
import {
  type CommitEffect,
  type Committee,
  consensusLimits,
  createCommittee,
  leaderOf,
  type ResumePoint,
  type Validator,
  type Vertex,
  type VertexProgress,
} from '../consensus/index.ts'
import { bytesKey, toHex } from '../core/bytes.ts'
import type { Clock, Scheduler } from '../core/clock.ts'
import { createDagAnnouncer } from './dag-announcer.ts'
import { type DagRecord, rankOfState, vertexView } from './dag-record.ts'
import type { NodeEventHub } from './events.ts'
import { serviceLimits as limits } from './limits.ts'
import type { GraphVertexState, GraphVertexView, GraphView, Support } from './types.ts'

/** Of a vertex, all that is looked at: its content stays where it is. */
export type SeenVertex = Pick<
  Vertex,
  'hash' | 'round' | 'author' | 'parents' | 'transactionCount' | 'timestampMs' | 'lastCommit'
>

export interface EpochStart {
  readonly number: number
  /** Ledger time. */
  readonly startMs: number
  /** Ledger time from which on the next commit ends it; null where it has no end. */
  readonly endMs: number | null
  readonly validators: readonly Validator[]
  /** Of the checkpoint that closed the epoch before; the chain id for the first. */
  readonly closingHash: Uint8Array
}

export interface DagView {
  /** These validators order from now on: the graph begins anew. Told before anything else. */
  epoch(start: EpochStart): void
  /** After a restart, once its epoch was told: what the engine goes on from. */
  restore(resume: Pick<ResumePoint, 'vertices' | 'lastCommit'>): void
  /** A vertex is in the engine's graph, own ones included. The same again changes nothing. */
  vertexStored(vertex: SeenVertex): void
  /** @returns what stands behind the vertex, for the states of its transactions */
  progress(progress: VertexProgress): Support
  committed(commit: CommitEffect): void
  /** A leader was passed over. Commits say so too: only needed where it should show before the next one. */
  skipped(round: number): void
  /** Proof that a validator signed two vertices of a round. */
  equivocated(author: Uint8Array): void

  graph(query: { fromRound?: number | undefined; limit?: number | undefined }): GraphView
  /** By its hash in hex; undefined where it is not kept. */
  vertex(hash: string): KeptVertex | undefined
  readonly signs: DagSigns
  /** Announces no more. */
  stop(): void
}

export interface KeptVertex extends GraphVertexView {
  readonly lastCommit: number
  readonly times: readonly { readonly state: GraphVertexState; readonly atMs: number }[]
}

/** What the graph tells of the chain's health. Times are local but those of the epoch. */
export interface DagSigns {
  readonly epoch: EpochStart
  readonly committee: Committee
  readonly startedAtMs: number
  readonly lastCommitAtMs: number | null
  readonly committedLeaderRound: number
  /** Since this node was started. */
  readonly commits: number
  readonly skips: number
  /** Latest round stored of each validator, by index. */
  readonly rounds: readonly number[]
  readonly equivocators: ReadonlySet<number>
  /** When the vertices of a quorum had last come in; the start of this node where they never did. */
  readonly quorumSeenAtMs: number
  /** Since when the oldest vertex with transactions waits for a commit; null where none does. */
  readonly uncommittedSinceMs: number | null
  leaderOf(round: number): number
}

const stateOfProgress = { Voting: 'stored', Confirming: 'confirming', Confirmed: 'confirmed' } as const

/** Of one epoch. */
interface EpochGraph {
  readonly start: EpochStart
  readonly committee: Committee
  readonly records: Map<string, DagRecord>
  readonly byRound: Map<number, DagRecord[]>
  readonly leaders: Map<number, number>
  readonly outcomes: Map<number, 'committed' | 'skipped'>
  readonly rounds: number[]
  readonly heardAtMs: number[]
  readonly equivocators: Set<number>
  lowestRound: number
  highestRound: number
  committedLeaderRound: number
}

function emptyGraph(start: EpochStart, nowMs: number): EpochGraph {
  const committee = createCommittee(start.validators, start.closingHash)
  return {
    start,
    committee,
    records: new Map(),
    byRound: new Map(),
    leaders: new Map(),
    outcomes: new Map(),
    rounds: committee.validators.map(() => 0),
    heardAtMs: committee.validators.map(() => nowMs),
    equivocators: new Set(),
    lowestRound: 1,
    highestRound: 0,
    committedLeaderRound: 0,
  }
}

export function createDagView(deps: {
  readonly hub: Pick<NodeEventHub, 'publish'>
  readonly clock: Clock
  readonly scheduler: Scheduler
}): DagView {
  const { clock } = deps
  const announcer = createDagAnnouncer({ ...deps, epoch: () => graph.start.number })
  const startedAtMs = clock.nowMs()
  const noEpoch: EpochStart = { number: 0, startMs: 0, endMs: null, validators: [], closingHash: new Uint8Array(32) }
  let graph = emptyGraph(noEpoch, startedAtMs)
  let lastCommitAtMs: number | null = null
  let commits = 0
  let skips = 0

  const leaderAt = (round: number): number => {
    const { leaders, committee } = graph
    const leader = leaders.get(round) ?? leaderOf(committee, round)
    // Of rounds that are kept; a status asks for no other but the next.
    if (round >= graph.lowestRound) leaders.set(round, leader)
    return leader
  }

  const reach = (record: DagRecord, state: GraphVertexState): void => {
    if (rankOfState[state] <= rankOfState[record.state]) return
    record.state = state
    record.times.push({ state, atMs: clock.nowMs() })
    announcer.changed(record)
  }

  const support = (record: DagRecord, supporter: number): void => {
    if (record.supporters.has(supporter)) return
    const { weights, quorumMicroRuv, totalStakeMicroRuv } = graph.committee
    record.supporters.add(supporter)
    record.supportMicroRuv += weights[supporter] ?? 0n
    if (record.supportMicroRuv >= quorumMicroRuv) reach(record, 'confirmed')
    else reach(record, 3n * record.supportMicroRuv > totalStakeMicroRuv ? 'confirming' : 'voting')
    announcer.changed(record)
  }

  const forgetOld = (): void => {
    const { records, byRound, leaders, outcomes, highestRound } = graph
    while (
      graph.lowestRound < highestRound &&
      (highestRound - graph.lowestRound >= limits.graphRounds || records.size > limits.graphVertices)
    ) {
      for (const record of byRound.get(graph.lowestRound) ?? []) {
        records.delete(record.hash)
        announcer.forgotten(record)
      }
      for (const kept of [byRound, leaders, outcomes]) kept.delete(graph.lowestRound)
      graph.lowestRound += 1
    }
  }

  const recordOf = (vertex: SeenVertex, author: number, atMs: number): DagRecord => ({
    hash: toHex(vertex.hash),
    round: vertex.round,
    author,
    parents: vertex.parents
      .filter(({ round }) => round > 0)
      .map((parent) => toHex(parent.hash))
      // One text a hash, however often it is named.
      .map((parent) => graph.records.get(parent)?.hash ?? parent),
    transactions: vertex.transactionCount,
    timestampMs: vertex.timestampMs,
    lastCommit: vertex.lastCommit,
    isLeader: leaderAt(vertex.round) === author,
    supporters: new Set(),
    times: [{ state: 'stored', atMs }],
    supportMicroRuv: 0n,
    state: 'stored',
    isAnchor: false,
    isTwin: false,
    commitIndex: null,
  })

  /** Undefined for one of no validator of the epoch, or of a round that is not kept any more. */
  const add = (vertex: SeenVertex, atMs: number): DagRecord | undefined => {
    const { committee, records, byRound, outcomes, equivocators, rounds } = graph
    const known = records.get(toHex(vertex.hash))
    const author = committee.indexOf(vertex.author)
    if (known !== undefined || author === undefined) return known
    if (records.size === 0) graph.lowestRound = vertex.round
    if (vertex.round < graph.lowestRound) return undefined
    const record = recordOf(vertex, author, atMs)
    const others = byRound.get(record.round) ?? []
    records.set(record.hash, record)
    byRound.set(record.round, [...others, record])
    rounds[author] = Math.max(rounds[author] ?? 0, record.round)
    graph.highestRound = Math.max(graph.highestRound, record.round)
    announcer.added(record)
    for (const twin of others.filter((other) => other.author === author)) {
      equivocators.add(author)
      record.isTwin = true
      twin.isTwin = true
      announcer.changed(twin)
    }
    for (const parent of record.parents) {
      const named = records.get(parent)
      if (named !== undefined) support(named, author)
    }
    if (record.isLeader && outcomes.get(record.round) === 'skipped') reach(record, 'skipped')
    forgetOld()
    return record
  }

  const passOver = (round: number): void => {
    const { outcomes, byRound, lowestRound } = graph
    if (outcomes.has(round)) return
    skips += 1
    if (round < lowestRound) return
    outcomes.set(round, 'skipped')
    for (const record of byRound.get(round) ?? []) if (record.isLeader) reach(record, 'skipped')
  }

  const quorumSeenAtMs = (): number => {
    const { committee, heardAtMs } = graph
    const heard = committee.weights.map((weight, index) => ({ weight, atMs: heardAtMs[index] ?? startedAtMs }))
    let stake = 0n
    for (const { weight, atMs } of heard.sort((a, b) => b.atMs - a.atMs)) {
      stake += weight
      if (stake >= committee.quorumMicroRuv) return atMs
    }
    return startedAtMs
  }

  const uncommittedSinceMs = (): number | null => {
    let sinceMs: number | null = null
    for (const { transactions, state, times } of graph.records.values()) {
      const stored = times[0]
      if (transactions === 0 || stored === undefined || rankOfState[state] >= rankOfState.skipped) continue
      if (sinceMs === null || stored.atMs < sinceMs) sinceMs = stored.atMs
    }
    return sinceMs
  }

  /** Whole rounds, in the order asked for, as far as there is room. */
  const pageOf = (wanted: readonly number[], most: number) => {
    const shown: DagRecord[] = []
    const rounds: number[] = []
    let named = 0
    for (const round of wanted) {
      const at = graph.byRound.get(round) ?? []
      named += at.reduce((sum, { parents }) => sum + parents.length, 0)
      const isFull = shown.length + at.length > most || named > limits.maxGraphParents
      if (rounds.length > 0 && isFull) break
      shown.push(...at)
      rounds.push(round)
    }
    shown.sort((a, b) => a.round - b.round || a.author - b.author)
    return { shown, rounds: rounds.sort((a, b) => a - b) }
  }

  return {
    epoch(start) {
      announcer.flush()
      graph = emptyGraph(start, clock.nowMs())
    },
    restore({ vertices, lastCommit }) {
      graph.committedLeaderRound = lastCommit?.leaderRound ?? 0
      const window = new Set(lastCommit?.window.map(({ hash }) => bytesKey(hash)))
      for (const { vertex } of vertices) {
        const record = add(vertex, vertex.timestampMs)
        const isCommitted =
          window.size === 0 ? vertex.round <= graph.committedLeaderRound : window.has(bytesKey(vertex.hash))
        // When that was is not known any more.
        if (record !== undefined && isCommitted) record.state = 'committed'
      }
    },
    vertexStored(vertex) {
      const record = add(vertex, clock.nowMs())
      if (record !== undefined) graph.heardAtMs[record.author] = clock.nowMs()
    },
    progress({ vertex, state, supportMicroRuv, totalStakeMicroRuv }) {
      const validators = graph.committee.validators.length
      const record = add(vertex, clock.nowMs())
      if (record !== undefined) {
        reach(record, stateOfProgress[state])
        // What is Voting has just come in.
        if (state === 'Voting') graph.heardAtMs[record.author] = clock.nowMs()
      }
      return { supportMicroRuv, totalStakeMicroRuv, supporters: record?.supporters.size ?? 0, validators }
    },
    committed({ commitIndex, leaderRound, commitTimeMs, closesEpoch, anchor: anchorHash, vertices }) {
      const { committedLeaderRound, outcomes, byRound, lowestRound } = graph
      const skipped: number[] = []
      for (let round = committedLeaderRound + 1; round < leaderRound; round++) {
        passOver(round)
        skipped.push(round)
      }
      graph.committedLeaderRound = leaderRound
      if (leaderRound >= lowestRound) outcomes.set(leaderRound, 'committed')
      lastCommitAtMs = clock.nowMs()
      commits += 1
      const anchor = toHex(anchorHash)
      for (const vertex of vertices) {
        const record = add(vertex, clock.nowMs())
        if (record === undefined) continue
        record.isAnchor = record.hash === anchor
        record.commitIndex = commitIndex
        reach(record, 'committed')
      }
      // What lies below the horizon of the anchor before is in no commit any more.
      for (let round = lowestRound; round < committedLeaderRound - consensusLimits.horizonRounds; round++) {
        for (const record of byRound.get(round) ?? []) reach(record, 'skipped')
      }
      announcer.committed({
        commitIndex,
        leaderRound,
        anchor,
        commitTimeMs,
        vertices: vertices.length,
        transactions: vertices.reduce((sum, { transactionCount }) => sum + transactionCount, 0),
        skipped: skipped.slice(-limits.maxEventSkipped),
        closesEpoch,
      })
    },
    skipped: passOver,
    equivocated(author) {
      const index = graph.committee.indexOf(author)
      if (index !== undefined) graph.equivocators.add(index)
    },

    graph({ fromRound, limit = limits.defaultGraphPage }) {
      const { start, committee, outcomes, lowestRound, highestRound } = graph
      const first = Math.max(lowestRound, fromRound ?? lowestRound)
      const wanted = Array.from({ length: Math.max(0, highestRound - first + 1) }, (_, index) => first + index)
      // The tip first, so that what finds no room is what is furthest from it; upwards where it is said from where.
      const most = Math.min(limit, limits.maxGraphPage)
      const { shown, rounds } = pageOf(fromRound === undefined ? wanted.toReversed() : wanted, most)
      return {
        epoch: start.number,
        fromRound: rounds[0] ?? 0,
        toRound: rounds.at(-1) ?? 0,
        totalStakeMicroRuv: committee.totalStakeMicroRuv,
        validators: committee.validators.length,
        rounds: rounds.map((round) => ({
          round,
          leader: leaderAt(round),
          outcome: outcomes.get(round) ?? (round <= graph.committedLeaderRound ? 'committed' : 'undecided'),
        })),
        vertices: shown.map(vertexView),
        isTruncated: rounds.length < wanted.length,
      }
    },
    vertex(hash) {
      const record = graph.records.get(hash)
      if (record === undefined) return undefined
      return { ...vertexView(record), lastCommit: record.lastCommit, times: [...record.times] }
    },
    get signs() {
      const { start, committee, rounds, equivocators, committedLeaderRound } = graph
      return {
        epoch: start,
        committee,
        startedAtMs,
        lastCommitAtMs,
        committedLeaderRound,
        commits,
        skips,
        rounds,
        equivocators,
        quorumSeenAtMs: quorumSeenAtMs(),
        uncommittedSinceMs: uncommittedSinceMs(),
        leaderOf: leaderAt,
      }
    },
    stop: () => announcer.stop(),
  }
}
