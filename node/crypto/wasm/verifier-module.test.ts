import { afterEach, describe, expect, it, vi } from 'vitest'
import { seededRng } from '../../core/rng.ts'
import { createNobleSignatureBackend } from '../backends/noble.ts'
import { type MlDsaSuite, mlDsaSuites } from '../suites.ts'
import { createVerifierModule, type VerifierModule } from './verifier-module.ts'
import { pageBytes, webAssembly } from './web-assembly.ts'

const signer = createNobleSignatureBackend()
const suites = mlDsaSuites
const noContext = new Uint8Array(0)
const message = new Uint8Array([1, 2, 3])
/** Of ML-DSA-87, the largest. */
const largestKeyBytes = 65_600

function openModule(maxExpandedKeyBytes = 4 * largestKeyBytes): VerifierModule {
  const created = createVerifierModule({ maxExpandedKeyBytes })
  if (!created.ok) throw new Error(created.error.reason)
  return created.value
}

function signed(suite: MlDsaSuite, seedByte: number) {
  const key = signer.openSigningKey(suite, new Uint8Array(32).fill(seedByte))
  return { suite, publicKey: key.publicKey, signature: key.sign(message), key }
}

afterEach(() => vi.unstubAllGlobals())

describe('createVerifierModule', () => {
  it('takes messages and contexts of every length around its buffer of 16 KiB', () => {
    const module = openModule()
    const text = seededRng(1).bytes(40_000)
    const { key, publicKey } = signed('ML-DSA-44', 1)
    const opened = module.openKey('ML-DSA-44', publicKey)
    for (const contextBytes of [0, 1, 255]) {
      const context = text.subarray(0, contextBytes)
      const room = 16_384 - 2 - contextBytes
      for (const length of [0, 1, room - 1, room, room + 1, room + 16_383, room + 16_384, room + 16_385, 40_000]) {
        const long = text.subarray(0, length)
        const signature = key.sign(long, { context })
        expect(module.verify(opened, long, signature, context)).toBe(true)
        const changed = Uint8Array.from(long)
        if (length === 0) continue
        changed[length - 1] = (changed[length - 1] as number) ^ 1
        expect(module.verify(opened, changed, signature, context)).toBe(false)
        expect(module.verify(opened, long.subarray(1), signature, context)).toBe(false)
      }
    }
  })

  it('tells a context from the start of the message', () => {
    const module = openModule()
    const { key, publicKey } = signed('ML-DSA-44', 1)
    const opened = module.openKey('ML-DSA-44', publicKey)
    const signature = key.sign(message, { context: Uint8Array.of(9) })
    expect(module.verify(opened, message, signature, Uint8Array.of(9))).toBe(true)
    expect(module.verify(opened, Uint8Array.of(9, ...message), signature, noContext)).toBe(false)
  })

  it('answers rightly for more keys than it has room for, and takes no more memory', () => {
    const bound = 3 * 36_928
    const module = openModule(bound)
    const senders = Array.from({ length: 12 }, (_, index) => signed(suites[index % 3] as MlDsaSuite, index))
    const keys = senders.map(({ suite, publicKey }) => module.openKey(suite, publicKey))
    for (let round = 0; round < 4; round++) {
      keys.forEach((key, index) => {
        const { signature } = senders[index] as (typeof senders)[number]
        const { signature: another } = senders[(index + 3) % senders.length] as (typeof senders)[number]
        expect(module.verify(key, message, signature, noContext)).toBe(true)
        expect(module.verify(key, message, another, noContext)).toBe(false)
      })
    }
    expect(module.stats().expandedKeys).toBeLessThanOrEqual(5)
    expect(module.stats().memoryBytes).toBeLessThanOrEqual(pageBytes + Math.ceil(bound / pageBytes) * pageBytes)
  })

  it('expands a key once, for the first signature that could be valid, whoever asks', () => {
    const module = openModule()
    const { suite, publicKey, signature } = signed('ML-DSA-65', 1)
    const keys = [module.openKey(suite, publicKey), module.openKey(suite, publicKey)] as const
    const malformed = Uint8Array.from(signature).fill(255, signature.length - 6)
    expect(module.verify(keys[0], message, malformed, noContext)).toBe(false)
    expect(module.stats().expandedKeys).toBe(0)
    for (const key of keys) expect(module.verify(key, message, signature, noContext)).toBe(true)
    expect(module.stats().expandedKeys).toBe(1)
  })

  it('stops at lengths that its caller must have refused', () => {
    const module = openModule()
    const { suite, publicKey, signature } = signed('ML-DSA-44', 1)
    const key = module.openKey(suite, publicKey)
    expect(() => module.openKey('ML-DSA-65', publicKey)).toThrow(/length/)
    expect(() => module.verify(key, message, signature.subarray(1), noContext)).toThrow(/length/)
    expect(() => module.verify(key, message, signature, new Uint8Array(256))).toThrow(/255/)
    expect(module.verify(key, message, signature, noContext)).toBe(true)
  })
})

describe('an engine that lacks something', () => {
  const real = webAssembly()
  const reasonOf = (changes: object | undefined): string => {
    vi.stubGlobal(
      'WebAssembly',
      changes === undefined ? undefined : Object.assign(Object.create(real ?? null), changes),
    )
    const created = createVerifierModule({ maxExpandedKeyBytes: largestKeyBytes })
    return created.ok ? 'available' : created.error.reason
  }

  it('is reported, not thrown', () => {
    expect(reasonOf({})).toBe('available')
    expect(reasonOf(undefined)).toBe('there is no WebAssembly here')
    expect(reasonOf({ validate: () => false })).toBe('WebAssembly has no SIMD here')
    const forbidden = class {
      constructor() {
        throw new Error('forbidden by the content policy')
      }
    }
    expect(reasonOf({ Module: forbidden })).toMatch(/refused the verifier: forbidden by/)
    expect(reasonOf({ Memory: forbidden })).toMatch(/refused the verifier/)
  })

  it('verifies within the memory there is where no more can be had', () => {
    if (real === undefined) throw new Error('there is no WebAssembly here')
    let grown = 0
    class ScarceMemory extends real.Memory {
      override grow(pages: number): number {
        grown += 1
        if (grown > 1) throw new RangeError('no memory')
        return super.grow(pages)
      }
    }
    vi.stubGlobal('WebAssembly', Object.assign(Object.create(real), { Memory: ScarceMemory }))
    const module = openModule(100 * largestKeyBytes)
    const senders = Array.from({ length: 5 }, (_, index) => signed('ML-DSA-87', index))
    for (let round = 0; round < 2; round++) {
      for (const { suite, publicKey, signature } of senders) {
        expect(module.verify(module.openKey(suite, publicKey), message, signature, noContext)).toBe(true)
      }
    }
    expect(grown).toBe(2)
    expect(module.stats().expandedKeys).toBe(1)
  })
})
