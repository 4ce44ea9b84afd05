/** Draws a curve. A chunk of its own: the rest of the view does not wait for it. */
import { useEffect, useRef } from 'react'
import uPlot from 'uplot'
import 'uplot/dist/uPlot.min.css'

export interface ChartCanvasProps {
  /** Seconds and rUv. */
  readonly data: readonly [number[], number[]]
  /** Point that is read; null for none. */
  readonly index: number | null
  readonly onIndex: (index: number | null) => void
  readonly formatTick: (value: number) => string
  readonly locale: string
  /** Changes with the colours. */
  readonly theme: string
}

const height = 140

export default function ChartCanvas({ data, index, onIndex, formatTick, locale, theme }: ChartCanvasProps) {
  const frame = useRef<HTMLDivElement>(null)
  const plot = useRef<uPlot | null>(null)
  const latest = useRef({ onIndex, formatTick })
  useEffect(() => {
    latest.current = { onIndex, formatTick }
  })

  // biome-ignore lint/correctness/useExhaustiveDependencies: colours and language are read when it is made; data has an effect of its own
  useEffect(() => {
    const host = frame.current
    if (host === null) return
    const colour = (name: string): string => getComputedStyle(host).getPropertyValue(name).trim()
    const dates = new Intl.DateTimeFormat(locale, { day: 'numeric', month: 'short' })
    const clock = new Intl.DateTimeFormat(locale, { hour: '2-digit', minute: '2-digit' })
    const seconds = new Intl.DateTimeFormat(locale, { hour: '2-digit', minute: '2-digit', second: '2-digit' })
    const months = new Intl.DateTimeFormat(locale, { month: 'short', year: '2-digit' })
    const day = 86_400
    const { stepped } = uPlot.paths
    const axis = { stroke: colour('--ink-3'), font: `12px ${colour('--font')}`, ticks: { show: false } }
    const made = new uPlot(
      {
        width: host.clientWidth,
        height,
        legend: { show: false },
        padding: [20, 0, 0, 0],
        cursor: {
          y: false,
          drag: { x: false, y: false },
          points: { size: 8, stroke: colour('--surface-0'), fill: colour('--accent') },
        },
        series: [
          {},
          {
            stroke: colour('--accent'),
            fill: colour('--accent-soft'),
            width: 2,
            points: { show: false },
            // A balance stays what it is until it changes.
            ...(stepped === undefined ? {} : { paths: stepped({ align: 1 }) }),
          },
        ],
        scales: {
          x: { time: true },
          y: {
            range: (_, low, high) => [
              Math.max(0, low - (high - low || high || 1) * 0.15),
              high + (high - low || high || 1) * 0.1,
            ],
          },
        },
        axes: [
          {
            ...axis,
            grid: { show: false },
            size: 24,
            space: 90,
            values: (self, splits) => {
              const span = (self.scales.x?.max ?? 0) - (self.scales.x?.min ?? 0)
              const format = span > 300 * day ? months : span > 2 * day ? dates : span > 600 ? clock : seconds
              return splits.map((split) => format.format(split * 1_000))
            },
          },
          {
            ...axis,
            side: 1,
            size: 76,
            space: 36,
            grid: { stroke: colour('--line'), width: 1 },
            values: (_, splits) => splits.map((split) => latest.current.formatTick(split)),
          },
        ],
        hooks: { setCursor: [(self) => latest.current.onIndex(self.cursor.idx ?? null)] },
      },
      data as unknown as uPlot.AlignedData,
      host,
    )
    plot.current = made
    const observer = new ResizeObserver(() => made.setSize({ width: host.clientWidth, height }))
    observer.observe(host)
    return () => {
      observer.disconnect()
      made.destroy()
      plot.current = null
    }
  }, [theme, locale])

  useEffect(() => plot.current?.setData(data as unknown as uPlot.AlignedData), [data])

  useEffect(() => {
    const made = plot.current
    if (made === null || index === made.cursor.idx) return
    if (index === null) made.setCursor({ left: -10, top: -10 }, false)
    else made.setCursor({ left: made.valToPos(data[0][index] ?? 0, 'x'), top: 10 }, false)
  }, [index, data])

  return <div ref={frame} className="chart-canvas" aria-hidden />
}
