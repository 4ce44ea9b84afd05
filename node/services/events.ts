/**
 * What the node announces, after the record behind it is durable. Raw as it happens; written out for a reader only when
 * it is delivered (event-stream.ts), so that a full load costs little where nobody listens.
 */
import { createEventHub, type EventHub, mainHistory } from '../core/event-hub.ts'
import type { AccountId } from '../ledger/index.ts'
import { serviceLimits } from './limits.ts'
import type { BanView, NamedPeer, ReachabilityView, SyncView } from './peer-types.ts'
import type { GraphCommitView, GraphVertexChange, GraphVertexView, TransactionState } from './types.ts'

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

/** Something of the list of paired keys: paired, renamed, forgotten, unlocked, locked, taken out, a signature that waits. */
export interface HardwareKeyEvent {
  readonly type: 'hardware-key'
  readonly atMs: number
}

/** Vertices that were stored since the last of these, with the states they have reached meanwhile. */
export interface GraphVerticesEvent {
  readonly type: 'graph-vertices'
  readonly atMs: number
  readonly epoch: number
  readonly vertices: readonly GraphVertexView[]
  /** How many more there were than one event takes. */
  readonly left: number
}

/** Vertices known before that have come further. */
export interface GraphStatesEvent {
  readonly type: 'graph-states'
  readonly atMs: number
  readonly epoch: number
  readonly changes: readonly GraphVertexChange[]
  readonly left: number
}

/** Leaders that were committed, and those that were passed over before them. */
export interface GraphCommitsEvent {
  readonly type: 'graph-commits'
  readonly atMs: number
  readonly epoch: number
  readonly commits: readonly GraphCommitView[]
  readonly left: number
}

export interface PeerEvent {
  readonly type: 'peer-connected' | 'peer-disconnected'
  readonly atMs: number
  readonly peer: NamedPeer
}

export interface PeerBannedEvent {
  readonly type: 'peer-banned'
  readonly atMs: number
  readonly ban: BanView
}

/** By hand, or because its time was over. */
export interface PeerUnbannedEvent {
  readonly type: 'peer-unbanned'
  readonly atMs: number
  readonly id: string
}

/** How far this node has come to the head of its network. */
export interface SyncEvent {
  readonly type: 'sync'
  readonly atMs: number
  readonly sync: SyncView
}

export interface ReachabilityEvent {
  readonly type: 'reachability'
  readonly atMs: number
  readonly reachability: ReachabilityView
}

export type NodeEvent =
  | TransactionEvent
  | BalanceEvent
  | CheckpointEvent
  | AccountListEvent
  | LabelEvent
  | VaultEvent
  | HardwareKeyEvent
  | GraphVerticesEvent
  | GraphStatesEvent
  | GraphCommitsEvent
  | PeerEvent
  | PeerBannedEvent
  | PeerUnbannedEvent
  | SyncEvent
  | ReachabilityEvent

/** The history of the vertex graph's events: they come several times a second, and would push out all others. */
export const graphHistory = 'graph'

export function isGraphEvent(event: NodeEvent): event is GraphVerticesEvent | GraphStatesEvent | GraphCommitsEvent {
  return event.type === 'graph-vertices' || event.type === 'graph-states' || event.type === 'graph-commits'
}

/** The history of what happens between nodes: peers that come and go again and again push out no transaction. */
export const peerHistory = 'peers'

const peerTypes: ReadonlySet<NodeEvent['type']> = new Set([
  ...(['peer-connected', 'peer-disconnected', 'peer-banned', 'peer-unbanned', 'sync', 'reachability'] as const),
])

function historyOf(event: NodeEvent): string {
  if (isGraphEvent(event)) return graphHistory
  return peerTypes.has(event.type) ? peerHistory : mainHistory
}

export type NodeEventHub = EventHub<NodeEvent>

export function createNodeEventHub(): NodeEventHub {
  return createEventHub<NodeEvent>(
    {
      history: serviceLimits.eventHistory,
      histories: {
        [graphHistory]: serviceLimits.networkEventHistory,
        [peerHistory]: serviceLimits.peerEventHistory,
      },
      unread: serviceLimits.eventsUnread,
      subscribers: serviceLimits.eventSubscribers,
    },
    historyOf,
  )
}
