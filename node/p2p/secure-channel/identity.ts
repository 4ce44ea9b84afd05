/**
 * Who a node is in the channel: an X25519 key that lives as long as the process, and the signature by which the peer's
 * Ed25519 key owns it. As in libp2p's noise, but with the network in what is signed, in a form of exactly 96 bytes.
 */
import { concatBytes } from '../../core/bytes.ts'
import { domainTags } from '../../core/domain-tags.ts'
import { type AgreementKey, ed25519SignatureBytes, keyBytes } from './primitives.ts'

export interface ChannelIdentity {
  /** Ed25519 key of the peer id. */
  readonly peerKey: Uint8Array
  readonly channelKey: AgreementKey
  /** Ed25519 key ‖ signature over the channel key: what the handshake carries. */
  readonly payload: Uint8Array
}

export const identityPayloadBytes = keyBytes + ed25519SignatureBytes

/** What the peer's key signs. */
export function identityMessage(chainId: Uint8Array, channelKey: Uint8Array): Uint8Array {
  return concatBytes(domainTags.channelIdentity, chainId, channelKey)
}

/** @param signAsPeer Ed25519 signature by the key of the peer id */
export async function createIdentity(
  options: { readonly chainId: Uint8Array; readonly peerKey: Uint8Array; readonly channelKey: AgreementKey },
  signAsPeer: (message: Uint8Array) => Uint8Array | Promise<Uint8Array>,
): Promise<ChannelIdentity> {
  const { chainId, peerKey, channelKey } = options
  const signature = await signAsPeer(identityMessage(chainId, channelKey.publicKey))
  return { peerKey, channelKey, payload: concatBytes(peerKey, signature) }
}

/** @param payload of 96 bytes */
export function readIdentityPayload(payload: Uint8Array): { peerKey: Uint8Array; signature: Uint8Array } {
  return { peerKey: payload.slice(0, keyBytes), signature: payload.slice(keyBytes) }
}
