/**
 * Addresses of peers as people type, paste and are sent them: multiaddrs, `/ip4/203.0.113.7/tcp/4001/p2p/12D3KooW…`. Only
 * the form is looked at here, so that a typing error shows before anything is dialled; the network layer decides what it
 * can reach. Protocols and their values: https://github.com/multiformats/multiaddr/blob/master/protocols.csv.
 */
import { err, ok, type Result } from './result.ts'

export const peerAddressLimits = {
  /** Characters of an address. One by way of a relay with two peer ids and a name has 250. */
  maxCharacters: 512,
  /** Characters of a peer id. One of an Ed25519 key has 52, of an RSA key 46, as a CID up to 62. */
  maxPeerIdCharacters: 128,
  /** Parts of an address. One by way of a relay over WebRTC has nine. */
  maxParts: 16,
} as const

export interface PeerAddress {
  /** As it was given, without white space around it. */
  readonly text: string
  /** Of the peer that answers there; null where the address does not say who that is. */
  readonly peerId: string | null
  /** By way of a relay. */
  readonly isRelayed: boolean
}

export type PeerAddressError =
  | { readonly code: 'PEER_ADDRESS_TOO_LONG'; readonly maxCharacters: number }
  /** `part` is the first that cannot be: `tcp/99999`, `ip4/example`; empty where the whole is no address. */
  | { readonly code: 'PEER_ADDRESS_MALFORMED'; readonly part: string }

const octet = '(?:25[0-5]|2[0-4]\\d|1?\\d?\\d)'
const ip4 = new RegExp(`^${octet}(?:\\.${octet}){3}$`)
/** Groups and one gap; what is still none, the network layer says. A zone has no meaning on another machine. */
const ip6 = /^(?=.*:)[0-9a-f:]{2,39}(?:(?<=:)\d{1,3}(?:\.\d{1,3}){3})?$/i
const name = /^(?=.{1,253}$)[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?(?:\.[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?)*$/i
/** base58btc of a multihash, or a CID in base32 or base36. */
const peerId = /^(?:Qm[1-9A-HJ-NP-Za-km-z]{44}|1[1-9A-HJ-NP-Za-km-z]{40,90}|b[a-z2-7]{40,120}|k[a-z0-9]{40,120})$/

const isPort = (text: string): boolean => /^[1-9]\d{0,4}$/.test(text) && Number(text) <= 65_535

/** Where an address may begin. */
const hosts: Readonly<Record<string, (value: string) => boolean>> = {
  ip4: (value) => ip4.test(value),
  ip6: (value) => ip6.test(value),
  dns: (value) => name.test(value),
  dns4: (value) => name.test(value),
  dns6: (value) => name.test(value),
  dnsaddr: (value) => name.test(value),
}

const withValue: Readonly<Record<string, (value: string) => boolean>> = {
  tcp: isPort,
  udp: isPort,
  sni: (value) => name.test(value),
  certhash: (value) => /^[muzbf][A-Za-z0-9_-]{20,120}$/.test(value),
  p2p: (value) => isPeerId(value),
}

const withoutValue: ReadonlySet<string> = new Set([
  ...['tls', 'ws', 'wss', 'quic', 'quic-v1', 'webtransport', 'webrtc', 'webrtc-direct', 'p2p-circuit'],
])

export function isPeerId(text: string): boolean {
  return text.length <= peerAddressLimits.maxPeerIdCharacters && peerId.test(text)
}

export function parsePeerAddress(given: string): Result<PeerAddress, PeerAddressError> {
  const { maxCharacters, maxParts } = peerAddressLimits
  if (given.length > maxCharacters) return err({ code: 'PEER_ADDRESS_TOO_LONG', maxCharacters })
  const text = given.trim()
  const malformed = (part = ''): Result<never, PeerAddressError> => err({ code: 'PEER_ADDRESS_MALFORMED', part })
  if (!text.startsWith('/')) return malformed()
  const words = text.slice(1).split('/')
  let last: string | null = null
  let isRelayed = false
  let parts = 0
  for (let at = 0; at < words.length; parts++) {
    if (parts >= maxParts) return malformed()
    const protocol = words[at] ?? ''
    if (parts > 0 && withoutValue.has(protocol)) {
      if (protocol === 'p2p-circuit') {
        // Who is behind the relay has to be said after it.
        isRelayed = true
        last = null
      }
      at += 1
      continue
    }
    const table = parts === 0 ? hosts : withValue
    const check = Object.hasOwn(table, protocol) ? table[protocol] : undefined
    const value = words[at + 1] ?? ''
    if (check?.(value) !== true) return malformed(value === '' ? protocol : `${protocol}/${value}`)
    if (protocol === 'p2p') last = value
    at += 2
  }
  // A host alone answers nowhere; a name that is looked up for whole addresses does.
  if (parts < 2 && words[0] !== 'dnsaddr') return malformed()
  if (isRelayed && last === null) return malformed('p2p-circuit')
  return ok({ text, peerId: last, isRelayed })
}
