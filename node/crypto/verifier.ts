/** What checks signatures in quantity: a pool of worker threads (verifier-pool.ts) or the calling thread (inline-verifier.ts). */
import { limits } from './limits.ts'
import { type SignatureSuite, signatureSuites } from './suites.ts'
import type { BackendName } from './types.ts'

/** One signature to check, made with the empty context. Its bytes must not change before the answer. */
export interface VerifyJob {
  readonly suite: SignatureSuite
  readonly publicKey: Uint8Array
  readonly message: Uint8Array
  readonly signature: Uint8Array
}

export interface Verifier {
  /**
   * Answers in the order of the jobs; true only for a valid signature. A malformed job (unknown suite, wrong length of
   * key or signature, message above 4 MiB) is false and never an exception.
   *
   * Rejects as a whole, so that no job is taken for checked that was not, with a NodeError:
   * - `VERIFIER_BUSY`         too much is waiting; try again once earlier calls have been answered
   * - `VERIFY_CALL_TOO_LARGE` more than ever fits (10,000 jobs or 64 MiB): split the call
   * - `VERIFIER_FAILED`       a worker died twice over these jobs, or could not start
   * - `VERIFIER_CLOSED`       close() came first
   */
  verify(jobs: readonly VerifyJob[]): Promise<boolean[]>
  /** Rejects what is outstanding with VERIFIER_CLOSED and ends the threads. May be called again. */
  close(): Promise<void>
  stats(): VerifierStats
}

/** Counts since the start, except the two that say pending. */
export interface VerifierStats {
  readonly workers: number
  /** Backends of the workers that have reported ready. */
  readonly backends: readonly BackendName[]
  readonly pendingJobs: number
  readonly pendingBytes: number
  /** Jobs answered true or false. */
  readonly checkedJobs: number
  /** Of these, answered false. */
  readonly invalidJobs: number
  /** Calls turned away with VERIFIER_BUSY. */
  readonly refusedCalls: number
  /** Messages sent to workers. */
  readonly batches: number
  /** Workers lost to a crash, a wrong answer or a time-out. */
  readonly workerFaults: number
  /** Jobs whose public key was still prepared, and those for which it had to be. */
  readonly keyCacheHits: number
  readonly keyCacheMisses: number
  /** Processor time of the worker threads, as of their last answers; 0 where it is not counted. */
  readonly cpuMs: number
}

/** Whether a job can be valid at all: what a worker is never asked about. */
export function isWellFormed({ suite, publicKey, message, signature }: VerifyJob): boolean {
  // A job may come from decoded input whose suite byte nobody has looked at.
  const parameters = Object.hasOwn(signatureSuites, suite) ? signatureSuites[suite] : undefined
  return (
    parameters !== undefined &&
    publicKey.length === parameters.publicKeyBytes &&
    signature.length === parameters.signatureBytes &&
    message.length <= limits.maxMessageBytes
  )
}
