/**
 * Brings the transactions of a node without a seat into the order: hands them to a validator it is linked to, and says them to
 * everybody, again and again until a vertex carries them. A validator of its own needs none of this: it has its vertices.
 * Source: docs/protocol.md, "Vertex DAG".
 */
import { consensusLimits, type PeerKey } from '../consensus/index.ts'
import { batchesOf } from '../core/batches.ts'
import type { Clock, Scheduler } from '../core/clock.ts'
import type { ConsensusPeers } from './consensus-peers.ts'
import type { InFlightEntry, InFlightRegistry } from './in-flight.ts'
import { serviceLimits } from './limits.ts'

export interface Resubmission {
  start(): void
  stop(): void
  /** Says them for the first time. */
  submit(transactions: readonly Uint8Array[]): void
}

export interface ResubmissionDeps {
  readonly peers: Pick<ConsensusPeers, 'send' | 'list'>
  readonly registry: Pick<InFlightRegistry, 'all' | 'size'>
  /** Whether this node makes vertices. */
  readonly validates: () => boolean
  readonly clock: Clock
  readonly scheduler: Scheduler
}

export function createResubmission({ peers, registry, validates, clock, scheduler }: ResubmissionDeps): Resubmission {
  const saidAtMs = new WeakMap<Uint8Array, number>()
  let turn = 0
  let cancel: (() => void) | undefined

  /** Another one each time: one that does not propose what it is handed must not be the only one asked. */
  const nextValidator = (): PeerKey | undefined => {
    const validators = peers.list().filter(({ isValidator }) => isValidator)
    return validators.length === 0 ? undefined : validators[turn++ % validators.length]?.peer
  }

  const say = (transactions: readonly Uint8Array[]): void => {
    if (transactions.length === 0) return
    const nowMs = clock.nowMs()
    for (const bytes of transactions) saidAtMs.set(bytes, nowMs)
    const validator = nextValidator()
    const batches = batchesOf(transactions, {
      maxItems: consensusLimits.maxVertexTransactions,
      maxBytes: consensusLimits.maxVertexTransactionBytes,
      bytesOf: ({ length }) => length,
    })
    for (const batch of batches) {
      if (validator !== undefined) peers.send(validator, { kind: 'transactions', transactions: batch })
      peers.send(null, { kind: 'transactions', transactions: batch })
    }
  }

  const isDue = ({ executed, held, steps, admittedAtMs, transaction }: InFlightEntry, nowMs: number): boolean => {
    if (executed || held) return false
    const last = steps.at(-1)?.atMs
    const sinceMs = Math.max(saidAtMs.get(transaction.bytes) ?? admittedAtMs, last ?? 0)
    return (
      nowMs - sinceMs >= (last === undefined ? serviceLimits.resubmitAfterMs : serviceLimits.resubmitOrderedAfterMs)
    )
  }

  const look = (): void => {
    cancel = scheduler.after(serviceLimits.resubmitCheckMs, look)
    if (registry.size === 0 || validates()) return
    const nowMs = clock.nowMs()
    const due: Uint8Array[] = []
    for (const entry of registry.all()) {
      if (!isDue(entry, nowMs)) continue
      due.push(entry.transaction.bytes)
      if (due.length >= serviceLimits.maxResubmitted) break
    }
    say(due)
  }

  return {
    start: look,
    stop: () => cancel?.(),
    submit: say,
  }
}
