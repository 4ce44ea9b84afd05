/** The list of transactions, newest first, page by page: what is in flight, then what has ended. */
import { equalBytes } from '../core/bytes.ts'
import type { Clock } from '../core/clock.ts'
import type { AccountId, LedgerState } from '../ledger/index.ts'
import type { HistoryRow, StorageReader } from '../storage/index.ts'
import type { AccountServices } from './accounts.ts'
import type { Chain } from './chain.ts'
import {
  formatCursor,
  type HistoryPlace,
  isLater,
  type Moment,
  type Place,
  parseCursor,
  placeBelow,
} from './history-cursor.ts'
import {
  createHistorySearch,
  type HistoryFilter,
  type HistorySearch,
  type Names,
  seenEntry,
  seenRow,
} from './history-search.ts'
import type { InFlightEntry, InFlightRegistry } from './in-flight.ts'
import { serviceLimits } from './limits.ts'
import type { TransactionViews } from './transaction-views.ts'
import type { TransactionView } from './types.ts'

export interface HistoryListQuery extends HistoryFilter {
  readonly account?: string | undefined
  readonly cursor?: string | undefined
  readonly limit?: number | undefined
}

/** A query with what was found out for it, and the page as far as it is filled. */
interface Asked {
  readonly query: HistoryListQuery
  readonly account: AccountId | undefined
  readonly pageSize: number
  readonly search: HistorySearch
  readonly page: TransactionView[]
}

export interface HistoryPage {
  /** May be fewer than asked for, or none, with a cursor all the same: a call looks at so many transactions and no more. */
  readonly items: readonly TransactionView[]
  readonly cursor: string | null
}

export interface HistoryListDeps {
  readonly chain: Chain
  readonly state: LedgerState
  readonly registry: InFlightRegistry
  readonly views: TransactionViews
  readonly read: StorageReader
  readonly clock: Clock
  readonly accounts: Pick<AccountServices, 'resolve'>
  /** What the owner calls things; read once a page. */
  readonly names: { accounts(): Promise<Names['accounts']>; labels(): Promise<Names['labels']> }
}

/** @returns the page asked for. It throws NodeError CURSOR_INVALID, ADDRESS_INVALID, ADDRESS_WRONG_NETWORK */
export function createHistoryList(deps: HistoryListDeps): (query: HistoryListQuery) => Promise<HistoryPage> {
  const { chain, state, registry, views, read, clock, accounts, names } = deps

  /** A read sees every write that was asked for before it, so that what has ended by now is in the history for us. */
  const now = (): Moment => ({ commitIndex: state.commitIndex, atMs: clock.nowMs() })

  const inFlightOf = (account: AccountId | undefined, below: number): InFlightEntry[] => {
    const entries: InFlightEntry[] = []
    for (const entry of registry.all()) {
      if (entry.executed || entry.admissionSeq === 0 || entry.admissionSeq >= below) continue
      if (account === undefined || entry.parties.some((party) => equalBytes(party, account))) entries.push(entry)
    }
    return entries.sort((a, b) => b.admissionSeq - a.admissionSeq)
  }

  const searchFor = async (query: HistoryListQuery, account: AccountId | undefined): Promise<HistorySearch> => {
    const { direction, search } = query
    const asksSide = direction !== undefined && account === undefined
    const own = asksSide || search !== undefined ? await names.accounts() : []
    const labels = search === undefined ? [] : await names.labels()
    return createHistorySearch({
      filter: query,
      viewers: account === undefined ? own.map(({ address }) => chain.parse(address)) : [account],
      names: { accounts: own, labels },
      format: chain.format,
    })
  }

  /** Those of the rows that are wanted. Few vertices are read at a time: each may be 2 MB. */
  const wantedOf = async (rows: readonly HistoryRow[], search: HistorySearch): Promise<ReadonlySet<HistoryRow>> => {
    const wanted = new Set<HistoryRow>()
    const asked: HistoryRow[] = []
    for (const row of rows) {
      const verdict = search.judge(seenRow(row))
      if (verdict === 'yes') wanted.add(row)
      else if (verdict === 'ask') asked.push(row)
    }
    const { maxCachedVertices: step } = serviceLimits
    for (let start = 0; start < asked.length; start += step) {
      const some = asked.slice(start, start + step)
      const transactions = await Promise.all(some.map((row) => views.transactionOf(row)))
      for (const [index, row] of some.entries()) {
        if (search.matches(seenRow(row), transactions[index]?.operations ?? [])) wanted.add(row)
      }
    }
    return wanted
  }

  const readHistory = async (start: HistoryPlace, asked: Asked): Promise<HistoryPage> => {
    const { query, account, pageSize, search, page } = asked
    const step = hasFilter(query) ? serviceLimits.scannedRowsAtOnce : pageSize
    let place = start
    for (let scanned = 0; ; ) {
      const limit = hasFilter(query) ? step : pageSize - page.length
      const rows: HistoryRow[] = await read.history({ account, before: place.before, limit })
      const { since } = place
      const wanted = await wantedOf(since === null ? rows : rows.filter((row) => !isLater(row, since)), search)
      const taken: HistoryRow[] = []
      for (const row of rows) {
        if (page.length + taken.length === pageSize) break
        place = placeBelow(row, place.since)
        scanned += 1
        if (wanted.has(row)) taken.push(row)
      }
      page.push(...(await Promise.all(taken.map(views.ofFinal))))
      const isFull = page.length === pageSize
      const last = rows.at(-1)
      const isEnd = rows.length < limit || last === undefined || isTooOld(last, query.sinceMs)
      if (isEnd && !isFull) return { items: page, cursor: null }
      if (isFull || scanned >= serviceLimits.maxScannedRows) return { items: page, cursor: formatCursor(place) }
    }
  }

  return async (query) => {
    const { cursor, limit = serviceLimits.defaultPageSize } = query
    const account = query.account === undefined ? undefined : await accounts.resolve(query.account)
    const pageSize = Math.min(limit, serviceLimits.maxPageSize)
    const search = await searchFor(query, account)
    const page: TransactionView[] = []
    // Until the first row is read nothing waits, so that what is in flight is all of one moment.
    const place = cursor === undefined ? firstPlace(now()) : parseCursor(cursor)
    if (place.at === 'history') return readHistory(place, { query, account, pageSize, search, page })
    for (const entry of inFlightOf(account, place.shownFrom)) {
      if (!search.matches(seenEntry(entry), entry.transaction.operations)) continue
      page.push(views.ofEntry(entry))
      if (page.length < pageSize) continue
      return { items: page, cursor: formatCursor({ ...place, shownFrom: entry.admissionSeq }) }
    }
    const { began, shownFrom } = place
    const top: HistoryPlace = { at: 'history', before: undefined, since: { began, shownFrom, shownAll: now() } }
    return readHistory(top, { query, account, pageSize, search, page })
  }
}

function firstPlace(began: Moment): Place {
  return { at: 'in-flight', began, shownFrom: Number.MAX_SAFE_INTEGER }
}

/** Nothing below it can have come after that: it came before it ended, and a clock is set back by less than a day. */
function isTooOld({ commitIndex, atMs }: HistoryRow, sinceMs: number | undefined): boolean {
  return sinceMs !== undefined && commitIndex !== null && atMs < sinceMs - serviceLimits.clockSlackMs
}

function hasFilter({ state, direction, sinceMs, untilMs, search }: HistoryFilter): boolean {
  return [state, direction, sinceMs, untilMs, search].some((value) => value !== undefined)
}
