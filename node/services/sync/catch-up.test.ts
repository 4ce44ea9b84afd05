/** What a node that starts does about being behind, by what it trusts and what its peers have. */
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { ManualClock, type Scheduler } from '../../core/clock.ts'
import { startTimeMs } from '../../ledger/test-support.ts'
import { createStorage, type DurableStorage } from '../../storage/index.ts'
import { codeOf, temporaryDataDir } from '../test-support.ts'
import { type CatchUpDeps, type CatchUpOptions, catchUp } from './catch-up.ts'
import { createTestChain, historyOf, serveHistory } from './chain-test-support.ts'
import { createLocalRequests } from './local-requests.ts'
import type { SyncSource } from './source.ts'
import { createSyncProgress } from './sync-progress.ts'

const dayMs = 86_400_000
const hourMs = 3_600_000
const atOnce: Scheduler = {
  after(_, callback) {
    setImmediate(callback)
    return () => undefined
  },
}

let folder: { path: string; remove(): void }
let storage: DurableStorage
beforeEach(async () => {
  folder = temporaryDataDir()
  storage = await createStorage({ file: join(folder.path, 'qudag.db') })
})
afterEach(async () => {
  await storage.close()
  folder.remove()
})

function setUp(nowMs: number, afterMs: number) {
  const test = createTestChain(4, 3, 2 * dayMs)
  const history = historyOf(test, [{ epoch: 0, afterMs, signers: test.keys, next: test.keys }])
  const clock = new ManualClock(nowMs)
  const network = createLocalRequests()
  const source = network.join('self')
  const progress = createSyncProgress(clock)
  const start = (options: CatchUpOptions = {}, more: Partial<CatchUpDeps> = {}) =>
    catchUp(
      { patienceMs: 0, ...options },
      { chain: test.chain, source, storage, clock, scheduler: atOnce, progress, ...more },
    )
  const serve = (): void => void serveHistory(network.join('peer'), history, clock)
  return { start, serve, progress, history, source }
}

describe('a node that starts', { timeout: 60_000 }, () => {
  it('goes on by itself where nobody answers', async () => {
    const { start } = setUp(startTimeMs + hourMs, hourMs / 2)
    expect(await start()).toEqual({ decision: 'alone', headIndex: 0 })
  })

  it('waits for no peer any more once it is told to stop', async () => {
    const { start } = setUp(startTimeMs + hourMs, hourMs / 2)
    const ending = new AbortController()
    /** Nothing is ever due: what ends it is the signal. */
    const never: Scheduler = { after: () => () => undefined }
    const started = codeOf(start({ patienceMs: hourMs }, { scheduler: never, signal: ending.signal }))
    setImmediate(() => ending.abort())
    expect(await started).toBe('NODE_STOPPING')
  })

  it('gives up a question that is under way when it is told to stop', async () => {
    const { start, source } = setUp(startTimeMs + hourMs, hourMs / 2)
    const ending = new AbortController()
    const silent: SyncSource = {
      peers: () => ['silent'],
      ask: (_peer, _method, _body, signal) =>
        new Promise((_, reject) => {
          signal?.addEventListener('abort', () => reject(signal.reason))
          ending.abort()
        }),
      misconduct: source.misconduct,
    }
    expect(await codeOf(start({}, { source: silent, signal: ending.signal }))).toBe('NODE_STOPPING')
  })

  it('replays what peers still have, and shows what it trusts', async () => {
    const { start, serve, progress } = setUp(startTimeMs + hourMs, hourMs / 2)
    serve()
    expect(await start()).toEqual({ decision: 'replay', headIndex: 100 })
    expect(progress.view().anchor).toMatchObject({ kind: 'genesis', atMs: startTimeMs })
    progress.follow(100, () => 40)
    expect(progress.view()).toMatchObject({ phase: 'replay', done: 0, total: 60, unit: 'commits' })
  })

  it('takes a snapshot where a replay is not worth it', async () => {
    const { start, serve, history } = setUp(startTimeMs + hourMs, hourMs / 2)
    serve()
    expect(await start({ replayWorthCommits: 50 })).toEqual({ decision: 'snapshot', headIndex: 100 })
    expect((await storage.read.lastCheckpoint())?.hash).toEqual(history.rows[0]?.hash)
  })

  it('replays nothing on the word of those whose time to be held to it is over', async () => {
    const { start, serve, history } = setUp(startTimeMs + 2 * dayMs, 2 * dayMs - hourMs)
    serve()
    expect(await codeOf(start())).toBe('TRUST_ANCHOR_TOO_OLD')
    const anchor = { seq: 1, hash: history.rows[0]?.hash ?? new Uint8Array() }
    // On a quiet network the one that was named is the newest there is.
    expect(await start({ anchor })).toEqual({ decision: 'snapshot', headIndex: 100 })
  })
})
