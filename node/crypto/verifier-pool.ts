/**
 * Batch verification in worker threads. The hash of a public key picks its worker, so that no key is prepared twice;
 * jobs of concurrent calls share batches; a full pool says so (VERIFIER_BUSY) instead of growing. Node only.
 */
import { availableParallelism } from 'node:os'
import { Worker } from 'node:worker_threads'
import type { Scheduler } from '../core/clock.ts'
import type { NodeError } from '../core/node-error.ts'
import type { Rng } from '../core/rng.ts'
import { hashLengthBytes, sha256 } from './hash.ts'
import { limits } from './limits.ts'
import { signatureSuites } from './suites.ts'
import { systemRng } from './system-rng.ts'
import { isWellFormed, type Verifier, type VerifyJob } from './verifier.ts'
import { callTooLarge, verifierBusy, verifierClosed } from './verifier-errors.ts'
import { packedBytes, type VerifyWorkerData, type WorkerMessage } from './verify-batch.ts'
import { createVerifyLane, type StartWorker } from './verify-lane.ts'

export interface VerifierPoolOptions {
  /** Threads, 1 to 16. Default: one less than the machine runs at once, so that the node's own thread keeps a core. */
  readonly workers?: number
  /** The worker's script; a bundle names its own. */
  readonly workerUrl?: URL
  readonly maxPendingJobs?: number
  readonly maxPendingBytes?: number
  readonly maxPreparedKeysPerWorker?: number
  /** Whether the workers' processor time is counted (stats().cpuMs); default no. Not in Electron. */
  readonly countsCpu?: boolean
  readonly batchTimeoutMs?: number
}

export interface VerifierPoolDeps {
  /** Salt of the routing. Default: the operating system's. */
  readonly rng?: Rng
  readonly scheduler?: Scheduler
  readonly startWorker?: StartWorker
}

export interface VerifierPool extends Verifier {
  /** Resolves when every worker has passed its self-test; else VERIFIER_FAILED. verify() need not wait for it. */
  ready(): Promise<void>
}

const defaultWorkerUrl = new URL(
  import.meta.url.endsWith('.ts') ? './verify-worker.ts' : './verify-worker.js',
  import.meta.url,
)

const systemScheduler: Scheduler = {
  after(delayMs, callback) {
    const timer = setTimeout(callback, delayMs)
    // The worker keeps the process alive while something is in flight; the deadline alone need not.
    timer.unref()
    return () => clearTimeout(timer)
  },
}

/** One call of verify() on its way. */
interface Call {
  readonly answers: boolean[]
  remaining: number
  failed: boolean
}

export function createVerifierPool(options: VerifierPoolOptions = {}, deps: VerifierPoolDeps = {}): VerifierPool {
  const workers = Math.min(Math.max(1, options.workers ?? availableParallelism() - 1), limits.maxWorkers)
  const maxPendingJobs = options.maxPendingJobs ?? limits.maxPendingJobs
  const maxPendingBytes = options.maxPendingBytes ?? limits.maxPendingBytes
  const workerData: VerifyWorkerData = {
    maxPreparedKeys: options.maxPreparedKeysPerWorker ?? limits.maxPreparedKeys,
    countsCpu: options.countsCpu ?? false,
  }
  const startWorker = deps.startWorker ?? threadStarter(options.workerUrl ?? defaultWorkerUrl, workerData)
  const bounds = { ...limits, maxPendingJobs, batchTimeoutMs: options.batchTimeoutMs ?? limits.batchTimeoutMs }
  const lanes = Array.from({ length: workers }, () =>
    createVerifyLane(bounds, { startWorker, scheduler: deps.scheduler ?? systemScheduler }),
  )
  // Without a secret in it, an attacker could make keys that all land on one worker.
  const routingSalt = (deps.rng ?? systemRng).bytes(hashLengthBytes)

  let closed = false
  let pendingJobs = 0
  let pendingBytes = 0
  let checkedJobs = 0
  let invalidJobs = 0
  let refusedCalls = 0

  const submit = (
    job: VerifyJob,
    index: number,
    call: Call,
    settle: { resolve: (answers: boolean[]) => void; reject: (error: NodeError) => void },
  ): void => {
    const sizeBytes = packedBytes(job)
    const keyDigest = sha256(routingSalt, Uint8Array.of(signatureSuites[job.suite].wire), job.publicKey)
    const leave = (): void => {
      pendingJobs -= 1
      pendingBytes -= sizeBytes
    }
    lanes[laneOf(keyDigest, lanes.length)]?.push({
      job,
      keyDigest,
      answer(valid) {
        leave()
        checkedJobs += 1
        if (!valid) invalidJobs += 1
        call.answers[index] = valid
        call.remaining -= 1
        if (call.remaining === 0 && !call.failed) settle.resolve(call.answers)
      },
      fail(error) {
        leave()
        call.failed = true
        settle.reject(error)
      },
    })
  }

  return {
    async verify(jobs) {
      if (closed) throw verifierClosed()
      const wellFormed = jobs.map(isWellFormed)
      let callJobs = 0
      let callBytes = 0
      jobs.forEach((job, index) => {
        if (!wellFormed[index]) return
        callJobs += 1
        callBytes += packedBytes(job)
      })
      if (callJobs > maxPendingJobs || callBytes > maxPendingBytes) {
        throw callTooLarge({ jobs: callJobs, maxPendingJobs, sizeBytes: callBytes, maxPendingBytes })
      }
      if (pendingJobs + callJobs > maxPendingJobs || pendingBytes + callBytes > maxPendingBytes) {
        refusedCalls += 1
        throw verifierBusy({ pendingJobs, maxPendingJobs, pendingBytes, maxPendingBytes })
      }
      checkedJobs += jobs.length - callJobs
      invalidJobs += jobs.length - callJobs
      const call: Call = { answers: jobs.map(() => false), remaining: callJobs, failed: false }
      if (callJobs === 0) return call.answers
      pendingJobs += callJobs
      pendingBytes += callBytes
      return new Promise((resolve, reject) => {
        jobs.forEach((job, index) => {
          if (wellFormed[index]) submit(job, index, call, { resolve, reject })
        })
      })
    },
    async ready() {
      await Promise.all(lanes.map((lane) => lane.ready()))
    },
    async close() {
      closed = true
      await Promise.all(lanes.map((lane) => lane.close()))
    },
    stats() {
      const laneStats = lanes.map((lane) => lane.stats())
      const sum = (field: 'batches' | 'workerFaults' | 'keyCacheHits' | 'keyCacheMisses' | 'cpuMs'): number =>
        laneStats.reduce((total, stats) => total + stats[field], 0)
      return {
        workers,
        backends: laneStats.flatMap(({ backend }) => backend ?? []),
        pendingJobs,
        pendingBytes,
        checkedJobs,
        invalidJobs,
        refusedCalls,
        batches: sum('batches'),
        workerFaults: sum('workerFaults'),
        keyCacheHits: sum('keyCacheHits'),
        keyCacheMisses: sum('keyCacheMisses'),
        cpuMs: sum('cpuMs'),
      }
    },
  }
}

/** Worker of a key: the first 32 bits of its salted hash, modulo the number of workers. */
function laneOf(keyDigest: Uint8Array, lanes: number): number {
  return new DataView(keyDigest.buffer, keyDigest.byteOffset, keyDigest.byteLength).getUint32(0) % lanes
}

function threadStarter(url: URL, workerData: VerifyWorkerData): StartWorker {
  return ({ onMessage, onFault }) => {
    // An empty environment: a thread that reads foreign bytes needs none of the process's settings.
    const worker = new Worker(url, { name: 'verify', workerData, env: {} })
    worker.on('message', (message: WorkerMessage) => onMessage(message))
    worker.on('messageerror', onFault)
    worker.on('error', onFault)
    worker.on('exit', (code) => onFault(new Error(`a verify worker ended with exit code ${code}`)))
    return {
      send: (request) => worker.postMessage(request, [request.jobs]),
      keepAlive: (alive) => (alive ? worker.ref() : worker.unref()),
      async end() {
        await worker.terminate()
      },
    }
  }
}
