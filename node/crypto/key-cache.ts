/** Checks signatures with a bounded store of prepared public keys, the least recently used going first. */
import type { SignatureSuite } from './suites.ts'
import type { SignatureBackend, VerifyingKey } from './types.ts'

export interface CachingChecker {
  /** @param keyId collision-free name of suite and public key, for use as a map key: bytesKey() of their hash */
  check(
    suite: SignatureSuite,
    publicKey: Uint8Array,
    keyId: string,
    message: Uint8Array,
    signature: Uint8Array,
  ): boolean
  readonly hits: number
  readonly misses: number
  readonly size: number
}

/** @param maxKeys prepared keys held at most; at least 1 */
export function createCachingChecker(backend: SignatureBackend, maxKeys: number): CachingChecker {
  // A Map iterates in order of insertion, so its first entry is the least recently used when each use inserts anew.
  const prepared = new Map<string, VerifyingKey>()
  let hits = 0
  let misses = 0

  const keyOf = (suite: SignatureSuite, publicKey: Uint8Array, keyId: string): VerifyingKey | undefined => {
    let key = prepared.get(keyId)
    if (key === undefined) {
      misses += 1
      key = backend.importPublicKey(suite, publicKey)
      if (key === undefined) return undefined
      if (prepared.size >= maxKeys) prepared.delete(prepared.keys().next().value as string)
    } else {
      hits += 1
      prepared.delete(keyId)
    }
    prepared.set(keyId, key)
    return key
  }

  return {
    check: (suite, publicKey, keyId, message, signature) =>
      keyOf(suite, publicKey, keyId)?.verify(message, signature) ?? false,
    get hits() {
      return hits
    },
    get misses() {
      return misses
    },
    get size() {
      return prepared.size
    },
  }
}
