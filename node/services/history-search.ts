/**
 * What a list of transactions is asked for, as a test of each: first by what its row in the history says, and only where
 * that does not decide by its operations, which have to be read from the vertex that carried it.
 */
import { bytesKey, toHex } from '../core/bytes.ts'
import type { AccountId, Operation } from '../ledger/index.ts'
import type { HistoryRow } from '../storage/index.ts'
import type { InFlightEntry } from './in-flight.ts'
import type { AccountView, LabelView, TransactionState } from './types.ts'

export type Direction = 'sent' | 'received' | 'faucet'

export interface HistoryFilter {
  readonly state?: TransactionState | undefined
  readonly direction?: Direction | undefined
  /** Of the time it came to this node: not before, and before. */
  readonly sinceMs?: number | undefined
  readonly untilMs?: number | undefined
  readonly search?: string | undefined
}

/** What people call things. Undefined where nothing is searched for: then no name is needed. */
export interface Names {
  readonly accounts: readonly Pick<AccountView, 'address' | 'label'>[]
  readonly labels: readonly LabelView[]
}

/** A transaction as the filter sees it. */
export interface Seen {
  readonly txId: Uint8Array
  readonly account: AccountId
  /** Whose history shows it: sender first. */
  readonly parties: readonly AccountId[]
  readonly state: TransactionState
  readonly arrivedAtMs: number
}

/** `ask`: the operations decide. */
export type Verdict = 'yes' | 'no' | 'ask'

export interface HistorySearch {
  /** By the row alone. */
  judge(seen: Seen): Verdict
  /** With the operations. */
  matches(seen: Seen, operations: readonly Operation[]): boolean
}

export interface HistorySearchOptions {
  readonly filter: HistoryFilter
  /** Whose side it is seen from. */
  readonly viewers: readonly AccountId[]
  readonly names: Names
  readonly format: (id: AccountId) => string
}

/** Letters as they are compared: case does not count, nor how an accented one is put together. */
function folded(text: string): string {
  return text.normalize('NFC').toLowerCase()
}

export function createHistorySearch({ filter, viewers, names, format }: HistorySearchOptions): HistorySearch {
  const { state, direction, sinceMs, untilMs } = filter
  const viewerKeys = new Set(viewers.map(bytesKey))
  const isViewer = (id: AccountId): boolean => viewerKeys.has(bytesKey(id))
  const wanted = filter.search === undefined ? null : folded(filter.search)
  const found = (text: string | null): boolean => wanted !== null && text !== null && folded(text).includes(wanted)

  const foundAddresses = new Set<string>()
  const foundTransactions = new Set<string>()
  for (const { address, label } of names.accounts) if (found(label)) foundAddresses.add(address)
  for (const { type, ref, label } of names.labels) {
    if (found(label)) (type === 'address' ? foundAddresses : foundTransactions).add(ref)
  }
  /** Addresses cost more to write than to compare, and an account comes up again and again. */
  const knownAccounts = new Map<string, boolean>()
  const isFoundAccount = (id: AccountId): boolean => {
    const key = bytesKey(id)
    let known = knownAccounts.get(key)
    if (known === undefined) {
      const address = format(id)
      known = foundAddresses.has(address) || found(address)
      knownAccounts.set(key, known)
    }
    return known
  }

  const byDirection = ({ account, parties }: Seen): Verdict => {
    if (direction === undefined) return 'yes'
    if (direction === 'received') return parties.slice(1).some(isViewer) ? 'yes' : 'no'
    return isViewer(account) ? 'ask' : 'no'
  }

  const bySearch = ({ txId, parties }: Seen): Verdict => {
    if (wanted === null) return 'yes'
    const id = toHex(txId)
    return id.includes(wanted) || foundTransactions.has(id) || parties.some(isFoundAccount) ? 'yes' : 'ask'
  }

  const judge = (seen: Seen): Verdict => {
    if (state !== undefined && seen.state !== state) return 'no'
    if (sinceMs !== undefined && seen.arrivedAtMs < sinceMs) return 'no'
    if (untilMs !== undefined && seen.arrivedAtMs >= untilMs) return 'no'
    const directed = byDirection(seen)
    if (directed === 'no') return 'no'
    return directed === 'ask' ? 'ask' : bySearch(seen)
  }

  const isFound = (operation: Operation): boolean =>
    operation.kind === 'transfer' && (found(operation.memo) || isFoundAccount(operation.to))

  return {
    judge,
    matches(seen, operations) {
      if (judge(seen) === 'no') return false
      const isFaucet = operations[0]?.kind === 'faucet'
      if (direction !== undefined && direction !== 'received' && isFaucet !== (direction === 'faucet')) return false
      return bySearch(seen) === 'yes' || operations.some(isFound)
    },
  }
}

export function seenRow(row: HistoryRow): Seen {
  const { txId, account, parties, outcome, admission, atMs } = row
  const state = outcome === 'rejected' ? 'Rejected' : 'Finalized'
  return { txId, account, parties, state, arrivedAtMs: admission?.admittedAtMs ?? atMs }
}

export function seenEntry(entry: InFlightEntry): Seen {
  const { transaction, parties, steps, admittedAtMs } = entry
  const { txId, account } = transaction
  return { txId, account, parties, state: steps.at(-1)?.state ?? 'Validating', arrivedAtMs: admittedAtMs }
}
