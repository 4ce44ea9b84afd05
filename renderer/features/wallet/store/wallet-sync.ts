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
import type { HistoryFilter, HistoryQuery } from '../model/history-filter.ts'
import { hasEnded } from '../model/movement.ts'
import type { Failure } from '../model/send-flow.ts'
import { applyEvents } from './apply-events.ts'
import { createHistoryLists, unreadLists } from './history-lists.ts'
import { addressesOf, withContacts, withTransactions } from './ingest.ts'
import { createShowQueue } from './show-queue.ts'
import { isNothing, merged, nothingStale } from './stale.ts'
import { initialState, type WalletState } from './wallet-state.ts'

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
  let stale = nothingStale
  let hasContacts = false

  const set = (part: Partial<WalletState>): void => {
    if (!isClosed) setState(part)
  }

  const show = async (txId: string): Promise<Transaction> => {
    const transaction = await api().transactions.show({ txId })
    set(withTransactions(getState(), [transaction]))
    return transaction
  }

  const shows = createShowQueue(show, limits.maxParallelShows)
  const lists = createHistoryLists({ list: (query) => api().transactions.list(query), getState, set, nowMs, failureOf })

  const readNewest = async (key: string): Promise<void> => {
    if (!(await lists.readFirstPage(key))) stale = merged(stale, { newest: true })
  }

  const setAccounts = (accounts: readonly Account[]): void => {
    const before = addressesOf(getState())
    const isSame = accounts.length === before.size && accounts.every(({ address }) => before.has(address))
    // Other accounts have another history.
    set({ accounts, ...(isSame ? {} : { lists: unreadLists(getState().lists) }) })
    if (!isSame) stale = merged(stale, { newest: true })
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
    if (isClosed || isRefreshing || cancelRefresh !== undefined || isNothing(stale)) return
    cancelRefresh = after(limits.refreshMs, () => void refresh())
  }

  const refresh = async (): Promise<void> => {
    cancelRefresh = undefined
    isRefreshing = true
    const asked = stale
    stale = nothingStale
    const work: Promise<unknown>[] = []
    if (asked.accounts) work.push(api().accounts.list().then(setAccounts))
    if (asked.labels)
      work.push(
        api()
          .labels.list({})
          .then(({ items }) => set({ labels: items })),
      )
    if (asked.newest) for (const key of lists.openKeys()) work.push(readNewest(key))
    for (const account of asked.nonces) work.push(readNonces(account))
    // Those that are not kept any more are asked for when they are looked at.
    const { transactions } = getState()
    shows.want([...asked.transactions].filter((txId) => transactions.has(txId)).slice(-limits.pageRows))
    // What fails is asked for with the next event or snapshot.
    await Promise.allSettled(work)
    isRefreshing = false
    scheduleRefresh()
  }

  const snapshot = async (): Promise<void> => {
    // Events from before it say nothing that it does not.
    batch = []
    stale = nothingStale
    try {
      const [{ chainId }, accounts, { items: labels }] = await Promise.all([
        api().node.info(),
        api().accounts.list(),
        api().labels.list({}),
      ])
      if (getState().chainId !== undefined && getState().chainId !== chainId) {
        hasContacts = false
        set({ ...initialState, lists: unreadLists(getState().lists) })
      }
      const pending = accounts.filter(({ kind, balance }) => kind === 'vault' && balance.pending !== '0')
      const waiting = new Set(pending.map(({ address }) => address))
      const nonces = new Map([...getState().nonces].filter(([address]) => waiting.has(address)))
      set({ status: 'ready', failure: undefined, chainId, labels, nonces })
      setAccounts(accounts)
      await Promise.allSettled([...[...lists.openKeys()].map(readNewest), ...[...waiting].map(readNonces)])
      // Whatever moved while nothing was heard.
      const unended = [...getState().transactions.values()].filter((transaction) => !hasEnded(transaction))
      shows.want(unended.map(({ txId }) => txId).slice(-limits.pageRows))
      if (!hasContacts) void readContacts().catch(() => undefined)
      scheduleRefresh()
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
    openList: lists.open,
    closeList: lists.close,
    loadMore: lists.loadMore,
    ensure(txIds) {
      const { transactions } = getState()
      shows.want(txIds.filter((txId) => !transactions.has(txId)))
    },
    show,
    took(transaction) {
      set(withTransactions(getState(), [transaction]))
      stale = merged(stale, { newest: true, nonces: new Set([transaction.account]) })
      scheduleRefresh()
    },
    close() {
      isClosed = true
      cancelBatch?.()
      cancelRefresh?.()
      shows.clear()
    },
  }
}
