/**
 * Adds the composite suite to a backend of ML-DSA: its ML-DSA half by the backend, its P-256 half by node:crypto where there is
 * one, else in plain JavaScript. The rules of define-signature-backend.ts hold here too.
 */
import { NodeError } from '../../core/node-error.ts'
import {
  compositeMessage,
  compositeSecrets,
  joinComposite,
  splitCompositeKey,
  splitCompositeSignature,
} from '../composite.ts'
import type { P256 } from '../p256.ts'
import { compositeHalf, compositeSuite, isMlDsaSuite, seedBytes, signatureSuites } from '../suites.ts'
import type { MlDsaBackend, SignatureBackend, SigningKey, VerifyingKey } from '../types.ts'
import { contextTooLong, keyDestroyed, seedLengthInvalid, signatureFault } from './key-faults.ts'
import { createNobleP256 } from './p256-noble.ts'
import { createNodeP256 } from './p256-node.ts'

/** The length of a context is one byte, as in FIPS 204 §5.2. */
const maxContextBytes = 255
const emptyContext = new Uint8Array(0)

/** Node's where there is one. */
export function defaultP256(): P256 {
  const node = createNodeP256()
  return node.ok ? node.value : createNobleP256()
}

/** @param p256 signs and verifies the classical half; for known answers, which are deterministic, noble signs it */
export function withComposite(mlDsa: MlDsaBackend, p256: P256): SignatureBackend {
  const { publicKeyBytes, signatureBytes } = signatureSuites[compositeSuite]

  const importComposite = (publicKey: Uint8Array): VerifyingKey | undefined => {
    if (publicKey.length !== publicKeyBytes) return undefined
    const halves = splitCompositeKey(publicKey)
    const point = p256.importPublicKey(halves.p256)
    const lattice = point === undefined ? undefined : mlDsa.importPublicKey(compositeHalf, halves.mlDsa)
    if (point === undefined || lattice === undefined) return undefined
    return {
      suite: compositeSuite,
      verify(message, signature, context = emptyContext) {
        if (signature.length !== signatureBytes || context.length > maxContextBytes) return false
        const signed = compositeMessage(message, context)
        const parts = splitCompositeSignature(signature)
        // Both, always: a signature with one good half is none.
        return lattice.verify(signed, parts.mlDsa) && point.verify(signed, parts.p256)
      },
    }
  }

  const openComposite = (seed: Uint8Array): SigningKey => {
    if (seed.length !== seedBytes) throw seedLengthInvalid(seedBytes)
    const { xi, scalar } = compositeSecrets(seed)
    const open = (curve: P256) => curve.openSigningKey(scalar)
    const lattice = mlDsa.openSigningKey(compositeHalf, xi)
    const point = open(p256)
    const knownPoint = mlDsa.capabilities.deterministicSigning ? open(createNobleP256({ hedged: false })) : undefined
    xi.fill(0)
    scalar.fill(0)
    const publicKey = joinComposite({ mlDsa: lattice.publicKey, p256: point.publicKey })
    const verifyingKey = importComposite(publicKey)
    let destroyed = false
    return {
      suite: compositeSuite,
      publicKey,
      sign(message, { context = emptyContext, deterministic = false } = {}) {
        if (destroyed) throw keyDestroyed()
        if (context.length > maxContextBytes) throw contextTooLong(maxContextBytes)
        const classical = deterministic ? knownPoint : point
        if (classical === undefined) {
          throw new NodeError('BACKEND_CAPABILITY_MISSING', `backend ${mlDsa.name} has no deterministic signing`)
        }
        const signed = compositeMessage(message, context)
        const signature = joinComposite({
          mlDsa: lattice.sign(signed, { deterministic }),
          p256: classical.sign(signed),
        })
        if (verifyingKey?.verify(message, signature, context) !== true) throw signatureFault()
        return signature
      },
      destroy() {
        if (destroyed) return
        destroyed = true
        lattice.destroy()
        point.destroy()
        knownPoint?.destroy()
      },
    }
  }

  const openSigningKey: SignatureBackend['openSigningKey'] = (suite, seed) =>
    isMlDsaSuite(suite) ? mlDsa.openSigningKey(suite, seed) : openComposite(seed)

  return {
    name: mlDsa.name,
    suites: [...mlDsa.suites, compositeSuite],
    capabilities: mlDsa.capabilities,
    keygen(suite, seed) {
      if (isMlDsaSuite(suite)) return mlDsa.keygen(suite, seed)
      const key = openComposite(seed)
      key.destroy()
      return { publicKey: key.publicKey }
    },
    openSigningKey,
    sign(suite, seed, message, options) {
      const key = openSigningKey(suite, seed)
      try {
        return key.sign(message, options)
      } finally {
        key.destroy()
      }
    },
    importPublicKey: (suite, publicKey) =>
      isMlDsaSuite(suite) ? mlDsa.importPublicKey(suite, publicKey) : importComposite(publicKey),
    verify(suite, publicKey, message, signature, context = emptyContext) {
      if (isMlDsaSuite(suite)) return mlDsa.verify(suite, publicKey, message, signature, context)
      // Before the key is prepared, so that a flood of malformed signatures costs nothing.
      if (signature.length !== signatureBytes) return false
      return importComposite(publicKey)?.verify(message, signature, context) ?? false
    },
  }
}
