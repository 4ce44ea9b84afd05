/**
 * What events change of peers, bans, synchronisation and reachability. Latencies and counts come with the next answer: they
 * change all the time, and no event tells of them.
 */
import type { NodeEventMessage } from '../../../node/api/contract/index.ts'
import type { NetworkState } from './store.ts'

type Part = Partial<Pick<NetworkState, 'peers' | 'sync' | 'reachability'>>

/** @returns what is another now; nothing where no event was of these */
export function applyPeerEvents(
  state: Pick<NetworkState, 'peers' | 'sync' | 'reachability'>,
  events: readonly NodeEventMessage[],
): Part {
  let { peers } = state
  const part: { -readonly [Key in keyof Part]: Part[Key] } = {}
  for (const event of events) {
    switch (event.type) {
      case 'network.sync.changed':
        part.sync = event.data
        break
      case 'network.reachability.changed':
        part.reachability = event.data
        break
      case 'network.peer.connected':
        // At the end of those that are there: the next answer has them in the node's order.
        if (peers !== null) peers = { ...peers, items: [...without(peers.items, event.data.id), event.data] }
        break
      case 'network.peer.disconnected':
        if (peers !== null) peers = { ...peers, items: without(peers.items, event.data.id) }
        break
      case 'network.peer.banned':
        if (peers !== null) {
          const { id } = event.data
          peers = { ...peers, items: without(peers.items, id), bans: [event.data, ...without(peers.bans, id)] }
        }
        break
      case 'network.peer.unbanned':
        if (peers !== null) peers = { ...peers, bans: without(peers.bans, event.data.id) }
        break
      default:
        break
    }
  }
  return peers === state.peers ? part : { ...part, peers }
}

function without<T extends { readonly id: string }>(items: readonly T[], id: string): T[] {
  return items.filter((item) => item.id !== id)
}
