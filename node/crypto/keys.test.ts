import { describe, expect, it } from 'vitest'
import { seededRng } from '../core/rng.ts'
import { generateKeyPair, publicKeyOfSeed } from './keys.ts'
import { defaultSignatureBackend } from './select-backend.ts'
import { type SignatureSuite, signatureSuites } from './suites.ts'
import { systemRng } from './system-rng.ts'

describe('generateKeyPair', () => {
  it.each(Object.keys(signatureSuites) as SignatureSuite[])('%s: the pair signs and verifies', (suite) => {
    const { seed, publicKey } = generateKeyPair(suite, { rng: seededRng(1) })
    const message = new Uint8Array([1])
    const signature = defaultSignatureBackend().sign(suite, seed, message)
    expect(defaultSignatureBackend().verify(suite, publicKey, message, signature)).toBe(true)
    expect(publicKeyOfSeed(suite, seed)).toEqual(publicKey)
  })

  it('takes the same seed from the same source, and another from another', () => {
    const first = generateKeyPair('ML-DSA-65', { rng: seededRng(1) })
    expect(generateKeyPair('ML-DSA-65', { rng: seededRng(1) })).toEqual(first)
    expect(generateKeyPair('ML-DSA-65', { rng: seededRng(2) }).publicKey).not.toEqual(first.publicKey)
    expect(generateKeyPair('ML-DSA-65').seed).not.toEqual(generateKeyPair('ML-DSA-65').seed)
  })

  it.each([
    { source: 'zeros', bytes: () => new Uint8Array(32) },
    { source: 'too few bytes', bytes: () => systemRng.bytes(31) },
  ])('refuses a random source that gives $source', ({ bytes }) => {
    expect(() => generateKeyPair('ML-DSA-65', { rng: { bytes } })).toThrow(
      expect.objectContaining({ code: 'RNG_FAILED' }),
    )
  })
})
