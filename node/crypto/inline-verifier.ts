/** Verifier on the calling thread: for tests, simulation and browsers. Same answers, nothing to wait for, nothing to fail. */
import { bytesKey } from '../core/bytes.ts'
import { sha256 } from './hash.ts'
import { createCachingChecker } from './key-cache.ts'
import { limits } from './limits.ts'
import { defaultSignatureBackend } from './select-backend.ts'
import { signatureSuites } from './suites.ts'
import type { SignatureBackend } from './types.ts'
import { isWellFormed, type Verifier } from './verifier.ts'
import { callTooLarge, verifierClosed } from './verifier-errors.ts'
import { packedBytes } from './verify-batch.ts'

export interface InlineVerifierOptions {
  /** Prepared public keys held at most. */
  readonly maxPreparedKeys?: number
}

/** @param deps backend: default the process's, tested on first use */
export function createInlineVerifier(
  options: InlineVerifierOptions = {},
  deps: { readonly backend?: SignatureBackend } = {},
): Verifier {
  const backend = deps.backend ?? defaultSignatureBackend()
  const checker = createCachingChecker(backend, options.maxPreparedKeys ?? limits.maxPreparedKeys)
  let closed = false
  let checkedJobs = 0
  let invalidJobs = 0

  return {
    async verify(jobs) {
      if (closed) throw verifierClosed()
      const sizeBytes = jobs.reduce((sum, job) => sum + packedBytes(job), 0)
      if (jobs.length > limits.maxPendingJobs || sizeBytes > limits.maxPendingBytes) {
        throw callTooLarge({ jobs: jobs.length, sizeBytes })
      }
      return jobs.map((job) => {
        const { suite, publicKey, message, signature } = job
        const valid =
          isWellFormed(job) &&
          checker.check(
            suite,
            publicKey,
            bytesKey(sha256(Uint8Array.of(signatureSuites[suite].wire), publicKey)),
            message,
            signature,
          )
        checkedJobs += 1
        if (!valid) invalidJobs += 1
        return valid
      })
    },
    async close() {
      closed = true
    },
    stats: () => ({
      workers: 0,
      backends: [backend.name],
      pendingJobs: 0,
      pendingBytes: 0,
      checkedJobs,
      invalidJobs,
      refusedCalls: 0,
      batches: 0,
      workerFaults: 0,
      keyCacheHits: checker.hits,
      keyCacheMisses: checker.misses,
      cpuMs: 0,
    }),
  }
}
