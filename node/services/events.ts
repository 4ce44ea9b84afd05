/** What the node announces to itself and its clients, after the record behind it is durable. */
import { createEventHub, type EventHub } from '../core/event-hub.ts'
import { serviceLimits } from './limits.ts'
import type { TransactionState } from './types.ts'

export type NodeEvent =
  | { readonly type: 'transaction'; readonly txId: Uint8Array; readonly state: TransactionState }
  | { readonly type: 'checkpoint'; readonly seq: number }

export type NodeEventHub = EventHub<NodeEvent>

export function createNodeEventHub(): NodeEventHub {
  return createEventHub<NodeEvent>({
    history: serviceLimits.eventHistory,
    unread: serviceLimits.eventsUnread,
    subscribers: serviceLimits.eventSubscribers,
  })
}
