/** What has to be asked of the node again: events tell that something changed, and not all of what it is now. */

export interface Stale {
  /** Accounts were made, renamed, watched or not, or another vault was opened. */
  readonly accounts: boolean
  readonly labels: boolean
  /** Transactions came that are not known here. */
  readonly newest: boolean
  /** Own accounts whose transactions moved. */
  readonly nonces: ReadonlySet<string>
  /** Kept transactions that changed: their records are not in the events. */
  readonly transactions: ReadonlySet<string>
}

export const nothingStale: Stale = {
  accounts: false,
  labels: false,
  newest: false,
  nonces: new Set(),
  transactions: new Set(),
}

export function isNothing({ accounts, labels, newest, nonces, transactions }: Stale): boolean {
  return !accounts && !labels && !newest && nonces.size === 0 && transactions.size === 0
}

export function merged(one: Stale, other: Partial<Stale>): Stale {
  return {
    accounts: one.accounts || other.accounts === true,
    labels: one.labels || other.labels === true,
    newest: one.newest || other.newest === true,
    nonces: new Set([...one.nonces, ...(other.nonces ?? [])]),
    transactions: new Set([...one.transactions, ...(other.transactions ?? [])]),
  }
}
