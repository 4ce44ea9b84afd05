/**
 * Two transactions of an account with one nonce: at most one of them executes. The second, which was asked for in place of
 * the first, stands back until the first has ended: were both in the order, the one that comes later would pay its fee for
 * nothing. So it ends unpaid where the first took the nonce, and goes on where it did not. Where the owner asked for it and
 * no vertex carries the first yet, the first is taken back and ends unpaid; the second goes on once that end is on record.
 * Source: docs/protocol.md, "Admission".
 */
import type { Clock } from '../core/clock.ts'
import { type AccountId, accountOf, type LedgerState } from '../ledger/index.ts'
import type { FinalRow, StorageWriter } from '../storage/index.ts'
import type { NodeEventHub } from './events.ts'
import { admissionOf } from './executor.ts'
import type { InFlightEntry, InFlightRegistry } from './in-flight.ts'

export interface Siblings {
  /** Decides for those that stand back, once one with the nonce has ended or is on record. */
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
  /** Takes it back from the validator. False where a vertex may carry it, now or soon. */
  readonly withdraw: (entry: InFlightEntry) => boolean
  readonly onFailure: (cause: unknown) => void
}

export function createSiblings(deps: SiblingDeps): Siblings {
  const { state, registry, write, hub, clock, enqueue, withdraw, onFailure } = deps

  /** Ends it unpaid; until that is on disk it is still known. */
  const lose = async (entry: InFlightEntry): Promise<void> => {
    const atMs = clock.nowMs()
    await write.reject([rejectionOf(entry, 'SIBLING_WON', atMs)])
    registry.remove(entry)
    const { txId, account, nonce } = entry.transaction
    const end = { outcome: 'rejected', code: 'SIBLING_WON', feeMicroRuv: 0n, commitIndex: null } as const
    hub.publish({ type: 'transaction', atMs, state: 'Rejected', txId, account, nonce, parties: [account], end })
  }

  /** It keeps its nonce until its end is on disk, so that nothing goes on in its place before. */
  const giveWay = async (entry: InFlightEntry): Promise<void> => {
    await lose(entry)
    settle(entry.transaction.account, entry.transaction.nonce)
  }

  const settle: Siblings['settle'] = (account, nonce) => {
    const rivals = registry.at(account, nonce)
    for (const entry of rivals) {
      // One whose admission is not on record yet is settled when it is.
      if (!entry.held || entry.admissionSeq === 0) continue
      if (accountOf(state, account).nonce > nonce) {
        registry.markExecuted(entry)
        void lose(entry).catch(onFailure)
        continue
      }
      const ahead = rivals.filter((rival) => rival !== entry && !rival.held)
      if (ahead.length === 0) {
        registry.release(entry)
        enqueue(entry)
      } else if (entry.overtakes) {
        for (const rival of ahead) {
          if (rival.admissionSeq !== 0 && withdraw(rival)) void giveWay(rival).catch(onFailure)
        }
      }
    }
  }

  return { settle }
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
