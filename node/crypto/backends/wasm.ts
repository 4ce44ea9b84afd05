/**
 * ML-DSA in WebAssembly (../wasm), alike in Node, Electron and browsers. Verification is faster than that of node:crypto.
 * Signing is its own where node:crypto has none; else it comes from there, and a signature leaves only after two
 * implementations accepted it.
 *
 * Own signing: a handle holds a copy of the seed, which destroy() clears, and nothing else; the key is expanded in the
 * signer's memory for each call and gone from it when the call returns (../wasm/signer-module.ts; what is constant in time and
 * what is not, ../wasm/assembly/signing/index.ts).
 */
import { NodeError } from '../../core/node-error.ts'
import { ok, type Result } from '../../core/result.ts'
import type { Rng } from '../../core/rng.ts'
import { limits } from '../limits.ts'
import { mlDsaSuites } from '../suites.ts'
import { systemRng } from '../system-rng.ts'
import type { BackendUnavailable, SignatureBackend, SigningKey } from '../types.ts'
import { createSignerModule, createVerifierModule, type ModuleKey, signingRandomBytes } from '../wasm/index.ts'
import { defineSignatureBackend } from './define-signature-backend.ts'

export interface WasmBackendOptions {
  /** Memory for expanded public keys; see limits.ts. */
  readonly maxExpandedKeyBytes?: number
}

/** Verifies in WebAssembly. @param signer makes keys and signatures; its capabilities are this backend's */
export function createWasmSignatureBackend(
  signer: SignatureBackend,
  { maxExpandedKeyBytes = limits.maxExpandedKeyBytes }: WasmBackendOptions = {},
): Result<SignatureBackend, BackendUnavailable> {
  const created = createVerifierModule({ maxExpandedKeyBytes })
  if (!created.ok) return created
  const verifier = created.value
  return ok(
    defineSignatureBackend<SigningKey, ModuleKey>({
      name: 'wasm',
      suites: mlDsaSuites,
      capabilities: signer.capabilities,
      expand(suite, seed) {
        const privateKey = signer.openSigningKey(suite, seed)
        return { privateKey, publicKey: privateKey.publicKey }
      },
      wipe: (privateKey) => privateKey.destroy(),
      prepare: (suite, publicKey) => verifier.openKey(suite, publicKey),
      sign: (_suite, privateKey, message, options) => privateKey.sign(message, options),
      verify: (_suite, publicKey, message, signature, context) =>
        verifier.verify(publicKey, message, signature, context),
    }),
  )
}

/**
 * Makes keys, signs and verifies in WebAssembly. The signer and the verifier are two modules, each with a memory of its
 * own: a fault in the one's memory is not in the other's.
 *
 * @param deps rng: random bytes of hedged signing; default the operating system's
 */
export function createWasmSigningBackend(
  { maxExpandedKeyBytes = limits.maxExpandedKeyBytes }: WasmBackendOptions = {},
  { rng = systemRng }: { readonly rng?: Rng } = {},
): Result<SignatureBackend, BackendUnavailable> {
  const signerModule = createSignerModule()
  if (!signerModule.ok) return signerModule
  const verifierModule = createVerifierModule({ maxExpandedKeyBytes })
  if (!verifierModule.ok) return verifierModule
  const signer = signerModule.value
  const verifier = verifierModule.value
  return ok(
    defineSignatureBackend<Uint8Array, ModuleKey>({
      name: 'wasm',
      suites: mlDsaSuites,
      capabilities: { contexts: true, deterministicSigning: true },
      expand: (suite, seed) => ({
        publicKey: signer.publicKeyOf(suite, seed),
        privateKey: Uint8Array.from(seed),
      }),
      wipe: (seed) => seed.fill(0),
      prepare: (suite, publicKey) => verifier.openKey(suite, publicKey),
      sign(suite, seed, message, { context, deterministic }) {
        const random = deterministic ? new Uint8Array(signingRandomBytes) : hedge(rng)
        try {
          return signer.sign(suite, seed, message, { random, context })
        } finally {
          random.fill(0)
        }
      },
      verify: (_suite, publicKey, message, signature, context) =>
        verifier.verify(publicKey, message, signature, context),
    }),
  )
}

/** Zeros would sign deterministically without being asked to, and come from no source that works. */
function hedge(rng: Rng): Uint8Array {
  const random = rng.bytes(signingRandomBytes)
  if (random.length !== signingRandomBytes || random.every((byte) => byte === 0)) {
    throw new NodeError('RNG_FAILED', 'the random source gave no usable bytes for a signature')
  }
  return random
}
