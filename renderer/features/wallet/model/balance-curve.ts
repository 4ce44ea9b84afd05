/** The curve of a balance: from the node's points of change to a staircase that a chart can draw and a reader can walk. */
import type { BalanceHistory } from '../../../../node/api/contract/index.ts'

export const chartRanges = ['day', 'week', 'month', 'year', 'all'] as const
export type ChartRange = (typeof chartRanges)[number]

const dayMs = 86_400_000
const rangeMs: Readonly<Record<Exclude<ChartRange, 'all'>, number>> = {
  day: dayMs,
  week: 7 * dayMs,
  month: 30 * dayMs,
  year: 365 * dayMs,
}

/** Undefined for all there is. */
export function rangeStart(range: ChartRange, nowMs: number): string | undefined {
  return range === 'all' ? undefined : new Date(nowMs - rangeMs[range]).toISOString()
}

export interface CurvePoint {
  readonly atMs: number
  /** µrUv. */
  readonly balance: bigint
}

export interface Curve {
  /** In time; the last one is of now. */
  readonly points: readonly CurvePoint[]
  /** µrUv from the first to the last. */
  readonly change: bigint
  readonly lowest: bigint
  readonly highest: bigint
}

/**
 * @param present what the accounts hold now, so that the curve ends at the figure above it
 * @returns undefined where there is nothing to draw
 */
export function curveOf({ points }: Pick<BalanceHistory, 'points'>, present: bigint, nowMs: number): Curve | undefined {
  const known = points.map(({ at, balance }): CurvePoint => ({ atMs: Date.parse(at), balance: BigInt(balance) }))
  const first = known[0]
  if (first === undefined) return undefined
  const past = known.filter(({ atMs }) => atMs < nowMs)
  const all = [...past, { atMs: nowMs, balance: present }]
  let lowest = present
  let highest = present
  for (const { balance } of all) {
    if (balance < lowest) lowest = balance
    if (balance > highest) highest = balance
  }
  if (highest === 0n) return undefined
  return { points: all, change: present - first.balance, lowest, highest }
}

/** Seconds and rUv as the chart takes them. Only for drawing: a float holds an amount to a pixel, not to the last unit. */
export function drawable({ points }: Curve): readonly [number[], number[]] {
  return [points.map(({ atMs }) => atMs / 1_000), points.map(({ balance }) => Number(balance) / 1e6)]
}
