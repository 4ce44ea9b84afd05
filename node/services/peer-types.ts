/** The peer-to-peer network as people see it: who is connected, who is banned, whether others reach this node. */
import type { BanView, P2pViews, PeerRole, PeerView, ReachabilityView, SyncView, TrafficView } from '../p2p/types.ts'

export type { BanView, PeerRole, ReachabilityView, SyncView, TrafficView }

/** A peer, with what its channel is: nodes of one process have none between them. */
export interface SeenPeer extends Omit<PeerView, 'channel'> {
  readonly channel: PeerView['channel'] | 'none'
}

/** Where the services look: the network layer, or what stands in for it where a node has none. */
export interface PeerSource extends Omit<P2pViews, 'self' | 'peers' | 'add' | 'onChange'> {
  /** Null where this node has no name on a network. */
  readonly self: P2pViews['self'] | null
  peers(): readonly SeenPeer[]
  /** @throws NodeError PEER_ADDRESS_INVALID, PEER_UNREACHABLE, PEER_BANNED, PEERS_UNAVAILABLE */
  add(address: string): Promise<SeenPeer>
  onChange(listener: (change: PeerSourceChange) => void): () => void
}

export type PeerSourceChange =
  | { readonly kind: 'connected' | 'disconnected' | 'updated'; readonly peer: SeenPeer }
  | { readonly kind: 'banned'; readonly ban: BanView }
  | { readonly kind: 'unbanned'; readonly id: string }
  | { readonly kind: 'reachability'; readonly reachability: ReachabilityView }

/** A peer as it is shown. */
export interface NamedPeer extends SeenPeer {
  /** `Validator 1`: of this epoch only; null for one that is no validator of it, or has not proven to be. */
  readonly validatorName: string | null
}

export interface PeersView {
  readonly asOfMs: number
  readonly self: PeerSource['self']
  readonly items: readonly NamedPeer[]
  readonly bans: readonly BanView[]
}

export interface PeerServices {
  /** Validators first, then whoever is connected longest. */
  peers(): Promise<PeersView>
  reachability(): Promise<ReachabilityView>
  traffic(): Promise<TrafficView>
  /** `stalled` also where this node has everything and the chain stands still. */
  sync(): Promise<SyncView>
  /** Addresses that it asks for others at the start. */
  bootstrap(): Promise<readonly string[]>
  /** Connects, and keeps the address for the next starts. @throws NodeError PEER_ADDRESS_INVALID, PEER_UNREACHABLE, PEER_BANNED, PEERS_UNAVAILABLE */
  addPeer(address: string): Promise<NamedPeer>
  /** Cuts it off, and keeps it off. @param hours null: until it is lifted @throws NodeError PEER_ID_INVALID, PEER_IS_SELF, PEERS_UNAVAILABLE */
  banPeer(id: string, hours: number | null): Promise<BanView>
  /** @throws NodeError PEER_NOT_BANNED */
  unbanPeer(id: string): Promise<void>
}
