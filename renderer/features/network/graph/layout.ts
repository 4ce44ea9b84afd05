/**
 * Where everything stands: rounds from left to right, a lane a validator from top to bottom. World units are CSS pixels
 * at scale 1; the view says what of the world is seen.
 */
import type { GraphVertex } from '../../../../node/api/contract/index.ts'
import { graphLimits as limits } from './limits.ts'

export interface Point {
  readonly x: number
  readonly y: number
}

export interface Size {
  readonly width: number
  readonly height: number
}

/** What of the world is seen: `x`, `y` is the world's point at the top left. */
export interface View extends Point {
  readonly scale: number
}

/** Between two rounds, and between two lanes, in world units. */
export const columnWidth = 56
export const laneHeight = 52
/** Of a vertex. */
export const vertexRadius = 9
/** How far two vertices of a round and author stand apart. */
const twinOffset = 20
/** Left free for the names of the validators, and above for the numbers of the rounds, in CSS pixels at any scale. */
export const gutter = { left: 34, top: 30, right: 28, bottom: 14 } as const

/** @param place among the vertices of its round and author; 0 where there is no twin */
export function placeOf({ round, author }: Pick<GraphVertex, 'round' | 'author'>, place = 0): Point {
  return { x: round * columnWidth, y: author * laneHeight + laneHeight / 2 + place * twinOffset }
}

/** Each vertex of a round with its place among its author's. */
export function placed(vertices: readonly GraphVertex[]): { readonly vertex: GraphVertex; readonly at: Point }[] {
  const seen = new Map<number, number>()
  return vertices.map((vertex) => {
    const place = seen.get(vertex.author) ?? 0
    seen.set(vertex.author, place + 1)
    return { vertex, at: placeOf(vertex, place) }
  })
}

export function toScreen({ x, y }: Point, view: View): Point {
  return { x: gutter.left + (x - view.x) * view.scale, y: gutter.top + (y - view.y) * view.scale }
}

export function toWorld({ x, y }: Point, view: View): Point {
  return { x: (x - gutter.left) / view.scale + view.x, y: (y - gutter.top) / view.scale + view.y }
}

/** Rounds whose column is seen, with one beyond on each side, so that lines to them are. */
export function seenRounds(view: View, { width }: Size): { readonly from: number; readonly to: number } {
  const from = Math.floor(view.x / columnWidth) - 1
  const to = Math.ceil((view.x + (width - gutter.left) / view.scale) / columnWidth) + 1
  return { from: Math.max(1, from), to: Math.max(1, to) }
}

/** As large as lets all lanes be seen, and no larger than is pleasant. */
export function fittingScale(validators: number, { height }: Size): number {
  const room = height - gutter.top - gutter.bottom
  return clampScale(Math.min(1.2, room / Math.max(laneHeight, validators * laneHeight)))
}

export function clampScale(scale: number): number {
  return Math.min(limits.maxScale, Math.max(limits.minScale, scale))
}

/** The tip at the right edge, the lanes in the middle; all of them where there are few. */
export function viewOfTip(highestRound: number, validators: number, scale: number, size: Size): View {
  const across = (size.width - gutter.left - gutter.right) / scale
  return { scale, x: highestRound * columnWidth - across, y: centredY(validators, scale, size) }
}

function centredY(validators: number, scale: number, { height }: Size): number {
  const room = (height - gutter.top - gutter.bottom) / scale
  const lanes = validators * laneHeight
  return lanes <= room ? -(room - lanes) / 2 : 0
}

/** The point of the screen stays where it is. */
export function zoomedAt(view: View, point: Point, factor: number): View {
  const scale = clampScale(view.scale * factor)
  const { x, y } = toWorld(point, view)
  return { scale, x: x - (point.x - gutter.left) / scale, y: y - (point.y - gutter.top) / scale }
}

/** Moved by so many pixels of the screen. */
export function panned(view: View, dx: number, dy: number): View {
  return { ...view, x: view.x - dx / view.scale, y: view.y - dy / view.scale }
}

/** No further from what there is than that a column and a lane of it are still seen. */
export function kept(
  view: View,
  { lowestRound, highestRound, validators }: { lowestRound: number; highestRound: number; validators: number },
  size: Size,
): View {
  const across = (size.width - gutter.left) / view.scale
  const down = (size.height - gutter.top) / view.scale
  const x = Math.min(
    highestRound * columnWidth - columnWidth,
    Math.max(lowestRound * columnWidth - across + columnWidth, view.x),
  )
  const y = Math.min(validators * laneHeight - laneHeight, Math.max(laneHeight - down, view.y))
  return { ...view, x, y }
}

/** So that the point is seen, moved no further than that takes. */
export function revealing(view: View, at: Point, { width, height }: Size): View {
  const margin = columnWidth
  const right = view.x + (width - gutter.left - gutter.right) / view.scale
  const bottom = view.y + (height - gutter.top - gutter.bottom) / view.scale
  const x = at.x - margin < view.x ? at.x - margin : at.x > right ? view.x + at.x - right : view.x
  const half = laneHeight / 2
  const y = at.y - half < view.y ? at.y - half : at.y + half > bottom ? view.y + at.y + half - bottom : view.y
  return { ...view, x, y }
}
