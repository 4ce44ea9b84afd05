/**
 * The compiled verifier (assembly/) with its memory: bytes go in and answers come out. One instance for one thread.
 * Lengths are checked before anything is written to its memory, which has a maximum that the engine enforces.
 */
import { bytesKey } from '../../core/bytes.ts'
import { invariant } from '../../core/node-error.ts'
import { ok, type Result } from '../../core/result.ts'
import { type MlDsaSuite, signatureSuites } from '../suites.ts'
import type { BackendUnavailable } from '../types.ts'
import { type AbsorbingExports, absorberOf } from './absorb-message.ts'
import { createExpandedKeyRing, type RingEntry } from './expanded-key-ring.ts'
import { type Address, instantiate } from './instantiate.ts'
import { levels } from './levels.ts'
import { mlDsaVerifyBase64 } from './ml-dsa-verify.wasm.ts'
import { pageBytes, type WebAssemblyMemory } from './web-assembly.ts'

/** A public key, and where it lies expanded, if it does. */
export interface ModuleKey {
  readonly suite: MlDsaSuite
  readonly publicKey: Uint8Array
  expanded: RingEntry | undefined
}

export interface VerifierModule {
  /** Copies the key; expanding it waits for the first signature that could be valid. @param publicKey of the suite's length */
  openKey(suite: MlDsaSuite, publicKey: Uint8Array): ModuleKey
  /** @param signature of the suite's length  @param context at most 255 bytes */
  verify(key: ModuleKey, message: Uint8Array, signature: Uint8Array, context: Uint8Array): boolean
  /** Expanded keys held, and the bytes of all its memory. */
  stats(): { readonly expandedKeys: number; readonly memoryBytes: number }
}

/** What assembly/index.ts exports. Its booleans are 0 and 1 here. */
interface Exports extends AbsorbingExports {
  expandedKeyBytes(level: number): number
  hashKey(level: number): void
  expandKey(level: number, address: number): void
  openSignature(level: number): number
  beginMessage(address: number): void
  verify(level: number, address: number): number
  readonly heapStart: Address
  readonly publicKeyBuffer: Address
  readonly signatureBuffer: Address
  readonly trBuffer: Address
}

const suites = Object.keys(levels) as MlDsaSuite[]

/** Length of tr: the hash that stands for a public key (FIPS 204 §6.1). */
const trBytes = 64
/** Pages of its own that the module has beside the ring: its tables and buffers take 50 KB. */
const ownPages = 1

/** @param options maxExpandedKeyBytes: memory for expanded keys at most */
export function createVerifierModule({
  maxExpandedKeyBytes,
}: {
  readonly maxExpandedKeyBytes: number
}): Result<VerifierModule, BackendUnavailable> {
  const maxPages = ownPages + Math.ceil(maxExpandedKeyBytes / pageBytes)
  const created = instantiate<Exports>('verifier', mlDsaVerifyBase64, { initial: ownPages, maximum: maxPages })
  if (!created.ok) return created
  const { exports, memory } = created.value
  return ok(overInstance(exports, memory, { maxExpandedKeyBytes, maxPages }))
}

function overInstance(
  exports: Exports,
  memory: WebAssemblyMemory,
  { maxExpandedKeyBytes, maxPages }: { readonly maxExpandedKeyBytes: number; readonly maxPages: number },
): VerifierModule {
  const heapStart = exports.heapStart.value
  const publicKeyBuffer = exports.publicKeyBuffer.value
  const signatureBuffer = exports.signatureBuffer.value
  const trBuffer = exports.trBuffer.value
  let bytes = new Uint8Array(memory.buffer)
  const absorb = absorberOf(exports)

  /**
   * Whether so many bytes of expanded keys have room. Memory doubles, since each growth is dear: what is added costs
   * nothing before a key is written there. The view is made again, since growing detaches the old one.
   */
  const ensure = (keyBytes: number): boolean => {
    const pages = bytes.length / pageBytes
    const neededPages = Math.ceil((heapStart + keyBytes) / pageBytes)
    if (neededPages <= pages) return true
    if (neededPages > maxPages) return false
    try {
      memory.grow(Math.min(Math.max(neededPages, 2 * pages), maxPages) - pages)
    } catch {
      return false
    }
    bytes = new Uint8Array(memory.buffer)
    return true
  }

  const keyBytes = new Map(suites.map((suite) => [suite, exports.expandedKeyBytes(levels[suite])]))
  const largestKeyBytes = Math.max(...keyBytes.values())
  invariant(heapStart <= ownPages * pageBytes, 'the verifier module fits its own pages')
  invariant(largestKeyBytes <= maxExpandedKeyBytes && ensure(largestKeyBytes), 'there is room for an expanded key')
  const ring = createExpandedKeyRing({ capacityBytes: maxExpandedKeyBytes, initialBytes: largestKeyBytes, ensure })

  /** The key's place in the module's memory; expands it if it is not there, or there no more. */
  const addressOf = (key: ModuleKey): number => {
    if (key.expanded?.isLive !== true) {
      const { suite, publicKey } = key
      bytes.set(publicKey, publicKeyBuffer)
      exports.hashKey(levels[suite])
      // By its hash, so that handles of one key share one expansion.
      const name = bytesKey(bytes.subarray(trBuffer, trBuffer + trBytes))
      key.expanded =
        ring.find(name) ??
        ring.place(name, keyBytes.get(suite) as number, (offset) =>
          exports.expandKey(levels[suite], heapStart + offset),
        )
    }
    return heapStart + key.expanded.offset
  }

  return {
    openKey(suite, publicKey) {
      invariant(publicKey.length === signatureSuites[suite].publicKeyBytes, 'a public key has the length of its suite')
      // A copy, since the caller's bytes may be a view into a buffer that is used again.
      return { suite, publicKey: Uint8Array.from(publicKey), expanded: undefined }
    },
    verify(key, message, signature, context) {
      invariant(
        signature.length === signatureSuites[key.suite].signatureBytes,
        'a signature has the length of its suite',
      )
      invariant(context.length <= 255, 'a context has at most 255 bytes')
      const level = levels[key.suite]
      bytes.set(signature, signatureBuffer)
      // First, so that a flood of malformed signatures expands no key.
      if (exports.openSignature(level) !== 1) return false
      const address = addressOf(key)
      exports.beginMessage(address)
      absorb(bytes, message, context)
      return exports.verify(level, address) === 1
    },
    stats: () => ({ expandedKeys: ring.size, memoryBytes: bytes.length }),
  }
}
