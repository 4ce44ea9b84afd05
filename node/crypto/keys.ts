/** Key pairs: a private key is its seed, the public key follows from it (FIPS 204 §6.1). */
import { NodeError } from '../core/node-error.ts'
import type { Rng } from '../core/rng.ts'
import { defaultSignatureBackend } from './select-backend.ts'
import { type SignatureSuite, seedBytes } from './suites.ts'
import { systemRng } from './system-rng.ts'
import type { SignatureBackend } from './types.ts'

export interface KeyPair {
  readonly suite: SignatureSuite
  /** ξ, 32 bytes: the secret. Whoever asked for it clears it. */
  readonly seed: Uint8Array
  readonly publicKey: Uint8Array
}

/**
 * A fresh key pair.
 *
 * @param deps rng: source of the seed (default: the operating system's); backend: default the process's
 * @throws NodeError RNG_FAILED where the source gives too few bytes or zeros only
 */
export function generateKeyPair(
  suite: SignatureSuite,
  deps: { readonly rng?: Rng; readonly backend?: SignatureBackend } = {},
): KeyPair {
  const seed = (deps.rng ?? systemRng).bytes(seedBytes)
  // One in 2^256 by chance: a source that does this is broken, and its keys would be everybody's.
  if (seed.length !== seedBytes || seed.every((byte) => byte === 0)) {
    throw new NodeError('RNG_FAILED', 'the random source gave no usable seed')
  }
  return { suite, seed, publicKey: publicKeyOfSeed(suite, seed, deps.backend) }
}

/** @param seed 32 bytes, left untouched  @throws NodeError SEED_LENGTH_INVALID */
export function publicKeyOfSeed(
  suite: SignatureSuite,
  seed: Uint8Array,
  backend: SignatureBackend = defaultSignatureBackend(),
): Uint8Array {
  return backend.keygen(suite, seed).publicKey
}
