/** The graph as a picture, by pointer and keys. A chunk of its own: the rest of the view does not wait for it. */
import { type KeyboardEvent, type PointerEvent, type Ref, useEffect, useImperativeHandle, useRef } from 'react'
import { useFormat, useT } from '../../../i18n/index.ts'
import { type GraphScreen, openGraphScreen } from './graph-screen.ts'
import type { GraphState } from './graph-state.ts'
import type { Point } from './layout.ts'
import { graphLimits as limits } from './limits.ts'
import { type Direction, neighbourOf } from './selection.ts'

export interface GraphCanvasHandle {
  zoom(factor: number): void
  fit(): void
}

export interface GraphCanvasProps {
  readonly graph: GraphState
  readonly selected: string | null
  readonly self: number | undefined
  readonly isFollowing: boolean
  /** Changes with the colours. */
  readonly theme: string
  readonly onFollow: (isFollowing: boolean) => void
  readonly onSelect: (hash: string | null) => void
  /** Under the pointer. */
  readonly onHover: (hash: string | null) => void
  /** Wants it opened: the focus goes there. */
  readonly onOpen: () => void
  readonly onPause: () => void
  readonly ref?: Ref<GraphCanvasHandle>
}

const directions: Readonly<Record<string, Direction>> = {
  ArrowLeft: 'left',
  ArrowRight: 'right',
  ArrowUp: 'up',
  ArrowDown: 'down',
  Home: 'first',
  End: 'last',
}
/** One press of an arrow with Shift, CSS pixels. */
const panStep = 80
/** A press that moves less is no drag. */
const dragThreshold = 4

export default function GraphCanvas(props: GraphCanvasProps) {
  const { graph, selected, self, isFollowing, theme, onSelect, onHover, ref } = props
  const t = useT()
  const format = useFormat()
  const canvas = useRef<HTMLCanvasElement>(null)
  const host = useRef<HTMLDivElement>(null)
  const screen = useRef<GraphScreen>(null)
  const latest = useRef(props)
  const press = useRef<{ readonly start: Point; last: Point; isDrag: boolean }>(null)
  useEffect(() => {
    latest.current = props
  })

  useEffect(() => {
    if (canvas.current === null) return
    const opened = openGraphScreen(canvas.current, {
      number: format.number,
      wantsMotion: () => !matchMedia('(prefers-reduced-motion: reduce)').matches,
      onFollow: (next) => latest.current.onFollow(next),
    })
    screen.current = opened
    opened.show(latest.current)
    return () => {
      screen.current = null
      opened.close()
    }
  }, [format])
  useEffect(() => screen.current?.show({ graph, selected, self }), [graph, selected, self])
  useEffect(() => screen.current?.follow(isFollowing), [isFollowing])
  // biome-ignore lint/correctness/useExhaustiveDependencies: colours are the page's, which change with the theme
  useEffect(() => screen.current?.theme(), [theme])
  useImperativeHandle(ref, () => ({
    zoom: (factor) => screen.current?.zoom(factor),
    fit: () => screen.current?.fit(),
  }))
  useWheel(host, screen)

  const pointOf = ({ clientX, clientY }: { readonly clientX: number; readonly clientY: number }): Point => {
    const box = canvas.current?.getBoundingClientRect()
    return { x: clientX - (box?.left ?? 0), y: clientY - (box?.top ?? 0) }
  }
  const choose = (hash: string | null): void => {
    onSelect(hash)
    if (hash !== null) screen.current?.reveal(hash)
  }
  const down = (event: PointerEvent): void => {
    if (event.button !== 0) return
    event.currentTarget.setPointerCapture(event.pointerId)
    const point = pointOf(event)
    press.current = { start: point, last: point, isDrag: false }
  }
  const move = (event: PointerEvent): void => {
    const point = pointOf(event)
    const held = press.current
    if (held === null) {
      onHover(screen.current?.hover(point) ?? null)
      return
    }
    held.isDrag ||= Math.hypot(point.x - held.start.x, point.y - held.start.y) >= dragThreshold
    if (held.isDrag) screen.current?.pan(point.x - held.last.x, point.y - held.last.y)
    held.last = point
  }
  const up = (event: PointerEvent): void => {
    const held = press.current
    press.current = null
    if (held !== null && !held.isDrag) choose(screen.current?.at(pointOf(event)) ?? null)
  }
  const leave = (): void => {
    screen.current?.hover(null)
    onHover(null)
  }
  const keyDown = (event: KeyboardEvent): void => {
    if (event.ctrlKey || event.metaKey || event.altKey || !act(event)) return
    event.preventDefault()
    event.stopPropagation()
  }
  /** @returns whether the key means something here */
  const act = ({ key, shiftKey }: KeyboardEvent): boolean => {
    const direction = directions[key]
    if (direction !== undefined && shiftKey) {
      const step = { left: [1, 0], right: [-1, 0], up: [0, 1], down: [0, -1], first: [0, 0], last: [0, 0] }[direction]
      screen.current?.pan((step[0] ?? 0) * panStep, (step[1] ?? 0) * panStep)
      return true
    }
    if (direction !== undefined) {
      const from = selected === null ? undefined : graph.vertices.get(selected)
      choose(neighbourOf(graph, from, direction)?.hash ?? null)
      return true
    }
    switch (key) {
      case '+':
      case '=':
        screen.current?.zoom(limits.zoomStep)
        return true
      case '-':
        screen.current?.zoom(1 / limits.zoomStep)
        return true
      case '0':
        screen.current?.fit()
        return true
      case 'f':
        latest.current.onFollow(!isFollowing)
        return true
      case ' ':
        latest.current.onPause()
        return true
      case 'Enter':
        if (selected !== null) latest.current.onOpen()
        return selected !== null
      case 'Escape':
        if (selected !== null) onSelect(null)
        return selected !== null
      default:
        return false
    }
  }
  return (
    <div
      ref={host}
      className="graph-canvas"
      role="application"
      // biome-ignore lint/a11y/noNoninteractiveTabindex: an application is interactive: it takes the arrows
      tabIndex={0}
      aria-label={t('network.graph.canvas')}
      aria-describedby="graph-keys"
      style={{ height: limits.height }}
      onPointerDown={down}
      onPointerMove={move}
      onPointerUp={up}
      onPointerLeave={leave}
      onKeyDown={keyDown}
    >
      <canvas ref={canvas} aria-hidden />
    </div>
  )
}

/** With Ctrl (which is what a pinch says), or once it has the focus, the wheel zooms; else the page scrolls on. Sideways it pans. */
function useWheel(
  host: { readonly current: HTMLDivElement | null },
  screen: { readonly current: GraphScreen | null },
): void {
  useEffect(() => {
    const element = host.current
    if (element === null) return
    const wheel = (event: WheelEvent): void => {
      const isZoom = event.ctrlKey || element === document.activeElement
      const isSideways = event.shiftKey || Math.abs(event.deltaX) > Math.abs(event.deltaY)
      if (!isZoom && !isSideways) return
      event.preventDefault()
      const box = element.getBoundingClientRect()
      const at = { x: event.clientX - box.left, y: event.clientY - box.top }
      if (isSideways && !event.ctrlKey) screen.current?.pan(-(event.deltaX || event.deltaY), 0)
      else screen.current?.zoom(Math.exp(-event.deltaY / wheelPerE), at)
    }
    element.addEventListener('wheel', wheel, { passive: false })
    return () => element.removeEventListener('wheel', wheel)
  }, [host, screen])
}

/** Pixels of the wheel that magnify e-fold: a notch of 100 is a fifth. */
const wheelPerE = 500
