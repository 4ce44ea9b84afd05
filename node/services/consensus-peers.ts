/** The other validators and followers, as the consensus driver reaches them: whoever carries its messages implements this. */
import { decodeMessage, encodeMessage, type Message, type PeerKey } from '../consensus/index.ts'

export interface PeerListener {
  connected(peer: PeerKey): void
  disconnected(peer: PeerKey): void
  message(from: PeerKey, message: Message): void
}

export interface ConsensusPeers {
  /** Null: to everybody who is connected. A peer that does not keep up is disconnected; nothing is queued for it without limit. */
  send(to: PeerKey | null, message: Message): void
  /** From now on until `stop`; tells of those connected already, too. */
  start(listener: PeerListener): void
  stop(): void
  readonly count: number
  /** Connected now. */
  list(): readonly ConnectedPeer[]
}

export interface ConnectedPeer {
  readonly peer: PeerKey
  /** How it is reached, for people. */
  readonly address: string
}

/** A network of one. */
export const noPeers: ConsensusPeers = {
  send: () => undefined,
  start: () => undefined,
  stop: () => undefined,
  count: 0,
  list: () => [],
}

/** Joins nodes of one process. Messages pass in the encoding of the wire, each in a turn of its own. */
export function createLocalNetwork(chainId: Uint8Array): { join(self: PeerKey): ConsensusPeers } {
  const members = new Map<PeerKey, PeerListener>()
  return {
    join(self) {
      const deliver = (to: PeerKey, bytes: Uint8Array): void => {
        setImmediate(() => {
          const listener = members.get(to)
          if (listener === undefined || !members.has(self)) return
          const decoded = decodeMessage(chainId, bytes)
          if (decoded.ok) listener.message(self, decoded.value)
        })
      }
      return {
        send(to, message) {
          const bytes = encodeMessage(message)
          for (const peer of to === null ? members.keys() : [to]) if (peer !== self) deliver(peer, bytes)
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
        get count() {
          return this.list().length
        },
        list: () =>
          members.has(self)
            ? [...members.keys()].filter((peer) => peer !== self).map((peer) => ({ peer, address: 'this process' }))
            : [],
      }
    },
  }
}
