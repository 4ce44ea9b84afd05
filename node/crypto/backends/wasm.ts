/**
 * Verification in WebAssembly (../wasm), alike in Node, Electron and browsers, and faster than node:crypto; keys and
 * signatures come from another backend, the signer. A signature thus leaves only after two implementations accepted it.
 */
import { ok, type Result } from '../../core/result.ts'
import { limits } from '../limits.ts'
import type { BackendUnavailable, SignatureBackend, SigningKey } from '../types.ts'
import { createVerifierModule, type ModuleKey } from '../wasm/index.ts'
import { defineSignatureBackend } from './define-signature-backend.ts'

export interface WasmBackendOptions {
  /** Memory for expanded public keys; see limits.ts. */
  readonly maxExpandedKeyBytes?: number
}

/** @param signer makes keys and signatures; its capabilities are this backend's */
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
      suites: signer.suites,
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
