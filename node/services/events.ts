/**
 * What the node announces, after the record behind it is durable. Raw as it happens; written out for a reader only when
 * it is delivered (event-stream.ts), so that a full load costs little where nobody listens.
 */
import { createEventHub, type EventHub } from '../core/event-hub.ts'
import type { AccountId } from '../ledger/index.ts'
import { serviceLimits } from './limits.ts'
import type { TransactionState } from './types.ts'

export interface TransactionEvent {
  readonly type: 'transaction'
  readonly atMs: number
  readonly state: TransactionState
  readonly txId: Uint8Array
  readonly account: AccountId
  readonly nonce: number
  /** Sender first, then recipients: whose subscribers hear of it. */
  readonly parties: readonly AccountId[]
  /** Of an ended one. */
  readonly end?: {
    readonly outcome: 'ok' | 'failed' | 'rejected'
    readonly code: string | null
    readonly feeMicroRuv: bigint
    readonly commitIndex: number | null
  }
}

export interface BalanceEvent {
  readonly type: 'balance'
  readonly atMs: number
  readonly account: AccountId
  readonly nonce: number
  /** All of the account's rUv after the commit, what is reserved for transactions in flight included. */
  readonly balanceMicroRuv: bigint
  readonly pendingMicroRuv: bigint
  /** Against before the commit; negative where it fell. */
  readonly changeMicroRuv: bigint
  readonly commitIndex: number
}

export interface CheckpointEvent {
  readonly type: 'checkpoint'
  readonly atMs: number
  readonly seq: number
  readonly hash: Uint8Array
  readonly commitIndex: number
}

/** An account was made, renamed, or is watched or not watched any more. */
export interface AccountListEvent {
  readonly type: 'account-list'
  readonly atMs: number
  readonly account: AccountId
}

/** An entry of the address book or a note on a transaction was set, replaced or removed. */
export interface LabelEvent {
  readonly type: 'label'
  readonly atMs: number
  /** Address or transaction id; `*` after an import. */
  readonly ref: string
}

/** The vault was made, opened or locked: how it is now. */
export interface VaultEvent {
  readonly type: 'vault'
  readonly atMs: number
  readonly exists: boolean
  readonly locked: boolean
}

export type NodeEvent = TransactionEvent | BalanceEvent | CheckpointEvent | AccountListEvent | LabelEvent | VaultEvent

export type NodeEventHub = EventHub<NodeEvent>

export function createNodeEventHub(): NodeEventHub {
  return createEventHub<NodeEvent>({
    history: serviceLimits.eventHistory,
    unread: serviceLimits.eventsUnread,
    subscribers: serviceLimits.eventSubscribers,
  })
}
