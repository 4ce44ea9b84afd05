/**
 * The rules every signature backend keeps, written once: lengths, contexts, verification of each signature before it
 * leaves, destruction of keys. A backend itself brings only the
 * primitives of ML-DSA; the composite suite is added to each (with-composite.ts).
 */
import { NodeError } from '../../core/node-error.ts'
import type { P256 } from '../p256.ts'
import { type MlDsaSuite, seedBytes, signatureSuites } from '../suites.ts'
import type {
  BackendName,
  MlDsaBackend,
  SignatureBackend,
  SignatureCapabilities,
  SignOptions,
  VerifyingKey,
} from '../types.ts'
import { contextTooLong, keyDestroyed, seedLengthInvalid, signatureFault } from './key-faults.ts'
import { defaultP256, withComposite } from './with-composite.ts'

/** FIPS 204 §5.2: the length of a context is one byte. */
const maxContextBytes = 255
const emptyContext = new Uint8Array(0)

/** @typeParam Private expanded private key  @typeParam Public prepared public key */
export interface SignaturePrimitives<Private, Public> {
  readonly name: BackendName
  readonly suites: readonly MlDsaSuite[]
  readonly capabilities: SignatureCapabilities
  /** @param seed 32 bytes, not to be kept */
  expand(suite: MlDsaSuite, seed: Uint8Array): { readonly privateKey: Private; readonly publicKey: Uint8Array }
  /** Clears what `expand` made, as far as the platform allows. */
  wipe(privateKey: Private): void
  /** @param publicKey of the suite's length */
  prepare(suite: MlDsaSuite, publicKey: Uint8Array): Public
  sign(
    suite: MlDsaSuite,
    privateKey: Private,
    message: Uint8Array,
    options: { readonly context: Uint8Array; readonly deterministic: boolean },
  ): Uint8Array
  /** @param signature of the suite's length */
  verify(suite: MlDsaSuite, publicKey: Public, message: Uint8Array, signature: Uint8Array, context: Uint8Array): boolean
}

export function defineSignatureBackend<Private, Public>(
  primitives: SignaturePrimitives<Private, Public>,
  p256: P256 = defaultP256(),
): SignatureBackend {
  return withComposite(defineMlDsaBackend(primitives), p256)
}

function defineMlDsaBackend<Private, Public>(primitives: SignaturePrimitives<Private, Public>): MlDsaBackend {
  const { name, suites, capabilities } = primitives

  const requireContexts = (context: Uint8Array): void => {
    // An answer computed without the context would be wrong, so there is none.
    if (context.length > 0 && !capabilities.contexts) throw capabilityMissing(name, 'contexts')
  }

  const importPublicKey = (suite: MlDsaSuite, publicKey: Uint8Array): VerifyingKey | undefined => {
    const { publicKeyBytes, signatureBytes } = signatureSuites[suite]
    if (publicKey.length !== publicKeyBytes) return undefined
    const prepared = primitives.prepare(suite, publicKey)
    return {
      suite,
      verify(message, signature, context = emptyContext) {
        if (signature.length !== signatureBytes || context.length > maxContextBytes) return false
        requireContexts(context)
        return primitives.verify(suite, prepared, message, signature, context)
      },
    }
  }

  const openSigningKey: MlDsaBackend['openSigningKey'] = (suite, seed) => {
    if (seed.length !== seedBytes) throw seedLengthInvalid(seedBytes)
    const expanded = primitives.expand(suite, seed)
    const { publicKey } = expanded
    const verifyingKey = importPublicKey(suite, publicKey)
    let privateKey: Private | undefined = expanded.privateKey
    return {
      suite,
      publicKey,
      sign(message, { context = emptyContext, deterministic = false }: SignOptions = {}) {
        if (privateKey === undefined) throw keyDestroyed()
        if (context.length > maxContextBytes) throw contextTooLong(maxContextBytes)
        requireContexts(context)
        if (deterministic && !capabilities.deterministicSigning) throw capabilityMissing(name, 'deterministic signing')
        const signature = primitives.sign(suite, privateKey, message, { context, deterministic })
        if (verifyingKey?.verify(message, signature, context) !== true) throw signatureFault()
        return signature
      },
      destroy() {
        if (privateKey === undefined) return
        primitives.wipe(privateKey)
        privateKey = undefined
      },
    }
  }

  return {
    name,
    suites,
    capabilities,
    keygen(suite, seed) {
      if (seed.length !== seedBytes) throw seedLengthInvalid(seedBytes)
      const { privateKey, publicKey } = primitives.expand(suite, seed)
      primitives.wipe(privateKey)
      return { publicKey }
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
    importPublicKey,
    verify(suite, publicKey, message, signature, context = emptyContext) {
      // Before the key is prepared, so that a flood of malformed signatures costs nothing.
      if (signature.length !== signatureSuites[suite].signatureBytes) return false
      return importPublicKey(suite, publicKey)?.verify(message, signature, context) ?? false
    },
  }
}

function capabilityMissing(backend: BackendName, capability: string): NodeError {
  return new NodeError('BACKEND_CAPABILITY_MISSING', `backend ${backend} has no ${capability}`, {
    details: { backend, capability },
  })
}
