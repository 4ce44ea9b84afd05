/** The lists of the history that views look at: opened, read page by page, and read anew from the top. */
import type { TransactionPage } from '../../../../node/api/contract/index.ts'
import { walletLimits as limits } from '../limits.ts'
import { filterKey, type HistoryFilter, type HistoryQuery, queryOf } from '../model/history-filter.ts'
import type { Failure } from '../model/send-flow.ts'
import { withFirstPage, withList, withNextPage } from './ingest.ts'
import type { HistoryList, WalletState } from './wallet-state.ts'

export interface HistoryLists {
  open(filter: HistoryFilter): string
  close(key: string): void
  openKeys(): Iterable<string>
  /** The next rows. Resolves when there are more, or none. */
  loadMore(key: string): Promise<void>
  /** The newest rows. False where older ones are on their way, and these must wait. */
  readFirstPage(key: string): Promise<boolean>
}

export interface HistoryListDeps {
  readonly list: (query: HistoryQuery & { cursor?: string; limit: number }) => Promise<TransactionPage>
  readonly getState: () => WalletState
  readonly set: (part: Partial<WalletState>) => void
  readonly nowMs: () => number
  readonly failureOf: (error: unknown) => Failure
}

const unread = { txIds: [], cursor: undefined, isLoading: false, failure: undefined, isFull: false } as const

export function createHistoryLists({ list, getState, set, nowMs, failureOf }: HistoryListDeps): HistoryLists {
  /** Each as often as it is looked at. */
  const open = new Map<string, number>()
  const listOf = (key: string): HistoryList | undefined => getState().lists.get(key)

  /** Pages until one has rows: what a page holds may all be filtered out here. */
  const readOn = async (key: string, { filter, txIds }: HistoryList): Promise<void> => {
    // The same instant for all pages, so that a range of days stays what it was.
    const query = queryOf(filter, nowMs())
    for (let pages = 0; pages < limits.maxPagesARequest; pages += 1) {
      const now = listOf(key)
      if (now === undefined || now.cursor === null) return
      const from = now.cursor === undefined ? {} : { cursor: now.cursor }
      const page = await list({ ...query, ...from, limit: limits.pageRows })
      // The list was started anew meanwhile: this page is not the next one.
      if (listOf(key)?.cursor !== now.cursor) continue
      set(withNextPage(getState(), key, page))
      if ((listOf(key)?.txIds.length ?? 0) > txIds.length) return
    }
  }

  return {
    open(filter) {
      const key = filterKey(filter)
      open.set(key, (open.get(key) ?? 0) + 1)
      if (listOf(key) === undefined) set(withList(getState(), key, { ...unread, filter }))
      return key
    },
    close(key) {
      const left = (open.get(key) ?? 1) - 1
      if (left > 0) {
        open.set(key, left)
        return
      }
      open.delete(key)
      const lists = new Map(getState().lists)
      lists.delete(key)
      set({ lists })
    },
    openKeys: () => open.keys(),
    async loadMore(key) {
      const before = listOf(key)
      if (before === undefined || before.isLoading || before.cursor === null || before.isFull) return
      set(withList(getState(), key, { ...before, isLoading: true, failure: undefined }))
      const failure = await readOn(key, before).then(() => undefined, failureOf)
      const now = listOf(key)
      if (now !== undefined) set(withList(getState(), key, { ...now, isLoading: false, failure }))
    },
    async readFirstPage(key) {
      const now = listOf(key)
      if (now?.isLoading === true) return false
      if (now !== undefined) {
        const page = await list({ ...queryOf(now.filter, nowMs()), limit: limits.pageRows })
        set(withFirstPage(getState(), key, page))
      }
      return true
    },
  }
}

/** The same lists before their first page. One that is being read goes on being read. */
export function unreadLists(lists: WalletState['lists']): WalletState['lists'] {
  return new Map([...lists].map(([key, { filter, isLoading }]) => [key, { ...unread, filter, isLoading }]))
}
