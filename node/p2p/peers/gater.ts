/** Who is let in and whom we call: the bans, and no address that a stranger could point at this machine. */
import type { ConnectionGater, MultiaddrConnection, PeerId } from '@libp2p/interface'
import type { Multiaddr } from '@multiformats/multiaddr'
import { bannableHost, isDialable, peerOfAddress } from './address.ts'
import type { InboundGate } from './inbound-gate.ts'
import { peerLimits } from './limits.ts'
import type { PeerBook } from './peer-book.ts'

export interface GaterOptions {
  /** Whether this node's network lives on this machine, so that loopback addresses mean its peers. */
  readonly thisMachine: boolean
}

export interface Gater extends ConnectionGater {
  /** Lets an address be dialled that a person has typed, whatever it points at. */
  permit(address: Multiaddr): void
}

/** @param gate of those that come from outside; without it there is a place for everybody */
export function createGater(options: GaterOptions, book: PeerBook, gate?: InboundGate): Gater {
  const permitted = new Set<string>()
  const isAllowed = (address: Multiaddr): boolean => isDialable(address, options) || permitted.has(withoutPeer(address))
  const isBannedHost = (connection: MultiaddrConnection): boolean => {
    const host = bannableHost(connection.remoteAddr)
    return host !== undefined && book.isAddressBanned(host)
  }
  const isBanned = (peer: PeerId): boolean => book.isBanned(peer.toString())
  return {
    denyDialPeer: isBanned,
    denyDialMultiaddr(address) {
      if (!isAllowed(address)) return true
      const host = bannableHost(address)
      return host !== undefined && book.isAddressBanned(host)
    },
    denyInboundConnection(connection) {
      if (isBannedHost(connection)) return true
      gate?.enter(connection)
      return false
    },
    denyOutboundConnection: (peer) => isBanned(peer),
    // Who it is, is known once the channel stands, and before anything is said in it.
    denyInboundEncryptedConnection: (peer, connection) =>
      isBanned(peer) || isBannedHost(connection) || gate?.admit(peer.toString(), connection) === false,
    denyOutboundEncryptedConnection: (peer) => isBanned(peer),
    denyInboundRelayReservation: (peer) => isBanned(peer) || gate?.reserve(peer.toString()) === false,
    denyOutboundRelayedConnection: (source, destination) => isBanned(source) || isBanned(destination),
    denyInboundRelayedConnection: (_relay, remote) => isBanned(remote),
    filterMultiaddrForPeer: (_peer, address) =>
      isAllowed(address) && address.toString().length <= peerLimits.maxAddressLength,
    permit(address) {
      if (permitted.size < peerLimits.maxAddedAddresses) permitted.add(withoutPeer(address))
    },
  }
}

function withoutPeer(address: Multiaddr): string {
  const id = peerOfAddress(address)
  return id === undefined ? address.toString() : address.decapsulate(`/p2p/${id}`).toString()
}
