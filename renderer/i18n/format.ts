/** Times, numbers and sizes as a language writes them. Formatters of Intl are made once: making one costs 50 µs and more. */
import { useMemo } from 'react'
import { type AmountOptions, formatAmount } from './amount.ts'
import { useLocaleStore } from './locale-store.ts'

export interface Format {
  /** Of µrUv, bigint or decimal string; without the unit. */
  amount(microRuv: bigint | string, options?: AmountOptions): string
  /** Of RFC 3339 text: date and time to the second. */
  time(iso: string): string
  /** Time of day to the second. */
  clock(iso: string): string
  /** Day alone. */
  day(iso: string): string
  /** "3 minutes ago", as seen from now. */
  relative(iso: string, nowMs?: number): string
  number(n: number): string
  bytes(n: number): string
  /** "460 ms", "1.2 s", "9 min". */
  duration(ms: number): string
  percent(fraction: number): string
}

const second = 1_000
const minute = 60 * second
const hour = 60 * minute
const day = 24 * hour

const steps = [
  { unit: 'year', ms: 365 * day },
  { unit: 'month', ms: 30 * day },
  { unit: 'day', ms: day },
  { unit: 'hour', ms: hour },
  { unit: 'minute', ms: minute },
  { unit: 'second', ms: second },
] as const

const byteUnits = ['byte', 'kilobyte', 'megabyte', 'gigabyte', 'terabyte'] as const

const made = new Map<string, Format>()

export function formatFor(tag: string): Format {
  const known = made.get(tag)
  if (known !== undefined) return known
  const time = new Intl.DateTimeFormat(tag, { dateStyle: 'medium', timeStyle: 'medium' })
  const clock = new Intl.DateTimeFormat(tag, { timeStyle: 'medium' })
  const date = new Intl.DateTimeFormat(tag, { dateStyle: 'medium' })
  const relative = new Intl.RelativeTimeFormat(tag, { numeric: 'auto' })
  const number = new Intl.NumberFormat(tag)
  const percent = new Intl.NumberFormat(tag, { style: 'percent', maximumFractionDigits: 1 })
  const unit = (name: string, maximumFractionDigits: number): Intl.NumberFormat =>
    new Intl.NumberFormat(tag, { style: 'unit', unit: name, unitDisplay: 'short', maximumFractionDigits })
  const sizes = byteUnits.map((name, index) => unit(name, index === 0 ? 0 : 1))
  const [ms, s, min, h, d] = [
    unit('millisecond', 0),
    unit('second', 1),
    unit('minute', 0),
    unit('hour', 1),
    unit('day', 1),
  ]
  // "in 0 seconds" and its like: what has just happened.
  const now = relative.format(0, 'second')

  const format: Format = {
    amount: (value, options) => formatAmount(typeof value === 'bigint' ? value : BigInt(value), tag, options),
    time: (iso) => time.format(new Date(iso)),
    clock: (iso) => clock.format(new Date(iso)),
    day: (iso) => date.format(new Date(iso)),
    relative(iso, nowMs = Date.now()) {
      const difference = new Date(iso).getTime() - nowMs
      const step = steps.find((candidate) => Math.abs(difference) >= candidate.ms)
      return step === undefined ? now : relative.format(Math.trunc(difference / step.ms), step.unit)
    },
    number: (n) => number.format(n),
    bytes(n) {
      const index = n < 1_000 ? 0 : Math.min(byteUnits.length - 1, Math.floor(Math.log10(n) / 3))
      return (sizes[index] as Intl.NumberFormat).format(n / 1_000 ** index)
    },
    duration(value) {
      if (value < second) return ms.format(Math.round(value))
      if (value < minute) return s.format(value / second)
      if (value < hour) return min.format(Math.ceil(value / minute))
      return value < 2 * day ? h.format(value / hour) : d.format(value / day)
    },
    percent: (fraction) => percent.format(fraction),
  }
  made.set(tag, format)
  return format
}

export function useFormat(): Format {
  const tag = useLocaleStore((state) => state.tag)
  return useMemo(() => formatFor(tag), [tag])
}
