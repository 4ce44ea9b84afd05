/** What a host is given and gives. */

import type { CircuitRelayService } from '@libp2p/circuit-relay-v2'
import type { GossipSub, gossipsub } from '@libp2p/gossipsub'
import type { Identify } from '@libp2p/identify'
import type {
  ComponentLogger,
  Connection,
  ConnectionEncrypter,
  ConnectionGater,
  Libp2p,
  Metrics,
  MultiaddrConnection,
  PrivateKey,
  Transport,
} from '@libp2p/interface'
import type { KadDHT } from '@libp2p/kad-dht'
import type { Ping } from '@libp2p/ping'
import type { Multiaddr } from '@multiformats/multiaddr'
import type { Datastore } from 'interface-datastore'
import type { Clock, Scheduler } from '../../core/clock.ts'
import type { Rng } from '../../core/rng.ts'
import type { MissingPart, PeerRole, ReachabilityView } from '../types.ts'

export interface HostOptions {
  /** Of the network: its protocols carry its name, so that two networks do not mix. */
  readonly chainId: Uint8Array
  readonly role: PeerRole
  /** Of this program. */
  readonly version: string
  /** Multiaddrs; none: this node dials only. */
  readonly listen: readonly string[]
  /** Told to others in place of what is listened on; for port forwarding by hand, and names. */
  readonly announce: readonly string[]
  /** Peers to ask for others at first, with or without their ids. */
  readonly bootstrap: readonly string[]
  /** Helps others that cannot be reached, and tells them their outer address (STUN, on the UDP port of its first address). */
  readonly servesRelay: boolean
  /** Looks for relays, to be reached through them where it cannot be reached otherwise. */
  readonly usesRelays: boolean
  readonly webRtc: boolean
  /**
   * Servers that tell a node its outer address: `stun:host:port`. None unless somebody names them; relays of the network that
   * it is connected with are asked as well.
   */
  readonly stunServers?: readonly string[]
  readonly mdns: boolean
  readonly upnp: boolean
  readonly maxPeers: number
  /** Looked for by itself; default `hostLimits.targetPeers`. */
  readonly targetPeers?: number
  /** `auto`: serves the DHT once others can reach it. `server` where all of the network can reach each other anyway. */
  readonly dht: 'auto' | 'server'
}

/** What libp2p makes its parts of: passed through as it is. */
export type TransportFactory = (components: never) => Transport
export type EncrypterFactory = (components: never) => ConnectionEncrypter

export interface HostDeps {
  readonly privateKey: PrivateKey
  readonly datastore: Datastore
  /** The channel's handshakes, the preferred one first. */
  readonly encrypters: readonly EncrypterFactory[]
  readonly gater: ConnectionGater
  readonly metrics?: Metrics | undefined
  /** Gossip, where the layer above brings its own. */
  readonly pubsub?: ReturnType<typeof gossipsub> | undefined
  /** In place of sockets: for tests. */
  readonly transports?: readonly TransportFactory[]
  /** libp2p's own log; by default it writes where the environment variable DEBUG says so. */
  readonly logger?: ComponentLogger | undefined
  readonly clock: Clock
  readonly scheduler: Scheduler
  readonly rng: Rng
  /** Addresses that a person has added, and that are always called. */
  readonly added?: () => readonly string[]
  /** Whose connection is never closed for want of places; left out, that of those whom `isNamed` says. */
  readonly isKept?: (id: string) => boolean
}

/** A type, not an interface: libp2p asks for a record. */
export type HostServices = {
  readonly identify: Identify
  readonly identifyPush: unknown
  readonly ping: Ping
  readonly dht: KadDHT
  readonly pubsub: GossipSub
  readonly inside: Inside
  /** Where it serves as one. */
  readonly relay?: Pick<CircuitRelayService, 'reservations'>
}

/** What libp2p does not show of itself, and reachability is made of. */
export interface Inside {
  addresses(): readonly OwnAddress[]
  listen(address: Multiaddr): Promise<void>
  listening(): readonly Multiaddr[]
}

export interface OwnAddress {
  readonly multiaddr: Multiaddr
  readonly verified: boolean
  readonly type: string
  readonly expires: number
}

export interface Host {
  readonly libp2p: Libp2p<HostServices>
  readonly id: string
  readonly role: PeerRole
  readonly agent: string
  missing(): readonly MissingPart[]
  reachability(): ReachabilityView
  /** Called where the view has become another. */
  onReachability(listener: (view: ReachabilityView) => void): () => void
  /** Called with each connection that is known to be of our network, once. */
  onIdentified(listener: (connection: Connection, agent: string | null) => void): () => void
  /** Peers to be connected with always, in place of those named before; they are looked up where no address is known. */
  want(ids: readonly string[]): void
  /** Whether a person, the configuration or those above have named this peer. */
  isNamed(id: string): boolean
  start(): Promise<void>
  /** Resolves within `hostLimits.stopTimeoutMs`, whatever hangs. */
  stop(): Promise<void>
}

export type { MultiaddrConnection }
