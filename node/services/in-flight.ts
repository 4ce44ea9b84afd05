/**
 * Transactions this node is responsible for, between admission and their end: what each account has reserved, and the
 * states each has passed. Rebuilt after a restart from the admissions, the journal and the ledger.
 */

import { bytesKey } from '../core/bytes.ts'
import { reserveMicroRuv } from '../ledger/execution.ts'
import { type AccountId, type InFlight, nothingInFlight, type SignedTransaction } from '../ledger/index.ts'
import type { StateStep } from './types.ts'

export interface InFlightEntry {
  readonly transaction: SignedTransaction
  /** The public key its signature was found good under. */
  readonly verifiedUnder: Uint8Array
  readonly createdAtMs: number | null
  readonly signedAtMs: number | null
  readonly broadcastAtMs: number | null
  readonly admittedAtMs: number
  /** Names the record of admission; set once that is durable. */
  admissionSeq: number
  /** Resolves when the admission is durable; rejects where it could not be recorded. */
  durable: Promise<void>
  /** Sender first, then recipients, each once. */
  readonly parties: readonly AccountId[]
  /** From Voting on. */
  readonly steps: StateStep[]
  /** Executed in memory, its end not yet durable: no longer counted, still shown as Confirmed. */
  executed: boolean
}

export interface InFlightRegistry {
  readonly size: number
  get(txId: Uint8Array): InFlightEntry | undefined
  of(account: AccountId): InFlight
  /** Entries of an account that are not executed, by nonce. */
  entriesOf(account: AccountId): readonly InFlightEntry[]
  add(entry: InFlightEntry): void
  /** The ledger has counted it: its nonce and reserve are free. */
  markExecuted(entry: InFlightEntry): void
  remove(entry: InFlightEntry): void
  all(): IterableIterator<InFlightEntry>
}

interface AccountShare {
  readonly nonces: Set<number>
  readonly entries: Map<number, InFlightEntry>
  reservedMicroRuv: bigint
}

export function createInFlightRegistry(): InFlightRegistry {
  const byTxId = new Map<string, InFlightEntry>()
  const byAccount = new Map<string, AccountShare>()

  const release = (entry: InFlightEntry): void => {
    if (entry.executed) return
    entry.executed = true
    const key = bytesKey(entry.transaction.account)
    const share = byAccount.get(key)
    if (share === undefined) return
    share.nonces.delete(entry.transaction.nonce)
    share.entries.delete(entry.transaction.nonce)
    share.reservedMicroRuv -= reserveMicroRuv(entry.transaction)
    if (share.nonces.size === 0) byAccount.delete(key)
  }

  return {
    get size() {
      return byTxId.size
    },
    get: (txId) => byTxId.get(bytesKey(txId)),
    of: (account) => byAccount.get(bytesKey(account)) ?? nothingInFlight,
    entriesOf: (account) =>
      [...(byAccount.get(bytesKey(account))?.entries.values() ?? [])].sort(
        (a, b) => a.transaction.nonce - b.transaction.nonce,
      ),
    add(entry) {
      byTxId.set(bytesKey(entry.transaction.txId), entry)
      const key = bytesKey(entry.transaction.account)
      let share = byAccount.get(key)
      if (share === undefined) {
        share = { nonces: new Set(), entries: new Map(), reservedMicroRuv: 0n }
        byAccount.set(key, share)
      }
      share.nonces.add(entry.transaction.nonce)
      share.entries.set(entry.transaction.nonce, entry)
      share.reservedMicroRuv += reserveMicroRuv(entry.transaction)
    },
    markExecuted: release,
    remove(entry) {
      release(entry)
      byTxId.delete(bytesKey(entry.transaction.txId))
    },
    all: () => byTxId.values(),
  }
}
