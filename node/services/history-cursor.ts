/**
 * Where a page of the list of transactions ends. The list is what had not ended when it began, by order of admission, and
 * below it the history as it stood then: transactions that end and new ones that come while somebody turns its pages
 * change neither.
 */
import { NodeError } from '../core/node-error.ts'
import type { HistoryCursor, HistoryRow } from '../storage/index.ts'

/** What had ended by some moment: by this commit, or rejected without one by this time. */
export interface Moment {
  readonly commitIndex: number
  readonly atMs: number
}

export type Place =
  /** Among what had not ended: all that was admitted from this one on has been shown. */
  | { readonly at: 'in-flight'; readonly began: Moment; readonly shownFrom: number }
  /** In the history, below this row; undefined at its top. `began` is null once only older rows follow. */
  | { readonly at: 'history'; readonly before: HistoryCursor | undefined; readonly began: Moment | null }

export type HistoryPlace = Extract<Place, { at: 'history' }>

export function endedAfter({ commitIndex, atMs }: HistoryRow, moment: Moment): boolean {
  return commitIndex === null ? atMs > moment.atMs : commitIndex > moment.commitIndex
}

/** Below the row. Rows without a commit stand above the others, whenever they came. */
export function placeBelow({ cursor, commitIndex }: HistoryRow, began: Moment | null): HistoryPlace {
  return { at: 'history', before: cursor, began: commitIndex === null ? began : null }
}

/** Above the rows of commits that there were. */
export function placeAtCommits({ commitIndex }: Moment): HistoryPlace {
  return { at: 'history', before: { commitIndex: commitIndex + 1, position: 0 }, began: null }
}

/** Opaque to callers: base64url of the place in numbers. */
export function formatCursor(place: Place): string {
  const { began } = place
  const row = place.at === 'history' && place.before !== undefined ? place.before : null
  const numbers = [
    ...(place.at === 'in-flight' ? [place.shownFrom] : []),
    ...(row === null ? [] : [row.commitIndex, row.position]),
    ...(began === null ? [] : [began.commitIndex, began.atMs]),
  ]
  return Buffer.from(JSON.stringify(numbers)).toString('base64url')
}

/** @throws NodeError CURSOR_INVALID */
export function parseCursor(text: string): Place {
  const numbers = numbersOf(text)
  const [a = 0, b = 0, c = 0, d = 0] = numbers
  const before = { commitIndex: a, position: b }
  if (numbers.length === 2) return { at: 'history', before, began: null }
  if (numbers.length === 3) return { at: 'in-flight', shownFrom: a, began: { commitIndex: b, atMs: c } }
  if (numbers.length === 4) return { at: 'history', before, began: { commitIndex: c, atMs: d } }
  throw cursorInvalid('that cursor is not one of a page of this list')
}

export function cursorInvalid(reason: string): NodeError {
  return new NodeError('CURSOR_INVALID', reason, { hint: 'Start again without a cursor.' })
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
