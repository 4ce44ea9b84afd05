/** The canvas of the graph: draws when something has changed and not otherwise, glides along with the tip, and keeps to its bounds. */
import { drawGraph, type Pens } from './draw.ts'
import { emptyGraph, type GraphState } from './graph-state.ts'
import {
  fittingScale,
  geometryOf,
  kept,
  type Point,
  panned,
  placed,
  revealing,
  type Size,
  type View,
  viewOfTip,
  zoomedAt,
} from './layout.ts'
import { graphLimits as limits } from './limits.ts'
import { vertexAt } from './selection.ts'

export interface GraphScene {
  readonly graph: GraphState
  readonly selected: string | null
  readonly self: number | undefined
}

export interface GraphScreen {
  show(scene: GraphScene): void
  /** Stays with the tip from now on, or does not. */
  follow(isFollowing: boolean): void
  zoom(factor: number, at?: Point): void
  pan(dx: number, dy: number): void
  /** All lanes, at the tip. */
  fit(): void
  /** Moves as far as it takes to see it. */
  reveal(hash: string): void
  hover(point: Point | null): string | null
  at(point: Point): string | null
  /** Colours are taken from the page anew. */
  theme(): void
  close(): void
}

export interface GraphScreenDeps {
  readonly number: (value: number) => string
  readonly wantsMotion: () => boolean
  readonly onFollow: (isFollowing: boolean) => void
}

export function openGraphScreen(canvas: HTMLCanvasElement, deps: GraphScreenDeps): GraphScreen {
  const context = canvas.getContext('2d')
  if (context === null) throw new Error('this browser draws no canvas')
  let scene: GraphScene = { graph: emptyGraph, selected: null, self: undefined }
  let size: Size = { width: canvas.clientWidth, height: canvas.clientHeight }
  /** That it follows the tip with. */
  let scale = 1
  let view: View = { x: 0, y: 0, scale: 1 }
  let isFollowing = true
  let hovered: string | null = null
  let frame: number | undefined
  let glide: { readonly from: View; readonly startMs: number } | undefined
  let pens = pensOf(canvas, deps.number)

  const target = (): View => viewOfTip(scene.graph.highestRound, scale, size, geometryOf(scene.graph.validators))

  const draw = (nowMs: number): void => {
    frame = undefined
    if (isFollowing) {
      const to = target()
      const share = glide === undefined ? 1 : Math.min(1, (nowMs - glide.startMs) / limits.glideMs)
      view = glide === undefined || share >= 1 ? to : between(glide.from, to, share)
      if (share >= 1) glide = undefined
      else plan()
    }
    const ratio = devicePixelRatio
    context.setTransform(ratio, 0, 0, ratio, 0, 0)
    drawGraph(context, { ...scene, view, size, hovered }, pens)
  }

  function plan(): void {
    frame ??= requestAnimationFrame(draw)
  }

  const setFollowing = (next: boolean): void => {
    if (isFollowing === next) return
    isFollowing = next
    glide = undefined
    deps.onFollow(next)
  }

  /** By hand: it does not follow any more. */
  const move = (next: View): void => {
    setFollowing(false)
    view = kept(next, scene.graph, size, geometryOf(scene.graph.validators))
    plan()
  }

  const startGlide = (): void => {
    if (deps.wantsMotion() && !document.hidden) glide = { from: view, startMs: performance.now() }
  }

  const resize = (): void => {
    size = { width: canvas.clientWidth, height: canvas.clientHeight }
    canvas.width = Math.max(1, Math.round(size.width * devicePixelRatio))
    canvas.height = Math.max(1, Math.round(size.height * devicePixelRatio))
    // A canvas that is resized is empty: no frame may show that.
    if (frame !== undefined) cancelAnimationFrame(frame)
    draw(performance.now())
  }

  const observer = new ResizeObserver(resize)
  observer.observe(canvas)

  return {
    show(next) {
      const isAhead = next.graph.highestRound > scene.graph.highestRound && scene.graph.highestRound > 0
      const isAnew = next.graph.epoch !== scene.graph.epoch || next.graph.validators !== scene.graph.validators
      scene = next
      if (isAnew) scale = 1
      if (isFollowing && isAhead && !isAnew) startGlide()
      if (!isFollowing && next.graph.highestRound > 0)
        view = kept(view, next.graph, size, geometryOf(next.graph.validators))
      plan()
    },
    follow(next) {
      setFollowing(next)
      if (next) startGlide()
      plan()
    },
    zoom(factor, at) {
      if (isFollowing && at === undefined) {
        scale = zoomedAt(view, { x: 0, y: 0 }, factor).scale
        startGlide()
        plan()
        return
      }
      move(zoomedAt(view, at ?? { x: size.width / 2, y: size.height / 2 }, factor))
      scale = view.scale
    },
    pan: (dx, dy) => move(panned(view, dx, dy)),
    fit() {
      scale = fittingScale(geometryOf(scene.graph.validators), size)
      startGlide()
      setFollowing(true)
      plan()
    },
    reveal(hash) {
      const geometry = geometryOf(scene.graph.validators)
      const at = scene.graph.byRound.get(scene.graph.vertices.get(hash)?.round ?? 0) ?? []
      const place = placed(at, geometry).find(({ vertex }) => vertex.hash === hash)
      if (place === undefined) return
      // Where it is on its way to the tip, it is seen as soon as that is there.
      const now = isFollowing ? target() : view
      const next = revealing(now, place.at, size, geometry)
      if (next.x !== now.x || next.y !== now.y) move(next)
    },
    at: (point) => vertexAt(scene.graph, view, point)?.hash ?? null,
    hover(point) {
      const next = point === null ? null : (vertexAt(scene.graph, view, point)?.hash ?? null)
      if (next !== hovered) {
        hovered = next
        plan()
      }
      return next
    },
    theme() {
      pens = pensOf(canvas, deps.number)
      plan()
    },
    close() {
      observer.disconnect()
      if (frame !== undefined) cancelAnimationFrame(frame)
    },
  }
}

function between(from: View, to: View, share: number): View {
  const eased = 1 - (1 - share) ** 3
  const mix = (a: number, b: number): number => a + (b - a) * eased
  return { x: mix(from.x, to.x), y: mix(from.y, to.y), scale: mix(from.scale, to.scale) }
}

function pensOf(element: Element, number: Pens['number']): Pens {
  const style = getComputedStyle(element)
  const known = new Map<string, string>()
  return {
    number,
    font: style.getPropertyValue('--font').trim() || 'sans-serif',
    colour(token) {
      let value = known.get(token)
      if (value === undefined) {
        value = style.getPropertyValue(token).trim()
        known.set(token, value)
      }
      return value
    },
  }
}
