/** Joining by a snapshot, against peers that hold it, that lie, and that tell of a history that old keys have made up. */
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { ManualClock, type Scheduler } from '../../core/clock.ts'
import { NodeError } from '../../core/node-error.ts'
import { createInlineVerifier } from '../../crypto/index.ts'
import { createStateLoader, type LedgerState, planSnapshot, stateRoot } from '../../ledger/index.ts'
import { startTimeMs } from '../../ledger/test-support.ts'
import { createStorage, type DurableStorage } from '../../storage/index.ts'
import { recover } from '../recovery.ts'
import { codeOf, temporaryDataDir } from '../test-support.ts'
import { parseAnchor } from './anchor.ts'
import {
  createTestChain,
  historyOf,
  type PlannedCheckpoint,
  serveHistory,
  type TestChain,
  type TestHistory,
  testKeys,
} from './chain-test-support.ts'
import { type JoinOptions, joinNetwork } from './join-network.ts'
import { createLocalRequests } from './local-requests.ts'
import { decodeAnswer, encodeAnswer } from './messages.ts'
import { createSyncProgress } from './sync-progress.ts'

const slow = { timeout: 120_000 }
const hourMs = 3_600_000
const dayMs = 24 * hourMs
/** Trusted for a day. */
const unbondingMs = 2 * dayMs

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

function world(test: TestChain, nowMs: number) {
  const clock = new ManualClock(nowMs)
  const network = createLocalRequests()
  const self = network.join('self')
  const progress = createSyncProgress(clock)
  return {
    clock,
    self,
    progress,
    peer: (name: string, history: TestHistory, change?: (method: string, answer: Uint8Array) => Uint8Array) =>
      serveHistory(network.join(name), history, clock, change),
    leave: (name: string) => network.join(name).leave(),
    join: (options: JoinOptions = {}) =>
      joinNetwork(
        { patienceMs: 0, ...options },
        {
          ...{ chain: test.chain, source: self, storage, clock, progress },
          scheduler: atOnce,
        },
      ),
  }
}

/** Nobody has to be waited for here. */
const atOnce: Scheduler = {
  after(_, callback) {
    setImmediate(callback)
    return () => undefined
  },
}

async function storedState(): Promise<LedgerState> {
  const loader = createStateLoader()
  for (const { key, value } of await storage.read.state({ afterKey: null, limit: 10_000 })) {
    expect(loader.add(key, value)).toBeUndefined()
  }
  const state = loader.finish()
  if (typeof state === 'string') throw new Error(state)
  return state
}

const later = (test: TestChain, count = 3): PlannedCheckpoint[] =>
  Array.from({ length: count }, (_, index) => ({
    ...{ epoch: 0, afterMs: (index + 1) * 60_000, signers: test.keys.slice(0, 3), next: test.keys },
  }))

describe('joining', slow, () => {
  it('installs the state that the validators certified, and recovery goes on from it', async () => {
    const test = createTestChain(4, 50, unbondingMs)
    const history = historyOf(test, later(test))
    const { peer, join: joinNow, progress } = world(test, startTimeMs + hourMs)
    peer('a', history)
    const joined = await joinNow()
    expect(joined.checkpoint.seq).toBe(3)
    expect(stateRoot(await storedState())).toEqual(joined.checkpoint.stateRoot)
    expect((await storage.read.lastCheckpoint())?.hash).toEqual(joined.hash)
    expect(progress.view().anchor).toMatchObject({ kind: 'genesis', atMs: startTimeMs })
    const { read } = storage
    const recovered = await recover({
      ...{ chain: test.chain, read, storage, clock: new ManualClock(startTimeMs + hourMs) },
      verify: (jobs) => createInlineVerifier().verify(jobs),
      self: test.keys[0]?.id ?? new Uint8Array(32),
    })
    expect(stateRoot(recovered.state)).toEqual(joined.checkpoint.stateRoot)
    expect(recovered.resume).toMatchObject({
      snapshotRound: 72 - 60,
      silentUntilMs: startTimeMs + hourMs,
      lastCommit: { commitIndex: 300, leaderRound: 72, window: [{ round: 60 }] },
      lastCheckpoint: { seq: 3 },
    })
    // It can serve others in turn.
    expect(recovered.provable?.consensus?.leaderRound).toBe(72)
  })

  it('keeps what the owner has, and the journal', async () => {
    const test = createTestChain(4, 5, unbondingMs)
    const history = historyOf(test, later(test))
    const signed = { kind: 'vertex' as const, epoch: 0, position: 7, hash: new Uint8Array(32).fill(1), atMs: 1 }
    await storage.write.appendJournal({ ...signed, bytes: Uint8Array.of(1), transactions: 0 })
    await storage.write.putLabels([{ type: 'tx', ref: new Uint8Array(32), label: 'rent' }], 10)
    const watched = { account: new Uint8Array(33), label: 'aunt', key: null, createdAtMs: 1 }
    await storage.write.putWatched(watched, null)
    const { peer, join: joinNow } = world(test, startTimeMs + hourMs)
    peer('a', history)
    await joinNow()
    expect(await storage.read.journal({ kind: 'vertex', afterSeq: 0, limit: 5 })).toMatchObject([signed])
    expect(await storage.read.labels(null)).toMatchObject([{ label: 'rent' }])
    expect(await storage.read.watched()).toEqual([watched])
    // The place stays taken.
    const other = { ...signed, hash: new Uint8Array(32).fill(2), bytes: Uint8Array.of(2), transactions: 0 }
    expect(await codeOf(storage.write.appendJournal(other))).toBe('JOURNAL_CONFLICT')
  })
})

describe('a peer that lies', slow, () => {
  const test = createTestChain(4, 60, unbondingMs)
  const history = historyOf(test, later(test))
  const nowMs = startTimeMs + hourMs
  const changed = <M extends Parameters<typeof decodeAnswer>[0]>(
    wanted: M,
    change: (answer: NonNullable<ReturnType<typeof decodeAnswer<M>>>) => Parameters<typeof encodeAnswer<M>>[1],
  ) => {
    return (method: string, bytes: Uint8Array): Uint8Array => {
      if (method !== wanted) return bytes
      const answer = decodeAnswer(wanted, bytes)
      return answer === undefined ? bytes : encodeAnswer(wanted, change(answer as never))
    }
  }

  const lies: [string, (method: string, bytes: Uint8Array) => Uint8Array, string][] = [
    [
      'changes an account in a piece',
      changed('snapshot-chunk', ({ rows, paid }) => ({
        paid,
        rows: rows.map((row, at) => (at === 0 ? { ...row, value: row.value.map((byte) => byte ^ 1) } : row)),
      })),
      'SYNC_CHUNK_WRONG',
    ],
    [
      'leaves an account out',
      changed('snapshot-chunk', ({ rows, paid }) => ({ rows: rows.slice(1), paid })),
      'SYNC_CHUNK_WRONG',
    ],
    [
      'cuts another tree',
      changed('snapshot-manifest', (manifest) => ({
        ...manifest,
        frontier: manifest.frontier.map((node) => ({ ...node, hash: node.hash.map((byte) => byte ^ 1) })),
      })),
      'SYNC_MANIFEST_WRONG',
    ],
    [
      'tells of another state under the same signatures',
      changed('snapshot-manifest', (manifest) => ({
        ...manifest,
        certified: {
          ...manifest.certified,
          checkpoint: { ...manifest.certified.checkpoint, stateRoot: new Uint8Array(32).fill(9) },
        },
      })),
      'SYNC_CERTIFICATE_INVALID',
    ],
    [
      'tells of another order',
      changed('snapshot-consensus', ({ consensus }) => ({
        consensus: consensus.map((byte, at) => (at === 5 ? byte ^ 1 : byte)),
      })),
      'SYNC_CONSENSUS_WRONG',
    ],
    ['sends no answer that reads', (_, bytes) => bytes.slice(1), 'SYNC_ANSWER_MALFORMED'],
  ]

  it.each(lies)('and %s is caught and dropped, and the others serve', async (_, lie, code) => {
    const { peer, join: joinNow, self, progress } = world(test, nowMs)
    peer('liar', history, lie)
    peer('honest', history)
    const joined = await joinNow()
    expect(self.reported).toEqual([{ peer: 'liar', code }])
    expect(progress.view().dropped).toContainEqual({ peer: 'liar', code })
    expect(stateRoot(await storedState())).toEqual(joined.checkpoint.stateRoot)
  })

  it.each(lies)('and %s gets nothing installed where it is alone', async (_, lie) => {
    const { peer, join: joinNow } = world(test, nowMs)
    peer('liar', history, lie)
    expect(await codeOf(joinNow())).toBe('SYNC_NO_PEERS')
    expect(await storage.read.lastCheckpoint()).toBeNull()
    expect(await storage.read.state({ afterKey: null, limit: 1 })).toEqual([])
  })

  it('may hold all peers but one', async () => {
    const { peer, join: joinNow, self } = world(test, nowMs)
    for (const [index, [, lie]] of lies.entries()) peer(`liar ${index}`, history, lie)
    peer('honest', history)
    expect((await joinNow()).checkpoint.seq).toBe(3)
    expect(self.reported.some(({ peer: name }) => name === 'honest')).toBe(false)
  })
})

describe('what is trusted', slow, () => {
  it('is no genesis older than the trust period: a recent checkpoint has to be named', async () => {
    const test = createTestChain(4, 3, unbondingMs)
    const plan = later(test).map((one) => ({ ...one, afterMs: one.afterMs + dayMs }))
    const history = historyOf(test, plan)
    const { peer, join: joinNow, progress } = world(test, startTimeMs + dayMs + hourMs)
    peer('a', history)
    const failure = await joinNow().catch((cause: unknown) => cause)
    expect(failure).toMatchObject({ code: 'TRUST_ANCHOR_TOO_OLD' })
    expect((failure as NodeError).hint).toContain('--trust-checkpoint')
    const given = { seq: 2, hash: history.rows[1]?.hash ?? new Uint8Array() }
    expect((await joinNow({ anchor: given })).checkpoint.seq).toBe(3)
    expect(progress.view().anchor).toMatchObject({ kind: 'checkpoint', atMs: startTimeMs + dayMs + 120_000 })
  })

  it('is no checkpoint that peers do not have, nor one that is old itself', async () => {
    const test = createTestChain(4, 3, unbondingMs)
    const history = historyOf(test, later(test))
    const { peer, join: joinNow, clock } = world(test, startTimeMs + hourMs)
    peer('a', history)
    expect(await codeOf(joinNow({ anchor: { seq: 2, hash: new Uint8Array(32) } }))).toBe('TRUST_ANCHOR_UNKNOWN')
    clock.advance(dayMs)
    const { peer: again, join: joinLater } = world(test, startTimeMs + dayMs + hourMs)
    again('a', history)
    const old = { seq: 2, hash: history.rows[1]?.hash ?? new Uint8Array() }
    expect(await codeOf(joinLater({ anchor: old }))).toBe('TRUST_ANCHOR_TOO_OLD')
  })

  it('reads as number and hash', () => {
    expect(parseAnchor(`12:${'ab'.repeat(32)}`)).toEqual({ seq: 12, hash: new Uint8Array(32).fill(0xab) })
    for (const text of ['', '12', `12:${'ab'.repeat(31)}`, `x:${'ab'.repeat(32)}`]) {
      expect(() => parseAnchor(text)).toThrow(NodeError)
    }
  })
})

describe('epochs with other validators', slow, () => {
  const test = createTestChain(4, 3, unbondingMs)
  const { keys: first } = test
  const second = testKeys(4)
  const nowMs = startTimeMs + hourMs
  const honest: PlannedCheckpoint[] = [
    { epoch: 0, afterMs: 600_000, signers: first.slice(0, 3), next: second },
    { epoch: 1, afterMs: 900_000, signers: second.slice(1), next: second },
  ]

  it('are followed step by step', async () => {
    const { peer, join: joinNow } = world(test, nowMs)
    peer('a', historyOf(test, honest))
    expect((await joinNow()).checkpoint.epoch).toBe(1)
    // The step is kept, so that this node can show strangers the way from the genesis.
    expect((await storage.read.lastCheckpointOf(0))?.seq).toBe(1)
  })

  it.each<[string, PlannedCheckpoint[], string]>([
    [
      'signed by who came too early',
      [{ ...(honest[0] as PlannedCheckpoint), signers: second }],
      'SYNC_CERTIFICATE_INVALID',
    ],
    [
      'of half the stake',
      [{ ...(honest[0] as PlannedCheckpoint), signers: first.slice(0, 2) }],
      'SYNC_CERTIFICATE_INVALID',
    ],
    [
      'signed by those whose time is over',
      [honest[0] as PlannedCheckpoint, { ...(honest[1] as PlannedCheckpoint), signers: first }],
      'SYNC_CERTIFICATE_INVALID',
    ],
  ])('are refused where a certificate is %s', async (_, plan, code) => {
    const { peer, join: joinNow, self } = world(test, nowMs)
    peer('liar', historyOf(test, plan))
    expect(await codeOf(joinNow())).toBe('SYNC_NO_PEERS')
    expect(self.reported).toEqual([{ peer: 'liar', code }])
    peer('honest', historyOf(test, honest))
    expect((await joinNow()).checkpoint.epoch).toBe(1)
  })

  it('made up with keys whose stake was paid out long ago are refused, however long the made-up history is', async () => {
    // The first validators took their stake back after epoch 0 and sold their keys: they sign another history from there on.
    const accomplices = testKeys(4)
    const forged = historyOf(
      test,
      [
        { epoch: 0, afterMs: 600_000, signers: first, next: accomplices },
        { epoch: 1, afterMs: 3 * dayMs, signers: accomplices, next: accomplices },
        { epoch: 2, afterMs: 4 * dayMs, signers: accomplices, next: accomplices },
      ],
      1,
    )
    const real = historyOf(test, [
      { epoch: 0, afterMs: 600_000, signers: first.slice(0, 3), next: second },
      { epoch: 1, afterMs: 3 * dayMs + 23 * hourMs, signers: second.slice(1), next: second },
    ])
    const at = startTimeMs + 4 * dayMs
    const eclipsed = world(test, at)
    eclipsed.peer('liar', forged)
    // From the genesis it is as sound as the real one: so an old genesis is nothing to go by.
    expect(await codeOf(eclipsed.join())).toBe('TRUST_ANCHOR_TOO_OLD')
    const anchor = { seq: 2, hash: real.rows[1]?.hash ?? new Uint8Array() }
    expect(await codeOf(eclipsed.join({ anchor }))).toBe('TRUST_ANCHOR_UNKNOWN')
    expect(await storage.read.lastCheckpoint()).toBeNull()

    const next = historyOf(test, [
      { epoch: 0, afterMs: 600_000, signers: first.slice(0, 3), next: second },
      { epoch: 1, afterMs: 3 * dayMs + 23 * hourMs, signers: second.slice(1), next: second },
      { epoch: 2, afterMs: 4 * dayMs - 60_000, signers: second.slice(1), next: second },
    ])
    const { peer, join: joinNow, progress } = world(test, at)
    peer('liar', forged)
    peer('honest', next)
    const joined = await joinNow({ anchor: { seq: 2, hash: next.rows[1]?.hash ?? new Uint8Array() } })
    expect(joined.hash).toEqual(next.rows[2]?.hash)
    expect(progress.view().dropped.map(({ peer: name }) => name)).toContain('liar')
  })

  it('that were certified twice stop the node: no choice of its own would be sound', async () => {
    const { peer, join: joinNow } = world(test, nowMs)
    peer('a', historyOf(test, honest))
    peer('b', historyOf(test, honest, 1))
    expect(await codeOf(joinNow())).toBe('SYNC_FORKED')
    expect(await storage.read.lastCheckpoint()).toBeNull()
  })
})

function pieceCount({ provable }: TestHistory): number {
  const planning = planSnapshot(provable.snapshot, 1_000)
  let step = planning.next()
  while (step.done !== true) step = planning.next()
  return step.value.frontier.length
}

describe('a download that was cut off', slow, () => {
  it('goes on with what was staged, also after a restart and at a later checkpoint', async () => {
    const test = createTestChain(4, 400, unbondingMs)
    const nowMs = startTimeMs + hourMs
    let served = 0
    const first = world(test, nowMs)
    first.peer('a', historyOf(test, later(test, 2)), (method, bytes) => {
      if (method === 'snapshot-chunk' && ++served > 6) throw new NodeError('SNAPSHOT_GONE', 'gone')
      return bytes
    })
    expect(await codeOf(first.join())).toBe('SYNC_NO_PEERS')
    expect(await storage.read.lastCheckpoint()).toBeNull()
    const staged = (await storage.read.stagedChunks()).length
    expect(staged).toBeGreaterThanOrEqual(6)
    await storage.close()
    storage = await createStorage({ file: join(folder.path, 'qudag.db') })
    const cut = historyOf(test, later(test, 3))
    const again = world(test, nowMs)
    const { asked } = again.peer('b', cut)
    expect((await again.join()).checkpoint.seq).toBe(3)
    // All but the piece that the third commit changed were good still.
    const total = pieceCount(cut)
    expect(total).toBeGreaterThan(12)
    expect(asked.get('snapshot-chunk')).toBeLessThanOrEqual(total - staged + 1)
    expect(stateRoot(await storedState())).toEqual(stateRoot(cut.state))
    expect(await storage.read.stagedChunks()).toEqual([])
  })
})
