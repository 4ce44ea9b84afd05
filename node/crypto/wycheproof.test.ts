/**
 * Every case of the Wycheproof files on every backend. What a backend's interface cannot express (a message
 * representative µ in place of the message, chosen randomness) goes through the library below it where that takes it,
 * and is otherwise counted as not applicable, with the reason; the counts are printed and must add up to the files'.
 */
import { readFileSync } from 'node:fs'
import { ml_dsa44, ml_dsa65, ml_dsa87 } from '@noble/post-quantum/ml-dsa.js'
import { ml_kem768 } from '@noble/post-quantum/ml-kem.js'
import { afterAll, describe, expect, it } from 'vitest'
import { equalBytes, fromHex } from '../core/bytes.ts'
import { NodeError } from '../core/node-error.ts'
import { pkcs8OfSeed, spkiOfPublicKey } from './backends/der.ts'
import { createNobleKemBackend, createNobleSignatureBackend } from './backends/noble.ts'
import { createNodeKemBackend, createNodeSignatureBackend } from './backends/node-crypto.ts'
import { createNobleP256 } from './backends/p256-noble.ts'
import { createNodeP256 } from './backends/p256-node.ts'
import { createWasmSignatureBackend, createWasmSigningBackend } from './backends/wasm.ts'
import { hasSignatureForm, type P256, withLowS } from './p256.ts'
import { type MlDsaSuite, signatureSuites } from './suites.ts'
import type { KemBackend, SignatureBackend } from './types.ts'

interface VectorFile {
  readonly numberOfTests: number
  readonly testGroups: readonly (Readonly<Record<string, unknown>> & { readonly tests: readonly VectorCase[] })[]
}
type VectorCase = Readonly<Record<string, string | undefined>> & { readonly result: 'valid' | 'invalid' }
/** A case with the fields of its group. */
type FlatCase = VectorCase & { readonly name: string }

/** 'exact': compared as the file says; another text: run, but compared differently, and how; not applicable, and why. */
type Outcome = 'exact' | { readonly partly: string } | { readonly notApplicable: string }

const summary: string[] = []
afterAll(() => console.log(`Wycheproof cases\n${summary.join('\n')}`))

function loadVectors(file: string): { numberOfTests: number; cases: FlatCase[] } {
  const text = readFileSync(new URL(`./vectors/wycheproof/${file}`, import.meta.url), 'utf8')
  const { numberOfTests, testGroups } = JSON.parse(text) as VectorFile
  const cases = testGroups.flatMap(({ tests, ...group }) =>
    tests.map((test) => ({ ...group, ...test, name: `${file} ${test.tcId} ${test.comment ?? ''}` }) as FlatCase),
  )
  return { numberOfTests, cases }
}

/** Runs a file's cases, prints the counts, and holds them against the file's own count. */
function runFile(file: string, backend: string, run: (test: FlatCase) => Outcome): void {
  const { numberOfTests, cases } = loadVectors(file)
  const counts = new Map<string, number>()
  for (const test of cases) {
    const outcome = run(test)
    const key =
      outcome === 'exact' ? 'run' : 'partly' in outcome ? `run, ${outcome.partly}` : `n/a, ${outcome.notApplicable}`
    counts.set(key, (counts.get(key) ?? 0) + 1)
  }
  const parts = [...counts].map(([key, count]) => `${count} ${key}`)
  summary.push(`  ${backend.padEnd(12)} ${file.padEnd(36)} ${numberOfTests} = ${parts.join(' + ')}`)
  expect([...counts.values()].reduce((sum, count) => sum + count, 0)).toBe(numberOfTests)
}

function bytesOf(test: FlatCase, field: string): Uint8Array {
  const bytes = fromHex(test[field] ?? '')
  if (bytes === undefined) throw new Error(`${test.name}: ${field} is not hex`)
  return bytes
}

function mustEqual(test: FlatCase, actual: Uint8Array, field: string): void {
  if (!equalBytes(actual, bytesOf(test, field))) throw new Error(`${test.name}: another ${field} came out`)
}

function mustThrow(test: FlatCase, codes: readonly string[], action: () => unknown): void {
  try {
    action()
  } catch (error) {
    if (error instanceof NodeError && codes.includes(error.code)) return
    throw error
  }
  throw new Error(`${test.name}: was not refused`)
}

const libraries = { 'ML-DSA-44': ml_dsa44, 'ML-DSA-65': ml_dsa65, 'ML-DSA-87': ml_dsa87 }
const nobleSignatures = createNobleSignatureBackend()

function verifyCase(backend: SignatureBackend, suite: MlDsaSuite, test: FlatCase): Outcome {
  const publicKey = bytesOf(test, 'publicKey')
  const context = bytesOf(test, 'ctx')
  if (context.length > 0 && context.length < 256 && !backend.capabilities.contexts) {
    return { notApplicable: 'no contexts' }
  }
  const accepted = backend.verify(suite, publicKey, bytesOf(test, 'msg'), bytesOf(test, 'sig'), context)
  if (accepted !== (test.result === 'valid')) throw new Error(`${test.name}: ${accepted ? 'accepted' : 'refused'}`)
  if (publicKey.length === signatureSuites[suite].publicKeyBytes) {
    mustEqual(test, spkiOfPublicKey(suite, publicKey), 'publicKeyDer')
  }
  return 'exact'
}

/** Signs by WebAssembly with randomness of our choice, as no backend's interface has it. */
function signWithRandomness(suite: MlDsaSuite, seed: Uint8Array, message: Uint8Array, random: Uint8Array): Uint8Array {
  const created = createWasmSigningBackend({}, { rng: { bytes: () => Uint8Array.from(random) } })
  if (!created.ok) throw new Error(created.error.reason)
  return created.value.sign(suite, seed, message)
}

function signCase(backend: SignatureBackend, suite: MlDsaSuite, test: FlatCase, ownSigner: boolean): Outcome {
  const seed = bytesOf(test, 'privateSeed')
  const message = bytesOf(test, 'msg')
  const context = bytesOf(test, 'ctx')
  if (test.result === 'invalid') {
    mustThrow(test, ['SEED_LENGTH_INVALID', 'CONTEXT_TOO_LONG'], () => backend.sign(suite, seed, message, { context }))
    return 'exact'
  }
  const { publicKey } = backend.keygen(suite, seed)
  mustEqual(test, publicKey, 'publicKey')
  if (test.privateKeyPkcs8 !== undefined) mustEqual(test, pkcs8OfSeed(suite, seed), 'privateKeyPkcs8')

  if (test.msg !== undefined && test.rnd !== undefined && ownSigner) {
    mustEqual(test, signWithRandomness(suite, seed, message, bytesOf(test, 'rnd')), 'sig')
    return 'exact'
  }
  if (test.msg === undefined || test.rnd !== undefined) {
    if (backend.name !== 'noble') {
      return { notApplicable: test.msg === undefined ? 'takes messages, not µ' : 'takes no chosen randomness' }
    }
    const { secretKey } = libraries[suite].keygen(seed)
    const signature =
      test.msg === undefined
        ? libraries[suite].internal.sign(bytesOf(test, 'mu'), secretKey, { externalMu: true, extraEntropy: false })
        : libraries[suite].sign(message, secretKey, { extraEntropy: bytesOf(test, 'rnd') })
    mustEqual(test, signature, 'sig')
    return { partly: 'through the library below (µ or randomness given)' }
  }
  if (context.length > 0 && !backend.capabilities.contexts) return { notApplicable: 'no contexts' }
  if (backend.capabilities.deterministicSigning) {
    mustEqual(test, backend.sign(suite, seed, message, { context, deterministic: true }), 'sig')
    return 'exact'
  }
  const own = backend.sign(suite, seed, message, { context })
  const crossChecked =
    backend.verify(suite, publicKey, message, bytesOf(test, 'sig'), context) &&
    nobleSignatures.verify(suite, publicKey, message, own, context)
  if (!crossChecked) throw new Error(`${test.name}: signatures do not verify across backends`)
  return { partly: 'compared by verification both ways (signs hedged only)' }
}

const levels = [
  { level: '44', suite: 'ML-DSA-44' },
  { level: '65', suite: 'ML-DSA-65' },
  { level: '87', suite: 'ML-DSA-87' },
] as const

const signatureBackends = [
  { name: 'wasm', ownSigner: true, created: createWasmSigningBackend() },
  { name: 'wasm/noble', ownSigner: false, created: createWasmSignatureBackend(nobleSignatures) },
  { name: 'node-crypto', ownSigner: false, created: createNodeSignatureBackend() },
  { name: 'noble', ownSigner: false, created: { ok: true as const, value: nobleSignatures } },
]

describe.each(signatureBackends)('signatures of $name', ({ name, ownSigner, created }) => {
  describe.each(levels)('$suite', ({ level, suite }) => {
    it('verifies what the file says, and nothing else', { timeout: 60_000 }, (context) => {
      if (!created.ok) return context.skip(created.error.reason)
      const backend = created.value
      runFile(`mldsa_${level}_verify_test.json`, name, (test) => verifyCase(backend, suite, test))
    })

    it('makes keys and signatures as the file says', { timeout: 60_000 }, (context) => {
      if (!created.ok) return context.skip(created.error.reason)
      const backend = created.value
      runFile(`mldsa_${level}_sign_seed_test.json`, name, (test) => signCase(backend, suite, test, ownSigner))
    })
  })
})

/** Beside the form that the file has in mind, a signature here has the lower s: the other one is refused, and good once lowered. */
function ecdsaCase(backend: P256, test: FlatCase): Outcome {
  const { uncompressed } = test.publicKey as unknown as { uncompressed: string }
  const key = backend.importPublicKey(fromHex(uncompressed) as Uint8Array)
  if (key === undefined) throw new Error(`${test.name}: the key was refused`)
  const message = bytesOf(test, 'msg')
  const signature = bytesOf(test, 'sig')
  const accepted = key.verify(message, signature)
  if (signature.length !== 64 || hasSignatureForm(signature) || test.result === 'invalid') {
    if (accepted !== (test.result === 'valid')) throw new Error(`${test.name}: ${accepted ? 'accepted' : 'refused'}`)
    return 'exact'
  }
  if (accepted) throw new Error(`${test.name}: accepted with the higher s`)
  if (!key.verify(message, withLowS(signature))) throw new Error(`${test.name}: refused with the lower s`)
  return { partly: 'the higher s refused, the lower accepted' }
}

describe.each([
  { name: 'node-crypto', created: createNodeP256() },
  { name: 'noble', created: { ok: true as const, value: createNobleP256() } },
])('ECDSA P-256 of $name', ({ name, created }) => {
  it('verifies what the file says, in the one form allowed here', { timeout: 60_000 }, (context) => {
    if (!created.ok) return context.skip(created.error.reason)
    const backend = created.value
    runFile('ecdsa_secp256r1_sha256_p1363_test.json', name, (test) => ecdsaCase(backend, test))
  })
})

/** The expanded key, which the interface does not show: from the platform or the library that the backend stands on. */
function expandedDecapsulationKey(backend: KemBackend, seed: Uint8Array): Uint8Array {
  if (backend.name === 'noble') return ml_kem768.keygen(seed).secretKey
  const crypto = process.getBuiltinModule('node:crypto')
  const wrapped = Buffer.from(pkcs8OfSeed('ML-KEM-768', seed))
  const exported = crypto
    .createPrivateKey({ key: wrapped, format: 'der', type: 'pkcs8' })
    .export({ format: 'der', type: 'pkcs8' })
  // Seed and expanded key stand together at the end of what this line of Node exports.
  return exported.subarray(exported.length - 2_400)
}

function encapsulationCase(backend: KemBackend, test: FlatCase): Outcome {
  const encapsulationKey = bytesOf(test, 'ek')
  if (test.result === 'invalid') {
    mustThrow(test, ['ENCAPSULATION_KEY_INVALID'], () => backend.encapsulate(encapsulationKey))
    return 'exact'
  }
  const { ciphertext, sharedSecret } = backend.encapsulate(encapsulationKey)
  expect([ciphertext.length, sharedSecret.length]).toEqual([1_088, 32])
  if (backend.name !== 'noble') return { partly: 'key accepted, result not compared (takes no chosen randomness)' }
  const chosen = ml_kem768.encapsulate(encapsulationKey, bytesOf(test, 'm'))
  mustEqual(test, chosen.cipherText, 'c')
  mustEqual(test, chosen.sharedSecret, 'K')
  return { partly: 'through the library below (randomness given)' }
}

function decapsulationCase(backend: KemBackend, test: FlatCase): Outcome {
  const seed = bytesOf(test, 'seed')
  const ciphertext = bytesOf(test, 'c')
  if (test.result === 'invalid') {
    mustThrow(test, ['SEED_LENGTH_INVALID', 'CIPHERTEXT_INVALID'], () => backend.decapsulate(seed, ciphertext))
    return 'exact'
  }
  mustEqual(test, backend.keygen(seed).encapsulationKey, 'ek')
  mustEqual(test, backend.decapsulate(seed, ciphertext), 'K')
  return 'exact'
}

const kemBackends = [
  { name: 'node-crypto', created: createNodeKemBackend() },
  { name: 'noble', created: { ok: true as const, value: createNobleKemBackend() } },
]

describe.each(kemBackends)('ML-KEM-768 of $name', ({ created }) => {
  it('makes keys as the file says', (context) => {
    if (!created.ok) return context.skip(created.error.reason)
    const backend = created.value
    runFile('mlkem_768_keygen_seed_test.json', backend.name, (test) => {
      const seed = bytesOf(test, 'seed')
      mustEqual(test, backend.keygen(seed).encapsulationKey, 'ek')
      mustEqual(test, expandedDecapsulationKey(backend, seed), 'dk')
      return 'exact'
    })
  })

  it('encapsulates to keys that are reduced, and to no others', (context) => {
    if (!created.ok) return context.skip(created.error.reason)
    const backend = created.value
    runFile('mlkem_768_encaps_test.json', backend.name, (test) => encapsulationCase(backend, test))
  })

  it('decapsulates as the file says', (context) => {
    if (!created.ok) return context.skip(created.error.reason)
    const backend = created.value
    runFile('mlkem_768_test.json', backend.name, (test) => decapsulationCase(backend, test))
  })
})
