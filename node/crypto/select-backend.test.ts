import { afterEach, describe, expect, it, vi } from 'vitest'
import { NodeError } from '../core/node-error.ts'
import { err, ok } from '../core/result.ts'
import { createNobleKemBackend, createNobleSignatureBackend } from './backends/noble.ts'
import { createNodeSignatureBackend } from './backends/node-crypto.ts'
import { createWasmSigningBackend } from './backends/wasm.ts'
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
  it('verifies in WebAssembly first, whichever signs', () => {
    expect(signatureCandidates.map(({ name }) => name)).toEqual(['wasm', 'wasm', 'wasm', 'node-crypto', 'noble'])
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

describe('the WebAssembly verifier', () => {
  afterEach(() => {
    vi.restoreAllMocks()
    vi.unstubAllGlobals()
  })

  it('is what verifies, and so deterministic signing is as the signer has it', (context) => {
    const node = createNodeSignatureBackend()
    if (!node.ok) return context.skip(node.error.reason)
    const { backend, rejected } = selectSignatureBackend()
    expect(backend.name).toBe('wasm')
    expect(backend.capabilities).toEqual(node.value.capabilities)
    expect(rejected).toEqual([])
  })

  it('verifies where node:crypto has no ML-DSA, too', () => {
    vi.spyOn(process, 'getBuiltinModule').mockReturnValue(undefined as never)
    const { backend, rejected } = selectSignatureBackend()
    expect(backend.name).toBe('wasm')
    expect(backend.capabilities.deterministicSigning).toBe(true)
    expect(rejected).toEqual([{ name: 'wasm', code: 'BACKEND_UNAVAILABLE', reason: 'there is no node:crypto here' }])
  })

  it('signs itself where node:crypto has no ML-DSA, and by the portable implementation where its signer fails', () => {
    vi.spyOn(process, 'getBuiltinModule').mockReturnValue(undefined as never)
    const tried: number[] = []
    const watched: Candidate<SignatureBackend>[] = signatureCandidates.map((candidate, index) => ({
      ...candidate,
      create() {
        tried.push(index)
        return candidate.create()
      },
    }))
    expect(selectSignatureBackend(watched).backend.name).toBe('wasm')
    expect(tried).toEqual([0, 1])

    const faulty: Candidate<SignatureBackend> = {
      name: 'wasm',
      create() {
        const created = createWasmSigningBackend()
        return created.ok ? ok({ ...created.value, keygen: () => ({ publicKey: new Uint8Array(1_312) }) }) : created
      },
    }
    const { backend, rejected } = selectSignatureBackend(watched.with(1, faulty))
    expect(backend.name).toBe('wasm')
    expect(tried).toEqual([0, 1, 0, 2])
    expect(rejected).toEqual([
      { name: 'wasm', code: 'BACKEND_UNAVAILABLE', reason: 'there is no node:crypto here' },
      { name: 'wasm', code: 'SELF_TEST_FAILED', reason: 'ML-DSA-44 key generation' },
    ])
  })

  it('is not missed where there is no WebAssembly', (context) => {
    const node = createNodeSignatureBackend()
    if (!node.ok) return context.skip(node.error.reason)
    vi.stubGlobal('WebAssembly', undefined)
    const { backend, rejected } = selectSignatureBackend()
    expect(backend.name).toBe('node-crypto')
    expect(rejected.map(({ name, code }) => [name, code])).toEqual([
      ['wasm', 'BACKEND_UNAVAILABLE'],
      ['wasm', 'BACKEND_UNAVAILABLE'],
      ['wasm', 'BACKEND_UNAVAILABLE'],
    ])
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
