/**
 * The compiled signer (assembly/signing/) with its memory, which is its own and of fixed size: a seed goes in, and a
 * public key or a signature comes out. Nothing is kept from one call to the next. Before a call returns, and also when it
 * fails, all of the memory is put back to what it was when the module was made, byte by byte: the seed, what was expanded
 * from it, the masks, the message, and what refused attempts left. The key is expanded for each signature anew, which
 * costs about a third of it.
 */
import { invariant, NodeError } from '../../core/node-error.ts'
import { ok, type Result } from '../../core/result.ts'
import { limits } from '../limits.ts'
import { type MlDsaSuite, seedBytes, signatureSuites } from '../suites.ts'
import type { BackendUnavailable } from '../types.ts'
import { type AbsorbingExports, absorberOf } from './absorb-message.ts'
import { type Address, instantiate } from './instantiate.ts'
import { levels } from './levels.ts'
import { mlDsaSignBase64 } from './ml-dsa-sign.wasm.ts'
import { pageBytes } from './web-assembly.ts'

/** Length of rnd (FIPS 204 algorithm 2, line 5), in bytes. */
export const signingRandomBytes = 32

export interface SignerModule {
  /** The public key of a seed (FIPS 204 algorithm 6). @param seed 32 bytes */
  publicKeyOf(suite: MlDsaSuite, seed: Uint8Array): Uint8Array
  /**
   * A signature, not verified yet (algorithms 2 and 7).
   *
   * @param random 32 fresh random bytes; zeros for deterministic signing  @param context at most 255 bytes
   * @throws NodeError SIGNATURE_FAULT where no attempt gave a signature
   */
  sign(
    suite: MlDsaSuite,
    seed: Uint8Array,
    message: Uint8Array,
    options: { readonly random: Uint8Array; readonly context: Uint8Array },
  ): Uint8Array
}

/** What assembly/signing/index.ts exports. */
interface Exports extends AbsorbingExports {
  expandSeed(level: number): void
  beginMessage(): void
  sign(level: number, maxAttempts: number): number
  readonly memoryEnd: Address
  readonly seedBuffer: Address
  readonly randomBuffer: Address
  readonly publicKeyBuffer: Address
  readonly signatureBuffer: Address
}

/** Pages of memory: the largest key and one signature in the making take 140 KB. */
const pages = 3

/** @param options maxAttempts: of one signature; see limits.ts */
export function createSignerModule({
  maxAttempts = limits.maxSigningAttempts,
}: {
  readonly maxAttempts?: number
} = {}): Result<SignerModule, BackendUnavailable> {
  const created = instantiate<Exports>('signer', mlDsaSignBase64, { initial: pages, maximum: pages })
  if (!created.ok) return created
  const { exports, memory } = created.value
  const bytes = new Uint8Array(memory.buffer)
  invariant(exports.memoryEnd.value <= pages * pageBytes, 'the signer module fits its memory')
  const untouched = Uint8Array.from(bytes)
  const absorb = absorberOf(exports)

  /** Calls with the key of the seed expanded, and leaves no trace of it. */
  const withKey = (suite: MlDsaSuite, seed: Uint8Array, call: () => Uint8Array): Uint8Array => {
    invariant(seed.length === seedBytes, 'a seed has 32 bytes')
    try {
      bytes.set(seed, exports.seedBuffer.value)
      exports.expandSeed(levels[suite])
      return call()
    } finally {
      bytes.set(untouched)
    }
  }
  const copyOf = (address: Address, length: number): Uint8Array => bytes.slice(address.value, address.value + length)

  return ok({
    publicKeyOf: (suite, seed) =>
      withKey(suite, seed, () => copyOf(exports.publicKeyBuffer, signatureSuites[suite].publicKeyBytes)),
    sign(suite, seed, message, { random, context }) {
      invariant(random.length === signingRandomBytes, 'signing takes 32 random bytes')
      invariant(context.length <= 255, 'a context has at most 255 bytes')
      return withKey(suite, seed, () => {
        exports.beginMessage()
        absorb(bytes, message, context)
        bytes.set(random, exports.randomBuffer.value)
        if (exports.sign(levels[suite], maxAttempts) === 0) {
          throw new NodeError('SIGNATURE_FAULT', 'no attempt gave a signature, which chance alone does not explain', {
            hint: 'Check the memory of this machine before signing again.',
          })
        }
        return copyOf(exports.signatureBuffer, signatureSuites[suite].signatureBytes)
      })
    },
  })
}
