/** The other validators and followers, as the consensus driver reaches them: whoever carries its messages implements this. */
import { decodeMessage, encodeMessage, type Message, type PeerKey } from '../consensus/index.ts'
import { bytesOfKey, toHex } from '../core/bytes.ts'
import type { GossipVerdict } from '../p2p/types.ts'

export interface PeerListener {
  connected(peer: PeerKey): void
  disconnected(peer: PeerKey): void
  /** From the peer itself, to this node. Transactions are its users', to be proposed now. */
  message(from: PeerKey, message: Message): void
  /** Said to everybody, and passed on by the peer. Resolves once it is known whether it may go further. */
  gossip(from: PeerKey, message: Message): Promise<GossipVerdict>
}

export interface ConsensusPeers {
  /** Null: to everybody who is connected. A peer that does not keep up is disconnected; nothing is queued for it without limit. */
  send(to: PeerKey | null, message: Message): void
  /** From now on until `stop`; tells of those connected already, too. */
  start(listener: PeerListener): void
  stop(): void
  /** It broke the protocol; the code says how. */
  misconduct(peer: PeerKey, code: string): void
  readonly count: number
  /** Connected now. */
  list(): readonly ConnectedPeer[]
}

export interface ConnectedPeer {
  readonly peer: PeerKey
  /** Its id, for people. */
  readonly id: string
  /** How it is reached, for people. */
  readonly address: string
  /** It is proven to be a validator. */
  readonly isValidator: boolean
}

/** A network of one. */
export const noPeers: ConsensusPeers = {
  send: () => undefined,
  start: () => undefined,
  stop: () => undefined,
  misconduct: () => undefined,
  count: 0,
  list: () => [],
}

/** Joins nodes of one process, all of them validators. Messages pass in the encoding of the wire, each in a turn of its own. */
export function createLocalNetwork(chainId: Uint8Array): { join(self: PeerKey): ConsensusPeers } {
  const members = new Map<PeerKey, PeerListener>()
  return {
    join(self) {
      const deliver = (to: PeerKey, bytes: Uint8Array, isGossip: boolean): void => {
        setImmediate(() => {
          const listener = members.get(to)
          if (listener === undefined || !members.has(self)) return
          const decoded = decodeMessage(chainId, bytes)
          if (!decoded.ok) return
          if (isGossip) void listener.gossip(self, decoded.value)
          else listener.message(self, decoded.value)
        })
      }
      return {
        send(to, message) {
          const bytes = encodeMessage(message)
          const isGossip = to === null && message.kind === 'transactions'
          for (const peer of to === null ? members.keys() : [to]) if (peer !== self) deliver(peer, bytes, isGossip)
        },
        start(listener) {
          for (const [peer, other] of members) {
            other.connected(self)
            listener.connected(peer)
          }
          members.set(self, listener)
        },
        stop() {
          if (!members.delete(self)) return
          for (const other of members.values()) other.disconnected(self)
        },
        misconduct: () => undefined,
        get count() {
          return this.list().length
        },
        list: () => (members.has(self) ? [...members.keys()].filter((peer) => peer !== self).map(localPeer) : []),
      }
    },
  }
}

function localPeer(peer: PeerKey): ConnectedPeer {
  return { peer, id: toHex(bytesOfKey(peer)), address: 'this process', isValidator: true }
}
