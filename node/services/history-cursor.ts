/**
 * Where a page of the list of transactions ends. The list is what is in flight, by order of admission, and below it the
 * history. While somebody turns its pages, transactions move from the one to the other and new ones come: a cursor that
 * has not yet left all of that behind knows what was there when the list began.
 */
import { NodeError } from '../core/node-error.ts'
import type { HistoryCursor, HistoryRow } from '../storage/index.ts'

/** What had ended by some moment: by this commit, or rejected without one by this time. */
export interface Moment {
  readonly commitIndex: number
  readonly atMs: number
}

/** Among what is in flight: all of it that was admitted from this one on has been shown. */
export interface InFlightPlace {
  readonly at: 'in-flight'
  readonly began: Moment
  readonly shownFrom: number
}

/** In the history, below this row. */
export interface HistoryPlace {
  readonly at: 'history'
  /** Undefined at its top. */
  readonly before: HistoryCursor | undefined
  /** Until what has ended since the list began lies behind. */
  readonly since: HistorySince | null
}

export interface HistorySince {
  readonly began: Moment
  readonly shownFrom: number
  /** When the last of what was in flight had been shown. */
  readonly shownAll: Moment
}

export type Place = InFlightPlace | HistoryPlace

function endedAfter({ commitIndex, atMs }: HistoryRow, moment: Moment): boolean {
  return commitIndex === null ? atMs > moment.atMs : commitIndex > moment.commitIndex
}

/** Whether the row is not to be shown: it is newer than the list, or was shown while it was in flight. */
export function isLater(row: HistoryRow, { began, shownFrom, shownAll }: HistorySince): boolean {
  if (endedAfter(row, shownAll)) return true
  return endedAfter(row, began) && (row.admission === null || row.admission.seq >= shownFrom)
}

/** Below a row that had ended when the list began, only older ones follow. */
export function placeBelow(row: HistoryRow, since: HistorySince | null): HistoryPlace {
  const isPast = since === null || (row.commitIndex !== null && !endedAfter(row, since.began))
  return { at: 'history', before: row.cursor, since: isPast ? null : since }
}

/** Opaque to callers: base64url of the place in numbers. */
export function formatCursor(place: Place): string {
  const { at } = place
  const numbers =
    at === 'in-flight'
      ? [...momentNumbers(place.began), place.shownFrom]
      : [...rowNumbers(place), ...sinceNumbers(place)]
  return Buffer.from(JSON.stringify(numbers)).toString('base64url')
}

const momentNumbers = ({ commitIndex, atMs }: Moment): number[] => [commitIndex, atMs]
const rowNumbers = ({ before }: HistoryPlace): number[] =>
  before === undefined ? [] : [before.commitIndex, before.position]
const sinceNumbers = ({ since }: HistoryPlace): number[] =>
  since === null ? [] : [...momentNumbers(since.began), since.shownFrom, ...momentNumbers(since.shownAll)]

/** @throws NodeError CURSOR_INVALID */
export function parseCursor(text: string): Place {
  const numbers = numbersOf(text)
  const [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, g = 0] = numbers
  const before = { commitIndex: a, position: b }
  if (numbers.length === 2) return { at: 'history', before, since: null }
  if (numbers.length === 3) return { at: 'in-flight', began: { commitIndex: a, atMs: b }, shownFrom: c }
  if (numbers.length === 7) {
    const since = { began: { commitIndex: c, atMs: d }, shownFrom: e, shownAll: { commitIndex: f, atMs: g } }
    return { at: 'history', before, since }
  }
  throw new NodeError('CURSOR_INVALID', 'that cursor is not one of a page of this list', {
    hint: 'Start again without a cursor.',
  })
}

function numbersOf(text: string): number[] {
  try {
    const numbers: unknown = JSON.parse(Buffer.from(text, 'base64url').toString())
    const isOurs = Array.isArray(numbers) && numbers.every((value) => Number.isSafeInteger(value) && value >= 0)
    return isOurs ? (numbers as number[]) : []
  } catch {
    // Whatever it is, it is not ours.
    return []
  }
}
