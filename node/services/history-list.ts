/** The list of transactions, newest first, page by page: what is in flight, then what has ended. */
import { bytesKey, equalBytes } from '../core/bytes.ts'
import type { Clock } from '../core/clock.ts'
import type { AccountId, LedgerState } from '../ledger/index.ts'
import type { HistoryCursor, HistoryRow, StorageReader } from '../storage/index.ts'
import type { AccountServices } from './accounts.ts'
import type { Chain } from './chain.ts'
import {
  cursorInvalid,
  endedAfter,
  formatCursor,
  type HistoryPlace,
  type Moment,
  type Place,
  parseCursor,
  placeAtCommits,
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

/** What a call may still look at. */
interface Budget {
  rows: number
  vertexBytes: number
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
    return entries
  }

  /** What was in flight when the list began, has not been shown, and has ended since. */
  const endedSince = async (
    { began, shownFrom }: InFlightPlace,
    account: AccountId | undefined,
  ): Promise<HistoryRow[]> => {
    const ended: HistoryRow[] = []
    let before: HistoryCursor | undefined
    for (let scanned = 0; scanned < serviceLimits.maxScannedRows; ) {
      const rows: HistoryRow[] = await read.history({ account, before, limit: serviceLimits.scannedRowsAtOnce })
      for (const row of rows) {
        if (endedAfter(row, began)) {
          if (row.admission !== null && row.admission.seq < shownFrom) ended.push(row)
        } else if (row.commitIndex !== null) return ended
      }
      before = rows.at(-1)?.cursor
      if (rows.length < serviceLimits.scannedRowsAtOnce) return ended
      scanned += rows.length
    }
    throw cursorInvalid('too much has happened since that page to go on from it')
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

  /**
   * Those of the rows that are wanted, and how many of the rows were looked at before so much had been read that the rest
   * is left for another call. Few vertices are read at a time: each may be 2 MB.
   */
  const judge = async (
    rows: readonly HistoryRow[],
    search: HistorySearch,
    budget: Budget,
  ): Promise<{ wanted: ReadonlySet<HistoryRow>; judged: number }> => {
    const wanted = new Set<HistoryRow>()
    let judged = 0
    while (judged < rows.length && budget.vertexBytes > 0) {
      const asked: HistoryRow[] = []
      for (; judged < rows.length && asked.length < serviceLimits.maxCachedVertices; judged++) {
        const row = rows[judged] as HistoryRow
        const verdict = search.judge(seenRow(row))
        if (verdict === 'yes') wanted.add(row)
        else if (verdict === 'ask') asked.push(row)
      }
      const readBefore = views.vertexBytesRead
      const transactions = await Promise.all(asked.map((row) => views.transactionOf(row)))
      budget.vertexBytes -= views.vertexBytesRead - readBefore
      for (const [index, row] of asked.entries()) {
        if (search.matches(seenRow(row), transactions[index]?.operations ?? [])) wanted.add(row)
      }
    }
    return { wanted, judged }
  }

  /** Of what had not ended when the list began: what fits the page, and where it ends if there is more. */
  const readInFlight = async (place: InFlightPlace, asked: Asked): Promise<Place> => {
    const { account, pageSize, search, page } = asked
    const { shownFrom } = place
    const isFirst = shownFrom === everything
    const entries = inFlightOf(account, shownFrom)
    const rows = isFirst ? [] : await endedSince(place, account)
    const { wanted } = await judge(rows, search, { rows: rows.length, vertexBytes: Number.POSITIVE_INFINITY })
    // One that ended while the rows were read is among both.
    const shown = new Set(rows.map(({ txId }) => bytesKey(txId)))
    const items: { seq: number; view: () => TransactionView | Promise<TransactionView> }[] = []
    for (const row of wanted) items.push({ seq: row.admission?.seq ?? 0, view: () => views.ofFinal(row) })
    for (const entry of entries) {
      const { transaction, admissionSeq: seq } = entry
      if (shown.has(bytesKey(transaction.txId)) || !search.matches(seenEntry(entry), transaction.operations)) continue
      items.push({ seq, view: () => views.ofEntry(entry) })
    }
    const fitting = items.sort((a, b) => b.seq - a.seq).slice(0, pageSize)
    page.push(...(await Promise.all(fitting.map(({ view }) => view()))))
    const last = fitting.at(-1)
    if (last === undefined || fitting.length < pageSize) return { at: 'history', before: undefined, began: place.began }
    return { ...place, shownFrom: last.seq }
  }

  const readHistory = async (start: HistoryPlace, asked: Asked): Promise<HistoryPage> => {
    const { query, account, pageSize, search, page } = asked
    const budget: Budget = { rows: serviceLimits.maxScannedRows, vertexBytes: serviceLimits.maxScannedVertexBytes }
    let place = start
    for (;;) {
      const limit = hasFilter(query) ? serviceLimits.scannedRowsAtOnce : pageSize - page.length
      const rows: HistoryRow[] = await read.history({ account, before: place.before, limit })
      const { began } = place
      // Rejections are first, then commits: those that came since the list began stand above those that there were.
      const firstNew = rows.findIndex((row) => began !== null && row.commitIndex !== null && endedAfter(row, began))
      const old = firstNew === -1 ? rows : rows.slice(0, firstNew)
      const { wanted, judged } = await judge(old, search, budget)
      const taken: HistoryRow[] = []
      let looked = 0
      for (const row of old.slice(0, judged)) {
        if (page.length + taken.length === pageSize) break
        const isNew = began !== null && endedAfter(row, began)
        if (wanted.has(row) && !isNew) taken.push(row)
        place = placeBelow(row, place.began)
        looked += 1
      }
      page.push(...(await Promise.all(taken.map(views.ofFinal))))
      budget.rows -= looked
      const isThrough = looked === old.length
      if (isThrough && firstNew !== -1 && began !== null) place = placeAtCommits(began)
      const isEnd = isThrough && firstNew === -1 && (rows.length < limit || isTooOld(rows.at(-1), query.sinceMs))
      if (page.length < pageSize && isEnd) return { items: page, cursor: null }
      if (page.length === pageSize || budget.rows <= 0 || budget.vertexBytes <= 0) {
        return { items: page, cursor: formatCursor(place) }
      }
    }
  }

  return async (query) => {
    const { cursor, limit = serviceLimits.defaultPageSize } = query
    const account = query.account === undefined ? undefined : await accounts.resolve(query.account)
    const pageSize = Math.min(limit, serviceLimits.maxPageSize)
    const search = await searchFor(query, account)
    const asked = { query, account, pageSize, search, page: [] }
    // Until the first row is read nothing waits, so that what is in flight is all of one moment.
    let place = cursor === undefined ? firstPlace(now()) : parseCursor(cursor)
    if (place.at === 'in-flight') place = await readInFlight(place, asked)
    if (place.at === 'in-flight') return { items: asked.page, cursor: formatCursor(place) }
    return readHistory(place, asked)
  }
}

type InFlightPlace = Extract<Place, { at: 'in-flight' }>

/** Above every admission. */
const everything = Number.MAX_SAFE_INTEGER

function firstPlace(began: Moment): Place {
  return { at: 'in-flight', began, shownFrom: everything }
}

/** Nothing below it can have come after that: it came before it ended, and a clock is set back by less than a day. */
function isTooOld(row: HistoryRow | undefined, sinceMs: number | undefined): boolean {
  if (row === undefined || row.commitIndex === null || sinceMs === undefined) return false
  return row.atMs < sinceMs - serviceLimits.clockSlackMs
}

function hasFilter({ state, direction, sinceMs, untilMs, search }: HistoryFilter): boolean {
  return [state, direction, sinceMs, untilMs, search].some((value) => value !== undefined)
}
