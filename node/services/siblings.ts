/**
 * Two transactions of an account with one nonce: at most one of them executes. The second, which its owner asked for in
 * place of the first, stands back until the first has ended: were both in the order, the one that comes later would pay its
 * fee for nothing. So it ends unpaid where the first took the nonce, and goes on where it did not.
 * Source: docs/protocol.md, "Admission".
 */
import type { Clock } from '../core/clock.ts'
import { type AccountId, accountOf, type LedgerState } from '../ledger/index.ts'
import type { FinalRow, StorageWriter } from '../storage/index.ts'
import type { NodeEventHub } from './events.ts'
import { admissionOf } from './executor.ts'
import type { InFlightEntry, InFlightRegistry } from './in-flight.ts'

export interface Siblings {
  /** Decides for those that stand back, once one with the nonce has ended, or one that stands back is on record. */
  settle(account: AccountId, nonce: number): void
}

export interface SiblingDeps {
  readonly state: LedgerState
  readonly registry: InFlightRegistry
  readonly write: StorageWriter
  readonly hub: NodeEventHub
  readonly clock: Clock
  /** Gives a transaction to the validator, to be put into a vertex. */
  readonly enqueue: (entry: InFlightEntry) => void
  readonly onFailure: (cause: unknown) => void
}

export function createSiblings({ state, registry, write, hub, clock, enqueue, onFailure }: SiblingDeps): Siblings {
  const lose = async (entry: InFlightEntry): Promise<void> => {
    registry.markExecuted(entry)
    const atMs = clock.nowMs()
    await write.reject([rejectionOf(entry, 'SIBLING_WON', atMs)])
    registry.remove(entry)
    const { txId, account, nonce } = entry.transaction
    const end = { outcome: 'rejected', code: 'SIBLING_WON', feeMicroRuv: 0n, commitIndex: null } as const
    hub.publish({ type: 'transaction', atMs, state: 'Rejected', txId, account, nonce, parties: [account], end })
  }

  return {
    settle(account, nonce) {
      const rivals = registry.at(account, nonce)
      for (const entry of rivals) {
        // One whose admission is not on record yet is settled when it is.
        if (!entry.held || entry.admissionSeq === 0) continue
        if (accountOf(state, account).nonce > nonce) void lose(entry).catch(onFailure)
        else if (rivals.every((rival) => rival === entry || rival.held)) {
          registry.release(entry)
          enqueue(entry)
        }
      }
    },
  }
}

/** The end of a transaction that was in no vertex: no commit decided it, and nobody pays for it. */
export function rejectionOf(entry: InFlightEntry, code: string, atMs: number): FinalRow {
  const { txId, account, nonce, bytes } = entry.transaction
  return {
    txId,
    account,
    nonce,
    outcome: 'rejected',
    code,
    feeMicroRuv: 0n,
    sizeBytes: bytes.length,
    vertexHash: null,
    indexInVertex: null,
    commitIndex: null,
    position: null,
    atMs,
    admission: admissionOf(entry),
    parties: [account],
  }
}
