/** Which transactions were found to compete, and which of them the validators that were asked prefer. Advisory, and forgotten in time. */
import { conflictKey } from '../consensus/index.ts'
import type { AccountId } from '../ledger/index.ts'
import { serviceLimits as limits } from './limits.ts'

export interface Contests {
  /** @param preferred id of the one that is preferred; null before any answer */
  note(account: AccountId, nonce: number, preferred: Uint8Array | null): void
  /** Undefined where nothing competes, as far as is known. */
  of(account: AccountId, nonce: number): Uint8Array | null | undefined
}

export function createContests(): Contests {
  const preferences = new Map<string, Uint8Array | null>()
  return {
    note(account, nonce, preferred) {
      const key = conflictKey({ account, nonce })
      // What was told last goes last.
      preferences.delete(key)
      preferences.set(key, preferred)
      for (const oldest of preferences.keys()) {
        if (preferences.size <= limits.maxContests) break
        preferences.delete(oldest)
      }
    },
    of: (account, nonce) => preferences.get(conflictKey({ account, nonce })),
  }
}
