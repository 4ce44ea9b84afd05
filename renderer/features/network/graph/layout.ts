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

/** Sizes in the world, in its units. */
export interface Geometry {
  readonly validators: number
  /** Between two rounds, and between two lanes. */
  readonly columnWidth: number
  readonly laneHeight: number
  /** Of a vertex. */
  readonly radius: number
}

/** Left free for the names of the validators, and above for the numbers of the rounds, in CSS pixels at any scale. */
export const gutter = { left: 34, top: 30, right: 28, bottom: 14 } as const

const between = (least: number, value: number, most: number): number => Math.min(most, Math.max(least, value))

/** The more validators, the closer the lanes, down to where one is told from the next. */
export function geometryOf(validators: number): Geometry {
  const laneHeight = between(13, (limits.height - gutter.top - gutter.bottom) / Math.max(1, validators), 54)
  return {
    validators,
    laneHeight,
    columnWidth: between(30, laneHeight * 1.1, 56),
    radius: between(4, laneHeight * 0.3, 9),
  }
}

export function placeOf({ round, author }: Pick<GraphVertex, 'round' | 'author'>, geometry: Geometry): Point {
  return { x: round * geometry.columnWidth, y: (author + 0.5) * geometry.laneHeight }
}

/** Each vertex of a round with its place; those of one author above each other. */
export function placed(
  vertices: readonly GraphVertex[],
  geometry: Geometry,
): { readonly vertex: GraphVertex; readonly at: Point }[] {
  return vertices.map((vertex) => {
    const { x, y } = placeOf(vertex, geometry)
    if (!vertex.isTwin) return { vertex, at: { x, y } }
    const twins = vertices.filter(({ author }) => author === vertex.author)
    const offset = twins.indexOf(vertex) - (twins.length - 1) / 2
    return { vertex, at: { x, y: y + offset * geometry.radius * 2.4 } }
  })
}

export function toScreen({ x, y }: Point, view: View): Point {
  return { x: gutter.left + (x - view.x) * view.scale, y: gutter.top + (y - view.y) * view.scale }
}

export function toWorld({ x, y }: Point, view: View): Point {
  return { x: (x - gutter.left) / view.scale + view.x, y: (y - gutter.top) / view.scale + view.y }
}

/** Rounds whose column is seen, with one beyond on each side, so that lines to them are. */
export function seenRounds(
  view: View,
  { width }: Size,
  { columnWidth }: Geometry,
): { readonly from: number; readonly to: number } {
  const from = Math.floor(view.x / columnWidth) - 1
  const to = Math.ceil((view.x + (width - gutter.left) / view.scale) / columnWidth) + 1
  return { from: Math.max(1, from), to: Math.max(1, to) }
}

/** All lanes are seen with it. */
export function fittingScale({ validators, laneHeight }: Geometry, { height }: Size): number {
  const room = height - gutter.top - gutter.bottom
  return clampScale(Math.min(1, room / (Math.max(1, validators) * laneHeight)))
}

export function clampScale(scale: number): number {
  return between(limits.minScale, scale, limits.maxScale)
}

/** The tip at the right edge; the lanes in the middle where there is room for all, else from the first. */
export function viewOfTip(highestRound: number, scale: number, size: Size, geometry: Geometry): View {
  const across = (size.width - gutter.left - gutter.right) / scale
  const room = (size.height - gutter.top - gutter.bottom) / scale
  const lanes = geometry.validators * geometry.laneHeight
  return { scale, x: highestRound * geometry.columnWidth - across, y: Math.min(0, (lanes - room) / 2) }
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
  { lowestRound, highestRound }: { readonly lowestRound: number; readonly highestRound: number },
  size: Size,
  { columnWidth, laneHeight, validators }: Geometry,
): View {
  const across = (size.width - gutter.left) / view.scale
  const down = (size.height - gutter.top) / view.scale
  return {
    ...view,
    x: between((lowestRound + 1) * columnWidth - across, view.x, (highestRound - 1) * columnWidth),
    y: between(laneHeight - down, view.y, (validators - 1) * laneHeight),
  }
}

/** So that the point is seen, moved no further than that takes. */
export function revealing(view: View, at: Point, { width, height }: Size, { columnWidth, laneHeight }: Geometry): View {
  const right = view.x + (width - gutter.left - gutter.right) / view.scale
  const bottom = view.y + (height - gutter.top - gutter.bottom) / view.scale
  const half = laneHeight / 2
  const x = at.x - columnWidth / 2 < view.x ? at.x - columnWidth / 2 : at.x > right ? view.x + at.x - right : view.x
  const y = at.y - half < view.y ? at.y - half : at.y + half > bottom ? view.y + at.y + half - bottom : view.y
  return { ...view, x, y }
}
