/**
 * What the network layer gives to those above it. It carries bytes whose meaning they know, tells them who is connected and
 * as whom, and shows people what it sees. It knows nothing of consensus: services put messages in and take them out.
 */

/** A connected peer as those above name it: its peer id's text. */
export type LinkKey = string

/** What a node does for the network, as it says of itself; only a validator's word is proven. */
export type PeerRole = 'validator' | 'full' | 'light' | 'relay'

/**
 * Order in which a link sends what waits for it; a lower class never delays a higher one. Each has its own bounded queue, and a
 * peer that lets one of the first three fill up is cut off, while `gossip` drops its oldest, and `bulk` what is new: of
 * answers the first are what the rest builds on. `proposal` and `vote` go to and are taken of proven validators alone.
 */
export type TrafficClass = 'proposal' | 'vote' | 'fetch' | 'gossip' | 'bulk'

export interface Link {
  readonly key: LinkKey
  /** Id of the validator that this connection was proven to belong to; null where it was not. */
  readonly validator: Uint8Array | null
  readonly role: PeerRole
  /** Multiaddr in use. */
  readonly address: string
}

/** Whether a message that came by gossip is passed on; `reject` counts against who sent it. */
export type GossipVerdict = 'accept' | 'ignore' | 'reject'

export type GossipTopic = 'transactions' | 'consensus'

export interface LinkListener {
  opened(link: Link): void
  closed(link: Link): void
  /** At most `limits.maxFrameBytes`. Answers synchronously: what must wait is queued by whoever listens, within bounds. */
  message(link: Link, bytes: Uint8Array): void
  gossip(topic: GossipTopic, from: LinkKey, bytes: Uint8Array): Promise<GossipVerdict>
}

/** Long-lived streams to connected peers, and gossip. */
export interface Links {
  start(listener: LinkListener): void
  stop(): Promise<void>
  /** Never waits and never queues without limit; to a peer that is gone it does nothing. */
  send(to: LinkKey, trafficClass: TrafficClass, bytes: Uint8Array): void
  publish(topic: GossipTopic, bytes: Uint8Array): void
  list(): readonly Link[]
  /** A peer broke a rule of those above: counted in its score, and a ban follows where that is due. */
  misconduct(peer: LinkKey, code: string): void
}

/** Questions with one answer each, over streams of their own; for synchronising. */
export interface Requests {
  /** Peers that can be asked now, the best first. */
  peers(): readonly LinkKey[]
  /**
   * @param method one of those that `serve` was given; its quota holds on both sides
   * @throws NodeError PEER_UNREACHABLE, PEER_TIMEOUT, PEER_REFUSED (with the code it gave), PEER_MISBEHAVED
   */
  ask(peer: LinkKey, method: string, body: Uint8Array, signal?: AbortSignal): Promise<Uint8Array>
  /** Answers what others ask, from now on in place of a handler before. A thrown NodeError is told to the asker as its code alone. */
  serve(method: string, handler: (from: LinkKey, body: Uint8Array) => Promise<Uint8Array>, quota: RequestQuota): void
  misconduct(peer: LinkKey, code: string): void
}

export interface RequestQuota {
  /** Of one peer, in a second. */
  readonly perSecond: number
  /** Of one peer, at once. */
  readonly concurrent: number
  readonly maxRequestBytes: number
  readonly maxResponseBytes: number
  readonly timeoutMs: number
}

export interface PeerView {
  /** Peer id. */
  readonly id: string
  /** Hex of its validator's id, where it is proven to be one. */
  readonly validator: string | null
  readonly role: PeerRole
  /** What it says it runs. */
  readonly agent: string | null
  readonly address: string
  readonly path: 'direct' | 'relayed' | 'lan' | 'loopback'
  readonly direction: 'inbound' | 'outbound'
  /** Key agreement of its channel. */
  readonly channel: 'hybrid' | 'classical'
  readonly connectedAtMs: number
  /** Round trip of the last ping; null before the first. */
  readonly latencyMs: number | null
  readonly receivedBytes: number
  readonly sentBytes: number
  /** 0 is a stranger; below `limits.banScore` it is banned. */
  readonly score: number
}

export interface BanView {
  readonly id: string
  readonly address: string | null
  /** Stable code of what it did, or `BY_HAND`. */
  readonly reason: string
  readonly atMs: number
  /** Null: until it is lifted by hand. */
  readonly untilMs: number | null
}

/** Whether others can reach this node, and how that is known. */
export interface ReachabilityView {
  readonly state: 'public' | 'private' | 'relayed' | 'unknown' | 'offline'
  /** Stable code: CONFIRMED_BY_PEERS, DIAL_BACK_FAILED, PORT_MAPPED, RELAY_RESERVED, NO_PEERS, NOT_CHECKED, LISTENS_NOWHERE. */
  readonly reason: string
  readonly listening: readonly string[]
  /** What it tells others. */
  readonly announced: readonly string[]
  readonly relays: readonly string[]
  readonly isPortMapped: boolean
  /** Parts of the network layer that could not start on this machine; the node goes on without them. */
  readonly missing: readonly MissingPart[]
  readonly asOfMs: number
}

/** A part of the host that is not there, and why. */
export interface MissingPart {
  readonly part: 'webrtc' | 'mdns' | 'upnp' | 'stun' | 'listen'
  /** In words of the system: `EADDRINUSE`, the address that it is about, a module that cannot be loaded. */
  readonly reason: string
}

export interface TrafficView {
  readonly receivedBytes: number
  readonly sentBytes: number
  readonly receivedBytesPerSecond: number
  readonly sentBytesPerSecond: number
  /** Null: without a cap. */
  readonly maxReceivedBytesPerSecond: number | null
  readonly maxSentBytesPerSecond: number | null
}

/** What people see of the network layer, and may do about it. */
export interface P2pViews {
  readonly self: { readonly id: string; readonly role: PeerRole; readonly agent: string }
  peers(): readonly PeerView[]
  bans(): readonly BanView[]
  reachability(): ReachabilityView
  traffic(): TrafficView
  bootstrap(): readonly string[]
  /** Dials an address and keeps it for the next starts. @throws NodeError ADDRESS_INVALID, PEER_UNREACHABLE, PEER_BANNED */
  add(address: string): Promise<PeerView>
  /** @param hours null: until it is lifted */
  ban(id: string, hours: number | null): Promise<BanView>
  unban(id: string): Promise<boolean>
  /** Called at each change that a person would see; at most a few times a second. */
  onChange(listener: (change: PeerChange) => void): () => void
}

export type PeerChange =
  | { readonly kind: 'connected' | 'disconnected' | 'updated'; readonly peer: PeerView }
  | { readonly kind: 'banned'; readonly ban: BanView }
  | { readonly kind: 'unbanned'; readonly id: string }
  | { readonly kind: 'reachability'; readonly reachability: ReachabilityView }

/** How far this node has come to the head of its network. */
export interface SyncView {
  /** `stalled`: connected, and the network itself makes no progress. */
  readonly phase: 'connecting' | 'certificates' | 'snapshot' | 'replay' | 'live' | 'stalled'
  /** Done and to be done, in the unit of the phase: checkpoints, bytes, commits; total null where it is not known. */
  readonly done: number
  readonly total: number | null
  readonly unit: 'checkpoints' | 'bytes' | 'commits' | null
  readonly phaseStartedAtMs: number
  /** Estimate for this phase; null where there is none yet. */
  readonly remainingMs: number | null
  /** Peers that lied or could not be used in this phase, with the code. */
  readonly dropped: readonly { readonly peer: string; readonly code: string }[]
  /** What it trusts, and how old that is. */
  readonly anchor: { readonly kind: 'genesis' | 'checkpoint'; readonly hash: string; readonly atMs: number } | null
}
