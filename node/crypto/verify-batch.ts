/**
 * Jobs in one buffer, so that a message to a worker moves memory instead of copying it:
 * suite byte ‖ key id (32) ‖ message length (u32, little-endian) ‖ public key ‖ signature ‖ message, job after job.
 * Lengths of keys and signatures follow from the suite. Answers come back as one byte a job.
 */
import { invariant } from '../core/node-error.ts'
import { hashLengthBytes } from './hash.ts'
import { type SignatureSuite, signatureSuites, suiteOfWire } from './suites.ts'
import type { BackendName } from './types.ts'
import type { VerifyJob } from './verifier.ts'

/** A well-formed job and the hash that stands for its suite and public key. */
export interface PackableJob {
  readonly job: VerifyJob
  readonly keyDigest: Uint8Array
}

export interface UnpackedJob {
  readonly suite: SignatureSuite
  readonly keyDigest: Uint8Array
  readonly publicKey: Uint8Array
  readonly message: Uint8Array
  readonly signature: Uint8Array
}

/** To a worker. */
export interface BatchRequest {
  readonly id: number
  readonly jobs: ArrayBuffer
}

/** From a worker: once after its self-test, then for each batch. */
export type WorkerMessage =
  | { readonly kind: 'ready'; readonly backend: BackendName }
  | { readonly kind: 'unusable'; readonly reason: string }
  | {
      readonly kind: 'answers'
      readonly id: number
      readonly answers: ArrayBuffer
      readonly keyCacheHits: number
      readonly keyCacheMisses: number
      /** Processor time of the thread since it began; 0 where it was not asked to count it. */
      readonly cpuMs: number
    }

/** What a worker is started with. */
export interface VerifyWorkerData {
  readonly maxPreparedKeys: number
  /** Not in Electron, where a thread cannot tell. */
  readonly countsCpu: boolean
}

/** Byte of an answer. Anything else is a fault of the worker. */
export const answerByte = { invalid: 0, valid: 1 } as const

const headBytes = 1 + hashLengthBytes + 4

/** Bytes a job takes in a batch. */
export function packedBytes({ publicKey, message, signature }: VerifyJob): number {
  return headBytes + publicKey.length + signature.length + message.length
}

export function packJobs(entries: readonly PackableJob[]): ArrayBuffer {
  let length = 0
  for (const { job } of entries) length += packedBytes(job)
  const bytes = new Uint8Array(length)
  const view = new DataView(bytes.buffer)
  let offset = 0
  const append = (part: Uint8Array): void => {
    bytes.set(part, offset)
    offset += part.length
  }
  for (const { job, keyDigest } of entries) {
    bytes[offset] = signatureSuites[job.suite].wire
    offset += 1
    append(keyDigest)
    view.setUint32(offset, job.message.length, true)
    offset += 4
    append(job.publicKey)
    append(job.signature)
    append(job.message)
  }
  return bytes.buffer
}

/** Views into the buffer, in order. A buffer that packJobs did not make breaks an invariant. */
export function unpackJobs(buffer: ArrayBuffer): UnpackedJob[] {
  const bytes = new Uint8Array(buffer)
  const view = new DataView(buffer)
  const jobs: UnpackedJob[] = []
  let offset = 0
  const take = (length: number): Uint8Array => {
    invariant(offset + length <= bytes.length, 'a batch of jobs is cut off')
    offset += length
    return bytes.subarray(offset - length, offset)
  }
  while (offset < bytes.length) {
    const suite = suiteOfWire(take(1)[0] as number)
    invariant(suite !== undefined, 'a batch names a suite that does not exist')
    const keyDigest = take(hashLengthBytes)
    const messageBytes = view.getUint32(offset, true)
    offset += 4
    const { publicKeyBytes, signatureBytes } = signatureSuites[suite]
    const publicKey = take(publicKeyBytes)
    const signature = take(signatureBytes)
    jobs.push({ suite, keyDigest, publicKey, signature, message: take(messageBytes) })
  }
  return jobs
}
