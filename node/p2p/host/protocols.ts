/** Names of the protocols of a network. They hold a part of its chain id, so that nodes of two networks have nothing to say to each other. */
import { toHex } from '../../core/bytes.ts'

/** Of the chain id: enough that two networks never share a name by chance. */
const nameBytes = 8

export interface ProtocolNames {
  /** As libp2p's modules take it, without slashes around it. */
  readonly prefix: string
  readonly dht: string
  /** A service of multicast DNS (RFC 6763 §7: at most 15 characters). */
  readonly mdnsService: string
}

export function protocolNames(chainId: Uint8Array): ProtocolNames {
  const name = toHex(chainId.subarray(0, nameBytes))
  return {
    prefix: `qudag/${name}`,
    dht: `/qudag/${name}/kad/1.0.0`,
    mdnsService: `_qudag${name.slice(0, 8)}._udp.local`,
  }
}
