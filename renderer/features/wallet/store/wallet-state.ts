/** What the wallet views show: what the node said last, and nothing that it did not say. */
import type { Account, AccountNonces, LabelEntry, Transaction } from '../../../../node/api/contract/index.ts'
import type { HistoryFilter } from '../model/history-filter.ts'
import type { Failure } from '../model/send-flow.ts'

export interface HistoryList {
  readonly filter: HistoryFilter
  /** Newest first, each once. */
  readonly txIds: readonly string[]
  /** For the rows after these; null at the end, undefined before the first page came. */
  readonly cursor: string | null | undefined
  readonly isLoading: boolean
  readonly failure: Failure | undefined
  /** As many rows as are kept; older ones are there and not listed. */
  readonly isFull: boolean
}

export interface WalletState {
  /** `loading` until the first snapshot; `failed` where there is none to show. */
  readonly status: 'loading' | 'ready' | 'failed'
  readonly failure: Failure | undefined
  readonly chainId: string | undefined
  readonly accounts: readonly Account[]
  readonly labels: readonly LabelEntry[]
  /** Nonces of the vault's accounts, by address: for those that have something on its way. */
  readonly nonces: ReadonlyMap<string, AccountNonces>
  /** Whole transactions by id, bounded; the least recently looked at go first. */
  readonly transactions: ReadonlyMap<string, Transaction>
  /** Commit of a final transaction that no checkpoint covers yet, by its id. */
  readonly unproven: ReadonlyMap<string, number>
  /** By `filterKey`. */
  readonly lists: ReadonlyMap<string, HistoryList>
  /** Addresses that own accounts have paid, and those that have paid them. */
  readonly paid: ReadonlySet<string>
  readonly payers: ReadonlySet<string>
}

export const initialState: WalletState = {
  status: 'loading',
  failure: undefined,
  chainId: undefined,
  accounts: [],
  labels: [],
  nonces: new Map(),
  transactions: new Map(),
  unproven: new Map(),
  lists: new Map(),
  paid: new Set(),
  payers: new Set(),
}
