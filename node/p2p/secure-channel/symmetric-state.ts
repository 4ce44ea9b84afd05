/**
 * What both sides of a handshake have in common so far: a hash over all that passed, a chaining key over all that was agreed, and
 * the key that seals the next part. SymmetricState of the Noise Protocol Framework (revision 34, §5.2) with SHA-256 and ChaChaPoly.
 */
import { concatBytes, utf8 } from '../../core/bytes.ts'
import { nonceOf } from './cipher-state.ts'
import type { ChannelPrimitives } from './primitives.ts'

export interface SymmetricState {
  mixHash(data: Uint8Array): void
  /** @param secret cleared when it is mixed in */
  mixKey(secret: Uint8Array): void
  encryptAndHash(plaintext: Uint8Array): Uint8Array
  /** Undefined where it does not decrypt. */
  decryptAndHash(ciphertext: Uint8Array): Uint8Array | undefined
  /** The keys of the two directions, the initiator's first; the state is cleared. */
  split(): readonly [Uint8Array, Uint8Array]
  /** Hash over all that passed; after the last message the handshake hash (§11.2). */
  hash(): Uint8Array
  destroy(): void
}

export const hashBytes = 32
const one = Uint8Array.of(1)
const two = Uint8Array.of(2)
const nothing = new Uint8Array()

/** @param protocolName as in Noise §8 */
export function createSymmetricState(protocolName: string, primitives: ChannelPrimitives): SymmetricState {
  const { sha256, hmacSha256 } = primitives
  const name = utf8(protocolName)
  let hash: Uint8Array = new Uint8Array(hashBytes)
  if (name.length <= hashBytes) hash.set(name)
  else hash = sha256(name)
  let chainingKey: Uint8Array = Uint8Array.from(hash)
  let key: Uint8Array | undefined
  let counter = 0

  /** HKDF with two outputs (§4.3). */
  const derive = (secret: Uint8Array): readonly [Uint8Array, Uint8Array] => {
    const extracted = hmacSha256(chainingKey, secret)
    const first = hmacSha256(extracted, one)
    const second = hmacSha256(extracted, concatBytes(first, two))
    extracted.fill(0)
    return [first, second]
  }

  const mixHash = (data: Uint8Array): void => {
    hash = sha256(concatBytes(hash, data))
  }

  const destroy = (): void => {
    chainingKey.fill(0)
    key?.fill(0)
    key = undefined
  }

  return {
    mixHash,
    mixKey(secret) {
      const [nextChainingKey, nextKey] = derive(secret)
      secret.fill(0)
      destroy()
      chainingKey = nextChainingKey
      key = nextKey
      counter = 0
    },
    encryptAndHash(plaintext) {
      const out = key === undefined ? plaintext : primitives.seal(key, nonceOf(counter++), hash, plaintext)
      mixHash(out)
      return out
    },
    decryptAndHash(ciphertext) {
      const out = key === undefined ? ciphertext : primitives.open(key, nonceOf(counter++), hash, ciphertext)
      if (out !== undefined) mixHash(ciphertext)
      return out
    },
    split() {
      const keys = derive(nothing)
      destroy()
      return keys
    },
    hash: () => Uint8Array.from(hash),
    destroy,
  }
}
