/**
 * Peer ids and the keys inside them. A peer id here is the identity multihash of an Ed25519 key in libp2p's protobuf (libp2p
 * specs, peer-ids): 38 bytes, of which 6 are the same for all.
 */
import { concatBytes, equalBytes } from '../../core/bytes.ts'
import { keyBytes } from './primitives.ts'

/** Identity multihash of 36 bytes; field 1, key type 1 (Ed25519); field 2, 32 bytes. */
const prefix = Uint8Array.of(0x00, 0x24, 0x08, 0x01, 0x12, 0x20)

export const peerIdBytes = prefix.length + keyBytes

/** @param publicKey Ed25519, 32 bytes */
export function peerIdOfKey(publicKey: Uint8Array): Uint8Array {
  return concatBytes(prefix, publicKey)
}

/** Undefined for the id of a key of another kind. */
export function keyOfPeerId(peerId: Uint8Array): Uint8Array | undefined {
  if (peerId.length !== peerIdBytes || !equalBytes(peerId.subarray(0, prefix.length), prefix)) return undefined
  return peerId.slice(prefix.length)
}
