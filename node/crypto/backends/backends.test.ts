import fc from 'fast-check'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { NodeError } from '../../core/node-error.ts'
import { seededRng } from '../../core/rng.ts'
import { mlDsaSuites, type SignatureSuite, signatureSuites } from '../suites.ts'
import type { KemBackend, SignatureBackend } from '../types.ts'
import { defineSignatureBackend } from './define-signature-backend.ts'
import { createNobleKemBackend, createNobleSignatureBackend } from './noble.ts'
import { createNodeKemBackend, createNodeSignatureBackend } from './node-crypto.ts'
import { createWasmSignatureBackend, createWasmSigningBackend } from './wasm.ts'

const suites = Object.keys(signatureSuites) as SignatureSuite[]
const rng = seededRng(7)
const message = new Uint8Array([1, 2, 3])

function codeOf(action: () => unknown): string {
  try {
    action()
  } catch (error) {
    if (error instanceof NodeError) return error.code
    throw error
  }
  return 'nothing thrown'
}

const signatures: SignatureBackend[] = [createNobleSignatureBackend()]
const nodeSignatures = createNodeSignatureBackend()
if (nodeSignatures.ok) signatures.push(nodeSignatures.value)
// Signs by another, and so answers for all of the interface over either.
for (const signer of [...signatures]) {
  const created = createWasmSignatureBackend(signer)
  if (created.ok) signatures.push(created.value)
}
const wasmSigning = createWasmSigningBackend()
if (wasmSigning.ok) signatures.push(wasmSigning.value)
const kems: KemBackend[] = [createNobleKemBackend()]
const nodeKem = createNodeKemBackend()
if (nodeKem.ok) kems.push(nodeKem.value)

describe.each(signatures)('signatures of $name', (backend) => {
  it.each(suites)('%s: sizes are those of the suite, and the seed is left untouched', (suite) => {
    const seed = rng.bytes(32)
    const before = Uint8Array.from(seed)
    const { publicKey } = backend.keygen(suite, seed)
    const signature = backend.sign(suite, seed, message)
    expect(publicKey.constructor).toBe(Uint8Array)
    expect(signature.constructor).toBe(Uint8Array)
    expect(publicKey.length).toBe(signatureSuites[suite].publicKeyBytes)
    expect(signature.length).toBe(signatureSuites[suite].signatureBytes)
    expect(seed).toEqual(before)
  })

  it('refuses seeds of another length and contexts above 255 bytes', () => {
    for (const length of [0, 31, 33]) {
      const seed = new Uint8Array(length)
      expect(codeOf(() => backend.keygen('ML-DSA-65', seed))).toBe('SEED_LENGTH_INVALID')
      expect(codeOf(() => backend.sign('ML-DSA-65', seed, message))).toBe('SEED_LENGTH_INVALID')
    }
    const seed = rng.bytes(32)
    const context = new Uint8Array(256)
    expect(codeOf(() => backend.sign('ML-DSA-65', seed, message, { context }))).toBe('CONTEXT_TOO_LONG')
    const { publicKey } = backend.keygen('ML-DSA-65', seed)
    const signature = backend.sign('ML-DSA-65', seed, message)
    expect(backend.verify('ML-DSA-65', publicKey, message, signature, context)).toBe(false)
  })

  it('a prepared key does not change with the bytes it was made from', () => {
    const seed = rng.bytes(32)
    const { publicKey } = backend.keygen('ML-DSA-44', seed)
    const signature = backend.sign('ML-DSA-44', seed, message)
    const prepared = backend.importPublicKey('ML-DSA-44', publicKey)
    publicKey.fill(0)
    expect(prepared?.verify(message, signature)).toBe(true)
  })

  it('a destroyed key signs no more, and may be destroyed twice', () => {
    const key = backend.openSigningKey('ML-DSA-44', rng.bytes(32))
    key.destroy()
    key.destroy()
    expect(codeOf(() => key.sign(message))).toBe('KEY_DESTROYED')
  })

  it('says what it cannot do instead of doing something else', () => {
    const { capabilities } = backend
    const seed = rng.bytes(32)
    const { publicKey } = backend.keygen('ML-DSA-44', seed)
    const signature = backend.sign('ML-DSA-44', seed, message)
    const context = new Uint8Array([1])
    const signDeterministic = () => backend.sign('ML-DSA-44', seed, message, { deterministic: true })
    expect(codeOf(signDeterministic)).toBe(
      capabilities.deterministicSigning ? 'nothing thrown' : 'BACKEND_CAPABILITY_MISSING',
    )
    expect(codeOf(() => backend.verify('ML-DSA-44', publicKey, message, signature, context))).toBe(
      capabilities.contexts ? 'nothing thrown' : 'BACKEND_CAPABILITY_MISSING',
    )
  })
})

it('backends verify each other, any message (property)', () => {
  const seed = rng.bytes(32)
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 400 }), fc.uint8Array({ maxLength: 255 }), (text, context) => {
      for (const signer of signatures) {
        const used = signer.capabilities.contexts ? context : new Uint8Array(0)
        const signature = signer.sign('ML-DSA-44', seed, text, { context: used })
        for (const verifier of signatures) {
          if (used.length > 0 && !verifier.capabilities.contexts) continue
          const { publicKey } = verifier.keygen('ML-DSA-44', seed)
          expect(verifier.verify('ML-DSA-44', publicKey, text, signature, used)).toBe(true)
        }
      }
    }),
    { seed: 3, numRuns: 20 },
  )
})

describe('a backend whose primitives fail', () => {
  const fakeKey = new Uint8Array(signatureSuites['ML-DSA-44'].publicKeyBytes)
  const wiped: Uint8Array[] = []
  const faulty = (verifies: boolean, contexts = true) =>
    defineSignatureBackend<Uint8Array, Uint8Array>({
      name: 'noble',
      suites: mlDsaSuites,
      capabilities: { contexts, deterministicSigning: false },
      expand: () => ({ privateKey: new Uint8Array([1]), publicKey: fakeKey }),
      wipe: (privateKey) => wiped.push(privateKey),
      prepare: (_suite, publicKey) => publicKey,
      sign: (suite) => new Uint8Array(signatureSuites[suite].signatureBytes),
      verify: () => verifies,
    })

  it('keeps a signature back that does not verify, and still wipes the key', () => {
    wiped.length = 0
    expect(codeOf(() => faulty(false).sign('ML-DSA-44', new Uint8Array(32), message))).toBe('SIGNATURE_FAULT')
    expect(wiped).toHaveLength(1)
    expect(codeOf(() => faulty(true).sign('ML-DSA-44', new Uint8Array(32), message))).toBe('nothing thrown')
    expect(wiped).toHaveLength(2)
  })

  it('never answers for a context it would ignore', () => {
    const backend = faulty(true, false)
    const signature = new Uint8Array(signatureSuites['ML-DSA-44'].signatureBytes)
    const context = new Uint8Array([1])
    const seed = new Uint8Array(32)
    expect(codeOf(() => backend.verify('ML-DSA-44', fakeKey, message, signature, context))).toBe(
      'BACKEND_CAPABILITY_MISSING',
    )
    expect(codeOf(() => backend.sign('ML-DSA-44', seed, message, { context }))).toBe('BACKEND_CAPABILITY_MISSING')
    expect(codeOf(() => backend.sign('ML-DSA-44', seed, message, { deterministic: true }))).toBe(
      'BACKEND_CAPABILITY_MISSING',
    )
  })

  it('never asks the primitives about wrong lengths', () => {
    const backend = faulty(true)
    const signature = new Uint8Array(signatureSuites['ML-DSA-44'].signatureBytes)
    expect(backend.verify('ML-DSA-44', fakeKey, message, signature)).toBe(true)
    expect(backend.verify('ML-DSA-44', fakeKey, message, signature.subarray(1))).toBe(false)
    expect(backend.verify('ML-DSA-44', fakeKey.subarray(1), message, signature)).toBe(false)
    expect(backend.importPublicKey('ML-DSA-44', fakeKey.subarray(1))).toBeUndefined()
    const prepared = backend.importPublicKey('ML-DSA-44', fakeKey)
    expect(prepared?.verify(message, signature)).toBe(true)
    expect(prepared?.verify(message, signature.subarray(1))).toBe(false)
    expect(prepared?.verify(message, signature, new Uint8Array(256))).toBe(false)
  })
})

describe.each(kems)('ML-KEM-768 of $name', (backend) => {
  it('carries a secret, hides it from other keys, and every backend agrees', () => {
    const seed = rng.bytes(64)
    const { encapsulationKey } = backend.keygen(seed)
    for (const other of kems) {
      const { ciphertext, sharedSecret } = other.encapsulate(encapsulationKey)
      expect(backend.decapsulate(seed, ciphertext)).toEqual(sharedSecret)
      const elsewhere = backend.decapsulate(rng.bytes(64), ciphertext)
      expect(elsewhere).not.toEqual(sharedSecret)
      expect(elsewhere.length).toBe(32)
    }
  })

  it('refuses wrong lengths and a destroyed key', () => {
    const seed = rng.bytes(64)
    const key = backend.openDecapsulationKey(seed)
    expect(codeOf(() => backend.keygen(seed.subarray(32)))).toBe('SEED_LENGTH_INVALID')
    expect(codeOf(() => backend.encapsulate(key.encapsulationKey.subarray(1)))).toBe('ENCAPSULATION_KEY_INVALID')
    expect(codeOf(() => key.decapsulate(new Uint8Array(1_087)))).toBe('CIPHERTEXT_INVALID')
    key.destroy()
    expect(codeOf(() => key.decapsulate(new Uint8Array(1_088)))).toBe('KEY_DESTROYED')
  })
})

describe('node:crypto that is missing or lacks the algorithms', () => {
  const loadBuiltin = process.getBuiltinModule
  afterEach(() => vi.restoreAllMocks())

  it('is reported, not thrown, where there is no node:crypto', () => {
    vi.spyOn(process, 'getBuiltinModule').mockReturnValue(undefined as never)
    expect(createNodeSignatureBackend()).toMatchObject({ ok: false, error: { code: 'BACKEND_UNAVAILABLE' } })
    expect(createNodeKemBackend()).toMatchObject({ ok: false, error: { code: 'BACKEND_UNAVAILABLE' } })
  })

  it('is reported where the library does not know the algorithms', () => {
    const real = loadBuiltin('node:crypto')
    const older = {
      ...real,
      encapsulate: undefined,
      createPrivateKey: () => {
        throw new Error('unsupported algorithm')
      },
    }
    vi.spyOn(process, 'getBuiltinModule').mockReturnValue(older as never)
    expect(createNodeSignatureBackend()).toMatchObject({
      ok: false,
      error: { reason: 'node:crypto has no ML-DSA-44, ML-DSA-65, ML-DSA-87 here' },
    })
    expect(createNodeKemBackend()).toMatchObject({ ok: false, error: { reason: 'node:crypto has no ML-KEM-768 here' } })
  })

  it('has no contexts where the option is ignored', (context) => {
    const real = loadBuiltin('node:crypto')
    if (!nodeSignatures.ok) return context.skip(nodeSignatures.error.reason)
    type KeyArgument = Parameters<typeof real.sign>[2]
    const bare = (key: KeyArgument) => (typeof key === 'object' && 'key' in key ? (key.key as KeyArgument) : key)
    const ignoring = {
      ...real,
      sign: (...[algorithm, data, key]: Parameters<typeof real.sign>) => real.sign(algorithm, data, bare(key)),
      verify: (...[algorithm, data, key, signature]: [null, Uint8Array, KeyArgument, Uint8Array]) =>
        real.verify(algorithm, data, bare(key) as Parameters<typeof real.verify>[2], signature),
    }
    vi.spyOn(process, 'getBuiltinModule').mockReturnValue(ignoring as never)
    expect(createNodeSignatureBackend()).toMatchObject({ ok: true, value: { capabilities: { contexts: false } } })
  })
})
