/** Accounts whose keys are elsewhere and whose balances the owner follows: in memory as storage has them. */
import { bytesKey } from '../core/bytes.ts'
import type { AccountId } from '../ledger/index.ts'
import type { IntentRow, StorageReader, StorageWriter, WatchedRow } from '../storage/index.ts'

export interface WatchedAccounts {
  /** In the order they were first watched. */
  all(): readonly WatchedRow[]
  get(account: AccountId): WatchedRow | undefined
  /** @throws NodeError IDEMPOTENCY_KEY_REUSED */
  put(row: WatchedRow, intent: IntentRow | null): Promise<void>
  /** Is not seen any more from the call on. */
  remove(account: AccountId): Promise<void>
}

export async function createWatchedAccounts(deps: {
  readonly read: Pick<StorageReader, 'watched'>
  readonly write: Pick<StorageWriter, 'putWatched' | 'removeWatched'>
}): Promise<WatchedAccounts> {
  const rows = new Map((await deps.read.watched()).map((row) => [bytesKey(row.account), row]))
  return {
    all: () => [...rows.values()],
    get: (account) => rows.get(bytesKey(account)),
    async put(row, intent) {
      await deps.write.putWatched(row, intent)
      rows.set(bytesKey(row.account), row)
    },
    async remove(account) {
      rows.delete(bytesKey(account))
      await deps.write.removeWatched(account)
    },
  }
}
