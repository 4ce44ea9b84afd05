/** What views derive from the state. Each keeps its last answer: rows ask thousands of times for what changes seldom. */
import {
  type Account,
  type AddressNetwork,
  addressFacts,
  type LabelEntry,
} from '../../../../node/api/contract/index.ts'
import { type LookAlikes, lookAlikesAmong } from '../model/look-alike.ts'
import { type Names, namesOf } from '../model/names.ts'
import type { WalletState } from './wallet-state.ts'

/** Balances change many times a second, names do not. */
function keptByNames<T>(
  make: (state: WalletState) => T,
  alsoBy: (state: WalletState) => unknown,
): (state: WalletState) => T {
  let accounts: readonly Account[] | undefined
  let labels: readonly LabelEntry[] | undefined
  let also: unknown
  let kept: { readonly value: T; readonly key: string } | undefined
  return (state) => {
    if (kept !== undefined && state.accounts === accounts && state.labels === labels && alsoBy(state) === also) {
      return kept.value
    }
    const key = state.accounts.map(({ address, kind, label }) => `${address} ${kind} ${label}`).join('\n')
    const isSame = kept?.key === key && state.labels === labels && alsoBy(state) === also
    accounts = state.accounts
    labels = state.labels
    also = alsoBy(state)
    if (kept === undefined || !isSame) kept = { value: make(state), key }
    return kept.value
  }
}

const nothingElse = (): undefined => undefined

export const selectNames: (state: WalletState) => Names = keptByNames(
  ({ accounts, labels }) => namesOf(accounts, labels),
  nothingElse,
)

/** Addresses of all accounts here, watched ones too. */
export const selectMine: (state: WalletState) => ReadonlySet<string> = keptByNames(
  ({ accounts }) => new Set(accounts.map(({ address }) => address)),
  nothingElse,
)

/** Among own accounts, the address book, and whoever was paid. */
export const selectLookAlikes: (state: WalletState) => LookAlikes = keptByNames(
  (state) => lookAlikesAmong([...selectNames(state).all.map(({ address }) => address), ...state.paid]),
  ({ paid }) => paid,
)

let notesOf: { readonly labels: readonly LabelEntry[]; readonly notes: ReadonlyMap<string, string> } | undefined

/** Notes on transactions by id. */
export function selectNotes({ labels }: Pick<WalletState, 'labels'>): ReadonlyMap<string, string> {
  if (notesOf?.labels !== labels) {
    const notes = new Map(labels.flatMap(({ type, ref, label }) => (type === 'tx' ? [[ref, label] as const] : [])))
    notesOf = { labels, notes }
  }
  return notesOf.notes
}

export interface Totals {
  readonly available: bigint
  readonly escrowed: bigint
  readonly pending: bigint
  readonly staked: bigint
  readonly total: bigint
  /** Of the total, what is only watched: it cannot be spent here. */
  readonly watched: bigint
}

/** @param account address; undefined adds up all of them */
export function totalsOf(accounts: readonly Account[], account?: string): Totals {
  const sums = { available: 0n, escrowed: 0n, pending: 0n, staked: 0n, total: 0n, watched: 0n }
  for (const { address, kind, balance } of accounts) {
    if (account !== undefined && address !== account) continue
    for (const part of ['available', 'escrowed', 'pending', 'staked'] as const) {
      const value = BigInt(balance[part])
      sums[part] += value
      sums.total += value
      if (kind === 'watched') sums.watched += value
    }
  }
  return sums
}

/** Kind of the network, from own addresses or else from what the node calls its network. */
export function networkOf(accounts: readonly Account[], network: string | undefined): AddressNetwork | undefined {
  const first = accounts[0]
  const facts = first === undefined ? undefined : addressFacts(first.address)
  if (facts?.ok === true) return facts.value.network
  return (['main', 'test', 'dev'] as const).find((name) => name === network)
}

/** Accounts that can pay. */
export function payingAccounts(accounts: readonly Account[]): readonly Account[] {
  return accounts.filter(({ kind }) => kind === 'vault')
}
