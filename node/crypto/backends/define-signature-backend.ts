/**
 * The rules every signature backend keeps, written once: lengths, contexts, verification of each signature before it
 * leaves, destruction of keys. A backend itself brings only the primitives.
 */
import { NodeError } from '../../core/node-error.ts'
import { type SignatureSuite, seedBytes, signatureSuites } from '../suites.ts'
import type { BackendName, SignatureBackend, SignatureCapabilities, SignOptions, VerifyingKey } from '../types.ts'

/** FIPS 204 §5.2: the length of a context is one byte. */
const maxContextBytes = 255
const emptyContext = new Uint8Array(0)

/** @typeParam Private expanded private key  @typeParam Public prepared public key */
export interface SignaturePrimitives<Private, Public> {
  readonly name: BackendName
  readonly suites: readonly SignatureSuite[]
  readonly capabilities: SignatureCapabilities
  /** @param seed 32 bytes, not to be kept */
  expand(suite: SignatureSuite, seed: Uint8Array): { readonly privateKey: Private; readonly publicKey: Uint8Array }
  /** Clears what `expand` made, as far as the platform allows. */
  wipe(privateKey: Private): void
  /** @param publicKey of the suite's length */
  prepare(suite: SignatureSuite, publicKey: Uint8Array): Public
  sign(
    suite: SignatureSuite,
    privateKey: Private,
    message: Uint8Array,
    options: { readonly context: Uint8Array; readonly deterministic: boolean },
  ): Uint8Array
  /** @param signature of the suite's length */
  verify(
    suite: SignatureSuite,
    publicKey: Public,
    message: Uint8Array,
    signature: Uint8Array,
    context: Uint8Array,
  ): boolean
}

export function defineSignatureBackend<Private, Public>(
  primitives: SignaturePrimitives<Private, Public>,
): SignatureBackend {
  const { name, suites, capabilities } = primitives

  const requireContexts = (context: Uint8Array): void => {
    // An answer computed without the context would be wrong, so there is none.
    if (context.length > 0 && !capabilities.contexts) throw capabilityMissing(name, 'contexts')
  }

  const importPublicKey = (suite: SignatureSuite, publicKey: Uint8Array): VerifyingKey | undefined => {
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

  const openSigningKey: SignatureBackend['openSigningKey'] = (suite, seed) => {
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
        if (context.length > maxContextBytes) {
          throw new NodeError('CONTEXT_TOO_LONG', `a signing context has at most ${maxContextBytes} bytes`)
        }
        requireContexts(context)
        if (deterministic && !capabilities.deterministicSigning) throw capabilityMissing(name, 'deterministic signing')
        const signature = primitives.sign(suite, privateKey, message, { context, deterministic })
        // A faulty signature can reveal the key (differential faults), so it must not leave.
        if (verifyingKey?.verify(message, signature, context) !== true) {
          throw new NodeError('SIGNATURE_FAULT', 'a signature just made does not verify; it was discarded', {
            hint: 'Check the memory of this machine before signing again.',
          })
        }
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

export function seedLengthInvalid(expectedBytes: number): NodeError {
  return new NodeError('SEED_LENGTH_INVALID', `a seed of ${expectedBytes} bytes is needed`)
}

export function keyDestroyed(): NodeError {
  return new NodeError('KEY_DESTROYED', 'the key handle was destroyed')
}

function capabilityMissing(backend: BackendName, capability: string): NodeError {
  return new NodeError('BACKEND_CAPABILITY_MISSING', `backend ${backend} has no ${capability}`, {
    details: { backend, capability },
  })
}
