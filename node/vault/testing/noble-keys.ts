/** Signature keys for tests, by the portable backend. Deterministic signatures, so that runs repeat. */
import { toHex } from '../../core/bytes.ts'
import { createNobleSignatureBackend } from '../../crypto/backends/noble.ts'
import { sha3 } from '../../crypto/hash.ts'
import { type SignatureSuite, signatureSuites } from '../../crypto/suites.ts'
import type { VaultKeys } from '../types.ts'

const backend = createNobleSignatureBackend()

export const nobleKeys: VaultKeys = {
  publicKeyOfSeed: (suite, seed) => backend.keygen(suite, seed).publicKey,
  sign: (suite, seed, message) => backend.sign(suite, seed, message, { deterministic: true }),
  verify: (suite, publicKey, message, signature) => backend.verify(suite, publicKey, message, signature),
}

/** Stands in for the ledger's address rule: suite and public key decide it, and nothing else. */
export function testAddressOf(suite: SignatureSuite, publicKey: Uint8Array): string {
  return `test1${toHex(sha3(Uint8Array.of(signatureSuites[suite].wire), publicKey)).slice(0, 40)}`
}
