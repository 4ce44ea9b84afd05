/**
 * Stands in for the network layer where a node has none: a network of one validator, or several in one process. It shows
 * whom those are connected to, and adds and bans nobody.
 */
import { bytesOfKey, toHex } from '../core/bytes.ts'
import type { Clock } from '../core/clock.ts'
import { NodeError } from '../core/node-error.ts'
import type { Chain } from './chain.ts'
import type { ConnectedPeer, ConsensusPeers } from './consensus-peers.ts'
import type { PeerSource, SeenPeer, SyncView } from './peer-types.ts'

export interface NoNetworkDeps {
  readonly clock: Clock
  /** The other validators of this process. */
  readonly peers: Pick<ConsensusPeers, 'list'>
}

export function noNetwork({ clock, peers }: NoNetworkDeps): PeerSource {
  const startedAtMs = clock.nowMs()
  const seen = ({ peer, address }: ConnectedPeer): SeenPeer => {
    const id = toHex(bytesOfKey(peer))
    return {
      id,
      validator: id,
      role: 'validator',
      agent: null,
      address,
      path: 'loopback',
      direction: 'outbound',
      channel: 'none',
      connectedAtMs: startedAtMs,
      latencyMs: null,
      receivedBytes: 0,
      sentBytes: 0,
      score: 0,
    }
  }
  const unavailable = async (): Promise<never> => {
    throw new NodeError('PEERS_UNAVAILABLE', 'this node talks to no others over a network', {
      hint: 'Its network runs on this machine alone. To reach others, join a network: qudag network join --help',
    })
  }
  return {
    self: null,
    peers: () => peers.list().map(seen),
    bans: () => [],
    reachability: () => ({
      state: 'offline',
      reason: 'LISTENS_NOWHERE',
      listening: [],
      announced: [],
      relays: [],
      isPortMapped: false,
      missing: [],
      asOfMs: clock.nowMs(),
    }),
    traffic: () => ({
      receivedBytes: 0,
      sentBytes: 0,
      receivedBytesPerSecond: 0,
      sentBytesPerSecond: 0,
      maxReceivedBytesPerSecond: null,
      maxSentBytesPerSecond: null,
    }),
    bootstrap: () => [],
    add: unavailable,
    ban: unavailable,
    unban: async () => false,
    onChange: () => () => undefined,
  }
}

/** A node that made the network, or has all of it in its own process, has nothing to fetch. */
export function alwaysLive(chain: Pick<Chain, 'chainIdHex' | 'genesis'>, clock: Clock): () => SyncView {
  const view: SyncView = {
    phase: 'live',
    done: 0,
    total: null,
    unit: null,
    phaseStartedAtMs: clock.nowMs(),
    remainingMs: null,
    dropped: [],
    anchor: { kind: 'genesis', hash: chain.chainIdHex, atMs: chain.genesis.startTimeMs },
  }
  return () => view
}
