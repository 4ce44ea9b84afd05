/**
 * SHA-256 (FIPS 180-4) and SHA3-256 (FIPS 202), synchronous and alike everywhere. node:crypto where it has the
 * algorithm (Electron's BoringSSL lacks SHA-3), @noble/hashes elsewhere and in browsers. Hashing is a pure function, so pure layers may call it.
 */
import { sha256 as nobleSha256 } from '@noble/hashes/sha2.js'
import { sha3_256 as nobleSha3 } from '@noble/hashes/sha3.js'
import { concatBytes } from '../core/bytes.ts'

type HashFunction = (bytes: Uint8Array) => Uint8Array

export const hashLengthBytes = 32

const nodeCrypto = globalThis.process?.getBuiltinModule?.('node:crypto')

function preferNode(algorithm: string, fallback: HashFunction): HashFunction {
  if (nodeCrypto?.hash === undefined || !nodeCrypto.getHashes().includes(algorithm)) return fallback
  return (bytes) => {
    // A view as plain Uint8Array: Buffer's slice() shares memory where everybody else's copies.
    const digest = nodeCrypto.hash(algorithm, bytes, 'buffer')
    return new Uint8Array(digest.buffer, digest.byteOffset, digest.byteLength)
  }
}

const sha256One = preferNode('sha256', nobleSha256)
const sha3One = preferNode('sha3-256', nobleSha3)

/** Where speed dominates and the domain is tagged: trees and content hashes. 32 bytes. */
export function sha256(...parts: readonly Uint8Array[]): Uint8Array {
  return sha256One(parts.length === 1 ? (parts[0] as Uint8Array) : concatBytes(...parts))
}

/** Addresses, ids and commitments. 32 bytes. */
export function sha3(...parts: readonly Uint8Array[]): Uint8Array {
  return sha3One(parts.length === 1 ? (parts[0] as Uint8Array) : concatBytes(...parts))
}
