/**
 * Portable backend: @noble/post-quantum, plain JavaScript, alike in Node, Electron and browsers. FIPS 204 and FIPS 203.
 *
 * JavaScript gives no promise of constant time; signing runs on the person's own machine, where that is the accepted
 * limit. Expanded keys are plain byte arrays, so destroy() does clear them; what the library's arithmetic leaves in
 * the heap it clears itself as far as the engine allows.
 */
import { type DSA, ml_dsa44, ml_dsa65, ml_dsa87 } from '@noble/post-quantum/ml-dsa.js'
import { ml_kem768 } from '@noble/post-quantum/ml-kem.js'
import type { P256 } from '../p256.ts'
import { type MlDsaSuite, mlDsaSuites } from '../suites.ts'
import type { KemBackend, SignatureBackend } from '../types.ts'
import { defineKemBackend } from './define-kem-backend.ts'
import { defineSignatureBackend, type SignaturePrimitives } from './define-signature-backend.ts'

const parameterSets: Readonly<Record<MlDsaSuite, DSA>> = {
  'ML-DSA-44': ml_dsa44,
  'ML-DSA-65': ml_dsa65,
  'ML-DSA-87': ml_dsa87,
}

/** @param p256 classical half of the composite suite; default node:crypto's where there is one */
export function createNobleSignatureBackend(p256?: P256): SignatureBackend {
  const primitives: SignaturePrimitives<Uint8Array, Uint8Array> = {
    name: 'noble',
    suites: mlDsaSuites,
    capabilities: { contexts: true, deterministicSigning: true },
    expand(suite, seed) {
      const { secretKey, publicKey } = parameterSets[suite].keygen(seed)
      return { privateKey: secretKey, publicKey }
    },
    wipe: (privateKey) => privateKey.fill(0),
    // A copy, since the caller's bytes may be a view into a buffer that is used again.
    prepare: (_suite, publicKey) => Uint8Array.from(publicKey),
    sign(suite, privateKey, message, { context, deterministic }) {
      // Without extraEntropy the library draws the 32 random bytes of hedged signing itself.
      const options = deterministic ? { context, extraEntropy: false as const } : { context }
      return parameterSets[suite].sign(message, privateKey, options)
    },
    verify: (suite, publicKey, message, signature, context) =>
      parameterSets[suite].verify(signature, message, publicKey, { context }),
  }
  return defineSignatureBackend(primitives, p256)
}

export function createNobleKemBackend(): KemBackend {
  return defineKemBackend<Uint8Array>({
    name: 'noble',
    expand(seed) {
      const { secretKey, publicKey } = ml_kem768.keygen(seed)
      return { privateKey: secretKey, encapsulationKey: publicKey }
    },
    wipe: (privateKey) => privateKey.fill(0),
    encapsulate(encapsulationKey) {
      const { cipherText, sharedSecret } = ml_kem768.encapsulate(encapsulationKey)
      return { ciphertext: cipherText, sharedSecret }
    },
    decapsulate: (privateKey, ciphertext) => ml_kem768.decapsulate(ciphertext, privateKey),
  })
}
