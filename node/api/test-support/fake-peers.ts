/**
 * For tests only: a network layer without a network. Peers come and go, and reachability and synchronisation change, when the test says
 * so; adding and banning do what the real one does, towards peers that exist only here.
 */
import { NodeError } from '../../core/node-error.ts'
import type {
  BanView,
  PeerSource,
  PeerSourceChange,
  ReachabilityView,
  SeenPeer,
  SyncView,
  TrafficView,
} from '../../services/types.ts'

export interface FakePeers {
  readonly source: PeerSource
  readonly sync: () => SyncView
  connect(peer: SeenPeer): void
  disconnect(id: string): void
  setReachability(change: Partial<ReachabilityView>): void
  setSync(change: Partial<SyncView>): void
  setTraffic(change: Partial<TrafficView>): void
  setBootstrap(addresses: readonly string[]): void
  /** Addresses that were dialled. */
  readonly dialled: string[]
  /** Thrown by the next dial. */
  nextDialFails: Error | null
}

const startMs = 1_750_000_000_000
const hourMs = 3_600_000

/** Well-formed, and different for each number below 58². */
export function fakePeerId(index: number): string {
  const alphabet = '123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz'
  const digit = (value: number): string => alphabet[value % 58] ?? '1'
  return `12D3KooWDpJ7As7BWAwRMfu1VU2WCqNjvq387JEYKDBj4kx6nX${digit(Math.floor(index / 58))}${digit(index)}`
}

export function fakePeer(index: number, change: Partial<SeenPeer> = {}): SeenPeer {
  return {
    id: fakePeerId(index),
    validator: null,
    role: 'full',
    agent: 'qudag/0.1.0',
    address: `/ip4/203.0.113.${index}/tcp/4001`,
    path: 'direct',
    direction: 'outbound',
    channel: 'hybrid',
    connectedAtMs: startMs - index * hourMs,
    latencyMs: 20 * index,
    receivedBytes: 1_000_000 * index,
    sentBytes: 2_000_000 * index,
    score: 0,
    ...change,
  }
}

/** One of each kind that a person tells apart. @param validators ids in hex of two of them */
export function fakePeersOfAllKinds(validators: readonly [string, string]): readonly SeenPeer[] {
  const relay = fakePeerId(9)
  return [
    fakePeer(1, { validator: validators[0], role: 'validator' }),
    fakePeer(2, {
      validator: validators[1],
      role: 'validator',
      direction: 'inbound',
      address: '/ip6/2001:db8::2/tcp/4001',
    }),
    fakePeer(3, { path: 'lan', address: '/ip4/192.168.1.20/tcp/4001', latencyMs: 1 }),
    fakePeer(4, {
      path: 'relayed',
      role: 'light',
      address: `/ip4/198.51.100.9/tcp/4001/p2p/${relay}/p2p-circuit`,
      latencyMs: null,
      agent: null,
    }),
    fakePeer(5, { channel: 'classical', agent: 'other/2.1', score: -12 }),
  ]
}

export function createFakePeers(initial: readonly SeenPeer[] = [], bans: readonly BanView[] = []): FakePeers {
  const peers = new Map(initial.map((peer) => [peer.id, peer]))
  const banned = new Map(bans.map((ban) => [ban.id, ban]))
  const listeners = new Set<(change: PeerSourceChange) => void>()
  const tell = (change: PeerSourceChange): void => {
    for (const listener of listeners) listener(change)
  }
  let reachability: ReachabilityView = {
    state: 'public',
    reason: 'CONFIRMED_BY_PEERS',
    listening: ['/ip4/0.0.0.0/tcp/4001'],
    announced: ['/ip4/203.0.113.200/tcp/4001'],
    relays: [],
    isPortMapped: false,
    missing: [],
    asOfMs: startMs,
  }
  let traffic: TrafficView = {
    receivedBytes: 123_456_789,
    sentBytes: 45_678_901,
    receivedBytesPerSecond: 51_200,
    sentBytesPerSecond: 10_240,
    maxReceivedBytesPerSecond: null,
    maxSentBytesPerSecond: 1_000_000,
  }
  let sync: SyncView = {
    phase: 'live',
    done: 42,
    total: null,
    unit: 'commits',
    phaseStartedAtMs: startMs,
    remainingMs: null,
    dropped: [],
    anchor: { kind: 'genesis', hash: 'c'.repeat(64), atMs: startMs },
  }
  let bootstrap: readonly string[] = [`/dns4/boot.example.org/tcp/4001/p2p/${fakePeerId(50)}`]
  const disconnect = (id: string): void => {
    const peer = peers.get(id)
    if (peer !== undefined && peers.delete(id)) tell({ kind: 'disconnected', peer })
  }
  const connect = (peer: SeenPeer): void => {
    peers.set(peer.id, peer)
    tell({ kind: 'connected', peer })
  }
  const fake: FakePeers = {
    connect,
    disconnect,
    sync: () => sync,
    dialled: [],
    nextDialFails: null,
    setReachability(change) {
      reachability = { ...reachability, ...change }
      tell({ kind: 'reachability', reachability })
    },
    setSync(change) {
      sync = { ...sync, ...change }
    },
    setTraffic(change) {
      traffic = { ...traffic, ...change }
    },
    setBootstrap(addresses) {
      bootstrap = addresses
    },
    source: {
      self: { id: fakePeerId(100), role: 'validator', agent: 'qudag/0.1.0' },
      peers: () => [...peers.values()],
      bans: () => [...banned.values()],
      reachability: () => reachability,
      traffic: () => traffic,
      bootstrap: () => bootstrap,
      async add(address) {
        fake.dialled.push(address)
        const failure = fake.nextDialFails
        fake.nextDialFails = null
        if (failure !== null) throw failure
        const id = /\/p2p\/([^/]+)$/.exec(address)?.[1] ?? fakePeerId(60 + fake.dialled.length)
        if (banned.has(id)) throw new NodeError('PEER_BANNED', 'this peer is banned')
        const peer = fakePeer(6, { id, address, latencyMs: null })
        connect(peer)
        return peer
      },
      async ban(id, hours) {
        const ban: BanView = {
          id,
          address: peers.get(id)?.address ?? null,
          reason: 'BY_HAND',
          atMs: startMs,
          untilMs: hours === null ? null : startMs + hours * hourMs,
        }
        banned.set(id, ban)
        disconnect(id)
        tell({ kind: 'banned', ban })
        return ban
      },
      async unban(id) {
        if (!banned.delete(id)) return false
        tell({ kind: 'unbanned', id })
        return true
      },
      onChange(listener) {
        listeners.add(listener)
        return () => listeners.delete(listener)
      },
    },
  }
  return fake
}
