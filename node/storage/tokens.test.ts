import { join } from 'node:path'
import type Database from 'better-sqlite3'
import fc from 'fast-check'
import { afterEach, describe, expect, it } from 'vitest'
import { openDatabase } from './database.ts'
import { createEngine, type Engine } from './engine.ts'
import { migrations } from './migrations/index.ts'
import type { Operation } from './operations.ts'
import { anyToken, bytesOf, plain, spendingOf, tokenOf } from './test-support/rows.ts'
import { temporaryFolders } from './test-support/temporary-folder.ts'

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

const putToken = (number: number, fields = {}): Operation => ({ kind: 'putToken', row: tokenOf(number, fields) })
const spend = (number: number, fields = {}): Operation => ({
  kind: 'putTokenSpending',
  row: spendingOf(number, fields),
})
const everything = { tokenId: 'token-1', afterMs: 0, slotMs: 1 }

describe('the table of tokens', () => {
  it('gives back every token as it was put, after reopening too (property)', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(anyToken, { maxLength: 4, comparator: (a, b) => a.id === b.id || `${a.hash}` === `${b.hash}` }),
        (rows) => {
          const { engine, db, file } = openEngine()
          expect(apply(engine, ...rows.map((row) => ({ kind: 'putToken' as const, row })))).toBeUndefined()
          expect(plain(engine.read.tokens())).toEqual(rows)
          db.close()
          expect(plain(openEngine(file).engine.read.tokens())).toEqual(rows)
        },
      ),
      { seed: 21, numRuns: 20 },
    )
  })

  it('TOKEN_TAKEN: neither an id nor a hash stands for two tokens', () => {
    const { engine } = openEngine()
    expect(apply(engine, putToken(1))).toBeUndefined()
    expect(apply(engine, putToken(1, { hash: bytesOf('other', 1) }))).toBe('TOKEN_TAKEN')
    expect(apply(engine, putToken(2, { hash: tokenOf(1).hash }))).toBe('TOKEN_TAKEN')
    expect(engine.read.tokens()).toHaveLength(1)
  })

  it('loses a token with all it has spent, and takes its removal again', () => {
    const { engine, db } = openEngine()
    apply(engine, putToken(1), putToken(2), spend(1), spend(2), spend(3, { tokenId: 'token-2' }))
    expect(apply(engine, { kind: 'removeToken', row: { id: 'token-1' } })).toBeUndefined()
    expect(apply(engine, { kind: 'removeToken', row: { id: 'token-1' } })).toBeUndefined()
    expect(engine.read.tokens().map(({ id }) => id)).toEqual(['token-2'])
    expect(db.prepare('SELECT count(*) FROM token_spending').pluck().get()).toBe(1)
    expect(engine.read.tokenSpendingSlots(everything)).toEqual([])
    expect(engine.read.tokenSpending({ tokenId: 'token-1', key: 'key-1' })).toBeNull()
  })

  it('comes to a database of the version before it, which keeps its rows', () => {
    const file = join(nextFolder(), 'ledger.db')
    const old = openDatabase({ file, migrations: migrations.slice(0, 1) })
    old.exec("INSERT INTO meta VALUES ('kept', x'01')")
    old.close()
    const { engine } = openEngine(file)
    expect(engine.read.status().schemaVersion).toBe(migrations.length)
    expect([...(engine.read.meta('kept') ?? [])]).toEqual([1])
    expect(apply(engine, putToken(1), spend(1))).toBeUndefined()
  })
})

describe('the spending of a token', () => {
  it('has one row a key, the last one put', () => {
    const { engine } = openEngine()
    apply(engine, putToken(1), spend(1), spend(1, { amountMicroRuv: 2n ** 64n - 1n, atMs: 7 }))
    expect(engine.read.tokenSpending({ tokenId: 'token-1', key: 'key-1' })).toEqual({
      amountMicroRuv: 2n ** 64n - 1n,
      atMs: 7,
    })
    expect(engine.read.tokenSpendingSlots(everything)).toHaveLength(1)
    apply(engine, { kind: 'removeTokenSpending', row: { tokenId: 'token-1', key: 'key-1' } })
    expect(engine.read.tokenSpendingSlots(everything)).toEqual([])
  })

  it('TOKEN_UNKNOWN: nothing is recorded for a token that is not there', () => {
    const { engine } = openEngine()
    expect(apply(engine, spend(1))).toBe('TOKEN_UNKNOWN')
    expect(apply(engine, { kind: 'removeTokenSpending', row: { tokenId: 'token-1', key: 'key-1' } })).toBeUndefined()
  })

  it('is summed by slots of the clock as a plain sum would have it (property)', () => {
    const row = fc.record({
      key: fc.integer({ min: 0, max: 30 }),
      atMs: fc.nat({ max: 1_000 }),
      amount: fc.bigInt(0n, 99n),
    })
    fc.assert(
      fc.property(fc.array(row, { maxLength: 30 }), fc.nat({ max: 1_000 }), (rows, afterMs) => {
        const { engine } = openEngine()
        apply(engine, putToken(1), putToken(2))
        const kept = new Map<number, (typeof rows)[number]>()
        for (const entry of rows) {
          const { key, atMs, amount } = entry
          kept.set(key, entry)
          apply(
            engine,
            spend(key, { atMs, amountMicroRuv: amount }),
            spend(key, { tokenId: 'token-2', atMs, amountMicroRuv: 1_000n }),
          )
        }
        const expected = new Map<number, { amountMicroRuv: bigint; atMs: number }>()
        for (const { atMs, amount } of [...kept.values()].filter((entry) => entry.atMs > afterMs)) {
          const slot = expected.get(Math.floor(atMs / 100)) ?? { amountMicroRuv: 0n, atMs: 0 }
          expected.set(Math.floor(atMs / 100), {
            amountMicroRuv: slot.amountMicroRuv + amount,
            atMs: Math.max(slot.atMs, atMs),
          })
        }
        const found = engine.read.tokenSpendingSlots({ tokenId: 'token-1', afterMs, slotMs: 100 })
        expect(found).toEqual([...expected.values()].sort((a, b) => a.atMs - b.atMs))
      }),
      { seed: 22, numRuns: 30 },
    )
  })

  it('forgets what counts no more, and never what still counts', () => {
    const { engine } = openEngine()
    apply(engine, putToken(1), putToken(2), spend(1, { tokenId: 'token-2', atMs: 1 }))
    for (let number = 1; number <= 200; number++) apply(engine, spend(number, { atMs: number }))
    apply(engine, spend(201, { atMs: 201, forgetUntilMs: 100 }))
    expect(engine.read.tokenSpendingSlots(everything)).toHaveLength(201 - 64)
    apply(engine, spend(202, { atMs: 202, forgetUntilMs: 100 }), spend(203, { atMs: 203, forgetUntilMs: 100 }))
    expect(engine.read.tokenSpendingSlots(everything).map(({ atMs }) => atMs)).toEqual(
      Array.from({ length: 103 }, (_, index) => index + 101),
    )
    expect(engine.read.tokenSpendingSlots({ ...everything, tokenId: 'token-2' })).toHaveLength(1)
  })
})
