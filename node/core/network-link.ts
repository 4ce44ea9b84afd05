/**
 * Links to a network: `qudag-network:?genesis=<64 hex digits>&peer=<multiaddr>&peer=…`. The one parser for links that are
 * typed, pasted, scanned, or opened by the system. A link says which chain is meant, by the hash of its genesis, and where
 * to ask for that genesis: whatever answers is checked against the hash. The genesis itself has no room in a link, since
 * each validator's key has 2 kB. A link never joins: it is shown first, and somebody says yes.
 */
import { fromHex, toHex } from './bytes.ts'
import { parsePeerAddress } from './peer-address.ts'
import { err, ok, type Result } from './result.ts'

export const networkLinkScheme = 'qudag-network:'

export const networkLinkLimits = {
  /** Characters of a link: what a message, and a code for cameras, still carries. */
  maxCharacters: 2_048,
  /** Addresses in one: whoever reaches none of eight will not reach a ninth. */
  maxPeers: 8,
} as const

export interface NetworkLink {
  /** Hash of the genesis: 32 bytes. It is the id of the chain. */
  readonly chainId: Uint8Array
  /** Multiaddrs; none where the genesis comes another way. */
  readonly peers: readonly string[]
}

export type NetworkLinkError =
  | { readonly code: 'LINK_TOO_LONG'; readonly maxCharacters: number }
  /** Not the scheme and fields in the form of a query, or without a genesis. */
  | { readonly code: 'LINK_MALFORMED' }
  /** Twice, of another form, too many, or one that must not be ignored and is not known (`req-…`, as in BIP 21). */
  | { readonly code: 'LINK_FIELD'; readonly field: string }

export function parseNetworkLink(text: string): Result<NetworkLink, NetworkLinkError> {
  const { maxCharacters, maxPeers } = networkLinkLimits
  if (text.length > maxCharacters) return err({ code: 'LINK_TOO_LONG', maxCharacters })
  const match = /^qudag-network:(?:\/\/)?\/?\?([^#]*)$/i.exec(text.trim())
  if (match === null) return err({ code: 'LINK_MALFORMED' })
  const fault = (field: string): Result<never, NetworkLinkError> => err({ code: 'LINK_FIELD', field })
  let chainId: Uint8Array | undefined
  const peers: string[] = []
  for (const part of (match[1] ?? '').split('&')) {
    if (part === '') continue
    const [name, value] = decoded(part)
    if (name === undefined || value === undefined) return err({ code: 'LINK_MALFORMED' })
    if (name === 'genesis') {
      const hash = /^[0-9a-f]{64}$/i.test(value) ? fromHex(value.toLowerCase()) : undefined
      if (hash === undefined || chainId !== undefined) return fault(name)
      chainId = hash
    } else if (name === 'peer') {
      const address = parsePeerAddress(value)
      if (!address.ok || peers.length >= maxPeers) return fault(name)
      if (!peers.includes(address.value.text)) peers.push(address.value.text)
    } else if (name.startsWith('req-')) return fault(name.slice(0, 32))
  }
  return chainId === undefined ? err({ code: 'LINK_MALFORMED' }) : ok({ chainId, peers })
}

/** As many of the addresses as a link takes. */
export function formatNetworkLink({ chainId, peers }: NetworkLink): string {
  let link = `${networkLinkScheme}?genesis=${toHex(chainId)}`
  for (const peer of peers.slice(0, networkLinkLimits.maxPeers)) {
    // Slashes stay readable: they mean nothing in a query (RFC 3986, section 3.4).
    const field = `&peer=${encodeURIComponent(peer).replaceAll('%2F', '/')}`
    if (link.length + field.length <= networkLinkLimits.maxCharacters) link += field
  }
  return link
}

/** Name and value, both percent-decoded; undefined where they are not UTF-8. */
function decoded(part: string): [string, string] | [undefined, undefined] {
  const at = part.indexOf('=')
  try {
    return [decodeURIComponent(at < 0 ? part : part.slice(0, at)), at < 0 ? '' : decodeURIComponent(part.slice(at + 1))]
  } catch {
    return [undefined, undefined]
  }
}
