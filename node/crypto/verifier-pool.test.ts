import { Worker } from 'node:worker_threads'
import { afterEach, describe, expect, it } from 'vitest'
import { randomBelow, seededRng } from '../core/rng.ts'
import { createInlineVerifier } from './inline-verifier.ts'
import { generateKeyPair } from './keys.ts'
import { defaultSignatureBackend } from './select-backend.ts'
import { type SignatureSuite, signatureSuites } from './suites.ts'
import type { VerifyJob } from './verifier.ts'
import {
  createVerifierPool,
  type VerifierPool,
  type VerifierPoolDeps,
  type VerifierPoolOptions,
} from './verifier-pool.ts'
import type { StartWorker } from './verify-lane.ts'

const suites = Object.keys(signatureSuites) as SignatureSuite[]
const pools: VerifierPool[] = []

function openPool(options: VerifierPoolOptions, deps: VerifierPoolDeps = {}): VerifierPool {
  const pool = createVerifierPool(options, { rng: seededRng(5), ...deps })
  pools.push(pool)
  return pool
}

afterEach(async () => {
  await Promise.all(pools.splice(0).map((pool) => pool.close()))
})

/** Signed jobs of a few senders in turn. */
function signedJobs(count: number, senders: readonly SignatureSuite[], seed = 1): VerifyJob[] {
  const rng = seededRng(seed)
  const keys = senders.map((suite) => {
    const pair = generateKeyPair(suite, { rng })
    return { ...pair, signing: defaultSignatureBackend().openSigningKey(suite, pair.seed) }
  })
  return Array.from({ length: count }, (_, index) => {
    const { suite, publicKey, signing } = keys[index % keys.length] as (typeof keys)[number]
    const message = rng.bytes(50 + (index % 30))
    return { suite, publicKey, message, signature: signing.sign(message) }
  })
}

/** Ways in which a job can be bad; each gives a job that must be answered false. */
const spoilers: readonly ((job: VerifyJob, other: VerifyJob) => VerifyJob)[] = [
  (job) => ({ ...job, message: Uint8Array.of(...job.message, 0) }),
  (job) => ({ ...job, signature: job.signature.map((byte, index) => (index === 40 ? byte ^ 1 : byte)) }),
  (job) => ({ ...job, signature: job.signature.subarray(1) }),
  (job) => ({ ...job, signature: new Uint8Array(0) }),
  (job) => ({ ...job, publicKey: job.publicKey.subarray(1) }),
  (job) => ({ ...job, publicKey: job.publicKey.map((byte, index) => (index === 3 ? byte ^ 1 : byte)) }),
  (job, other) => ({ ...job, signature: other.signature }),
  (job) => ({ ...job, suite: suites[(suites.indexOf(job.suite) + 1) % suites.length] as SignatureSuite }),
  (job) => ({ ...job, suite: 'toString' as SignatureSuite }),
]

describe('verifier pool on threads', () => {
  it('answers 500 good and bad jobs in their order, as the inline verifier does', async () => {
    const rng = seededRng(9)
    const expected: boolean[] = []
    const good = signedJobs(500, [...suites, ...suites])
    const jobs = good.map((job, index) => {
      const spoil = randomBelow(rng, 2) === 0 ? undefined : spoilers[randomBelow(rng, spoilers.length)]
      expected.push(spoil === undefined)
      return spoil === undefined ? job : spoil(job, good[(index + 1) % good.length] as VerifyJob)
    })
    const pool = openPool({ workers: 2 })
    expect(await pool.verify(jobs)).toEqual(expected)
    expect(await createInlineVerifier().verify(jobs)).toEqual(expected)
    expect(pool.stats()).toMatchObject({
      workers: 2,
      pendingJobs: 0,
      pendingBytes: 0,
      checkedJobs: 500,
      invalidJobs: expected.filter((valid) => !valid).length,
      workerFaults: 0,
    })
  })

  it('lets calls of one turn share a batch, and gives each its own answers', async () => {
    const pool = openPool({ workers: 1 })
    const jobs = signedJobs(60, ['ML-DSA-44'])
    const spoiled = jobs.map((job, index) => (index % 3 === 0 ? { ...job, message: new Uint8Array(1) } : job))
    const answers = await Promise.all(spoiled.map((job) => pool.verify([job])))
    expect(answers).toEqual(spoiled.map((_, index) => [index % 3 !== 0]))
    expect(pool.stats().batches).toBe(1)
  })

  it('prepares each key once, however many workers and calls there are', async () => {
    const pool = openPool({ workers: 3 })
    const jobs = signedJobs(
      90,
      Array.from({ length: 9 }, () => 'ML-DSA-44' as const),
    )
    for (let round = 0; round < 3; round++) await pool.verify(jobs)
    expect(pool.stats()).toMatchObject({ keyCacheMisses: 9, keyCacheHits: 3 * 90 - 9, checkedJobs: 270 })
  })

  it('keeps no more prepared keys than allowed', async () => {
    const pool = openPool({ workers: 1, maxPreparedKeysPerWorker: 2 })
    const [a, b, c] = signedJobs(3, ['ML-DSA-44', 'ML-DSA-44', 'ML-DSA-44']) as [VerifyJob, VerifyJob, VerifyJob]
    // a b | a again (hit) | c drops b | a (hit) | b anew
    expect(await pool.verify([a, b, a, c, a, b])).toEqual(Array(6).fill(true))
    expect(pool.stats()).toMatchObject({ keyCacheMisses: 4, keyCacheHits: 2 })
  })

  it('reports ready after the self-test, with the backend that passed', async () => {
    const pool = openPool({ workers: 2 })
    await pool.ready()
    expect(pool.stats().backends).toEqual([defaultSignatureBackend().name, defaultSignatureBackend().name])
  })

  it('answers rightly though a worker dies under its first batch', async () => {
    let starts = 0
    const pool = openPool({ workers: 1 }, { startWorker: dyingThread(() => ++starts === 1) })
    const jobs = signedJobs(40, ['ML-DSA-44']).map((job, index) =>
      index === 7 ? { ...job, message: new Uint8Array(2) } : job,
    )
    expect(await pool.verify(jobs)).toEqual(jobs.map((_, index) => index !== 7))
    expect(pool.stats()).toMatchObject({ workerFaults: 1, pendingJobs: 0, batches: 2 })
  })

  it('rejects when the worker dies over the same batch twice', async () => {
    const pool = openPool({ workers: 1 }, { startWorker: dyingThread(() => true) })
    await expect(pool.verify(signedJobs(3, ['ML-DSA-44']))).rejects.toMatchObject({ code: 'VERIFIER_FAILED' })
    expect(pool.stats()).toMatchObject({ pendingJobs: 0, pendingBytes: 0 })
  })

  it('rejects when the worker script cannot be started, and says so before work comes', async () => {
    const pool = openPool({ workers: 2, workerUrl: new URL('./there-is-no-such-worker.js', import.meta.url) })
    await expect(pool.ready()).rejects.toMatchObject({ code: 'VERIFIER_FAILED' })
    await expect(pool.verify(signedJobs(3, ['ML-DSA-44']))).rejects.toMatchObject({ code: 'VERIFIER_FAILED' })
    expect(pool.stats()).toMatchObject({ pendingJobs: 0, backends: [] })
  })

  it('close() rejects what is outstanding and later calls, and may be called again', async () => {
    const pool = openPool({ workers: 2 })
    const outstanding = pool.verify(signedJobs(200, suites))
    const refused = expect(outstanding).rejects.toMatchObject({ code: 'VERIFIER_CLOSED' })
    await pool.close()
    await refused
    await expect(pool.verify([])).rejects.toMatchObject({ code: 'VERIFIER_CLOSED' })
    await expect(pool.ready()).rejects.toMatchObject({ code: 'VERIFIER_CLOSED' })
    await pool.close()
    expect(pool.stats().pendingJobs).toBe(0)
  })
})

/** A real worker thread that is terminated right after its first batch has been sent to it. */
function dyingThread(dies: () => boolean): StartWorker {
  return ({ onMessage, onFault }) => {
    const doomed = dies()
    const worker = new Worker(new URL('./verify-worker.ts', import.meta.url), { workerData: { maxPreparedKeys: 10 } })
    worker.on('message', onMessage)
    worker.on('exit', (code) => onFault(new Error(`exit ${code}`)))
    return {
      send(request) {
        worker.postMessage(request, [request.jobs])
        if (doomed) void worker.terminate()
      },
      keepAlive: () => undefined,
      async end() {
        await worker.terminate()
      },
    }
  }
}

describe('createInlineVerifier', () => {
  it('refuses what the pool refuses', async () => {
    const verifier = createInlineVerifier()
    const [job] = signedJobs(1, ['ML-DSA-44']) as [VerifyJob]
    await expect(verifier.verify(Array<VerifyJob>(10_001).fill(job))).rejects.toMatchObject({
      code: 'VERIFY_CALL_TOO_LARGE',
    })
    await verifier.close()
    await expect(verifier.verify([job])).rejects.toMatchObject({ code: 'VERIFIER_CLOSED' })
  })

  it('takes no message longer than any of ours', async () => {
    const [job] = signedJobs(1, ['ML-DSA-44']) as [VerifyJob]
    const verifier = createInlineVerifier()
    expect(await verifier.verify([{ ...job, message: new Uint8Array(4_194_305) }, job])).toEqual([false, true])
  })

  it('prepares a key once', async () => {
    const verifier = createInlineVerifier()
    const jobs = signedJobs(6, ['ML-DSA-44', 'ML-DSA-65'])
    expect(await verifier.verify(jobs)).toEqual(Array(6).fill(true))
    expect(verifier.stats()).toMatchObject({ keyCacheMisses: 2, keyCacheHits: 4, checkedJobs: 6, invalidJobs: 0 })
  })
})
