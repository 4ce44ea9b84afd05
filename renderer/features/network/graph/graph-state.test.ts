import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { childrenOf, emptyGraph, graphAfter, graphOf } from './graph-state.ts'
import { graphLimits as limits } from './limits.ts'
import { graphEvent, hashOf, snapshotOf, vertexOf } from './test-support.ts'

const commit = (leaderRound: number, skipped: number[] = []) => ({
  commitIndex: leaderRound,
  leaderRound,
  anchor: hashOf(leaderRound, 0),
  at: '2026-11-22T14:00:00.000Z',
  vertices: 1,
  transactions: 0,
  skipped,
  closesEpoch: false,
})
const change = (round: number, author: number, state: 'voting' | 'confirmed' | 'committed') => ({
  hash: hashOf(round, author),
  state,
  support: '3',
  supporters: 3,
  isAnchor: false,
  isTwin: false,
  commitIndex: state === 'committed' ? 7 : null,
})

describe('graphOf', () => {
  it('is by rounds, each by author', () => {
    const snapshot = snapshotOf(3, 4)
    const graph = graphOf({ ...snapshot, vertices: snapshot.vertices.toReversed() })
    expect([graph.lowestRound, graph.highestRound, graph.validators, graph.totalStake]).toEqual([1, 3, 4, 4n])
    expect(graph.byRound.get(2)?.map(({ author }) => author)).toEqual([0, 1, 2, 3])
    expect(graphOf(snapshotOf(0, 4)).highestRound).toBe(0)
  })
})

describe('graphAfter', () => {
  const before = graphOf(snapshotOf(2, 4))

  it('adds what is new and what has changed', () => {
    const { state, isStale } = graphAfter(before, [
      graphEvent('network.vertex', { epoch: 1, vertices: [vertexOf(3, 1)], left: 0 }),
      graphEvent('network.vertex.state', { epoch: 1, changes: [change(1, 2, 'committed')], left: 0 }),
      graphEvent('network.commit', { epoch: 1, commits: [commit(4, [2, 3])], left: 0 }),
    ])
    expect(isStale).toBe(false)
    expect(state.highestRound).toBe(3)
    expect(state.vertices.get(hashOf(1, 2))).toMatchObject({ state: 'committed', commitIndex: 7, parents: [] })
    expect([2, 3, 4].map((round) => state.outcomes.get(round))).toEqual(['skipped', 'skipped', 'committed'])
    // What was shown is what it was: a paused picture stands still.
    expect(before.vertices.get(hashOf(1, 2))?.state).toBe('stored')
  })

  it('takes nothing back that a snapshot already knew', () => {
    const ahead = graphAfter(before, [
      graphEvent('network.vertex.state', { epoch: 1, changes: [change(1, 0, 'committed')], left: 0 }),
    ]).state
    const { state } = graphAfter(ahead, [
      graphEvent('network.vertex', { epoch: 1, vertices: [vertexOf(1, 0)], left: 0 }),
      graphEvent('network.vertex.state', { epoch: 1, changes: [change(1, 0, 'confirmed')], left: 0 }),
    ])
    expect(state.vertices.get(hashOf(1, 0))?.state).toBe('committed')
  })

  it('is stale where something was left out or another epoch has begun, and ignores the one before', () => {
    const vertices = [vertexOf(3, 0)]
    const ofEpoch = (epoch: number, left = 0) =>
      graphAfter(before, [graphEvent('network.vertex', { epoch, vertices, left })])
    expect(ofEpoch(1, 5)).toMatchObject({ isStale: true, state: { highestRound: 3 } })
    expect(ofEpoch(2)).toEqual({ isStale: true, state: before })
    expect(ofEpoch(0)).toEqual({ isStale: false, state: before })
  })

  it('is the same value where nothing of it was told', () => {
    expect(graphAfter(before, []).state).toBe(before)
    const unknown = graphEvent('network.vertex.state', { epoch: 1, changes: [change(9, 0, 'voting')], left: 0 })
    expect(graphAfter(before, [unknown]).state.vertices.size).toBe(8)
  })

  it('keeps the newest whole rounds within its bounds, whatever comes (property)', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 60 }), fc.integer({ min: 1, max: 260 }), (validators, rounds) => {
        let state = { ...emptyGraph, epoch: 1, validators }
        for (let round = 1; round <= rounds; round += 20) {
          const vertices = Array.from({ length: 20 * validators }, (_, index) =>
            vertexOf(round + Math.floor(index / validators), index % validators),
          )
          state = graphAfter(state, [graphEvent('network.vertex', { epoch: 1, vertices, left: 0 })]).state
        }
        expect(state.vertices.size).toBeLessThanOrEqual(limits.maxVertices)
        expect(state.byRound.size).toBeLessThanOrEqual(limits.maxRounds)
        expect(state.highestRound - state.lowestRound + 1).toBe(state.byRound.size)
        expect([...state.byRound.values()].every((at) => at.length === validators)).toBe(true)
      }),
      { numRuns: 15 },
    )
  })
})

describe('childrenOf', () => {
  it('are those that name it, late ones too', () => {
    const snapshot = snapshotOf(2, 3)
    const late = vertexOf(4, 1, { parents: [hashOf(1, 0)] })
    const graph = graphOf({ ...snapshot, vertices: [...snapshot.vertices, late] })
    expect(new Set(childrenOf(graph, vertexOf(1, 0)).map(({ hash }) => hash))).toEqual(
      new Set([hashOf(2, 0), hashOf(2, 1), hashOf(2, 2), late.hash]),
    )
  })
})
