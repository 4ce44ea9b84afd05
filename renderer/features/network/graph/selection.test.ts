import { describe, expect, it } from 'vitest'
import { graphOf } from './graph-state.ts'
import { geometryOf, placeOf, toScreen, viewOfTip } from './layout.ts'
import { neighbourOf, vertexAt } from './selection.ts'
import { hashOf, snapshotOf, vertexOf } from './test-support.ts'

const graph = graphOf(snapshotOf(5, 4))
const of = (round: number, author: number) => graph.vertices.get(hashOf(round, author))

describe('vertexAt', () => {
  const geometry = geometryOf(4)
  const view = viewOfTip(5, 1, { width: 900, height: 380 }, geometry)
  const at = (round: number, author: number) => toScreen(placeOf({ round, author }, geometry), view)

  it('is the one that is pointed at, and nothing beside them', () => {
    const { x, y } = at(3, 2)
    expect(vertexAt(graph, view, { x: x + 5, y: y - 5 })?.hash).toBe(hashOf(3, 2))
    expect(vertexAt(graph, view, { x: x + geometry.columnWidth / 2, y: y + geometry.laneHeight / 2 })).toBeUndefined()
  })

  it('is large enough to be hit when it is drawn small', () => {
    const small = viewOfTip(5, 0.3, { width: 900, height: 380 }, geometry)
    const { x, y } = toScreen(placeOf({ round: 5, author: 1 }, geometry), small)
    expect(vertexAt(graph, small, { x: x + 7, y })?.hash).toBe(hashOf(5, 1))
  })
})

describe('neighbourOf', () => {
  it('goes by round and by author, and stays at the edges', () => {
    expect(neighbourOf(graph, of(3, 2), 'left')).toBe(of(2, 2))
    expect(neighbourOf(graph, of(3, 2), 'right')).toBe(of(4, 2))
    expect(neighbourOf(graph, of(3, 2), 'up')).toBe(of(3, 1))
    expect(neighbourOf(graph, of(3, 2), 'down')).toBe(of(3, 3))
    expect(neighbourOf(graph, of(3, 2), 'first')).toBe(of(1, 2))
    expect(neighbourOf(graph, of(3, 2), 'last')).toBe(of(5, 2))
    for (const [direction, round, author] of [
      ['left', 1, 0],
      ['right', 5, 0],
      ['up', 3, 0],
      ['down', 3, 3],
    ] as const) {
      expect(neighbourOf(graph, of(round, author), direction)).toBe(of(round, author))
    }
  })

  it('begins at the newest, and is nothing where there is nothing', () => {
    expect(neighbourOf(graph, undefined, 'left')).toBe(of(5, 0))
    expect(neighbourOf(graphOf(snapshotOf(0, 4)), undefined, 'right')).toBeUndefined()
  })

  it('passes rounds in which an author is silent, and goes to whoever is nearest at last', () => {
    const snapshot = snapshotOf(3, 3)
    const without = (round: number, author: number) => (vertex: { round: number; author: number }) =>
      vertex.round !== round || vertex.author !== author
    const gap = graphOf({ ...snapshot, vertices: snapshot.vertices.filter(without(2, 2)) })
    expect(neighbourOf(gap, vertexOf(1, 2), 'right')?.round).toBe(3)
    const end = graphOf({ ...snapshot, vertices: snapshot.vertices.filter(without(3, 2)) })
    expect(neighbourOf(end, vertexOf(2, 2), 'right')).toMatchObject({ round: 3, author: 1 })
  })
})
