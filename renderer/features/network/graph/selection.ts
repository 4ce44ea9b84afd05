/** Which vertex is meant: by a point of the screen, or by a key. */
import type { GraphVertex } from '../../../../node/api/contract/index.ts'
import type { GraphState } from './graph-state.ts'
import { geometryOf, type Point, placed, toScreen, type View } from './layout.ts'

/** Pixels around a small vertex that are meant as it: a target of 24 (WCAG 2.2, 2.5.8). */
const leastTarget = 12

export function vertexAt(graph: GraphState, view: View, point: Point): GraphVertex | undefined {
  const geometry = geometryOf(graph.validators)
  const reach = Math.max(leastTarget, geometry.radius * view.scale + 3)
  let nearest: { readonly vertex: GraphVertex; readonly distance: number } | undefined
  for (const vertices of graph.byRound.values()) {
    for (const { vertex, at } of placed(vertices, geometry)) {
      const { x, y } = toScreen(at, view)
      const distance = Math.hypot(x - point.x, y - point.y)
      if (distance <= reach && distance < (nearest?.distance ?? Number.POSITIVE_INFINITY))
        nearest = { vertex, distance }
    }
  }
  return nearest?.vertex
}

export type Direction = 'left' | 'right' | 'up' | 'down' | 'first' | 'last'

/** The next in this direction: another round of the author, or another author of the round. From nothing, the newest. */
export function neighbourOf(
  graph: GraphState,
  selected: GraphVertex | undefined,
  direction: Direction,
): GraphVertex | undefined {
  const rounds = [...graph.byRound.keys()].sort((a, b) => a - b)
  if (direction === 'first' || direction === 'last' || selected === undefined) {
    const at = graph.byRound.get((direction === 'first' ? rounds[0] : rounds.at(-1)) ?? 0) ?? []
    return at.find(({ author }) => author === selected?.author) ?? at[0]
  }
  if (direction === 'up' || direction === 'down') {
    const at = graph.byRound.get(selected.round) ?? []
    const index = at.findIndex(({ hash }) => hash === selected.hash)
    return at[index + (direction === 'down' ? 1 : -1)] ?? selected
  }
  const ahead =
    direction === 'right'
      ? rounds.filter((round) => round > selected.round)
      : rounds.filter((round) => round < selected.round).reverse()
  for (const round of ahead) {
    const found = graph.byRound.get(round)?.find(({ author }) => author === selected.author)
    if (found !== undefined) return found
  }
  // Of an author that is silent, whoever is nearest.
  return ahead[0] === undefined ? selected : nearestAuthor(graph.byRound.get(ahead[0]) ?? [], selected)
}

function nearestAuthor(vertices: readonly GraphVertex[], to: GraphVertex): GraphVertex {
  return vertices.reduce(
    (best, vertex) => (Math.abs(vertex.author - to.author) < Math.abs(best.author - to.author) ? vertex : best),
    vertices[0] ?? to,
  )
}
