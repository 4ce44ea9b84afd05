/**
 * What happens on this node, as it happens. One set of messages for every way of listening: events in the JSON form of
 * CloudEvents 1.0 (JSON Event Format, section 3), and between them the few messages of the stream itself.
 * How to read them: docs/events.md.
 */
import { eventIterator } from '@orpc/contract'
import { z } from 'zod'
import { commonErrors, declareErrors, ledgerErrors, transactionErrors, vaultErrors } from './errors.ts'
import { contractLimits as limits } from './limits.ts'
import { graphCommit, graphVertex, vertexChange } from './network.ts'
import { peer, peerBan, reachability, syncState } from './peers.ts'
import { procedure } from './scopes.ts'
import { account, accountName, amount, count, hash, timestamp, transactionState } from './shapes.ts'

const transactionTypes = [
  'transaction.created',
  'transaction.signed',
  'transaction.broadcast',
  'transaction.validating',
  'transaction.voting',
  'transaction.confirming',
  'transaction.confirmed',
  'transaction.finalized',
  'transaction.rejected',
] as const

export const eventTypes = [
  ...transactionTypes,
  'account.balance.changed',
  'account.list.changed',
  'label.changed',
  'vault.changed',
  'hardware-key.changed',
  'checkpoint.created',
  'network.vertex',
  'network.vertex.state',
  'network.commit',
  'network.peer.connected',
  'network.peer.disconnected',
  'network.peer.banned',
  'network.peer.unbanned',
  'network.sync.changed',
  'network.reachability.changed',
] as const
export type EventType = (typeof eventTypes)[number]

/**
 * A place in the stream of one run of the node: `<run>.<sequence>`. It is the id of the last event seen, or the position
 * that a heartbeat told.
 */
export const eventCursor = z.string().regex(/^[0-9a-z]{1,32}\.(?:0|[1-9]\d{0,14})$/, 'an id of an event')

/** An exact type, or a family: `transaction.*`. What could never come is refused, so that a typing error shows. */
export const eventTypePattern = z
  .string()
  .max(limits.maxEventTypeCharacters)
  .refine((pattern) => eventTypes.some((type) => matchesType(pattern, type)), 'no event has this type')

function matchesType(pattern: string, type: string): boolean {
  return pattern.endsWith('.*') ? type.startsWith(pattern.slice(0, -1)) : pattern === type
}

const envelope = {
  specversion: z.literal('1.0'),
  /** Unique within `source`; also the cursor to resume after this event. */
  id: eventCursor,
  /** The chain that the node follows: `/chains/<chain id>`. */
  source: z.string(),
  /** Transaction id, address, number of the checkpoint, or what the type says. */
  subject: z.string(),
  time: timestamp,
  datacontenttype: z.literal('application/json'),
  /** 1, 2, 3 … within a run. With a filter there are holes. */
  sequence: count,
}

const transactionEvent = z.object({
  ...envelope,
  type: z.enum(transactionTypes),
  data: z.object({
    txId: hash,
    state: transactionState,
    account: z.string(),
    nonce: count,
    /** Only with `transaction.confirmed`: ordered, and the outcome is not certain before `transaction.finalized`. */
    provisional: z.literal(true).optional(),
    /** Only when finalized. */
    outcome: z.enum(['ok', 'failed']).optional(),
    /** Why it failed or was rejected. */
    code: z.string().optional(),
    /** What it paid, once it has ended. */
    fee: amount.optional(),
    /** The commit it ended in; null where it was rejected before any. */
    commitIndex: count.nullable().optional(),
  }),
})

const balanceEvent = z.object({
  ...envelope,
  type: z.literal('account.balance.changed'),
  data: z.object({
    address: z.string(),
    nonce: count,
    balance: account.shape.balance,
    /** Base units against before the commit, with its sign. */
    change: z.string().regex(/^(?:0|-?[1-9]\d{0,19})$/),
    commitIndex: count,
  }),
})

const checkpointEvent = z.object({
  ...envelope,
  type: z.literal('checkpoint.created'),
  data: z.object({ seq: count, hash, commitIndex: count }),
})

/** An account was made, renamed, or is watched or not watched any more. Subject: its address. */
const accountListEvent = z.object({
  ...envelope,
  type: z.literal('account.list.changed'),
  data: z.object({ address: z.string() }),
})

/** Subject: what it labels; after an import, `*`. */
const labelEvent = z.object({
  ...envelope,
  type: z.literal('label.changed'),
  data: z.object({ ref: z.string() }),
})

/** The vault was made, opened or locked. Subject: `vault`. */
const vaultEvent = z.object({
  ...envelope,
  type: z.literal('vault.changed'),
  data: z.object({ exists: z.boolean(), locked: z.boolean() }),
})

/** The list of paired keys, or how one of them stands, may be another now: see `hsm.list`. Subject: `hardware-keys`. */
const hardwareKeyEvent = z.object({ ...envelope, type: z.literal('hardware-key.changed'), data: z.object({}) })

/** How many more there were in the same moment than one event takes: take a new `network.graph`. */
const left = count

/** Vertices that were stored since the last of these. Subject: the epoch, as of the next two. */
const graphVerticesEvent = z.object({
  ...envelope,
  type: z.literal('network.vertex'),
  data: z.object({ epoch: count, vertices: z.array(graphVertex), left }),
})

/** Vertices told of before that have come further. */
const graphStatesEvent = z.object({
  ...envelope,
  type: z.literal('network.vertex.state'),
  data: z.object({ epoch: count, changes: z.array(vertexChange), left }),
})

/** Leaders that were committed, and those that were passed over before them. */
const graphCommitsEvent = z.object({
  ...envelope,
  type: z.literal('network.commit'),
  data: z.object({ epoch: count, commits: z.array(graphCommit), left }),
})

/** A peer as it is, or was when the connection ended. Subject: its id, as of the next two. */
const peerEvent = z.object({
  ...envelope,
  type: z.enum(['network.peer.connected', 'network.peer.disconnected']),
  data: peer,
})

const peerBannedEvent = z.object({ ...envelope, type: z.literal('network.peer.banned'), data: peerBan })

/** By hand, or because its time was over. */
const peerUnbannedEvent = z.object({
  ...envelope,
  type: z.literal('network.peer.unbanned'),
  data: z.object({ id: z.string() }),
})

/** At most once a second. Subject: the phase. */
const syncEvent = z.object({ ...envelope, type: z.literal('network.sync.changed'), data: syncState })

/** Subject: the state. */
const reachabilityEvent = z.object({
  ...envelope,
  type: z.literal('network.reachability.changed'),
  data: reachability,
})

const ofNode = [
  transactionEvent,
  balanceEvent,
  accountListEvent,
  labelEvent,
  vaultEvent,
  hardwareKeyEvent,
  checkpointEvent,
  graphVerticesEvent,
  graphStatesEvent,
  graphCommitsEvent,
  peerEvent,
  peerBannedEvent,
  peerUnbannedEvent,
  syncEvent,
  reachabilityEvent,
] as const

export const nodeEvent = z.discriminatedUnion('type', ofNode)
export type NodeEventMessage = z.infer<typeof nodeEvent>

/** The first message. */
const subscribed = z.object({
  type: z.literal('subscribed'),
  /** What to acknowledge by, where acknowledgements are calls of their own. */
  subscription: z.string(),
  /** Events after this one follow. */
  position: eventCursor,
  /** Events that may be unacknowledged at a time. */
  credit: count,
  heartbeatMs: count,
})

const heartbeat = z.object({
  type: z.literal('heartbeat'),
  /** Everything up to here has been sent: a cursor to resume after. */
  position: eventCursor,
})

export const gapReasons = ['history-gone', 'other-run', 'unacknowledged', 'slow-reader'] as const

const gap = z.object({
  type: z.literal('gap'),
  /** The first event that is not missing: sent next, or, where the stream ends here, not sent any more. */
  next: eventCursor,
  /**
   * - `history-gone`: what the cursor asks for is no longer kept
   * - `other-run`: the cursor is of another run of the node
   * - `unacknowledged`: the credit was used up and no acknowledgement came; nothing is lost, resume after the last event
   * - `slow-reader`: the connection took no more; nothing is lost, resume after the last event
   */
  reason: z.enum(gapReasons),
  /** True where this is the last message. */
  ended: z.boolean(),
})
export type GapNotice = z.infer<typeof gap>

export const eventMessage = z.discriminatedUnion('type', [...ofNode, subscribed, heartbeat, gap])
export type EventMessage = z.infer<typeof eventMessage>

/** True for an event, false for a message of the stream itself. */
export function isNodeEvent(message: EventMessage): message is NodeEventMessage {
  return 'specversion' in message
}

export const eventSubscription = z.strictObject({
  /** Left out, all but those of the vertex graph, which come several times a second: `network.*` asks for them. */
  types: z.array(eventTypePattern).min(1).max(limits.maxEventTypes).optional(),
  /** Addresses or labels; left out, all accounts, and checkpoints too. */
  accounts: z.array(accountName).min(1).max(limits.maxEventAccounts).optional(),
  /** Resume after this event; left out, the stream starts with what happens next. */
  after: eventCursor.optional(),
  /** How many events may be on their way unacknowledged. */
  credit: z.int().min(1).max(limits.maxUnacknowledgedEvents).optional(),
})
export type EventSubscription = z.infer<typeof eventSubscription>

const { ADDRESS_INVALID, ADDRESS_WRONG_NETWORK } = ledgerErrors
const { TOO_MANY_SUBSCRIBERS } = transactionErrors
const { VAULT_DAMAGED, VAULT_READ_FAILED, VAULT_PERMISSIONS, VAULT_NEWER_VERSION, VAULT_OTHER_NETWORK } = vaultErrors
const errors = declareErrors({
  ...commonErrors,
  TOO_MANY_SUBSCRIBERS,
  ADDRESS_INVALID,
  ADDRESS_WRONG_NETWORK,
  VAULT_DAMAGED,
  VAULT_READ_FAILED,
  VAULT_PERMISSIONS,
  VAULT_NEWER_VERSION,
  VAULT_OTHER_NETWORK,
})

export const eventsContract = {
  /** `subscribed` first, then events with heartbeats between them. At the credit's end it waits, then ends in a gap. */
  subscribe: procedure('read').errors(errors).input(eventSubscription).output(eventIterator(eventMessage)),
  /** Of all events of a subscription up to this one. `open` is false where the subscription has ended. */
  acknowledge: procedure('read')
    .errors(errors)
    .input(z.strictObject({ subscription: z.string().min(1).max(limits.maxSubscriptionCharacters), id: eventCursor }))
    .output(z.object({ open: z.boolean() })),
}
