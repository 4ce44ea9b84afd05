/** Draws what is seen of the graph. Lines are put together by how they look, so that thousands are a few strokes. */
import type { GraphVertex } from '../../../../node/api/contract/index.ts'
import { childrenOf, type GraphState } from './graph-state.ts'
import {
  type Geometry,
  geometryOf,
  gutter,
  type Point,
  placed,
  type Size,
  seenRounds,
  toScreen,
  type View,
} from './layout.ts'
import { leaderRing, twinMark, type VertexLook, vertexLooks } from './shapes.ts'

export interface Scene {
  readonly graph: GraphState
  readonly view: View
  readonly size: Size
  readonly selected: string | null
  readonly hovered: string | null
  /** Index of this node's validator; its lane stands out. */
  readonly self: number | undefined
}

/** What is drawn with, taken from the page once a theme. */
export interface Pens {
  readonly colour: (token: string) => string
  readonly font: string
  readonly number: (value: number) => string
}

interface Place {
  readonly at: Point
  readonly round: number
}

const paths = new Map<string, Path2D>()
const pathOf = (data: string): Path2D => {
  let path = paths.get(data)
  if (path === undefined) {
    path = new Path2D(data)
    paths.set(data, path)
  }
  return path
}

/** Pixels of a lane below which there is no room for what a vertex says besides its state. */
const laneOfNumbers = 40
/** Below it lines are more ink than sense. */
const scaleOfLines = 0.28
/** Validators above which each round is one grey area of them: then those of the vertex that is meant are drawn alone. */
const mostLines = 16

export function drawGraph(context: CanvasRenderingContext2D, scene: Scene, pens: Pens): void {
  const { graph, view, size } = scene
  context.clearRect(0, 0, size.width, size.height)
  if (graph.highestRound === 0) return
  const geometry = geometryOf(graph.validators)
  const { from, to } = seenRounds(view, size, geometry)
  const seen: { readonly vertex: GraphVertex; readonly at: Point }[] = []
  const places = new Map<string, Place>()
  for (let round = Math.max(from, graph.lowestRound); round <= Math.min(to, graph.highestRound); round++) {
    for (const { vertex, at } of placed(graph.byRound.get(round) ?? [], geometry)) {
      const shown = { vertex, at: toScreen(at, view) }
      seen.push(shown)
      places.set(vertex.hash, { at: shown.at, round })
    }
  }
  context.save()
  context.beginPath()
  context.rect(0, gutter.top, size.width, size.height - gutter.top)
  context.clip()
  drawLanes(context, scene, geometry, pens)
  if (view.scale >= scaleOfLines && graph.validators <= mostLines) drawLines(context, seen, places, pens)
  drawMeantLines(context, scene, places, pens)
  for (const { vertex, at } of seen) drawVertex(context, vertex, at, scene, geometry, pens)
  context.restore()
  drawRounds(context, scene, { from, to }, geometry, pens)
  drawNames(context, scene, geometry, pens)
}

function drawLanes(
  context: CanvasRenderingContext2D,
  { graph, view, size, self }: Scene,
  { laneHeight }: Geometry,
  { colour }: Pens,
): void {
  context.strokeStyle = colour('--line')
  context.lineWidth = 1
  context.beginPath()
  for (let author = 0; author < graph.validators; author++) {
    const y = Math.round(toScreen({ x: 0, y: author * laneHeight + laneHeight / 2 }, view).y) + 0.5
    if (y < gutter.top || y > size.height) continue
    context.moveTo(gutter.left, y)
    context.lineTo(size.width, y)
  }
  context.stroke()
  if (self === undefined) return
  const top = toScreen({ x: 0, y: self * laneHeight }, view).y
  context.fillStyle = colour('--surface-2')
  context.globalAlpha = 0.6
  context.fillRect(0, top, size.width, laneHeight * view.scale)
  context.globalAlpha = 1
}

/** To the round before, and, dashed, to rounds before that. */
function drawLines(
  context: CanvasRenderingContext2D,
  seen: readonly { readonly vertex: GraphVertex; readonly at: Point }[],
  places: ReadonlyMap<string, Place>,
  { colour }: Pens,
): void {
  const far: [Point, Point][] = []
  context.strokeStyle = colour('--line-strong')
  context.lineWidth = 1
  context.globalAlpha = 0.38
  context.beginPath()
  for (const { vertex, at } of seen) {
    for (const parent of vertex.parents) {
      const to = places.get(parent)
      if (to === undefined) continue
      if (to.round < vertex.round - 1) far.push([at, to.at])
      else line(context, at, to.at)
    }
  }
  context.stroke()
  if (far.length > 0) {
    context.setLineDash([3, 4])
    context.beginPath()
    for (const [at, to] of far) line(context, at, to)
    context.stroke()
    context.setLineDash([])
  }
  context.globalAlpha = 1
}

function line(context: CanvasRenderingContext2D, from: Point, to: Point): void {
  context.moveTo(from.x, from.y)
  context.lineTo(to.x, to.y)
}

/** What the selected one, or the one under the pointer, names, and who names it. */
function drawMeantLines(
  context: CanvasRenderingContext2D,
  { graph, selected, hovered }: Scene,
  places: ReadonlyMap<string, Place>,
  { colour }: Pens,
): void {
  for (const hash of new Set([selected, hovered])) {
    const vertex = hash === null ? undefined : graph.vertices.get(hash)
    const at = places.get(vertex?.hash ?? '')?.at
    if (vertex === undefined || at === undefined) continue
    context.lineWidth = hash === selected ? 2 : 1.2
    const strokes = [
      ['--accent', vertex.parents],
      ['--pending', childrenOf(graph, vertex).map((child) => child.hash)],
    ] as const
    for (const [token, hashes] of strokes) {
      context.strokeStyle = colour(token)
      context.beginPath()
      for (const other of hashes) {
        const to = places.get(other)
        if (to !== undefined) line(context, at, to.at)
      }
      context.stroke()
    }
  }
}

function drawVertex(
  context: CanvasRenderingContext2D,
  vertex: GraphVertex,
  at: Point,
  scene: Scene,
  { radius, laneHeight }: Geometry,
  pens: Pens,
): void {
  const { view, selected, hovered } = scene
  const { colour } = pens
  const unit = (radius * view.scale) / 10
  // Small ones are drawn somewhat larger than they are, or nothing would be told apart.
  const size = Math.max(0.42, unit)
  context.save()
  context.translate(at.x, at.y)
  context.scale(size, size)
  const isMeant = vertex.hash === selected || vertex.hash === hovered
  if (isMeant) {
    context.fillStyle = colour('--accent-soft')
    context.strokeStyle = colour('--accent')
    context.lineWidth = 2 / size
    context.beginPath()
    context.arc(0, 0, 18, 0, 2 * Math.PI)
    context.fill()
    if (vertex.hash === selected) context.stroke()
  }
  drawLook(context, vertexLooks[vertex.state], Math.max(1.4, 1.6 / size), colour)
  if (vertex.isLeader) {
    context.strokeStyle = colour(vertex.isAnchor ? '--good' : '--ink-3')
    context.lineWidth = (vertex.isAnchor ? 2.4 : 1.2) / size
    context.stroke(pathOf(leaderRing))
  }
  if (vertex.isTwin) {
    context.translate(12, -11)
    context.fillStyle = colour('--bad')
    context.beginPath()
    context.arc(0, 0, 7, 0, 2 * Math.PI)
    context.fill()
    context.strokeStyle = colour('--bad-ink')
    context.lineWidth = 2
    context.stroke(pathOf(twinMark))
  }
  context.restore()
  // Of twins the one would be written over the other.
  if (vertex.transactions > 0 && !vertex.isTwin && laneHeight * view.scale >= laneOfNumbers) {
    context.font = `11px ${pens.font}`
    context.textAlign = 'center'
    context.textBaseline = 'top'
    const text = pens.number(vertex.transactions)
    // Lines end before it, or it could not be read.
    context.strokeStyle = colour('--surface-1')
    context.lineWidth = 4
    context.lineJoin = 'round'
    context.strokeText(text, at.x, at.y + 17 * size)
    context.fillStyle = colour('--ink-2')
    context.fillText(text, at.x, at.y + 17 * size)
  }
}

function drawLook(
  context: CanvasRenderingContext2D,
  { outline, mark, line: lineToken, fill }: VertexLook,
  width: number,
  colour: Pens['colour'],
): void {
  const path = pathOf(outline)
  context.fillStyle = colour(fill)
  context.fill(path)
  context.strokeStyle = colour(lineToken)
  context.lineWidth = width
  context.stroke(path)
  if (mark !== undefined) {
    context.fillStyle = colour(lineToken)
    context.fill(pathOf(mark))
  }
}

/** Numbers of the rounds, as many as have room, and how each leader's ended. */
function drawRounds(
  context: CanvasRenderingContext2D,
  { graph, view, size }: Scene,
  { from, to }: { readonly from: number; readonly to: number },
  { columnWidth }: Geometry,
  { colour, font, number }: Pens,
): void {
  context.fillStyle = colour('--surface-1')
  context.fillRect(0, 0, size.width, gutter.top)
  context.strokeStyle = colour('--line')
  context.lineWidth = 1
  context.beginPath()
  context.moveTo(0, gutter.top - 0.5)
  context.lineTo(size.width, gutter.top - 0.5)
  context.stroke()
  context.font = `11px ${font}`
  context.textAlign = 'center'
  context.textBaseline = 'middle'
  const widest = context.measureText(number(graph.highestRound)).width + 14
  const every = Math.max(1, Math.ceil(widest / (columnWidth * view.scale)))
  for (let round = Math.max(from, graph.lowestRound); round <= Math.min(to, graph.highestRound); round++) {
    const { x } = toScreen({ x: round * columnWidth, y: 0 }, view)
    if (x < gutter.left) continue
    const outcome = graph.outcomes.get(round)
    if (outcome === 'skipped') {
      context.fillStyle = colour('--warn')
      context.fillRect(x - 6, gutter.top - 4, 12, 3)
    }
    if (round % every !== 0) continue
    context.fillStyle = colour(outcome === 'skipped' ? '--warn' : '--ink-3')
    context.fillText(number(round), x, gutter.top / 2 - 1)
  }
}

/** Numbers of the validators: their names are in the table of them, and where one is pointed at. */
function drawNames(
  context: CanvasRenderingContext2D,
  { graph, view, size, self }: Scene,
  { laneHeight }: Geometry,
  { colour, font, number }: Pens,
): void {
  context.fillStyle = colour('--surface-1')
  context.fillRect(0, gutter.top, gutter.left - 6, size.height - gutter.top)
  context.textAlign = 'right'
  context.textBaseline = 'middle'
  const every = Math.max(1, Math.ceil(14 / (laneHeight * view.scale)))
  for (let author = 0; author < graph.validators; author++) {
    const { y } = toScreen({ x: 0, y: author * laneHeight + laneHeight / 2 }, view)
    if (y < gutter.top + 6 || y > size.height || author % every !== 0) continue
    context.font = `${author === self ? 650 : 400} 12px ${font}`
    context.fillStyle = colour(author === self ? '--ink-1' : '--ink-3')
    context.fillText(number(author + 1), gutter.left - 12, y)
  }
}
