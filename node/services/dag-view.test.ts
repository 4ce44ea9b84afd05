import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type CommitEffect, createCommittee, leaderOf, type Vertex, type VertexReference } from '../consensus/index.ts'
import { bytesKey, toHex } from '../core/bytes.ts'
import { ManualClock } from '../core/clock.ts'
import { sha3 } from '../crypto/hash.ts'
import { createDagView } from './dag-view.ts'
import type { NodeEvent } from './events.ts'
import { serviceLimits as limits } from './limits.ts'

const closingHash = new Uint8Array(32).fill(9)
const text = (value: string): Uint8Array => new TextEncoder().encode(value)

const validatorsOf = (stakes: readonly bigint[]) =>
  stakes.map((stakeMicroRuv, index) => ({
    id: sha3(text(`validator ${index}`)),
    publicKey: Uint8Array.of(index),
    stakeMicroRuv,
  }))

function makeView(stakes: readonly bigint[] = [1n, 1n, 1n, 1n]) {
  const clock = new ManualClock()
  const events: NodeEvent[] = []
  const view = createDagView({ hub: { publish: (event) => events.push(event) }, clock, scheduler: clock })
  const validators = validatorsOf(stakes)
  const start = { number: 3, startMs: 0, endMs: 600_000, validators, closingHash }
  view.epoch(start)
  const committee = createCommittee(validators, closingHash)
  const authors = committee.validators

  const vertex = (
    round: number,
    author: number,
    parents: readonly Vertex[],
    transactionCount = 0,
    salt = '',
  ): Vertex => ({
    epoch: 3,
    round,
    author: (authors[author] as { id: Uint8Array }).id,
    parents: parents.map(({ round, author, hash }): VertexReference => ({ round, author, hash })),
    transactionsRoot: new Uint8Array(32),
    transactionCount,
    timestampMs: clock.nowMs(),
    lastCommit: 0,
    hash: sha3(text(`${round}/${author}/${salt}`)),
    transactions: [],
    signature: new Uint8Array(),
  })
  /** Rounds in which everybody names everybody. */
  const fill = (rounds: number, from = 1, before: readonly Vertex[] = []): Vertex[][] => {
    const made: Vertex[][] = []
    for (let round = from; round < from + rounds; round++) {
      const parents = made.at(-1) ?? before
      made.push(authors.map((_, author) => vertex(round, author, parents)))
      for (const one of made.at(-1) ?? []) view.vertexStored(one)
    }
    return made
  }
  const commitOf = (anchor: Vertex, vertices: readonly Vertex[], commitIndex: number): CommitEffect => ({
    type: 'commit',
    commitIndex,
    epoch: 3,
    leaderRound: anchor.round,
    anchor: anchor.hash,
    commitTimeMs: 1_000 + anchor.round,
    vertices,
    checkpointDue: null,
    closesEpoch: false,
  })
  const shown = (one: Vertex) => view.vertex(toHex(one.hash))
  return { view, clock, events, committee, start, vertex, fill, commitOf, shown }
}

const leaderIn = (committee: ReturnType<typeof createCommittee>, round: readonly Vertex[]): Vertex =>
  round[leaderOf(committee, (round[0] as Vertex).round)] as Vertex

describe('createDagView: states', () => {
  it('counts the stake of those that name a vertex, each validator once', () => {
    const { view, vertex, shown } = makeView([10n, 20n, 30n, 40n])
    const first = [0, 1, 2, 3].map((author) => vertex(1, author, []))
    for (const one of first) view.vertexStored(one)
    const target = first[0] as Vertex
    expect(shown(target)).toMatchObject({ state: 'stored', supportMicroRuv: 0n, supporters: 0, parents: [] })
    const { committee } = view.signs
    const seen = [0, 1, 2, 3].map((author) => {
      view.vertexStored(vertex(2, author, first))
      // Once more by a weak link: it counts no second time.
      view.vertexStored(vertex(3, author, [target]))
      return shown(target)
    })
    let sum = 0n
    for (const [author, view_] of seen.entries()) {
      sum += committee.weights[author] as bigint
      const state = sum >= committee.quorumMicroRuv ? 'confirmed' : 3n * sum > 100n ? 'confirming' : 'voting'
      expect(view_).toMatchObject({ supportMicroRuv: sum, supporters: author + 1, state })
    }
  })

  it('keeps when each state was reached, and commits with their index and anchor', () => {
    const { view, clock, fill, commitOf, committee, shown } = makeView()
    const [first] = fill(1)
    clock.advance(50)
    fill(2, 2, first)
    const anchor = leaderIn(committee, first as Vertex[])
    clock.advance(50)
    view.committed(commitOf(anchor, [anchor], 7))
    expect(shown(anchor)).toMatchObject({ state: 'committed', isAnchor: true, isLeader: true, commitIndex: 7 })
    const times = shown(anchor)?.times ?? []
    expect(times.map(({ state }) => state)).toEqual(['stored', 'voting', 'confirming', 'confirmed', 'committed'])
    expect(times.map(({ atMs }) => atMs - (times[0]?.atMs ?? 0))).toEqual([0, 50, 50, 50, 100])
    expect(view.signs).toMatchObject({ commits: 1, skips: 0, committedLeaderRound: 1, lastCommitAtMs: clock.nowMs() })
  })

  it('shows leaders that a commit passed over as skipped, until a later history takes them in', () => {
    const { view, fill, commitOf, committee, shown } = makeView()
    const rounds = fill(5)
    const leaders = rounds.map((round) => leaderIn(committee, round))
    const [one, two, three, four] = leaders as [Vertex, Vertex, Vertex, Vertex, Vertex]
    view.committed(commitOf(one, [one], 1))
    view.committed(commitOf(four, [four], 2))
    expect(view.signs.skips).toBe(2)
    expect(shown(two)).toMatchObject({ state: 'skipped', isLeader: true, isAnchor: false })
    expect(view.graph({}).rounds.map(({ outcome }) => outcome)).toEqual([
      'committed',
      'skipped',
      'skipped',
      'committed',
      'undecided',
    ])
    view.committed(commitOf(leaders[4] as Vertex, [two, three, leaders[4] as Vertex], 3))
    expect(shown(two)).toMatchObject({ state: 'committed', isAnchor: false, commitIndex: 3 })
    // Told before the commit, it counts once.
    view.skipped(6)
    view.committed({ ...commitOf(leaders[4] as Vertex, [], 4), leaderRound: 7 })
    expect(view.signs.skips).toBe(3)
  })

  it('shows what fell below the horizon of the anchor before as skipped', () => {
    const { view, fill, commitOf, committee, shown } = makeView()
    const rounds = fill(70)
    const leader = (round: number): Vertex => leaderIn(committee, rounds[round - 1] as Vertex[])
    const forgotten = rounds[0]?.find(({ hash }) => toHex(hash) !== toHex(leader(1).hash)) as Vertex
    for (const round of [1, 61, 62]) view.committed(commitOf(leader(round), [leader(round)], round))
    expect(shown(forgotten)?.state).toBe('confirmed')
    view.committed(commitOf(leader(63), [leader(63)], 63))
    expect(shown(forgotten)?.state).toBe('skipped')
    expect(shown(rounds[1]?.find(({ hash }) => toHex(hash) !== toHex(leader(2).hash)) as Vertex)?.state).toBe(
      'confirmed',
    )
  })

  it('marks both of two vertices of a round, and their author', () => {
    const { view, vertex, shown, start } = makeView()
    const twins = [vertex(1, 2, [], 0, 'a'), vertex(1, 2, [], 0, 'b')] as const
    view.vertexStored(twins[0])
    expect(shown(twins[0])?.isTwin).toBe(false)
    view.vertexStored(twins[1])
    expect(twins.map((twin) => shown(twin)?.isTwin)).toEqual([true, true])
    view.equivocated((view.signs.committee.validators[0] as { id: Uint8Array }).id)
    expect([...view.signs.equivocators].sort()).toEqual([0, 2])
    view.epoch({ ...start, number: 4 })
    expect(view.signs.equivocators.size).toBe(0)
  })

  it('believes the engine on progress, also of a vertex it was not told of', () => {
    const { view, vertex, shown } = makeView()
    const one = vertex(1, 0, [], 3)
    const about = { vertex: one, by: one.hash, totalStakeMicroRuv: 4n }
    expect(view.progress({ ...about, state: 'Voting', supportMicroRuv: 1n })).toEqual({
      supportMicroRuv: 1n,
      totalStakeMicroRuv: 4n,
      supporters: 0,
      validators: 4,
    })
    expect(shown(one)?.state).toBe('stored')
    view.progress({ ...about, state: 'Confirmed', supportMicroRuv: 3n })
    view.progress({ ...about, state: 'Confirming', supportMicroRuv: 2n })
    expect(shown(one)?.state).toBe('confirmed')
  })

  it('ignores vertices of nobody, and of rounds that are gone', () => {
    const { view, fill, vertex, shown } = makeView()
    const rounds = fill(limits.graphRounds + 5)
    const late = vertex(2, 0, [], 0, 'late')
    view.vertexStored(late)
    expect(shown(late)).toBeUndefined()
    view.vertexStored({ ...vertex(9, 0, [], 0, 'stranger'), author: new Uint8Array(32) })
    expect(view.graph({ limit: limits.maxGraphPage }).vertices).toHaveLength(4 * limits.graphRounds)
    expect(shown(rounds[0]?.[0] as Vertex)).toBeUndefined()
  })
})

describe('createDagView: after a restart', () => {
  it('goes on from what the engine goes on from', () => {
    const { view, start, fill, commitOf, committee, shown } = makeView()
    const rounds = fill(4)
    const anchor = leaderIn(committee, rounds[2] as Vertex[])
    view.epoch(start)
    const vertices = rounds.flat()
    const window = [...(rounds[0] ?? []), anchor].map(({ round, hash }) => ({ round, hash }))
    view.restore({
      vertices: vertices.map((vertex) => ({ vertex, transactions: [] })),
      lastCommit: { commitIndex: 5, leaderRound: 3, commitTimeMs: 0, window },
    })
    const committed = new Set(window.map(({ hash }) => bytesKey(hash)))
    for (const vertex of vertices) {
      expect(shown(vertex)?.state === 'committed').toBe(committed.has(bytesKey(vertex.hash)))
    }
    expect(view.signs).toMatchObject({ committedLeaderRound: 3, commits: 0, lastCommitAtMs: null })
    const next = leaderIn(committee, rounds[3] as Vertex[])
    view.committed(commitOf(next, [next], 6))
    expect(view.signs.skips).toBe(0)
  })

  it('takes everything up to the leader as committed where no window is told', () => {
    const { view, start, fill, shown } = makeView([5n])
    const rounds = fill(3)
    view.epoch(start)
    const lastCommit = { commitIndex: 2, leaderRound: 2, commitTimeMs: 0, window: [] }
    view.restore({ vertices: rounds.flat().map((vertex) => ({ vertex, transactions: [] })), lastCommit })
    expect(rounds.flat().map((vertex) => shown(vertex)?.state)).toEqual(['committed', 'committed', 'stored'])
  })
})

describe('createDagView: bounds', () => {
  it('gives whole rounds from the tip down, or from a round up, and says what is left', () => {
    const { view, fill } = makeView()
    fill(10)
    expect(view.graph({ limit: 9 })).toMatchObject({ fromRound: 9, toRound: 10, isTruncated: true })
    expect(view.graph({ limit: 9 }).vertices.map(({ round, author }) => [round, author])).toEqual(
      [9, 10].flatMap((round) => [0, 1, 2, 3].map((author) => [round, author])),
    )
    expect(view.graph({ fromRound: 3, limit: 8 })).toMatchObject({ fromRound: 3, toRound: 4, isTruncated: true })
    expect(view.graph({ fromRound: 9, limit: 8 })).toMatchObject({ fromRound: 9, toRound: 10, isTruncated: false })
    expect(view.graph({ fromRound: 11 })).toMatchObject({ fromRound: 0, toRound: 0, vertices: [], isTruncated: false })
    // One round comes whole, however little was asked for.
    expect(view.graph({ limit: 1 }).vertices).toHaveLength(4)
  })

  it('keeps no more than its limits, whatever the committee', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 1, max: 230 }), (size, rounds) => {
        const { view, fill } = makeView(Array.from({ length: size }, () => 1n))
        fill(rounds)
        const graph = view.graph({ limit: limits.maxGraphPage })
        const named = graph.vertices.reduce((sum, { parents }) => sum + parents.length, 0)
        expect(graph.vertices.length).toBeLessThanOrEqual(limits.maxGraphPage)
        expect(named).toBeLessThanOrEqual(limits.maxGraphParents)
        expect(graph.toRound).toBe(rounds)
        expect(graph.toRound - graph.fromRound).toBeLessThan(limits.graphRounds)
      }),
      { numRuns: 8 },
    )
  })
})

describe('createDagView: signs', () => {
  it('knows when a quorum was last heard, and since when work waits', () => {
    const { view, clock, fill, vertex, commitOf } = makeView()
    const startMs = clock.nowMs()
    expect(view.signs).toMatchObject({ quorumSeenAtMs: startMs, uncommittedSinceMs: null })
    clock.advance(1_000)
    const [first] = fill(1)
    clock.advance(1_000)
    const loaded = vertex(2, 0, first as Vertex[], 5)
    view.vertexStored(loaded)
    view.vertexStored(vertex(2, 1, first as Vertex[]))
    // Two of four are no quorum.
    expect(view.signs).toMatchObject({ quorumSeenAtMs: startMs + 1_000, uncommittedSinceMs: startMs + 2_000 })
    view.vertexStored(vertex(2, 2, first as Vertex[]))
    expect(view.signs.quorumSeenAtMs).toBe(startMs + 2_000)
    view.committed(commitOf(loaded, [loaded], 1))
    expect(view.signs.uncommittedSinceMs).toBeNull()
    expect(view.signs.rounds).toEqual([2, 2, 2, 1])
  })
})

describe('createDagView: events', () => {
  it('tells in batches: what is new, what has changed, what was committed', () => {
    const { view, clock, events, fill, commitOf, committee } = makeView()
    const [first] = fill(1)
    expect(events).toEqual([])
    clock.advance(limits.graphTickMs)
    expect(events.map(({ type }) => type)).toEqual(['graph-vertices'])
    expect(events[0]).toMatchObject({ epoch: 3, left: 0 })
    events.length = 0
    fill(1, 2, first)
    const anchor = leaderIn(committee, first as Vertex[])
    view.committed(commitOf(anchor, [anchor], 1))
    clock.advance(limits.graphTickMs)
    const [vertices, states, commits] = events
    // New ones come with the state they have; only those told of before are changes.
    expect(vertices).toMatchObject({ type: 'graph-vertices', vertices: { length: 4 } })
    expect(states).toMatchObject({ type: 'graph-states', changes: { length: 4 }, left: 0 })
    expect(commits).toMatchObject({
      type: 'graph-commits',
      commits: [{ commitIndex: 1, leaderRound: 1, anchor: toHex(anchor.hash), vertices: 1, skipped: [] }],
    })
    events.length = 0
    clock.advance(10 * limits.graphTickMs)
    expect(events).toEqual([])
  })

  it('counts what a batch has no room for', () => {
    const { clock, events, fill } = makeView(Array.from({ length: 30 }, () => 1n))
    fill(10)
    clock.advance(limits.graphTickMs)
    const [event] = events
    if (event?.type !== 'graph-vertices') throw new Error('vertices come first')
    expect(event.vertices.length + event.left).toBe(300)
    expect(event.vertices.length).toBeLessThanOrEqual(limits.maxEventVertices)
    const named = event.vertices.reduce((sum, { parents }) => sum + parents.length, 0)
    expect(named).toBeLessThanOrEqual(limits.maxEventParents)
  })

  it('tells what is left of an epoch under its own number, and nothing once it is stopped', () => {
    const { view, clock, events, fill, start } = makeView()
    fill(1)
    view.epoch({ ...start, number: 4 })
    expect(events).toMatchObject([{ type: 'graph-vertices', epoch: 3 }])
    fill(1)
    view.stop()
    clock.advance(limits.graphTickMs)
    expect(events).toHaveLength(1)
  })
})
