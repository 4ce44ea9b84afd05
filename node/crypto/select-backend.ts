/** Chooses the first backend, fastest first, that is available and passes its known answers. */
import { NodeError } from '../core/node-error.ts'
import { ok, type Result } from '../core/result.ts'
import { createNobleKemBackend, createNobleSignatureBackend } from './backends/noble.ts'
import { createNodeKemBackend, createNodeSignatureBackend } from './backends/node-crypto.ts'
import { createWasmSignatureBackend, createWasmSigningBackend } from './backends/wasm.ts'
import { type SelfTestFailure, testKemBackend, testSignatureBackend } from './self-test.ts'
import type { BackendName, BackendUnavailable, KemBackend, SignatureBackend } from './types.ts'

/** A backend not yet tested: how it is made, so that an unavailable one costs nothing. */
export interface Candidate<Backend> {
  readonly name: BackendName
  readonly create: () => Result<Backend, BackendUnavailable>
}

/** A backend that is not used, and why; to be logged and shown under "about". */
export interface RejectedBackend {
  readonly name: BackendName
  /** BACKEND_UNAVAILABLE is ordinary; SELF_TEST_FAILED deserves attention. */
  readonly code: BackendUnavailable['code'] | SelfTestFailure['code']
  readonly reason: string
}

export interface Selection<Backend> {
  readonly backend: Backend
  readonly rejected: readonly RejectedBackend[]
}

/**
 * The WebAssembly verifier first (docs/benchmarks.md), tested together with what signs: node:crypto where it has ML-DSA,
 * WebAssembly where it has not, and the portable implementation where that signer cannot be used.
 */
export const signatureCandidates: readonly Candidate<SignatureBackend>[] = [
  { name: 'wasm', create: wasmOverNodeCrypto },
  { name: 'wasm', create: () => createWasmSigningBackend() },
  { name: 'wasm', create: () => createWasmSignatureBackend(createNobleSignatureBackend()) },
  { name: 'node-crypto', create: createNodeSignatureBackend },
  { name: 'noble', create: () => ok(createNobleSignatureBackend()) },
]

/** Fastest first. */
export const kemCandidates: readonly Candidate<KemBackend>[] = [
  { name: 'node-crypto', create: createNodeKemBackend },
  { name: 'noble', create: () => ok(createNobleKemBackend()) },
]

/** @throws NodeError CRYPTO_SELF_TEST_FAILED where no candidate can be used */
export function selectSignatureBackend(
  candidates: readonly Candidate<SignatureBackend>[] = signatureCandidates,
): Selection<SignatureBackend> {
  return select('signatures', candidates, testSignatureBackend)
}

/** @throws NodeError CRYPTO_SELF_TEST_FAILED where no candidate can be used */
export function selectKemBackend(candidates: readonly Candidate<KemBackend>[] = kemCandidates): Selection<KemBackend> {
  return select('key encapsulation', candidates, testKemBackend)
}

function wasmOverNodeCrypto(): Result<SignatureBackend, BackendUnavailable> {
  const signer = createNodeSignatureBackend()
  return signer.ok ? createWasmSignatureBackend(signer.value) : signer
}

let signatureSelection: Selection<SignatureBackend> | undefined
let kemSelection: Selection<KemBackend> | undefined

/** The process's signature backend, chosen and tested on first use (20 to 60 ms). */
export function defaultSignatureBackend(): SignatureBackend {
  signatureSelection ??= selectSignatureBackend()
  return signatureSelection.backend
}

/** The process's key encapsulation backend, chosen and tested on first use. */
export function defaultKemBackend(): KemBackend {
  kemSelection ??= selectKemBackend()
  return kemSelection.backend
}

function select<Backend>(
  use: string,
  candidates: readonly Candidate<Backend>[],
  test: (backend: Backend) => Result<{ checks: number }, SelfTestFailure>,
): Selection<Backend> {
  const rejected: RejectedBackend[] = []
  for (const { name, create } of candidates) {
    const created = create()
    if (!created.ok) {
      rejected.push({ name, code: created.error.code, reason: created.error.reason })
      continue
    }
    const tested = test(created.value)
    if (tested.ok) return { backend: created.value, rejected }
    rejected.push({ name, code: tested.error.code, reason: tested.error.check })
  }
  const reasons = rejected.map(({ name, reason }) => `${name}: ${reason}`).join('; ')
  throw new NodeError('CRYPTO_SELF_TEST_FAILED', `no backend for ${use} can be used (${reasons})`, {
    hint: 'Install the program again; if that does not help, this machine computes wrongly.',
  })
}
