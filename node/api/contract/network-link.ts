/** The link by which others find the way to a network: the chain, and addresses where its genesis can be asked for. */
import { fromHex } from '../../core/bytes.ts'
import { formatNetworkLink } from '../../core/network-link.ts'

export { networkLinkScheme, parseNetworkLink } from '../../core/network-link.ts'

/** Addresses in an invitation: a code for cameras gets too fine with more. */
const maxAddresses = 4

/** Reached from this machine alone, or from no other machine for certain. */
const ofThisMachine = /^\/(?:ip4\/127\.|ip6\/::1\/|ip6\/fe80:)/i
/** Of a home, a company or a tunnel (RFC 1918, RFC 6598, RFC 4193). */
const ofLocalNetwork =
  /^\/(?:ip4\/(?:10\.|192\.168\.|172\.(?:1[6-9]|2\d|3[01])\.|100\.(?:6[4-9]|[7-9]\d|1[01]\d|12[0-7])\.|169\.254\.)|ip6\/f[cd])/i

/** Whether an address leads to this machine from itself alone. */
export const isOfThisMachine = (address: string): boolean => ofThisMachine.test(address)

/**
 * Those to name, the ones that most can reach first: of the Internet, by way of a relay, of the local network; those of this
 * machine only where there is no other.
 */
export function inviteAddresses(announced: readonly string[]): readonly string[] {
  const rankOf = (address: string): number =>
    isOfThisMachine(address) ? 3 : ofLocalNetwork.test(address) ? 2 : address.includes('/p2p-circuit') ? 1 : 0
  const ranked = [...announced].map((address) => ({ address, rank: rankOf(address) })).sort((a, b) => a.rank - b.rank)
  const best = ranked[0]?.rank ?? 0
  return ranked
    .filter(({ rank }) => rank < 3 || best === 3)
    .slice(0, maxAddresses)
    .map(({ address }) => address)
}

/** @param chainId 64 hex digits @param announced addresses that a node tells others, as `network.reachability` gives them */
export function inviteLink(chainId: string, announced: readonly string[]): string {
  return formatNetworkLink({ chainId: fromHex(chainId) ?? new Uint8Array(), peers: inviteAddresses(announced) })
}
