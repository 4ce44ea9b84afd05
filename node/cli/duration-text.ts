/** Spans of time as people type and read them on the command line: `7d`, `12h`, `90m`, `30s`. */
import { usageError } from './errors.ts'

const unitsMs = { d: 24 * 60 * 60 * 1_000, h: 60 * 60 * 1_000, m: 60 * 1_000, s: 1_000 } as const
type Unit = keyof typeof unitsMs

/** In ms. @throws CliError USAGE */
export function durationArgument(text: string): number {
  const match = /^([1-9]\d{0,8})([dhms])$/.exec(text)
  if (match === null) throw usageError(`A span of time is a number with d, h, m or s, such as 7d, not ${text}.`)
  return Number(match[1]) * unitsMs[match[2] as Unit]
}

/** In the largest unit that leaves nothing over. */
export function durationText(ms: number): string {
  const unit = (Object.keys(unitsMs) as Unit[]).find((one) => ms % unitsMs[one] === 0)
  return unit === undefined ? `${ms} ms` : `${ms / unitsMs[unit]}${unit}`
}
