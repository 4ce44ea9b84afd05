/**
 * One worker of the verifier pool and what waits for it: batches in flight, the queue behind them, and what happens
 * when the worker dies. A job is answered once: valid or invalid by a worker's word, or failed; never by assumption.
 */
import { BoundedQueue } from '../core/bounded-queue.ts'
import type { Scheduler } from '../core/clock.ts'
import { invariant, type NodeError } from '../core/node-error.ts'
import type { BackendName } from './types.ts'
import { verifierClosed, verifierFailed } from './verifier-errors.ts'
import {
  answerByte,
  type BatchRequest,
  type PackableJob,
  packedBytes,
  packJobs,
  type WorkerMessage,
} from './verify-batch.ts'

/** Bounds of one lane; what they mean and why: limits.ts. */
export interface LaneBounds {
  readonly maxJobsPerBatch: number
  readonly maxBatchBytes: number
  readonly maxBatchesInFlight: number
  readonly maxPendingJobs: number
  readonly batchTimeoutMs: number
  readonly maxAttempts: number
}

/** The part of a worker thread that a lane needs. */
export interface WorkerHandle {
  send(request: BatchRequest): void
  /** Whether the thread keeps the process alive. */
  keepAlive(alive: boolean): void
  end(): Promise<void>
}

/** Starts a worker. `onFault` reports its end, for whatever reason, at least once. */
export type StartWorker = (events: {
  readonly onMessage: (message: WorkerMessage) => void
  readonly onFault: (cause: unknown) => void
}) => WorkerHandle

export interface LaneJob extends PackableJob {
  answer(valid: boolean): void
  fail(error: NodeError): void
}

export interface LaneStats {
  readonly backend: BackendName | undefined
  readonly batches: number
  readonly workerFaults: number
  readonly keyCacheHits: number
  readonly keyCacheMisses: number
  readonly cpuMs: number
}

export interface Lane {
  /** Queues a job; batches leave at the end of the event loop's turn, so that calls of one turn share them. */
  push(job: LaneJob): void
  /** Resolves when the worker has passed its self-test; rejects with VERIFIER_FAILED when it cannot start. */
  ready(): Promise<void>
  stats(): LaneStats
  close(): Promise<void>
}

interface Batch {
  readonly jobs: readonly LaneJob[]
  attempts: number
  cancelTimeout: () => void
}

interface RunningWorker {
  readonly handle: WorkerHandle
  backend: BackendName | undefined
  keyCacheHits: number
  keyCacheMisses: number
  cpuMs: number
}

export function createVerifyLane(
  bounds: LaneBounds,
  deps: { readonly startWorker: StartWorker; readonly scheduler: Scheduler },
): Lane {
  const queue = new BoundedQueue<LaneJob>(bounds.maxPendingJobs)
  const inFlight = new Map<number, Batch>()
  /** Batches of a worker that died; each goes alone, so that one that kills workers takes no other with it. */
  const retries: Batch[] = []
  let running: RunningWorker | undefined
  const readyWaiters: { resolve: () => void; reject: (error: NodeError) => void }[] = []
  let closed = false
  let pumpScheduled = false
  let failedStarts = 0
  let nextBatchId = 1
  let batches = 0
  let workerFaults = 0
  let pastHits = 0
  let pastMisses = 0
  let pastCpuMs = 0

  /** Undefined where the platform refuses another thread; what waits has then failed. */
  const start = (): RunningWorker | undefined => {
    let started: RunningWorker | undefined
    // A dead worker's late events must not touch its successor.
    const current = (): boolean => started !== undefined && running === started
    let handle: WorkerHandle
    try {
      handle = deps.startWorker({
        onMessage: (message) => {
          if (current()) onMessage(started as RunningWorker, message)
        },
        onFault: (cause) => {
          if (current()) onFault(cause)
        },
      })
    } catch (cause) {
      workerFaults += 1
      failAll(verifierFailed(cause))
      return undefined
    }
    started = { handle, backend: undefined, keyCacheHits: 0, keyCacheMisses: 0, cpuMs: 0 }
    return started
  }

  const onMessage = (worker: RunningWorker, message: WorkerMessage): void => {
    if (message.kind === 'unusable') return onFault(new Error(message.reason))
    if (message.kind === 'ready') {
      worker.backend = message.backend
      failedStarts = 0
      for (const { resolve } of readyWaiters.splice(0)) resolve()
      return pump()
    }
    const batch = inFlight.get(message.id)
    const answers = new Uint8Array(message.answers)
    if (
      batch === undefined ||
      answers.length !== batch.jobs.length ||
      answers.some((byte) => byte > answerByte.valid)
    ) {
      return onFault(new Error('a verify worker gave an answer that fits no batch'))
    }
    inFlight.delete(message.id)
    batch.cancelTimeout()
    worker.keyCacheHits = message.keyCacheHits
    worker.keyCacheMisses = message.keyCacheMisses
    worker.cpuMs = message.cpuMs
    // The next batch leaves before the answers are handed out: what the callers do then costs the worker no time.
    pump()
    batch.jobs.forEach((job, index) => {
      job.answer(answers[index] === answerByte.valid)
    })
  }

  const onFault = (cause: unknown): void => {
    const lost = running
    if (lost === undefined || closed) return
    running = undefined
    workerFaults += 1
    pastHits += lost.keyCacheHits
    pastMisses += lost.keyCacheMisses
    pastCpuMs += lost.cpuMs
    lost.handle.end().catch(() => undefined)
    const outstanding = [...inFlight.values()]
    inFlight.clear()
    for (const batch of outstanding) {
      batch.cancelTimeout()
      if (batch.attempts < bounds.maxAttempts) retries.push(batch)
      else failBatch(batch, verifierFailed(cause))
    }
    if (lost.backend === undefined) {
      failedStarts += 1
      for (const { reject } of readyWaiters.splice(0)) reject(verifierFailed(cause))
      // A worker that cannot start would otherwise be started again for each batch of a long queue.
      if (failedStarts >= bounds.maxAttempts) {
        failedStarts = 0
        failAll(verifierFailed(cause))
      }
    }
    pump()
  }

  const failBatch = (batch: Batch, error: NodeError): void => {
    for (const job of batch.jobs) job.fail(error)
  }

  const failAll = (error: NodeError): void => {
    for (const batch of [...inFlight.values(), ...retries.splice(0)]) {
      batch.cancelTimeout()
      failBatch(batch, error)
    }
    inFlight.clear()
    for (const job of queue.drain()) job.fail(error)
  }

  const sendBatch = (worker: RunningWorker, batch: Batch): void => {
    const id = nextBatchId++
    batch.attempts += 1
    batch.cancelTimeout = deps.scheduler.after(bounds.batchTimeoutMs, () => {
      if (inFlight.get(id) === batch) onFault(new Error('a verify worker did not answer in time'))
    })
    inFlight.set(id, batch)
    batches += 1
    worker.handle.send({ id, jobs: packJobs(batch.jobs) })
  }

  const takeBatch = (): Batch => {
    const jobs: LaneJob[] = []
    let sizeBytes = 0
    while (jobs.length < bounds.maxJobsPerBatch && sizeBytes < bounds.maxBatchBytes) {
      const entry = queue.shift()
      if (entry === undefined) break
      jobs.push(entry)
      sizeBytes += packedBytes(entry.job)
    }
    return { jobs, attempts: 0, cancelTimeout: () => undefined }
  }

  /** Sends what may be sent. */
  const pump = (): void => {
    if (closed) return
    const waiting = (): boolean => retries.length > 0 || queue.size > 0
    if (running === undefined && waiting()) running = start()
    const worker = running
    if (worker === undefined) return
    while (waiting() && inFlight.size < bounds.maxBatchesInFlight) {
      if ([...inFlight.values()].some(({ attempts }) => attempts > 1)) break
      const retry = retries[0]
      if (retry === undefined) sendBatch(worker, takeBatch())
      else if (inFlight.size === 0) {
        retries.shift()
        sendBatch(worker, retry)
      } else break
    }
    worker.handle.keepAlive(inFlight.size > 0 || readyWaiters.length > 0)
  }

  running = start()
  running?.handle.keepAlive(false)

  return {
    push(job) {
      invariant(queue.push(job), 'the pool admits no more jobs than a lane holds')
      if (pumpScheduled) return
      pumpScheduled = true
      setImmediate(() => {
        pumpScheduled = false
        pump()
      })
    },
    ready() {
      if (closed) return Promise.reject(verifierClosed())
      if (running?.backend !== undefined) return Promise.resolve()
      running ??= start()
      if (running === undefined) return Promise.reject(verifierFailed('no worker thread can be started'))
      running.handle.keepAlive(true)
      return new Promise((resolve, reject) => readyWaiters.push({ resolve, reject }))
    },
    stats: () => ({
      backend: running?.backend,
      batches,
      workerFaults,
      keyCacheHits: pastHits + (running?.keyCacheHits ?? 0),
      keyCacheMisses: pastMisses + (running?.keyCacheMisses ?? 0),
      cpuMs: pastCpuMs + (running?.cpuMs ?? 0),
    }),
    async close() {
      if (closed) return
      closed = true
      const error = verifierClosed()
      failAll(error)
      for (const { reject } of readyWaiters.splice(0)) reject(error)
      await running?.handle.end()
      running = undefined
    },
  }
}
