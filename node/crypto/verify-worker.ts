/**
 * Worker thread of the verifier pool: tests its backend, says so, then answers batches. An exception here is a fault
 * of the machine or a broken invariant, never an answer: it ends the thread, and the pool decides.
 */
import { parentPort, workerData } from 'node:worker_threads'
import { bytesKey } from '../core/bytes.ts'
import { invariant } from '../core/node-error.ts'
import { createCachingChecker } from './key-cache.ts'
import { selectSignatureBackend } from './select-backend.ts'
import type { SignatureBackend } from './types.ts'
import { answerByte, type BatchRequest, unpackJobs, type VerifyWorkerData, type WorkerMessage } from './verify-batch.ts'

const port = parentPort
invariant(port !== null, 'the verify worker runs in a worker thread')

const send = (message: WorkerMessage, transfer: ArrayBuffer[] = []): void => port.postMessage(message, transfer)

function testedBackend(): SignatureBackend | undefined {
  try {
    return selectSignatureBackend().backend
  } catch (error) {
    send({ kind: 'unusable', reason: error instanceof Error ? error.message : 'self-test failed' })
    return undefined
  }
}

const { maxPreparedKeys, countsCpu } = workerData as VerifyWorkerData

function cpuMs(): number {
  if (!countsCpu) return 0
  const { user, system } = process.threadCpuUsage()
  return (user + system) / 1_000
}

const backend = testedBackend()
if (backend !== undefined) {
  const checker = createCachingChecker(backend, maxPreparedKeys)
  port.on('message', ({ id, jobs }: BatchRequest) => {
    const unpacked = unpackJobs(jobs)
    const answers = new Uint8Array(unpacked.length)
    unpacked.forEach(({ suite, publicKey, keyDigest, message, signature }, index) => {
      const valid = checker.check(suite, publicKey, bytesKey(keyDigest), message, signature)
      answers[index] = valid ? answerByte.valid : answerByte.invalid
    })
    send(
      {
        kind: 'answers',
        id,
        answers: answers.buffer,
        keyCacheHits: checker.hits,
        keyCacheMisses: checker.misses,
        cpuMs: cpuMs(),
      },
      [answers.buffer],
    )
  })
  send({ kind: 'ready', backend: backend.name })
}
