/**
 * What a backend offers: ML-DSA signatures (FIPS 204) and ML-KEM-768 key encapsulation (FIPS 203), each behind one
 * interface, so that WebAssembly, node:crypto and the portable implementation can stand in for each other.
 *
 * Secrets: seeds belong to the caller, who clears them; a backend never keeps a seed and clears every copy it makes.
 * What a key handle holds inside is cleared by destroy() where the platform allows it; see each backend.
 *
 * Codes thrown as NodeError by signing, key generation and encapsulation (verification of signatures never throws for
 * what a sender chose, it answers false):
 * - `SEED_LENGTH_INVALID`           seed is not 32 bytes (ML-DSA) or 64 bytes (ML-KEM)
 * - `CONTEXT_TOO_LONG`              signing context above 255 bytes (FIPS 204 §5.2)
 * - `BACKEND_CAPABILITY_MISSING`    a context or deterministic signing asked of a backend that cannot do it
 * - `SIGNATURE_FAULT`               a signature just made does not verify, or none came out: a fault of memory or machine
 * - `RNG_FAILED`                    the source of the random bytes of a signature gave too few, or zeros only
 * - `KEY_DESTROYED`                 a key handle used after destroy()
 * - `ENCAPSULATION_KEY_INVALID`     wrong length, or coefficients not reduced (FIPS 203 §7.2)
 * - `CIPHERTEXT_INVALID`            ciphertext of the wrong length (FIPS 203 §7.3)
 * - `CRYPTO_SELF_TEST_FAILED`       no backend passes its known answers
 */
import type { MlDsaSuite, SignatureSuite } from './suites.ts'

export type BackendName = 'wasm' | 'node-crypto' | 'noble'

export interface SignOptions {
  /** At most 255 bytes; the product always signs with the empty one. */
  readonly context?: Uint8Array
  /** Without fresh randomness (FIPS 204 §3.4, for known answers only). Default: hedged. */
  readonly deterministic?: boolean
}

export interface SignatureCapabilities {
  /** Signs and verifies with a context other than the empty one. */
  readonly contexts: boolean
  readonly deterministicSigning: boolean
}

/** An expanded private key, for several signatures with one key. */
export interface SigningKey {
  readonly suite: SignatureSuite
  readonly publicKey: Uint8Array
  /** Hedged unless told otherwise; the signature has been verified before it is returned. */
  sign(message: Uint8Array, options?: SignOptions): Uint8Array
  /** Clears or drops what the handle holds; sign() then throws KEY_DESTROYED. */
  destroy(): void
}

/** A public key made ready for several verifications. */
export interface VerifyingKey {
  readonly suite: SignatureSuite
  verify(message: Uint8Array, signature: Uint8Array, context?: Uint8Array): boolean
}

/** @typeParam Suite those it knows */
export interface SignatureBackend<Suite extends SignatureSuite = SignatureSuite> {
  readonly name: BackendName
  readonly suites: readonly Suite[]
  readonly capabilities: SignatureCapabilities
  /** @param seed ξ, 32 bytes (FIPS 204 §6.1) */
  keygen(suite: Suite, seed: Uint8Array): { readonly publicKey: Uint8Array }
  openSigningKey(suite: Suite, seed: Uint8Array): SigningKey
  /** One signature: opens the key, signs, verifies, destroys it. */
  sign(suite: Suite, seed: Uint8Array, message: Uint8Array, options?: SignOptions): Uint8Array
  /** Undefined for a key of the wrong length, the one thing that can be wrong with an ML-DSA public key, or a point off the curve. */
  importPublicKey(suite: Suite, publicKey: Uint8Array): VerifyingKey | undefined
  /** False for whatever is not a valid signature, wrong lengths and contexts above 255 bytes included. */
  verify(suite: Suite, publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array, context?: Uint8Array): boolean
}

/** Before the composite suite is added (backends/with-composite.ts). */
export type MlDsaBackend = SignatureBackend<MlDsaSuite>

/** A private ML-KEM-768 key, expanded from its seed. */
export interface DecapsulationKey {
  readonly encapsulationKey: Uint8Array
  /**
   * Shared secret of 32 bytes. A ciphertext that was not made for this key gives a secret that nobody else knows
   * (implicit rejection, FIPS 203 §6.3), not an error.
   */
  decapsulate(ciphertext: Uint8Array): Uint8Array
  destroy(): void
}

export interface KemBackend {
  readonly name: BackendName
  /** @param seed d ‖ z, 64 bytes (FIPS 203 §6.1) */
  keygen(seed: Uint8Array): { readonly encapsulationKey: Uint8Array }
  openDecapsulationKey(seed: Uint8Array): DecapsulationKey
  /** Fresh secret of 32 bytes and the ciphertext of 1,088 bytes that carries it. */
  encapsulate(encapsulationKey: Uint8Array): { readonly ciphertext: Uint8Array; readonly sharedSecret: Uint8Array }
  /** One decapsulation: opens the key, decapsulates, destroys it. */
  decapsulate(seed: Uint8Array, ciphertext: Uint8Array): Uint8Array
}

/** Why a backend cannot be had on this platform. */
export interface BackendUnavailable {
  readonly code: 'BACKEND_UNAVAILABLE'
  readonly reason: string
}
