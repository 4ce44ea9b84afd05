/**
 * Places for those that come from outside. Handshakes and connections are few, and an attacker may open as many sockets as it
 * likes: so no peer and no address has more than a share of them, the handshake that has waited longest at the address with most
 * of them goes when there are too many, and the last places are for those that this node knows by name.
 */
import type { Connection, MultiaddrConnection } from '@libp2p/interface'
import type { Multiaddr } from '@multiformats/multiaddr'
import { bannableHost, ipOf, isThisMachine } from './address.ts'
import { peerLimits } from './limits.ts'

export interface InboundGateOptions {
  /** Connections in all. */
  readonly maxPeers: number
}

export interface InboundGateDeps {
  /** Those that are open now. */
  readonly connections: () => readonly Pick<Connection, 'remotePeer' | 'remoteAddr'>[]
  /** Somebody that a person, the configuration or a proof has named: the last places are theirs. */
  readonly isKept: (id: string) => boolean
  /** Ids of those for whom this node passes on what others say to them. */
  readonly reserved?: () => readonly string[]
  /** A peer that is not kept has as many connections as one needs, and comes with another. */
  readonly onExcess: (id: string) => void
}

export interface InboundGate {
  /** A socket was accepted: its handshake has a place, if need be that of an older one. */
  enter(connection: MultiaddrConnection): void
  /** Its handshake has shown who it is. False: no place for it. */
  admit(id: string, connection: MultiaddrConnection): boolean
  /** A peer that is connected asks to be reached through this node. False: its address has enough of the places. */
  reserve(id: string): boolean
  /** Handshakes under way. */
  readonly pending: number
}

export function createInboundGate({ maxPeers }: InboundGateOptions, deps: InboundGateDeps): InboundGate {
  const reserved = Math.floor(maxPeers * peerLimits.keptShare)
  /** By place of origin, the oldest first. */
  const pending = new Map<string, Set<MultiaddrConnection>>()
  let count = 0
  /** Where those were when they asked that are reached through this node: a place outlives the connection. */
  const reservedFrom = new Map<string, string>()

  const leave = (place: string, connection: MultiaddrConnection): void => {
    const waiting = pending.get(place)
    if (waiting?.delete(connection) !== true) return
    count -= 1
    if (waiting.size === 0) pending.delete(place)
  }

  const dropOldest = (place: string): void => {
    const [oldest] = pending.get(place) ?? []
    if (oldest === undefined) return
    leave(place, oldest)
    oldest.abort(new Error('too many handshakes'))
  }

  const fullest = (): string => {
    let found = ''
    let most = 0
    for (const [place, waiting] of pending) {
      if (waiting.size <= most) continue
      most = waiting.size
      found = place
    }
    return found
  }

  return {
    get pending() {
      return count
    },
    enter(connection) {
      const place = placeOf(connection.remoteAddr)
      const waiting = pending.get(place) ?? new Set()
      if (waiting.size >= pendingOf(connection.remoteAddr)) dropOldest(place)
      if (count >= peerLimits.maxPendingHandshakes) dropOldest(fullest())
      // What was dropped may have been the last of its place.
      const own = pending.get(place) ?? waiting
      pending.set(place, own)
      own.add(connection)
      count += 1
      connection.addEventListener('close', () => leave(place, connection))
    },
    admit(id, connection) {
      const place = placeOf(connection.remoteAddr)
      leave(place, connection)
      const open = deps.connections()
      if (open.filter(({ remotePeer }) => remotePeer.toString() === id).length >= peerLimits.maxConnectionsPerPeer) {
        // One that is known may have lost all of them in a cut that is not noticed here yet.
        if (!deps.isKept(id)) deps.onExcess(id)
        return false
      }
      if (deps.isKept(id)) return true
      if (open.length >= maxPeers - reserved) return false
      const most = connectionsOf(connection.remoteAddr, maxPeers)
      return most > open.length || open.filter(({ remoteAddr }) => placeOf(remoteAddr) === place).length < most
    },
    reserve(id) {
      const held = new Set(deps.reserved?.() ?? [])
      for (const known of reservedFrom.keys()) if (!held.has(known)) reservedFrom.delete(known)
      const address = deps.connections().find(({ remotePeer }) => remotePeer.toString() === id)?.remoteAddr
      if (address === undefined) return false
      const place = placeOf(address)
      let others = 0
      for (const [other, at] of reservedFrom) if (at === place && other !== id) others += 1
      if (others >= reservationsOf(address) && !deps.isKept(id)) return false
      reservedFrom.set(id, place)
      return true
    },
  }
}

/** What an attacker needs another one of to have a share more: an address, of IPv6 a household's network. */
function placeOf(address: Multiaddr): string {
  return bannableHost(address) ?? ipOf(address) ?? address.toString()
}

/** Behind an address of this machine is all of a network that lives here. */
function pendingOf(address: Multiaddr): number {
  return isThisMachine(address) ? peerLimits.maxPendingHandshakes : peerLimits.maxPendingPerAddress
}

/** As connectionsOf, of the places at a relay. */
function reservationsOf(address: Multiaddr): number {
  if (isThisMachine(address)) return Number.POSITIVE_INFINITY
  return bannableHost(address) === undefined
    ? peerLimits.maxReservationsPerPrivateAddress
    : peerLimits.maxReservationsPerAddress
}

/** Behind a private address may be a router that hides who really calls. */
function connectionsOf(address: Multiaddr, maxPeers: number): number {
  if (isThisMachine(address)) return maxPeers
  return bannableHost(address) === undefined ? Math.ceil(maxPeers / 2) : peerLimits.maxConnectionsPerAddress
}
