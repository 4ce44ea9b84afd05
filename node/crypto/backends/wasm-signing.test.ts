/** Signing in WebAssembly: the same bytes as the portable implementation, whatever the key, message and chance. */
import { ml_dsa44, ml_dsa65, ml_dsa87 } from '@noble/post-quantum/ml-dsa.js'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { equalBytes } from '../../core/bytes.ts'
import { type Rng, seededRng } from '../../core/rng.ts'
import { mlDsaSuites } from '../suites.ts'
import type { SignatureBackend } from '../types.ts'
import { createNobleSignatureBackend } from './noble.ts'
import { createNodeSignatureBackend } from './node-crypto.ts'
import { createWasmSigningBackend } from './wasm.ts'

const suites = mlDsaSuites
const libraries = { 'ML-DSA-44': ml_dsa44, 'ML-DSA-65': ml_dsa65, 'ML-DSA-87': ml_dsa87 }
const noble = createNobleSignatureBackend()
const node = createNodeSignatureBackend()

function openBackend(rng?: Rng): SignatureBackend {
  const created = createWasmSigningBackend({}, rng === undefined ? {} : { rng })
  if (!created.ok) throw new Error(created.error.reason)
  return created.value
}

const seeds = fc.uint8Array({ minLength: 32, maxLength: 32 })
const messages = fc.uint8Array({ maxLength: 500 })
const contexts = fc.oneof(fc.constant(new Uint8Array(0)), fc.uint8Array({ maxLength: 255 }))

describe.each(suites)('%s', (suite) => {
  const wasm = openBackend()

  it('makes the same keys and deterministic signatures (property)', { timeout: 60_000 }, () => {
    fc.assert(
      fc.property(seeds, messages, contexts, (seed, message, context) => {
        const key = noble.openSigningKey(suite, seed)
        expect(equalBytes(wasm.keygen(suite, seed).publicKey, key.publicKey)).toBe(true)
        const expected = key.sign(message, { context, deterministic: true })
        expect(equalBytes(wasm.sign(suite, seed, message, { context, deterministic: true }), expected)).toBe(true)
      }),
      { seed: 21, numRuns: 60 },
    )
  })

  it('makes the same hedged signatures of the same random bytes (property)', { timeout: 60_000 }, () => {
    fc.assert(
      fc.property(seeds, messages, fc.nat(), (seed, message, chance) => {
        const hedged = openBackend(seededRng(chance)).sign(suite, seed, message)
        const { secretKey } = libraries[suite].keygen(seed)
        const expected = libraries[suite].sign(message, secretKey, { extraEntropy: seededRng(chance).bytes(32) })
        expect(equalBytes(hedged, expected)).toBe(true)
      }),
      { seed: 22, numRuns: 20 },
    )
  })

  it('makes hedged signatures that differ, and that every other backend accepts', () => {
    const rng = seededRng(23)
    const others = node.ok ? [noble, node.value] : [noble]
    for (let round = 0; round < 20; round++) {
      const key = wasm.openSigningKey(suite, rng.bytes(32))
      const message = rng.bytes(20 * round)
      const signatures = [key.sign(message), key.sign(message)] as const
      expect(equalBytes(...signatures)).toBe(false)
      for (const signature of signatures) {
        for (const other of others) expect(other.verify(suite, key.publicKey, message, signature)).toBe(true)
      }
    }
  })
})

describe('what comes in', () => {
  const suite = 'ML-DSA-44'

  it('random bytes are overwritten once used', () => {
    const given: Uint8Array[] = []
    const rng = seededRng(24)
    const backend = openBackend({
      bytes(length) {
        const bytes = rng.bytes(length)
        given.push(bytes)
        return bytes
      },
    })
    backend.sign(suite, new Uint8Array(32), Uint8Array.of(1))
    expect(given).toEqual([new Uint8Array(32)])
  })

  it.each([
    ['too few', new Uint8Array(31).fill(1)],
    ['only zeros', new Uint8Array(32)],
  ])('%s random bytes make no signature', (_name, bytes) => {
    const backend = openBackend({ bytes: () => bytes })
    expect(() => backend.sign(suite, new Uint8Array(32), Uint8Array.of(1))).toThrow(
      expect.objectContaining({ code: 'RNG_FAILED' }),
    )
    expect(backend.sign(suite, new Uint8Array(32), Uint8Array.of(1), { deterministic: true }).length).toBe(2_420)
  })

  it('a key stays what it was when the bytes of its seed are used again', () => {
    const seed = seededRng(25).bytes(32)
    const backend = openBackend()
    const key = backend.openSigningKey(suite, seed)
    seed.fill(0)
    const message = Uint8Array.of(1, 2)
    expect(noble.verify(suite, key.publicKey, message, key.sign(message))).toBe(true)
  })
})
