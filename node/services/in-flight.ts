/**
 * Transactions this node is responsible for, between admission and their end: what each account has reserved, and the
 * states each has passed. Rebuilt after a restart from the admissions, the journal and the ledger.
 */

import { bytesKey } from '../core/bytes.ts'
import { reserveMicroRuv } from '../ledger/execution.ts'
import {
  type AccountId,
  type InFlight,
  nothingInFlight,
  outgoingMicroRuv,
  type SignedTransaction,
} from '../ledger/index.ts'
import type { StateStep } from './types.ts'

export interface InFlightEntry {
  readonly transaction: SignedTransaction
  /** What its signatures were found good under. */
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
  /** Stands back behind the one whose nonce it is meant to take: in no vertex before that one has ended. */
  held: boolean
  /** Its owner wants it to win: the one ahead of it is taken back where that is still possible. */
  readonly overtakes: boolean
}

export interface InFlightRegistry {
  readonly size: number
  get(txId: Uint8Array): InFlightEntry | undefined
  of(account: AccountId): InFlight
  /** Entries of an account that are not executed, by nonce; where two compete, the one that came first before the other. */
  entriesOf(account: AccountId): readonly InFlightEntry[]
  /** Those of one nonce, not executed: one as a rule, two where they compete. */
  at(account: AccountId, nonce: number): readonly InFlightEntry[]
  /** What is reserved for one nonce. */
  reserveAt(account: AccountId, nonce: number): bigint
  add(entry: InFlightEntry): void
  /** It stands back no more. */
  release(entry: InFlightEntry): void
  /** The ledger has counted it: its nonce and reserve are free. */
  markExecuted(entry: InFlightEntry): void
  remove(entry: InFlightEntry): void
  all(): IterableIterator<InFlightEntry>
}

interface AccountShare {
  readonly nonces: Set<number>
  readonly entries: Map<number, readonly InFlightEntry[]>
  reservedMicroRuv: bigint
  aloneMicroRuv: bigint
  keyChangeNonce: number | null
}

/** Of those that compete for a nonce one executes at most, and the one that stands back only where the other did not. */
function reserveOf(entries: readonly InFlightEntry[]): bigint {
  let [sum, largest] = [0n, 0n]
  for (const { transaction, held } of entries) {
    const reserve = reserveMicroRuv(transaction)
    if (!held) sum += reserve
    else if (reserve > largest) largest = reserve
  }
  return sum > largest ? sum : largest
}

/** Outgoing amounts that the account's key signed alone; of several with one nonce the largest, since one executes at most. */
function aloneOf(entries: readonly InFlightEntry[]): bigint {
  let largest = 0n
  for (const { transaction } of entries) {
    const outgoing = transaction.coSigned === true ? 0n : outgoingMicroRuv(transaction)
    if (outgoing > largest) largest = outgoing
  }
  return largest
}

/** Whether other keys than the present ones sign what comes after it. */
function changesKeys({ transaction: { operations } }: InFlightEntry): boolean {
  const [first] = operations
  return first?.kind === 'account.update' && first.change.kind === 'key'
}

function leastKeyChange({ entries }: AccountShare): number | null {
  let least: number | null = null
  for (const [nonce, at] of entries) {
    if (at.some(changesKeys) && (least === null || nonce < least)) least = nonce
  }
  return least
}

export function createInFlightRegistry(): InFlightRegistry {
  const byTxId = new Map<string, InFlightEntry>()
  const byAccount = new Map<string, AccountShare>()

  const at = (account: AccountId, nonce: number): readonly InFlightEntry[] =>
    byAccount.get(bytesKey(account))?.entries.get(nonce) ?? []

  /** Changes who stands at a nonce, and the reserve with it. */
  const change = (
    { transaction: { account, nonce } }: InFlightEntry,
    next: (at: readonly InFlightEntry[]) => readonly InFlightEntry[],
  ): void => {
    const key = bytesKey(account)
    const share = byAccount.get(key) ?? {
      nonces: new Set<number>(),
      entries: new Map<number, readonly InFlightEntry[]>(),
      reservedMicroRuv: 0n,
      aloneMicroRuv: 0n,
      keyChangeNonce: null,
    }
    const before = share.entries.get(nonce) ?? []
    const reservedBefore = reserveOf(before)
    const after = next(before)
    share.reservedMicroRuv += reserveOf(after) - reservedBefore
    share.aloneMicroRuv += aloneOf(after) - aloneOf(before)
    if (after.length > 0) {
      share.nonces.add(nonce)
      share.entries.set(nonce, after)
    } else {
      share.nonces.delete(nonce)
      share.entries.delete(nonce)
    }
    if ([...before, ...after].some(changesKeys)) share.keyChangeNonce = leastKeyChange(share)
    if (share.nonces.size > 0) byAccount.set(key, share)
    else byAccount.delete(key)
  }

  const end = (entry: InFlightEntry): void => {
    if (entry.executed) return
    entry.executed = true
    change(entry, (at) => at.filter((other) => other !== entry))
  }

  return {
    get size() {
      return byTxId.size
    },
    get: (txId) => byTxId.get(bytesKey(txId)),
    of: (account) => byAccount.get(bytesKey(account)) ?? nothingInFlight,
    entriesOf: (account) =>
      [...(byAccount.get(bytesKey(account))?.entries.entries() ?? [])]
        .sort(([a], [b]) => a - b)
        .flatMap(([, at]) => at),
    at,
    reserveAt: (account, nonce) => reserveOf(at(account, nonce)),
    add(entry) {
      byTxId.set(bytesKey(entry.transaction.txId), entry)
      change(entry, (at) => [...at, entry])
    },
    release(entry) {
      change(entry, (at) => {
        entry.held = false
        return at
      })
    },
    markExecuted: end,
    remove(entry) {
      end(entry)
      byTxId.delete(bytesKey(entry.transaction.txId))
    },
    all: () => byTxId.values(),
  }
}
