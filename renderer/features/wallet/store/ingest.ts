/** How answers of the node become state. Pure: each gives the part of the state that changes. */
import type { Transaction, TransactionPage } from '../../../../node/api/contract/index.ts'
import { walletLimits as limits } from '../limits.ts'
import { hasEnded, movementOf } from '../model/movement.ts'
import type { HistoryList, WalletState } from './wallet-state.ts'

type Part = Partial<WalletState>

/** Addresses of all accounts here, watched ones too. */
export function addressesOf({ accounts }: Pick<WalletState, 'accounts'>): ReadonlySet<string> {
  return new Set(accounts.map(({ address }) => address))
}

/** Transactions as the node tells them now. The oldest kept ones make room. */
export function withTransactions(state: WalletState, items: readonly Transaction[]): Part {
  if (items.length === 0) return {}
  const transactions = new Map(state.transactions)
  const unproven = new Map(state.unproven)
  const paid = new Set(state.paid)
  const payers = new Set(state.payers)
  const mine = addressesOf(state)
  for (const told of items) {
    const known = transactions.get(told.txId)
    // What has ended stays so: an answer that was on its way when the event came is the older one.
    const item = known !== undefined && hasEnded(known) && !hasEnded(told) ? known : told
    // Set anew, so that it counts as the most recent.
    transactions.delete(item.txId)
    transactions.set(item.txId, item)
    const commitIndex = item.checkpoint === undefined ? commitOf(item) : undefined
    if (commitIndex === undefined) unproven.delete(item.txId)
    else unproven.set(item.txId, commitIndex)
    remember(item, mine, paid, payers)
  }
  for (const txId of transactions.keys()) {
    if (transactions.size <= limits.maxKeptTransactions) break
    transactions.delete(txId)
    unproven.delete(txId)
  }
  return {
    transactions,
    unproven,
    ...(paid.size === state.paid.size ? {} : { paid }),
    ...(payers.size === state.payers.size ? {} : { payers }),
  }
}

/** The commit that a final transaction ended in; undefined for any other. */
function commitOf({ state, states }: Transaction): number | undefined {
  if (state !== 'Finalized') return undefined
  const match = /^commit:(\d{1,15})$/.exec(states.at(-1)?.record ?? '')
  return match === null ? undefined : Number(match[1])
}

/** Who was paid, from transactions that need not be kept. */
export function withContacts(state: WalletState, items: readonly Transaction[]): Part {
  const paid = new Set(state.paid)
  const payers = new Set(state.payers)
  const mine = addressesOf(state)
  for (const item of items) remember(item, mine, paid, payers)
  return paid.size === state.paid.size && payers.size === state.payers.size ? {} : { paid, payers }
}

function remember(item: Transaction, mine: ReadonlySet<string>, paid: Set<string>, payers: Set<string>): void {
  if (mine.has(item.account)) {
    for (const { to } of item.operations) {
      if (to !== undefined && !mine.has(to) && paid.size < limits.maxContacts) paid.add(to)
    }
  } else if (item.operations.some(({ to }) => to !== undefined && mine.has(to)) && payers.size < limits.maxContacts) {
    payers.add(item.account)
  }
}

/** Whether a row of the list: what the node lists without an account includes payments of strangers that it handed on. */
function isRow(item: Transaction, state: WalletState): boolean {
  return movementOf(item, addressesOf(state)) !== undefined
}

/** A page at the end of a list. */
export function withNextPage(state: WalletState, key: string, page: TransactionPage): Part {
  const list = state.lists.get(key)
  if (list === undefined) return {}
  const known = new Set(list.txIds)
  const added = page.items.filter((item) => !known.has(item.txId) && isRow(item, state)).map(({ txId }) => txId)
  const txIds = [...list.txIds, ...added].slice(0, limits.maxListedRows)
  const isFull = txIds.length >= limits.maxListedRows && page.cursor !== null
  return {
    ...withTransactions(state, page.items),
    ...withList(state, key, { ...list, txIds, cursor: page.cursor, isFull }),
  }
}

/**
 * The newest page again: what is new comes first. Where the page has nothing in common with the list, rows between them are
 * missing, and the list starts anew from the page.
 */
export function withFirstPage(state: WalletState, key: string, page: TransactionPage): Part {
  const list = state.lists.get(key)
  if (list === undefined) return {}
  const rows = page.items.filter((item) => isRow(item, state)).map(({ txId }) => txId)
  const onPage = new Set(rows)
  const isContinued = list.txIds.some((txId) => onPage.has(txId)) && list.cursor !== undefined
  const next: HistoryList = isContinued
    ? { ...list, txIds: [...rows, ...list.txIds.filter((txId) => !onPage.has(txId))].slice(0, limits.maxListedRows) }
    : { ...list, txIds: rows, cursor: page.cursor, isFull: false }
  return { ...withTransactions(state, page.items), ...withList(state, key, next) }
}

export function withList(state: WalletState, key: string, list: HistoryList): Part {
  const lists = new Map(state.lists)
  lists.set(key, list)
  return { lists }
}
