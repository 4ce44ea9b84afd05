import { describe, expect, it } from 'vitest'
import { NodeError } from '../core/node-error.ts'
import { err, ok } from '../core/result.ts'
import { createNobleKemBackend, createNobleSignatureBackend } from './backends/noble.ts'
import { type Candidate, selectKemBackend, selectSignatureBackend, signatureCandidates } from './select-backend.ts'
import type { SignatureBackend } from './types.ts'

const noble = createNobleSignatureBackend()
const unavailable: Candidate<SignatureBackend> = {
  name: 'node-crypto',
  create: () => err({ code: 'BACKEND_UNAVAILABLE', reason: 'none here' }),
}
const acceptsAnything: Candidate<SignatureBackend> = {
  name: 'node-crypto',
  create: () => ok({ ...noble, name: 'node-crypto', verify: () => true }),
}
const good: Candidate<SignatureBackend> = { name: 'noble', create: () => ok(noble) }

describe('selectSignatureBackend', () => {
  it('tries the fast backend first', () => {
    expect(signatureCandidates.map(({ name }) => name)).toEqual(['node-crypto', 'noble'])
  })

  it('passes over one that is unavailable and one that fails, and says why', () => {
    const { backend, rejected } = selectSignatureBackend([unavailable, acceptsAnything, good])
    expect(backend).toBe(noble)
    expect(rejected).toEqual([
      { name: 'node-crypto', code: 'BACKEND_UNAVAILABLE', reason: 'none here' },
      { name: 'node-crypto', code: 'SELF_TEST_FAILED', reason: expect.stringContaining('refuses') },
    ])
  })

  it('stops rather than use one that fails', () => {
    expect(() => selectSignatureBackend([unavailable, acceptsAnything])).toThrow(
      expect.objectContaining({ code: 'CRYPTO_SELF_TEST_FAILED' }),
    )
    expect(() => selectSignatureBackend([])).toThrow(NodeError)
  })
})

describe('selectKemBackend', () => {
  it('does not use a backend whose decapsulation is wrong', () => {
    const kem = createNobleKemBackend()
    const wrong = { ...kem, decapsulate: () => new Uint8Array(32) }
    const { backend, rejected } = selectKemBackend([
      { name: 'node-crypto', create: () => ok(wrong) },
      { name: 'noble', create: () => ok(kem) },
    ])
    expect(backend).toBe(kem)
    expect(rejected).toMatchObject([{ code: 'SELF_TEST_FAILED', reason: 'ML-KEM-768 decapsulation' }])
  })
})
