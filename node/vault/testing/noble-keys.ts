/** Signature keys for tests, straight over @noble/post-quantum. Deterministic signatures, so that runs repeat. */
import { ml_dsa44, ml_dsa65, ml_dsa87 } from '@noble/post-quantum/ml-dsa.js'
import { toHex } from '../../core/bytes.ts'
import { sha3 } from '../../crypto/hash.ts'
import { type SignatureSuite, signatureSuites } from '../../crypto/suites.ts'
import type { VaultKeys } from '../types.ts'

const algorithms = { 'ML-DSA-44': ml_dsa44, 'ML-DSA-65': ml_dsa65, 'ML-DSA-87': ml_dsa87 } as const

export const nobleKeys: VaultKeys = {
  publicKeyOfSeed: (suite, seed) => algorithms[suite].keygen(seed).publicKey,
  sign: (suite, seed, message) =>
    algorithms[suite].sign(message, algorithms[suite].keygen(seed).secretKey, { extraEntropy: false }),
  verify: (suite, publicKey, message, signature) => algorithms[suite].verify(signature, message, publicKey),
}

/** Stands in for the ledger's address rule: suite and public key decide it, and nothing else. */
export function testAddressOf(suite: SignatureSuite, publicKey: Uint8Array): string {
  return `test1${toHex(sha3(Uint8Array.of(signatureSuites[suite].wire), publicKey)).slice(0, 40)}`
}
