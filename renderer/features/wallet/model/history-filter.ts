/** What of the history is shown: the choices of the filter bar, and the question to the node they make. */
import type { TransactionStateName } from '../../../../node/api/contract/index.ts'

export type DirectionFilter = 'sent' | 'received' | 'faucet'
export type RangeFilter =
  | { readonly kind: 'all' }
  /** From the midnight so many days ago until now; 0 is today. */
  | { readonly kind: 'days'; readonly days: number }
  /** Calendar days of the viewer's time zone, both included: `2026-11-22`; empty is open. */
  | { readonly kind: 'dates'; readonly from: string; readonly to: string }

export interface HistoryFilter {
  /** Address; undefined for all accounts. */
  readonly account?: string | undefined
  readonly direction?: DirectionFilter | undefined
  readonly state?: TransactionStateName | undefined
  readonly range: RangeFilter
  /** Trimmed before it is asked; empty asks for nothing. */
  readonly text: string
}

export const everything: HistoryFilter = { range: { kind: 'all' }, text: '' }

export interface HistoryQuery {
  account?: string
  direction?: DirectionFilter
  state?: TransactionStateName
  since?: string
  until?: string
  search?: string
}

export function isFiltered(filter: HistoryFilter): boolean {
  return filterKey({ ...filter, account: undefined }) !== filterKey(everything)
}

/** The same for filters that ask for the same. */
export function filterKey({ account, direction, state, range, text }: HistoryFilter): string {
  return JSON.stringify([account ?? '', direction ?? '', state ?? '', range, text.trim()])
}

export function queryOf({ account, direction, state, range, text }: HistoryFilter, nowMs: number): HistoryQuery {
  const { since, until } = boundsOf(range, nowMs)
  const search = text.trim()
  return {
    ...(account === undefined ? {} : { account }),
    ...(direction === undefined ? {} : { direction }),
    ...(state === undefined ? {} : { state }),
    ...(since === undefined ? {} : { since: since.toISOString() }),
    ...(until === undefined ? {} : { until: until.toISOString() }),
    ...(search === '' ? {} : { search }),
  }
}

function boundsOf(range: RangeFilter, nowMs: number): { since?: Date | undefined; until?: Date | undefined } {
  switch (range.kind) {
    case 'all':
      return {}
    case 'days': {
      const now = new Date(nowMs)
      return { since: new Date(now.getFullYear(), now.getMonth(), now.getDate() - range.days) }
    }
    case 'dates':
      return { since: midnight(range.from, 0), until: midnight(range.to, 1) }
  }
}

/** Start of the calendar day, or of one after it; undefined for what is no day. */
function midnight(day: string, daysLater: number): Date | undefined {
  const match = /^(\d{4})-(\d\d)-(\d\d)$/.exec(day)
  if (match === null) return undefined
  const [year, month, date] = [Number(match[1]), Number(match[2]), Number(match[3])]
  const start = new Date(year, month - 1, date)
  if (start.getMonth() !== month - 1 || start.getDate() !== date) return undefined
  return new Date(year, month - 1, date + daysLater)
}
