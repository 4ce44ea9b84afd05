/** Peers, bans, whether others reach this node, its traffic, and how far it has come to the head of its network. */
import { z } from 'zod'
import { isPeerId, parsePeerAddress, peerAddressLimits } from '../../core/peer-address.ts'
import { contractLimits as limits } from './limits.ts'
import { count, hash, timestamp } from './shapes.ts'

export const peerRole = z.enum(['validator', 'full', 'light', 'relay'])
export type PeerRoleName = z.infer<typeof peerRole>

/** The form is looked at when it is handed in, and told of with the code PEER_ID_INVALID. */
export const peerId = z.string().min(1).max(peerAddressLimits.maxPeerIdCharacters)

export const peer = z.object({
  id: z.string(),
  /** Id of its validator, where it is proven to be one. */
  validator: z.string().nullable(),
  /** What that is called in the present epoch: `Validator 1`. */
  validatorName: z.string().nullable(),
  role: peerRole,
  /** What it says it runs. */
  agent: z.string().nullable(),
  /** Multiaddr in use. */
  address: z.string(),
  path: z.enum(['direct', 'relayed', 'lan', 'loopback']),
  direction: z.enum(['inbound', 'outbound']),
  /** Key agreement of its channel: `hybrid` also withstands a quantum computer. `none` within one process. */
  channel: z.enum(['hybrid', 'classical', 'none']),
  connectedAt: timestamp,
  /** Round trip of the last ping; null before the first. */
  latencyMs: count.nullable(),
  receivedBytes: count,
  sentBytes: count,
  /** 0 is a stranger; it falls with what a peer does against the rules. */
  score: z.number(),
})
export type Peer = z.infer<typeof peer>

export const peerBan = z.object({
  id: z.string(),
  /** The last one known. */
  address: z.string().nullable(),
  /** Code of what it did, or `BY_HAND`. */
  reason: z.string(),
  at: timestamp,
  /** Null: until it is lifted by hand. */
  until: timestamp.nullable(),
})
export type PeerBan = z.infer<typeof peerBan>

export const peerList = z.object({
  asOf: timestamp,
  /** This node; null where it has no name on a network. */
  self: z.object({ id: z.string(), role: peerRole, agent: z.string() }).nullable(),
  /** Validators first, then whoever is connected longest. */
  items: z.array(peer),
  /** Newest first. */
  bans: z.array(peerBan),
})
export type PeerList = z.infer<typeof peerList>

export const reachability = z.object({
  state: z.enum(['public', 'private', 'relayed', 'unknown', 'offline']),
  /**
   * How that is known: CONFIRMED_BY_PEERS, DIAL_BACK_FAILED, PORT_MAPPED, RELAY_RESERVED, NO_PEERS, NOT_CHECKED,
   * LISTENS_NOWHERE.
   */
  reason: z.string(),
  listening: z.array(z.string()),
  /** What it tells others. */
  announced: z.array(z.string()),
  /** By whose way it is reached. */
  relays: z.array(z.string()),
  /** A router forwards a port to it. */
  portMapped: z.boolean(),
  /** What could not start on this machine, and why in words of the system; the node goes on without. */
  missing: z.array(z.object({ part: z.enum(['webrtc', 'mdns', 'upnp', 'stun', 'listen']), reason: z.string() })),
  asOf: timestamp,
})
export type Reachability = z.infer<typeof reachability>

export const traffic = z.object({
  /** Since this node was started. */
  receivedBytes: count,
  sentBytes: count,
  receivedBytesPerSecond: count,
  sentBytesPerSecond: count,
  /** Null: without a cap. */
  maxReceivedBytesPerSecond: count.nullable(),
  maxSentBytesPerSecond: count.nullable(),
})
export type Traffic = z.infer<typeof traffic>

export const syncState = z.object({
  /**
   * - `connecting`: nobody to ask yet
   * - `certificates`: checking who validated, from what it trusts up to now
   * - `snapshot`: fetching the state of the ledger
   * - `replay`: executing what came after it
   * - `live`: it has everything, and follows
   * - `stalled`: it has everything there is, and the network itself makes no progress
   */
  phase: z.enum(['connecting', 'certificates', 'snapshot', 'replay', 'live', 'stalled']),
  /** In `unit`; total null where it is not known. */
  done: count,
  total: count.nullable(),
  unit: z.enum(['checkpoints', 'bytes', 'commits']).nullable(),
  phaseStartedAt: timestamp,
  /** Estimate for this phase; null where there is none. */
  remainingMs: count.nullable(),
  /** Peers that lied or could not be used in this phase, with the code. */
  dropped: z.array(z.object({ peer: z.string(), code: z.string() })),
  /** What it trusts, and of when that is. */
  anchor: z.object({ kind: z.enum(['genesis', 'checkpoint']), hash, at: timestamp }).nullable(),
})
export type SyncState = z.infer<typeof syncState>
export type SyncPhase = SyncState['phase']

/** How long a ban lasts: so many hours, or null until it is lifted. */
export const banHours = z.number().positive().max(limits.maxBanHours).nullable()

export type { PeerAddress, PeerAddressError } from '../../core/peer-address.ts'
/** Forms that a page checks before it asks. */
export { isPeerId, parsePeerAddress, peerAddressLimits }
