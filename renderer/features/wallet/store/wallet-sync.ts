/**
 * Keeps the wallet's state in step with the node: a snapshot, then events in batches, then whatever the events leave to be
 * asked, at most once a second. Every call may fail; what failed is asked again with the next event or snapshot, and what is
 * shown meanwhile is what the node said last.
 */
import type {
  Account,
  AccountNonces,
  LabelEntry,
  NodeEventMessage,
  Transaction,
  TransactionPage,
} from '../../../../node/api/contract/index.ts'
import { walletLimits as limits } from '../limits.ts'
import { filterKey, type HistoryFilter, type HistoryQuery, queryOf } from '../model/history-filter.ts'
import { hasEnded } from '../model/movement.ts'
import type { Failure } from '../model/send-flow.ts'
import { applyEvents, type Stale } from './apply-events.ts'
import { addressesOf, withContacts, withFirstPage, withList, withNextPage, withTransactions } from './ingest.ts'
import { type HistoryList, initialState, type WalletState } from './wallet-state.ts'

/** What of the node's contract the views' state comes from. */
export interface WalletApi {
  readonly node: { info(): Promise<{ chainId: string }> }
  readonly accounts: { list(): Promise<Account[]> }
  readonly labels: { list(input: object): Promise<{ items: LabelEntry[] }> }
  readonly transactions: {
    list(query: HistoryQuery & { cursor?: string; limit?: number }): Promise<TransactionPage>
    show(input: { txId: string }): Promise<Transaction>
    nonces(input: { account: string }): Promise<AccountNonces>
  }
}

export interface WalletSyncDeps {
  /** The client of now: another one after the node was started again. */
  readonly api: () => WalletApi
  readonly getState: () => WalletState
  readonly setState: (part: Partial<WalletState>) => void
  /** Runs once after the delay; the answer calls it off. */
  readonly after: (delayMs: number, run: () => void) => () => void
  readonly nowMs: () => number
  readonly failureOf: (error: unknown) => Failure
}

export interface WalletSync {
  snapshot(): Promise<void>
  event(event: NodeEventMessage): void
  /** Keeps a list of that history up to date until it is closed; its key in `lists`. */
  openList(filter: HistoryFilter): string
  closeList(key: string): void
  /** The next rows. Resolves when there are more, or none. */
  loadMore(key: string): Promise<void>
  /** Has these transactions whole, as the views come to need them; those that fail stay away. */
  ensure(txIds: readonly string[]): void
  /** Asks for one now. @throws what the call throws */
  show(txId: string): Promise<Transaction>
  /** Takes in a transaction that a call gave. */
  took(transaction: Transaction): void
  /** Ends timers; nothing is written afterwards. */
  close(): void
}

export function createWalletSync(deps: WalletSyncDeps): WalletSync {
  const { api, getState, setState, after, nowMs, failureOf } = deps
  let isClosed = false
  let batch: NodeEventMessage[] = []
  let cancelBatch: (() => void) | undefined
  let cancelRefresh: (() => void) | undefined
  let isRefreshing = false
  let stale = freshStale()
  /** Lists that a view looks at, each as often as it is looked at. */
  const open = new Map<string, number>()
  const wanted = new Set<string>()
  let shows = 0
  let hasContacts = false

  const set = (part: Partial<WalletState>): void => {
    if (!isClosed) setState(part)
  }

  /** Failures are left for the next time; those of the snapshot are told. */
  const quietly = async (work: Promise<unknown>): Promise<void> => {
    await work.catch(() => undefined)
  }

  const readFirstPage = async (key: string): Promise<void> => {
    const list = getState().lists.get(key)
    if (list === undefined) return
    if (list.isLoading) {
      // Older rows are on their way; the newest ones have their turn after them.
      stale = merged(stale, { ...freshStale(), newest: true })
      return
    }
    const page = await api().transactions.list({ ...queryOf(list.filter, nowMs()), limit: limits.pageRows })
    set(withFirstPage(getState(), key, page))
  }

  /** Other accounts have another history. */
  const setAccounts = (accounts: readonly Account[]): void => {
    const before = addressesOf(getState())
    const isSame = accounts.length === before.size && accounts.every(({ address }) => before.has(address))
    set({ accounts, ...(isSame ? {} : { lists: emptied(getState().lists) }) })
    if (!isSame) stale = merged(stale, { ...freshStale(), newest: true })
  }

  const readNonces = async (account: string): Promise<void> => {
    const answer = await api().transactions.nonces({ account })
    const nonces = new Map(getState().nonces)
    if (answer.taken.length === 0) nonces.delete(account)
    else nonces.set(account, answer)
    set({ nonces })
  }

  const readContacts = async (): Promise<void> => {
    let cursor: string | undefined
    for (let page = 0; page < limits.maxContactPages; page += 1) {
      const from = cursor === undefined ? {} : { cursor }
      const answer = await api().transactions.list({ direction: 'sent', limit: limits.pageRows, ...from })
      if (isClosed) return
      set(withContacts(getState(), answer.items))
      if (answer.cursor === null) break
      cursor = answer.cursor
    }
    hasContacts = true
  }

  const flush = (): void => {
    cancelBatch = undefined
    const events = batch
    batch = []
    if (isClosed) return
    if (events.length > limits.maxBatchedEvents) {
      void snapshot().catch(() => undefined)
      return
    }
    const applied = applyEvents(getState(), events)
    set(applied.part)
    stale = merged(stale, applied.stale)
    scheduleRefresh()
  }

  const scheduleRefresh = (): void => {
    if (isClosed || isRefreshing || cancelRefresh !== undefined || isFresh(stale)) return
    cancelRefresh = after(limits.refreshMs, () => void refresh())
  }

  const refresh = async (): Promise<void> => {
    cancelRefresh = undefined
    isRefreshing = true
    const asked = stale
    stale = freshStale()
    const work: Promise<unknown>[] = []
    if (asked.accounts) {
      const read = async () => setAccounts(await api().accounts.list())
      work.push(read())
    }
    if (asked.labels) {
      const read = async () => set({ labels: (await api().labels.list({})).items })
      work.push(read())
    }
    if (asked.newest) for (const key of open.keys()) work.push(readFirstPage(key))
    for (const account of asked.nonces) work.push(readNonces(account))
    // Those that are not looked at any more are asked for when they are.
    const kept = getState().transactions
    ensure([...asked.transactions].filter((txId) => kept.has(txId)).slice(-limits.pageRows), true)
    await Promise.all(work.map(quietly))
    isRefreshing = false
    scheduleRefresh()
  }

  const ensure = (txIds: readonly string[], again = false): void => {
    const { transactions } = getState()
    for (const txId of txIds) if (again || !transactions.has(txId)) wanted.add(txId)
    for (const txId of wanted) {
      if (shows >= limits.maxParallelShows) break
      wanted.delete(txId)
      shows += 1
      void quietly(show(txId)).then(() => {
        shows -= 1
        if (!isClosed) ensure([])
      })
    }
  }

  const show = async (txId: string): Promise<Transaction> => {
    const transaction = await api().transactions.show({ txId })
    set(withTransactions(getState(), [transaction]))
    return transaction
  }

  const snapshot = async (): Promise<void> => {
    // Events from before it say nothing that it does not.
    batch = []
    stale = freshStale()
    try {
      const [{ chainId }, accounts, { items: labels }] = await Promise.all([
        api().node.info(),
        api().accounts.list(),
        api().labels.list({}),
      ])
      if (getState().chainId !== undefined && getState().chainId !== chainId) {
        hasContacts = false
        set({ ...initialState, lists: emptied(getState().lists) })
      }
      set({ status: 'ready', failure: undefined, chainId, labels })
      setAccounts(accounts)
      const own = accounts.filter(({ kind }) => kind === 'vault')
      await Promise.all([
        ...[...open.keys()].map((key) => quietly(readFirstPage(key))),
        ...own.filter(hasPending).map(({ address }) => quietly(readNonces(address))),
      ])
      // Whatever moved while nothing was heard.
      const unended = [...getState().transactions.values()].filter((transaction) => !hasEnded(transaction))
      ensure(unended.map(({ txId }) => txId).slice(-limits.pageRows), true)
      if (!hasContacts) void quietly(readContacts())
    } catch (error) {
      if (getState().status !== 'ready') set({ status: 'failed', failure: failureOf(error) })
      throw error
    }
  }

  return {
    snapshot,
    event(event) {
      if (isClosed) return
      // One more than is applied tells the flush that some were let go.
      if (batch.length <= limits.maxBatchedEvents) batch.push(event)
      cancelBatch ??= after(limits.eventBatchMs, flush)
    },
    openList(filter) {
      const key = filterKey(filter)
      open.set(key, (open.get(key) ?? 0) + 1)
      if (!getState().lists.has(key)) {
        const list: HistoryList = {
          filter,
          txIds: [],
          cursor: undefined,
          isLoading: false,
          failure: undefined,
          isFull: false,
        }
        set(withList(getState(), key, list))
      }
      return key
    },
    closeList(key) {
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
    async loadMore(key) {
      const list = getState().lists.get(key)
      if (list === undefined || list.isLoading || list.cursor === null || list.isFull) return
      set(withList(getState(), key, { ...list, isLoading: true, failure: undefined }))
      let failure: Failure | undefined
      try {
        const before = list.txIds.length
        // The same instant for all pages, so that a range of days stays what it was.
        const query = queryOf(list.filter, nowMs())
        for (let pages = 0; pages < limits.maxPagesARequest; pages += 1) {
          const now = getState().lists.get(key)
          if (now === undefined || now.cursor === null) break
          const from = now.cursor === undefined ? {} : { cursor: now.cursor }
          const page = await api().transactions.list({ ...query, ...from, limit: limits.pageRows })
          // The list was started anew meanwhile: this page is not the next one.
          if (getState().lists.get(key)?.cursor !== now.cursor) continue
          set(withNextPage(getState(), key, page))
          if (isClosed || (getState().lists.get(key)?.txIds.length ?? 0) > before) break
        }
      } catch (error) {
        failure = failureOf(error)
      }
      const now = getState().lists.get(key)
      if (now !== undefined) set(withList(getState(), key, { ...now, isLoading: false, failure }))
    },
    ensure: (txIds) => ensure(txIds),
    show,
    took: (transaction) => {
      set(withTransactions(getState(), [transaction]))
      stale = merged(stale, { ...freshStale(), newest: true, nonces: new Set([transaction.account]) })
      scheduleRefresh()
    },
    close() {
      isClosed = true
      cancelBatch?.()
      cancelRefresh?.()
      wanted.clear()
    },
  }
}

function hasPending({ balance }: Account): boolean {
  return balance.pending !== '0'
}

function emptied(lists: WalletState['lists']): WalletState['lists'] {
  return new Map(
    [...lists].map(([key, list]) => [
      key,
      { ...list, txIds: [], cursor: undefined, failure: undefined, isFull: false },
    ]),
  )
}

function freshStale(): Stale {
  return { accounts: false, labels: false, newest: false, nonces: new Set(), transactions: new Set() }
}

function isFresh(stale: Stale): boolean {
  const { accounts, labels, newest, nonces, transactions } = stale
  return !accounts && !labels && !newest && nonces.size === 0 && transactions.size === 0
}

function merged(one: Stale, other: Stale): Stale {
  return {
    accounts: one.accounts || other.accounts,
    labels: one.labels || other.labels,
    newest: one.newest || other.newest,
    nonces: new Set([...one.nonces, ...other.nonces]),
    transactions: new Set([...one.transactions, ...other.transactions]),
  }
}
