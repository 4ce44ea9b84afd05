/**
 * What an address says about the way to a peer: through a relay, over this machine, the local network, or further. Also which
 * addresses are never dialled, because a stranger may announce any: local sockets of this machine, for one.
 * Names of the parts: https://github.com/multiformats/multiaddr/blob/master/protocols.csv.
 */
import { isLoopback, isPrivate } from '@libp2p/utils'
import { type Multiaddr, multiaddr } from '@multiformats/multiaddr'
import type { PeerView } from '../types.ts'
import { peerLimits } from './limits.ts'

/** Undefined where it is none, or longer than addresses are. */
export function parseAddress(text: string): Multiaddr | undefined {
  if (text.length > peerLimits.maxAddressLength) return undefined
  try {
    const parsed = multiaddr(text)
    return parsed.getComponents().length === 0 ? undefined : parsed
  } catch {
    return undefined
  }
}

function names(address: Multiaddr): readonly string[] {
  return address.getComponents().map(({ name }) => name)
}

/** Id of the peer that answers there: the last one named, and behind a relay the one after it. */
export function peerOfAddress(address: Multiaddr): string | undefined {
  const components = address.getComponents()
  const circuit = components.findLastIndex(({ name }) => name === 'p2p-circuit')
  return components.findLast(({ name }, index) => name === 'p2p' && index > circuit)?.value
}

/** WebRTC by way of a relay uses the relay to find a way of its own. */
export function isRelayed(address: Multiaddr): boolean {
  const parts = names(address)
  const circuit = parts.lastIndexOf('p2p-circuit')
  return circuit >= 0 && !parts.slice(circuit).includes('webrtc')
}

/** Data channels, with no one stream of bytes under them that could be counted or slowed. */
export function isWebRtc(address: Multiaddr): boolean {
  const parts = names(address)
  return parts.includes('webrtc') || parts.includes('webrtc-direct')
}

/** A plain socket, whose reading end can be held back. */
export function isPlainTcp(address: Multiaddr): boolean {
  const parts = names(address)
  return parts.includes('tcp') && !parts.some((name) => ['ws', 'wss', 'p2p-circuit', 'webrtc'].includes(name))
}

export function pathOf(address: Multiaddr): PeerView['path'] {
  if (isRelayed(address)) return 'relayed'
  if (isThisMachine(address)) return 'loopback'
  // Over WebRTC the address names the relay that helped, which says nothing of the way that was found.
  if (isWebRtc(address) && names(address).includes('p2p-circuit')) return 'direct'
  return ipOf(address) !== undefined && isPrivate(address) ? 'lan' : 'direct'
}

/** Loopback, or within this process. */
export function isThisMachine(address: Multiaddr): boolean {
  return names(address)[0] === 'memory' || (ipOf(address) !== undefined && isLoopback(address))
}

/** Whether a network lives on this machine, as far as its addresses tell: one of them is enough. */
export function livesOnThisMachine(addresses: readonly string[]): boolean {
  return addresses.some((text) => {
    const address = parseAddress(text)
    return address !== undefined && isThisMachine(address)
  })
}

/** The IP address that packets go to; behind a relay the relay's. */
export function ipOf(address: Multiaddr): string | undefined {
  return address.getComponents().find(({ name }) => name === 'ip4' || name === 'ip6')?.value
}

/**
 * What a ban of an address is about: the address, of IPv6 the network of one household (/64). Undefined where a ban would hit
 * others: loopback and private addresses stand for many, and a relay's for all that it helps.
 */
export function bannableHost(address: Multiaddr): string | undefined {
  const ip = ipOf(address)
  if (ip === undefined || names(address).includes('p2p-circuit') || isPrivate(address) || isLoopback(address)) {
    return undefined
  }
  if (!ip.includes(':')) return ip
  const [head = '', tail] = ip.toLowerCase().split('::')
  const left = head === '' ? [] : head.split(':')
  const right = tail === undefined || tail === '' ? [] : tail.split(':')
  const groups =
    tail === undefined ? left : [...left, ...Array(Math.max(0, 8 - left.length - right.length)).fill('0'), ...right]
  return `${groups
    .slice(0, 4)
    .map((group) => Number.parseInt(group, 16).toString(16))
    .join(':')}::/64`
}

/**
 * Whether an address may be dialled that others have told us. A Unix socket or a loopback service of this machine is none of
 * theirs: a stranger that announces `/ip4/127.0.0.1/tcp/22` would have every node knock there.
 */
export function isDialable(address: Multiaddr, options: { readonly thisMachine: boolean }): boolean {
  if (names(address).includes('unix')) return false
  return options.thisMachine || !isThisMachine(address)
}
