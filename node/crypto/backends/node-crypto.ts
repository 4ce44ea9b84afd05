/**
 * Fast backend: ML-DSA (Node 24.6) and ML-KEM (Node 24.7) of node:crypto. Probed, never assumed: older Node, and
 * Electron with its BoringSSL, may lack either, and browsers have no node:crypto; then the result says so.
 *
 * A private key lives in a KeyObject, which JavaScript cannot clear: destroy() drops it, and OpenSSL clears its memory
 * when the object is collected. The wrapped copy of the seed that imports it is cleared at once. Signing is always
 * hedged, since node:crypto offers nothing else.
 */
import type { KeyObject } from 'node:crypto'
import { err, ok, type Result } from '../../core/result.ts'
import { kemParameters } from '../kem-parameters.ts'
import { seedBytes, mlDsaSuites as suites } from '../suites.ts'
import type { BackendUnavailable, KemBackend, SignatureBackend } from '../types.ts'
import { defineKemBackend } from './define-kem-backend.ts'
import { defineSignatureBackend } from './define-signature-backend.ts'
import { type PostQuantumAlgorithm, pkcs8OfSeed, publicKeyOfSpki, spkiOfPublicKey } from './der.ts'

type NodeCrypto = typeof import('node:crypto')

function loadNodeCrypto(): NodeCrypto | undefined {
  return globalThis.process?.getBuiltinModule?.('node:crypto')
}

export function createNodeSignatureBackend(): Result<SignatureBackend, BackendUnavailable> {
  const crypto = loadNodeCrypto()
  if (crypto === undefined) return unavailable('there is no node:crypto here')
  const missing = suites.filter((suite) => !canImportSeed(crypto, suite, seedBytes))
  if (missing.length > 0) return unavailable(`node:crypto has no ${missing.join(', ')} here`)

  return ok(
    defineSignatureBackend<KeyObject, KeyObject>({
      name: 'node-crypto',
      suites,
      capabilities: { contexts: honoursContexts(crypto), deterministicSigning: false },
      expand(suite, seed) {
        const privateKey = importSeed(crypto, suite, seed)
        return { privateKey, publicKey: rawPublicKey(crypto, suite, privateKey) }
      },
      wipe: () => undefined,
      prepare: (suite, publicKey) => importPublicKey(crypto, suite, publicKey),
      sign: (_suite, privateKey, message, { context }) =>
        plainBytes(crypto.sign(null, message, context.length === 0 ? privateKey : { key: privateKey, context })),
      verify: (_suite, publicKey, message, signature, context) =>
        crypto.verify(null, message, context.length === 0 ? publicKey : { key: publicKey, context }, signature),
    }),
  )
}

export function createNodeKemBackend(): Result<KemBackend, BackendUnavailable> {
  const crypto = loadNodeCrypto()
  if (crypto === undefined) return unavailable('there is no node:crypto here')
  if (typeof crypto.encapsulate !== 'function' || !canImportSeed(crypto, 'ML-KEM-768', kemParameters.seedBytes)) {
    return unavailable('node:crypto has no ML-KEM-768 here')
  }
  return ok(
    defineKemBackend<KeyObject>({
      name: 'node-crypto',
      expand(seed) {
        const privateKey = importSeed(crypto, 'ML-KEM-768', seed)
        return { privateKey, encapsulationKey: rawPublicKey(crypto, 'ML-KEM-768', privateKey) }
      },
      wipe: () => undefined,
      encapsulate(encapsulationKey) {
        const { ciphertext, sharedKey } = crypto.encapsulate(importPublicKey(crypto, 'ML-KEM-768', encapsulationKey))
        return { ciphertext: plainBytes(ciphertext), sharedSecret: plainBytes(sharedKey) }
      },
      decapsulate: (privateKey, ciphertext) => plainBytes(crypto.decapsulate(privateKey, ciphertext)),
    }),
  )
}

function unavailable(reason: string): Result<never, BackendUnavailable> {
  return err({ code: 'BACKEND_UNAVAILABLE', reason })
}

/** A view, not a copy: node:crypto's types ask for its Buffer. */
function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}

/** A view as plain Uint8Array: Buffer's slice() shares memory where everybody else's copies. */
function plainBytes(buffer: Buffer): Uint8Array {
  return new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.byteLength)
}

function importSeed(crypto: NodeCrypto, algorithm: PostQuantumAlgorithm, seed: Uint8Array): KeyObject {
  const wrapped = pkcs8OfSeed(algorithm, seed)
  try {
    return crypto.createPrivateKey({ key: asBuffer(wrapped), format: 'der', type: 'pkcs8' })
  } finally {
    wrapped.fill(0)
  }
}

function importPublicKey(crypto: NodeCrypto, algorithm: PostQuantumAlgorithm, publicKey: Uint8Array): KeyObject {
  const wrapped = spkiOfPublicKey(algorithm, publicKey)
  return crypto.createPublicKey({ key: asBuffer(wrapped), format: 'der', type: 'spki' })
}

function rawPublicKey(crypto: NodeCrypto, algorithm: PostQuantumAlgorithm, privateKey: KeyObject): Uint8Array {
  const spki = crypto.createPublicKey(privateKey).export({ type: 'spki', format: 'der' })
  return publicKeyOfSpki(algorithm, spki)
}

/** Whether the platform knows the algorithm. An import fails in probes alone, so only probes catch. */
function canImportSeed(crypto: NodeCrypto, algorithm: PostQuantumAlgorithm, length: number): boolean {
  try {
    rawPublicKey(crypto, algorithm, importSeed(crypto, algorithm, new Uint8Array(length)))
    return true
  } catch {
    return false
  }
}

/** Releases that do not know the context option ignore it silently: the difference shows only in a signature. */
function honoursContexts(crypto: NodeCrypto): boolean {
  const message = new Uint8Array(1)
  const context = new Uint8Array([1])
  try {
    const privateKey = importSeed(crypto, 'ML-DSA-44', new Uint8Array(seedBytes))
    const publicKey = crypto.createPublicKey(privateKey)
    const signature = crypto.sign(null, message, { key: privateKey, context })
    return (
      crypto.verify(null, message, { key: publicKey, context }, signature) &&
      !crypto.verify(null, message, publicKey, signature)
    )
  } catch {
    return false
  }
}
