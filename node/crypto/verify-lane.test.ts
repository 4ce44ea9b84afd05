/** The pool over workers that the test plays itself: limits, crashes, wrong answers, time-outs, at exactly chosen moments. */
import { describe, expect, it } from 'vitest'
import { ManualClock } from '../core/clock.ts'
import { seededRng } from '../core/rng.ts'
import { signatureSuites } from './suites.ts'
import type { VerifyJob } from './verifier.ts'
import { createVerifierPool, type VerifierPoolOptions } from './verifier-pool.ts'
import { type BatchRequest, packedBytes, type UnpackedJob, unpackJobs, type WorkerMessage } from './verify-batch.ts'
import type { StartWorker } from './verify-lane.ts'

interface PlayedWorker {
  readonly batches: { readonly id: number; readonly jobs: readonly UnpackedJob[] }[]
  readonly message: (message: WorkerMessage) => void
  readonly crash: () => void
  alive: boolean
  ended: boolean
}

/** A played worker holds a job valid when its message starts with 1. */
function job(first: 0 | 1, sender = 0, messageBytes = 4): VerifyJob {
  const message = new Uint8Array(messageBytes)
  message.set([first, sender & 0xff, sender >> 8])
  const { publicKeyBytes, signatureBytes } = signatureSuites['ML-DSA-44']
  const publicKey = new Uint8Array(publicKeyBytes)
  publicKey.set([sender & 0xff, sender >> 8])
  return { suite: 'ML-DSA-44', publicKey, message, signature: new Uint8Array(signatureBytes) }
}

function playedPool(options: VerifierPoolOptions, salt = 1) {
  const workers: PlayedWorker[] = []
  const clock = new ManualClock()
  const startWorker: StartWorker = ({ onMessage, onFault }) => {
    const worker: PlayedWorker = {
      batches: [],
      message: onMessage,
      crash: () => onFault(new Error('crashed')),
      alive: true,
      ended: false,
    }
    workers.push(worker)
    return {
      send: ({ id, jobs }: BatchRequest) => worker.batches.push({ id, jobs: unpackJobs(jobs) }),
      keepAlive: (alive) => {
        worker.alive = alive
      },
      async end() {
        worker.ended = true
      },
    }
  }
  const pool = createVerifierPool(options, { rng: seededRng(salt), scheduler: clock, startWorker })
  return { pool, workers, clock }
}

const ready: WorkerMessage = { kind: 'ready', backend: 'noble' }

/** Batches leave at the end of a turn. */
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

function answerOf(batch: PlayedWorker['batches'][number], bytes?: number[]): WorkerMessage {
  const answers = Uint8Array.from(bytes ?? batch.jobs.map(({ message }) => (message[0] === 1 ? 1 : 0)))
  return { kind: 'answers', id: batch.id, answers: answers.buffer, keyCacheHits: 0, keyCacheMisses: 0, cpuMs: 3 }
}

/** Answers the oldest batch that has not been. */
function answerNext(worker: PlayedWorker, bytes?: number[]): void {
  const batch = worker.batches.shift()
  if (batch === undefined) throw new Error('the worker has no batch')
  worker.message(answerOf(batch, bytes))
}

const code = (expected: string) => ({ code: expected })

describe('batches', () => {
  it('hold 500 jobs at most, two at a time, in order', async () => {
    const { pool, workers } = playedPool({ workers: 1 })
    const worker = workers[0] as PlayedWorker
    const jobs = Array.from({ length: 1_300 }, (_, index) => job(index % 3 === 0 ? 0 : 1))
    const answers = pool.verify(jobs)
    await turn()
    expect(worker.batches.map(({ jobs: sent }) => sent.length)).toEqual([500, 500])
    answerNext(worker)
    expect(worker.batches.map(({ jobs: sent }) => sent.length)).toEqual([500, 300])
    answerNext(worker)
    answerNext(worker)
    expect(await answers).toEqual(jobs.map((_, index) => index % 3 !== 0))
    expect(worker.alive).toBe(false)
  })

  it('hold little more than 4 MiB', async () => {
    const { pool, workers } = playedPool({ workers: 1 })
    const worker = workers[0] as PlayedWorker
    const answers = pool.verify(Array.from({ length: 5 }, () => job(1, 0, 2_000_000)))
    await turn()
    expect(worker.batches.map(({ jobs: sent }) => sent.length)).toEqual([3, 2])
    answerNext(worker)
    answerNext(worker)
    expect(await answers).toEqual(Array(5).fill(true))
  })

  it('keep the process alive only while they are on their way', async () => {
    const { pool, workers } = playedPool({ workers: 1 })
    const worker = workers[0] as PlayedWorker
    expect(worker.alive).toBe(false)
    const answers = pool.verify([job(1)])
    await turn()
    expect(worker.alive).toBe(true)
    answerNext(worker)
    await answers
    expect(worker.alive).toBe(false)
  })
})

describe('routing', () => {
  /** The senders whose jobs each of four workers gets. */
  const sendersOf = async (salt: number) => {
    const { pool, workers } = playedPool({ workers: 4 }, salt)
    const answers = pool.verify(Array.from({ length: 400 }, (_, index) => job(1, index % 40)))
    await turn()
    const senders = workers.map(
      ({ batches }) => new Set(batches.flatMap(({ jobs }) => jobs.map(({ publicKey }) => publicKey[0] as number))),
    )
    for (const worker of workers) answerNext(worker)
    await answers
    return senders
  }

  it('gives each sender one worker and each worker some senders', async () => {
    const senders = await sendersOf(1)
    expect(senders.reduce((sum, set) => sum + set.size, 0)).toBe(40)
    expect(new Set(senders.flatMap((set) => [...set])).size).toBe(40)
    for (const set of senders) expect(set.size).toBeGreaterThan(2)
  })

  it('depends on the salt, so that nobody outside can aim at one worker', async () => {
    expect(await sendersOf(2)).not.toEqual(await sendersOf(1))
  })
})

describe('back-pressure', () => {
  it('refuses jobs above the limit, counts them, and takes them once there is room', async () => {
    const { pool, workers } = playedPool({ workers: 1, maxPendingJobs: 10 })
    const worker = workers[0] as PlayedWorker
    const first = pool.verify(Array.from({ length: 8 }, () => job(1)))
    await expect(pool.verify([job(1), job(1), job(1)])).rejects.toMatchObject({
      code: 'VERIFIER_BUSY',
      hint: expect.stringContaining('again'),
      details: { pendingJobs: 8, maxPendingJobs: 10 },
    })
    const second = pool.verify([job(0), job(1)])
    await expect(pool.verify([job(1)])).rejects.toMatchObject(code('VERIFIER_BUSY'))
    expect(pool.stats()).toMatchObject({ pendingJobs: 10, refusedCalls: 2 })
    await turn()
    answerNext(worker)
    expect(await first).toEqual(Array(8).fill(true))
    expect(await second).toEqual([false, true])
    expect(pool.stats()).toMatchObject({ pendingJobs: 0, pendingBytes: 0 })
    const third = pool.verify(Array.from({ length: 10 }, () => job(1)))
    await turn()
    answerNext(worker)
    expect(await third).toHaveLength(10)
  })

  it('counts bytes as well', async () => {
    const maxPendingBytes = 3 * packedBytes(job(1))
    const { pool } = playedPool({ workers: 1, maxPendingBytes })
    const outstanding = pool.verify([job(1), job(1)])
    await expect(pool.verify([job(1, 0, 5_000)])).rejects.toMatchObject(code('VERIFIER_BUSY'))
    await expect(pool.verify([job(1, 0, 20_000)])).rejects.toMatchObject(code('VERIFY_CALL_TOO_LARGE'))
    expect(pool.stats().pendingJobs).toBe(2)
    const closed = expect(outstanding).rejects.toMatchObject(code('VERIFIER_CLOSED'))
    await pool.close()
    await closed
  })

  it('says of a call that never fits that it must be split', async () => {
    const { pool } = playedPool({ workers: 1, maxPendingJobs: 10 })
    await expect(pool.verify(Array.from({ length: 11 }, () => job(1)))).rejects.toMatchObject(
      code('VERIFY_CALL_TOO_LARGE'),
    )
    expect(pool.stats()).toMatchObject({ pendingJobs: 0, refusedCalls: 0 })
  })

  it('answers malformed jobs without a worker, the queue being full', async () => {
    const { pool } = playedPool({ workers: 1, maxPendingJobs: 1 })
    const outstanding = pool.verify([job(1)])
    const malformed = { ...job(1), signature: new Uint8Array(3) }
    expect(await pool.verify([malformed, malformed])).toEqual([false, false])
    const closed = expect(outstanding).rejects.toMatchObject(code('VERIFIER_CLOSED'))
    await pool.close()
    await closed
  })
})

describe('a worker that fails', () => {
  it('has its batches sent again, each alone, and the innocent ones are answered', async () => {
    const { pool, workers } = playedPool({ workers: 1 })
    const poison = pool.verify(Array.from({ length: 500 }, () => job(1)))
    const innocent = pool.verify([job(1), job(0)])
    await turn()
    expect(workers[0]?.batches).toHaveLength(2)
    workers[0]?.message(ready)
    workers[0]?.crash()
    expect(workers[0]?.ended).toBe(true)
    // The first batch alone, and it kills its worker again.
    expect(workers[1]?.batches.map(({ jobs }) => jobs.length)).toEqual([500])
    const failed = expect(poison).rejects.toMatchObject(code('VERIFIER_FAILED'))
    workers[1]?.message(ready)
    expect(workers[1]?.batches).toHaveLength(1)
    workers[1]?.crash()
    await failed
    expect(workers[2]?.batches.map(({ jobs }) => jobs.length)).toEqual([2])
    answerNext(workers[2] as PlayedWorker)
    expect(await innocent).toEqual([true, false])
    expect(pool.stats()).toMatchObject({ workerFaults: 2, pendingJobs: 0 })
  })

  it('gets nothing beside a batch that is sent again', async () => {
    const { pool, workers } = playedPool({ workers: 1 })
    const first = pool.verify([job(1)])
    await turn()
    workers[0]?.crash()
    const later = pool.verify([job(0)])
    await turn()
    expect(workers[1]?.batches).toHaveLength(1)
    answerNext(workers[1] as PlayedWorker)
    answerNext(workers[1] as PlayedWorker)
    expect(await Promise.all([first, later])).toEqual([[true], [false]])
  })

  it('is not heard any more: its late answers count for nothing', async () => {
    const { pool, workers } = playedPool({ workers: 1 })
    const answers = pool.verify([job(0)])
    await turn()
    const lost = workers[0] as PlayedWorker
    const [batch] = lost.batches as [PlayedWorker['batches'][number]]
    lost.crash()
    lost.message(answerOf(batch, [1]))
    lost.crash()
    answerNext(workers[1] as PlayedWorker)
    expect(await answers).toEqual([false])
    expect(pool.stats().workerFaults).toBe(1)
  })

  it.each([
    { wrong: 'too few answers', bytes: [1] },
    { wrong: 'too many answers', bytes: [1, 1, 1] },
    { wrong: 'an answer that is neither', bytes: [1, 2] },
  ])('is replaced when it gives $wrong, and none of them is believed', async ({ bytes }) => {
    const { pool, workers } = playedPool({ workers: 1 })
    const answers = pool.verify([job(0), job(0)])
    await turn()
    answerNext(workers[0] as PlayedWorker, bytes)
    answerNext(workers[1] as PlayedWorker)
    expect(await answers).toEqual([false, false])
    expect(pool.stats().workerFaults).toBe(1)
  })

  it('is replaced when it does not answer in time', async () => {
    const { pool, workers, clock } = playedPool({ workers: 1, batchTimeoutMs: 1_000 })
    const answers = pool.verify([job(1)])
    await turn()
    clock.advance(999)
    expect(workers).toHaveLength(1)
    clock.advance(1)
    expect(workers).toHaveLength(2)
    expect(workers[0]?.ended).toBe(true)
    answerNext(workers[1] as PlayedWorker)
    expect(await answers).toEqual([true])
    // An answered batch has no deadline left.
    clock.advance(10_000)
    expect(pool.stats().workerFaults).toBe(1)
  })

  it('stops the queue when its self-test fails twice, and starts anew for the next call', async () => {
    const { pool, workers } = playedPool({ workers: 1 })
    const answers = pool.verify(Array.from({ length: 1_500 }, () => job(1)))
    const failed = expect(answers).rejects.toMatchObject(code('VERIFIER_FAILED'))
    await turn()
    workers[0]?.message({ kind: 'unusable', reason: 'wrong answers' })
    workers[1]?.message({ kind: 'unusable', reason: 'wrong answers' })
    await failed
    expect(workers).toHaveLength(2)
    expect(pool.stats()).toMatchObject({ pendingJobs: 0, pendingBytes: 0, backends: [] })
    const later = pool.verify([job(1)])
    await turn()
    workers[2]?.message(ready)
    answerNext(workers[2] as PlayedWorker)
    expect(await later).toEqual([true])
  })

  it('that dies idle is replaced when work comes, not before', async () => {
    const { pool, workers } = playedPool({ workers: 1 })
    workers[0]?.message(ready)
    workers[0]?.crash()
    await turn()
    expect(workers).toHaveLength(1)
    const answers = pool.verify([job(1)])
    await turn()
    answerNext(workers[1] as PlayedWorker)
    expect(await answers).toEqual([true])
  })

  it('cannot be started at all: the jobs fail, nothing hangs', async () => {
    const pool = createVerifierPool(
      { workers: 1 },
      {
        rng: seededRng(1),
        startWorker: () => {
          throw new Error('no more threads')
        },
      },
    )
    await expect(pool.verify([job(1)])).rejects.toMatchObject(code('VERIFIER_FAILED'))
    await expect(pool.ready()).rejects.toMatchObject(code('VERIFIER_FAILED'))
    expect(pool.stats()).toMatchObject({ pendingJobs: 0, workerFaults: 3 })
  })
})
