import { join } from 'node:path'
import type Database from 'better-sqlite3'
import fc from 'fast-check'
import { afterEach, describe, expect, it } from 'vitest'
import { createStorage } from './create-storage.ts'
import { openDatabase } from './database.ts'
import { createEngine, type Engine } from './engine.ts'
import { migrations } from './migrations/index.ts'
import type { Operation } from './operations.ts'
import {
  accountOf,
  anyIntent,
  anyLabel,
  anyWatched,
  bytesOf,
  commitBatchOf,
  commitOf,
  intentOf,
  plain,
  txIdOf,
} from './test-support/rows.ts'
import { temporaryFolders } from './test-support/temporary-folder.ts'
import type { BalanceSlots, CommitBatch, LabelRow, WatchedRow } from './types.ts'

const nextFolder = temporaryFolders()
let open: Database[] = []

afterEach(() => {
  for (const db of open) db.close()
  open = []
})

function openEngine(file = join(nextFolder(), 'ledger.db')): { engine: Engine; db: Database; file: string } {
  const db = openDatabase({ file, synchronous: 'NORMAL' })
  open.push(db)
  return { engine: createEngine(db), db, file }
}

/** Undefined where all were made, else the code of the first that was not. */
function apply(engine: Engine, ...operations: Operation[]): string | undefined {
  for (const outcome of engine.apply(operations)) if (!outcome.ok) return outcome.error.code
  return undefined
}

const commit = (
  commitIndex: number,
  commitTimeMs: number,
  ...changes: readonly (readonly [account: number, balanceMicroRuv: bigint])[]
): Operation => ({
  kind: 'commit',
  row: {
    ...commitBatchOf(commitIndex),
    commit: commitOf(commitIndex, { commitTimeMs }),
    balances: changes.map(([account, balanceMicroRuv]) => ({ account: accountOf(account), balanceMicroRuv })),
  },
})

const whole = { afterMs: 0, untilMs: Number.MAX_SAFE_INTEGER, slotMs: 1 }

function slotsOf(engine: Engine, account: number, query: Partial<typeof whole> = {}): BalanceSlots {
  return engine.read.balances({ accounts: [accountOf(account)], ...whole, ...query })[0] as BalanceSlots
}

describe('balances over time', () => {
  it('are there with their commit, whole or not at all', () => {
    const { engine } = openEngine()
    expect(engine.read.hasAllBalances()).toBe(true)
    expect(apply(engine, commit(1, 100, [1, 5n], [2, 2n ** 64n - 1n]), commit(2, 200, [1, 4n]))).toBeUndefined()
    // Commit 2 once more with another balance, and a commit that does not follow: neither changes anything.
    expect(apply(engine, commit(2, 200, [1, 999n]))).toBeUndefined()
    expect(apply(engine, commit(9, 900, [1, 999n]))).toBe('COMMIT_GAP')
    expect(slotsOf(engine, 1)).toEqual({
      beforeMicroRuv: null,
      changes: [
        { commitTimeMs: 100, balanceMicroRuv: 5n },
        { commitTimeMs: 200, balanceMicroRuv: 4n },
      ],
    })
    expect(slotsOf(engine, 2).changes).toEqual([{ commitTimeMs: 100, balanceMicroRuv: 2n ** 64n - 1n }])
    expect(slotsOf(engine, 3)).toEqual({ beforeMicroRuv: null, changes: [] })
    expect(engine.read.firstBalanceMs([3, 2].map(accountOf))).toBe(100)
    expect(engine.read.firstBalanceMs([accountOf(3)])).toBeNull()
  })

  it('are given as the last of each stretch, as a plain look at all of them would have it (property)', () => {
    const history = fc
      .array(fc.tuple(fc.integer({ min: 1, max: 40 }), fc.nat({ max: 3 }), fc.bigInt(0n, 99n)), { maxLength: 60 })
      .map((steps) => {
        let atMs = 0
        return steps.map(([gapMs, account, balance]) => {
          atMs += gapMs
          return { atMs, account, balance }
        })
      })
    const bounds = fc.record({
      afterMs: fc.nat({ max: 500 }),
      lengthMs: fc.integer({ min: 1, max: 2_000 }),
      slotMs: fc.integer({ min: 1, max: 700 }),
    })
    fc.assert(
      fc.property(history, bounds, (steps, { afterMs, lengthMs, slotMs }) => {
        const { engine } = openEngine()
        steps.forEach(({ atMs, account, balance }, index) => {
          apply(engine, commit(index, atMs, [account, balance]))
        })
        const untilMs = afterMs + lengthMs
        const expected = [0, 1, 2, 3].map((account) => {
          const own = steps.filter((step) => step.account === account)
          const last = new Map<number, { commitTimeMs: number; balanceMicroRuv: bigint }>()
          for (const { atMs, balance } of own) {
            if (atMs <= afterMs || atMs > untilMs) continue
            last.set(Math.ceil((atMs - afterMs) / slotMs), { commitTimeMs: atMs, balanceMicroRuv: balance })
          }
          return {
            beforeMicroRuv: own.filter(({ atMs }) => atMs <= afterMs).at(-1)?.balance ?? null,
            changes: [...last.values()],
          }
        })
        const accounts = [0, 1, 2, 3].map(accountOf)
        expect(engine.read.balances({ accounts, afterMs, untilMs, slotMs })).toEqual(expected)
      }),
      { seed: 31, numRuns: 40 },
    )
  })

  it('of commits from before there were any are put later, as often as it takes', () => {
    const file = join(nextFolder(), 'ledger.db')
    const old = openDatabase({ file, migrations: migrations.slice(0, 2) })
    old.exec(
      "INSERT INTO commits VALUES (1, 0, 1, x'00', 100, x'', 0, x'00', x'00', 1), (2, 0, 2, x'00', 200, x'', 0, x'00', x'00', 2)",
    )
    old.close()
    const { engine } = openEngine(file)
    expect(engine.read.status()).toMatchObject({ schemaVersion: migrations.length, commits: 2 })
    expect(engine.read.hasAllBalances()).toBe(false)
    const earlier = (isLast: boolean, ...rows: readonly [number, bigint][]): Operation => ({
      kind: 'putEarlierBalances',
      row: {
        rows: rows.map(([commitTimeMs, balanceMicroRuv]) => ({ account: accountOf(1), commitTimeMs, balanceMicroRuv })),
        isLast,
      },
    })
    expect(apply(engine, earlier(false, [100, 5n]), earlier(false, [100, 5n]))).toBeUndefined()
    expect(engine.read.hasAllBalances()).toBe(false)
    expect(apply(engine, earlier(true, [100, 5n], [200, 4n]))).toBeUndefined()
    expect(engine.read.hasAllBalances()).toBe(true)
    expect(slotsOf(engine, 1).changes.map(({ balanceMicroRuv }) => balanceMicroRuv)).toEqual([5n, 4n])
  })

  it('cross the thread as they are', async () => {
    const storage = await createStorage({ file: join(nextFolder(), 'ledger.db') })
    try {
      const batch = { ...commitBatchOf(1), balances: [{ account: accountOf(1), balanceMicroRuv: 7n }] } as CommitBatch
      await storage.write.commit(batch)
      expect(await storage.read.hasAllBalances()).toBe(true)
      expect(await storage.read.firstBalanceMs([accountOf(2), accountOf(1)])).toBe(batch.commit.commitTimeMs)
      const [other, own] = await storage.read.balances({ accounts: [accountOf(2), accountOf(1)], ...whole })
      expect(other).toEqual({ beforeMicroRuv: null, changes: [] })
      expect(own?.changes).toEqual([{ commitTimeMs: batch.commit.commitTimeMs, balanceMicroRuv: 7n }])
    } finally {
      await storage.close()
    }
  })
})

const putWatched = (row: WatchedRow, intent: Extract<Operation, { kind: 'putWatched' }>['row']['intent'] = null) =>
  ({ kind: 'putWatched', row: { row, intent } }) as const
const watchedOf = (number: number, fields: Partial<WatchedRow> = {}): WatchedRow => ({
  account: accountOf(number),
  label: `label ${number}`,
  key: null,
  createdAtMs: 1_750_000_000_000 + number,
  ...fields,
})

describe('watched accounts', () => {
  it('come back as they were put, in that order, after reopening too (property)', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(anyWatched, { maxLength: 5, selector: ({ account }) => account.join() }),
        fc.uniqueArray(anyIntent, { minLength: 5, maxLength: 5, selector: ({ key }) => key }),
        (rows, intents) => {
          const { engine, db, file } = openEngine()
          expect(apply(engine, ...rows.map((row, index) => putWatched(row, intents[index] ?? null)))).toBeUndefined()
          db.close()
          const { read } = openEngine(file).engine
          expect(plain(read.watched())).toEqual(rows)
          rows.forEach((_, index) => {
            const intent = intents[index] as (typeof intents)[number]
            expect(plain(read.intent(intent.key))).toMatchObject({ ...intent, txId: null })
          })
        },
      ),
      { seed: 32, numRuns: 20 },
    )
  })

  it('keep their place and their time when they are put again, and are gone when they are removed', () => {
    const { engine } = openEngine()
    const key = { suite: 'ML-DSA-44' as const, publicKey: bytesOf('key', 1) }
    apply(engine, putWatched(watchedOf(1)), putWatched(watchedOf(2)))
    apply(engine, putWatched(watchedOf(1, { label: null, key, createdAtMs: 9 })))
    expect(plain(engine.read.watched())).toEqual([watchedOf(1, { label: null, key }), watchedOf(2)])
    const remove = { kind: 'removeWatched', row: { account: accountOf(1) } } as const
    expect(apply(engine, remove, remove)).toBeUndefined()
    expect(plain(engine.read.watched())).toEqual([watchedOf(2)])
  })

  it('IDEMPOTENCY_KEY_REUSED: neither account nor key is recorded where the key is taken', () => {
    const { engine } = openEngine()
    apply(engine, { kind: 'putIntent', row: intentOf(1) })
    expect(apply(engine, putWatched(watchedOf(1), intentOf(1, { requestHash: bytesOf('other', 1) })))).toBe(
      'IDEMPOTENCY_KEY_REUSED',
    )
    expect(engine.read.watched()).toEqual([])
    expect(apply(engine, putWatched(watchedOf(1), intentOf(1)))).toBeUndefined()
    expect(engine.read.watched()).toHaveLength(1)
  })
})

describe('labels', () => {
  const label = (number: number, fields: Partial<LabelRow> = {}): LabelRow => ({
    type: 'tx',
    ref: txIdOf(number),
    label: `note ${number}`,
    ...fields,
  })
  const put = (rows: readonly LabelRow[], maxLabels = 100): Operation => ({
    kind: 'putLabels',
    row: { rows, maxLabels },
  })

  it('are one a type and ref, the last one put, after reopening too (property)', () => {
    fc.assert(
      fc.property(fc.array(anyLabel, { maxLength: 12 }), (rows) => {
        const { engine, db, file } = openEngine()
        expect(apply(engine, put(rows))).toBeUndefined()
        const expected = new Map(rows.map((row) => [`${row.type} ${row.ref.join()}`, row]))
        db.close()
        const { read } = openEngine(file).engine
        const found = plain(read.labels(null))
        expect(new Map(found.map((row) => [`${row.type} ${row.ref.join()}`, row]))).toEqual(expected)
        expect(found).toHaveLength(expected.size)
        for (const type of ['address', 'tx'] as const) {
          expect(plain(read.labels(type))).toEqual(found.filter((row) => row.type === type))
        }
      }),
      { seed: 33, numRuns: 30 },
    )
  })

  it('LABEL_COUNT: more than fit change nothing, and others may take their place', () => {
    const { engine } = openEngine()
    expect(apply(engine, put([label(1), label(2)], 3))).toBeUndefined()
    expect(apply(engine, put([label(1, { label: 'changed' }), label(3), label(4)], 3))).toBe('LABEL_COUNT')
    expect(
      engine.read
        .labels('tx')
        .map(({ label }) => label)
        .sort(),
    ).toEqual(['note 1', 'note 2'])
    expect(apply(engine, put([label(1, { label: 'changed' }), label(1, { type: 'address' })], 3))).toBeUndefined()
    expect(engine.read.labels(null)).toHaveLength(3)
  })

  it('are removed once', () => {
    const { engine } = openEngine()
    apply(engine, put([label(1)]))
    const remove: Operation = { kind: 'removeLabel', row: { type: 'tx', ref: txIdOf(1) } }
    const other: Operation = { kind: 'removeLabel', row: { type: 'address', ref: txIdOf(1) } }
    expect(engine.apply([other, remove, remove])).toEqual([
      { ok: true, value: false },
      { ok: true, value: true },
      { ok: true, value: false },
    ])
    expect(engine.read.labels(null)).toEqual([])
  })
})
