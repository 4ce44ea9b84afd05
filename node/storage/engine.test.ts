import { join } from 'node:path'
import type Database from 'better-sqlite3'
import fc from 'fast-check'
import { afterEach, describe, expect, it } from 'vitest'
import { openDatabase } from './database.ts'
import { createEngine, type Engine } from './engine.ts'
import type { Operation, OperationResult } from './operations.ts'
import {
  accountOf,
  admissionOf,
  anyAdmission,
  anyCheckpoint,
  anyCheckpointBatch,
  anyCommitBatch,
  anyIntent,
  anyJournal,
  anyRejection,
  anySigned,
  bytesOf,
  checkpointBatchOf,
  checkpointOf,
  commitBatchOf,
  commitOf,
  finalOf,
  intentOf,
  plain,
  rejectionOf,
  txIdOf,
  vertexOf,
} from './test-support/rows.ts'
import { temporaryFolders } from './test-support/temporary-folder.ts'
import type { FinalRow, HistoryCursor, HistoryRow } from './types.ts'

const nextFolder = temporaryFolders()
let open: Database[] = []

afterEach(() => {
  for (const db of open) db.close()
  open = []
})

function newEngine(file = join(nextFolder(), 'ledger.db')): { engine: Engine; db: Database; file: string } {
  const db = openDatabase({ file, synchronous: 'NORMAL' })
  open.push(db)
  return { engine: createEngine(db), db, file }
}

/** One write that must succeed. */
function write(engine: Engine, operation: Operation): OperationResult {
  const outcome = engine.apply([operation])[0]
  if (outcome === undefined || !outcome.ok) throw outcome?.error ?? new Error('no outcome')
  return outcome.value
}

function codeOf(engine: Engine, operation: Operation): string | undefined {
  const outcome = engine.apply([operation])[0]
  return outcome?.ok === false ? outcome.error.code : undefined
}

function withoutCursor({ cursor: _, ...row }: HistoryRow): FinalRow {
  return row
}

/** Every row as the engine gave it, over a fresh start of the same file. */
describe('rows come back as they were written, after a restart (property)', () => {
  const runs = { seed: 15, numRuns: 15 }

  function reopened(fill: (engine: Engine) => void): Engine {
    const { engine, db, file } = newEngine()
    fill(engine)
    db.close()
    return newEngine(file).engine
  }

  it('admissions', () => {
    fc.assert(
      fc.property(fc.uniqueArray(anyAdmission, { selector: (row) => row.txId.join(), maxLength: 8 }), (rows) => {
        const engine = reopened((first) => first.apply(rows.map((row) => ({ kind: 'admit', row }))))
        expect(plain(engine.read.admissions())).toEqual(rows.map((row, index) => ({ ...row, seq: index + 1 })))
      }),
      runs,
    )
  })

  it('intents, unsigned and signed', () => {
    fc.assert(
      fc.property(anyIntent, anySigned, (row, signed) => {
        const first = reopened((engine) => write(engine, { kind: 'putIntent', row }))
        const unsigned = { ...row, seq: 1, txId: null, bytes: null, signedAtMs: null }
        expect(plain(first.read.intent(row.key))).toEqual(unsigned)
        write(first, { kind: 'signIntent', row: { key: row.key, ...signed } })
        expect(plain(first.read.intent(row.key))).toEqual({ ...unsigned, ...signed })
      }),
      runs,
    )
  })

  it('journal records', () => {
    fc.assert(
      fc.property(anyJournal, (row) => {
        const engine = reopened((first) => write(first, { kind: 'appendJournal', row }))
        expect(plain(engine.read.journalByHash(row.hash))).toEqual({ ...row, seq: 1 })
        expect(plain(engine.read.journal({ kind: row.kind, afterSeq: 0, limit: 5 }))).toEqual([{ ...row, seq: 1 }])
      }),
      runs,
    )
  })

  it('commits with their progress and finals', () => {
    fc.assert(
      fc.property(anyCommitBatch, (batch) => {
        const engine = reopened((first) => write(first, { kind: 'commit', row: batch }))
        expect(plain(engine.read.lastCommit())).toEqual(batch.commit)
        for (const row of batch.progress) expect(plain(engine.read.vertexProgress(row.hash))).toEqual(row)
        for (const row of batch.finals) {
          expect(withoutCursor(plain(engine.read.final(row.txId)) as HistoryRow)).toEqual(row)
        }
      }),
      runs,
    )
  })

  it('rejections', () => {
    fc.assert(
      fc.property(anyRejection, (row) => {
        const engine = reopened((first) => write(first, { kind: 'reject', row: [row] }))
        expect(withoutCursor(plain(engine.read.final(row.txId)) as HistoryRow)).toEqual(row)
      }),
      runs,
    )
  })

  it('checkpoints and the state under them', () => {
    fc.assert(
      fc.property(anyCheckpointBatch, (batch) => {
        const engine = reopened((first) => write(first, { kind: 'checkpoint', row: batch }))
        expect(plain(engine.read.lastCheckpoint())).toEqual(batch.checkpoint)
        expect(plain(engine.read.checkpoint(batch.checkpoint.seq))).toEqual(batch.checkpoint)
        const kept = batch.state.filter(({ value }) => value !== null).sort((a, b) => Buffer.compare(a.key, b.key))
        expect(plain(engine.read.state({ afterKey: null, limit: 100 }))).toEqual(kept)
      }),
      runs,
    )
  })

  it('values under a name', () => {
    fc.assert(
      fc.property(fc.uint8Array(), (value) => {
        const engine = reopened((first) => write(first, { kind: 'setMeta', row: { key: 'name', value } }))
        expect(plain(engine.read.meta('name'))).toEqual(value)
      }),
      runs,
    )
  })
})

describe('intents', () => {
  it('keep the first request under a key', () => {
    const { engine } = newEngine()
    write(engine, { kind: 'putIntent', row: intentOf(1) })
    const again = write(engine, { kind: 'putIntent', row: intentOf(1, { requestHash: bytesOf('other', 1) }) })
    expect(plain(again)).toMatchObject({ seq: 1, requestHash: intentOf(1).requestHash })
    expect(write(engine, { kind: 'putIntent', row: intentOf(2) })).toMatchObject({ seq: 2 })
  })

  it('keep the first signed bytes', () => {
    const { engine } = newEngine()
    const signed = { key: 'key-1', txId: txIdOf(1), bytes: bytesOf('signed', 1), signedAtMs: 5 }
    expect(codeOf(engine, { kind: 'signIntent', row: signed })).toBe('INTENT_UNKNOWN')
    write(engine, { kind: 'putIntent', row: intentOf(1) })
    write(engine, { kind: 'signIntent', row: signed })
    expect(codeOf(engine, { kind: 'signIntent', row: { ...signed, signedAtMs: 9 } })).toBeUndefined()
    expect(codeOf(engine, { kind: 'signIntent', row: { ...signed, bytes: bytesOf('signed', 2) } })).toBe(
      'INTENT_SIGNED',
    )
    expect(plain(engine.read.intent('key-1'))).toMatchObject({ bytes: signed.bytes, signedAtMs: 5 })
  })
})

describe('admissions', () => {
  it('keep the first record and number of a transaction', () => {
    const { engine } = newEngine()
    expect(write(engine, { kind: 'admit', row: admissionOf(1) })).toBe(1)
    expect(write(engine, { kind: 'admit', row: admissionOf(1, { nonce: 99 }) })).toBe(1)
    expect(engine.read.admissions()).toMatchObject([{ seq: 1, nonce: 1 }])
  })

  it('never give a number twice, after their removal and a restart neither', () => {
    const { engine, db, file } = newEngine()
    write(engine, { kind: 'admit', row: admissionOf(1) })
    write(engine, { kind: 'commit', row: commitBatchOf(1, [finalOf(1)]) })
    expect(engine.read.admissions()).toEqual([])
    db.close()
    expect(write(newEngine(file).engine, { kind: 'admit', row: admissionOf(2) })).toBe(2)
  })

  it('of a transaction that has ended keep its number, or are refused where it had none', () => {
    const { engine } = newEngine()
    const admission = {
      seq: 1,
      validUntilMs: 9,
      createdAtMs: null,
      signedAtMs: null,
      broadcastAtMs: 1,
      admittedAtMs: 2,
    }
    write(engine, { kind: 'admit', row: admissionOf(1) })
    write(engine, { kind: 'commit', row: commitBatchOf(1, [finalOf(1, { admission }), finalOf(2)]) })
    expect(write(engine, { kind: 'admit', row: admissionOf(1) })).toBe(1)
    expect(codeOf(engine, { kind: 'admit', row: admissionOf(2) })).toBe('ADMISSION_FINAL')
    expect(engine.read.admissions()).toEqual([])
  })
})

describe('the journal', () => {
  it('holds one record a place', () => {
    const { engine } = newEngine()
    expect(write(engine, { kind: 'appendJournal', row: vertexOf(5) })).toBe(1)
    expect(write(engine, { kind: 'appendJournal', row: vertexOf(5) })).toBe(1)
    const other = [vertexOf(5, { hash: bytesOf('twin', 5) }), vertexOf(5, { bytes: bytesOf('other signature', 5) })]
    for (const row of other) expect(codeOf(engine, { kind: 'appendJournal', row })).toBe('JOURNAL_CONFLICT')
    expect(write(engine, { kind: 'appendJournal', row: vertexOf(5, { epoch: 1 }) })).toBe(2)
    expect(write(engine, { kind: 'appendJournal', row: vertexOf(5, { kind: 'checkpoint' }) })).toBe(3)
    expect(engine.read.status().journalRecords).toBe(3)
  })

  it('is unique by the database itself too', () => {
    const { engine, db } = newEngine()
    write(engine, { kind: 'appendJournal', row: vertexOf(5) })
    expect(() =>
      db.exec('INSERT INTO journal SELECT 9, kind, epoch, position, hash, 0, 0, 0, NULL FROM journal'),
    ).toThrow(expect.objectContaining({ code: 'SQLITE_CONSTRAINT_UNIQUE' }))
  })

  it('loses only committed vertices without transactions, and their places stay taken', () => {
    const { engine } = newEngine()
    const empty = { transactions: 0 }
    for (const row of [
      vertexOf(1, empty),
      vertexOf(2),
      vertexOf(3, empty),
      vertexOf(4, empty),
      vertexOf(1, { epoch: 1, ...empty }),
    ]) {
      write(engine, { kind: 'appendJournal', row: { ...row, hash: bytesOf(`vertex ${row.epoch}`, row.position) } })
    }
    write(engine, { kind: 'appendJournal', row: vertexOf(1, { kind: 'checkpoint', ...empty }) })
    const committed = [1, 2, 4].map((round) => bytesOf('vertex 0', round)).concat([bytesOf('vertex 1', 1)])
    write(engine, {
      kind: 'commit',
      row: { commit: commitOf(1, { vertices: committed }), progress: [], finals: [], balances: [] },
    })
    write(engine, {
      kind: 'checkpoint',
      row: checkpointBatchOf(1, { pruneEmptyVertices: { epoch: 0, belowRound: 4 } }),
    })
    const left = engine.read.journal({ kind: 'vertex', afterSeq: 0, limit: 10 })
    expect(left.map(({ epoch, position }) => [epoch, position])).toEqual([
      [0, 2],
      [0, 3],
      [0, 4],
      [1, 1],
    ])
    expect(engine.read.journal({ kind: 'checkpoint', afterSeq: 0, limit: 10 })).toHaveLength(1)
    expect(engine.read.status().journalRecords).toBe(5)
    expect(codeOf(engine, { kind: 'appendJournal', row: vertexOf(1) })).toBe('JOURNAL_CONFLICT')
    expect(codeOf(engine, { kind: 'appendJournal', row: vertexOf(0) })).toBe('JOURNAL_CONFLICT')
    expect(codeOf(engine, { kind: 'appendJournal', row: vertexOf(0, { epoch: 1 }) })).toBeUndefined()
  })
})

describe('commits', () => {
  it('take the same one twice as once', () => {
    const { engine } = newEngine()
    const batch = commitBatchOf(1, [finalOf(1)])
    write(engine, { kind: 'commit', row: batch })
    write(engine, { kind: 'commit', row: { ...batch, commit: { ...batch.commit, atMs: 7 } } })
    expect(engine.read.status()).toMatchObject({ commits: 1, transactions: 1 })
  })

  it('refuse another one at the same index, and one that leaves a gap', () => {
    const { engine } = newEngine()
    write(engine, { kind: 'commit', row: commitBatchOf(4) })
    const other = { ...commitBatchOf(4), commit: commitOf(4, { stateRoot: bytesOf('fork', 4) }) }
    expect(codeOf(engine, { kind: 'commit', row: other })).toBe('COMMIT_CONFLICT')
    expect(codeOf(engine, { kind: 'commit', row: commitBatchOf(6) })).toBe('COMMIT_GAP')
    expect(codeOf(engine, { kind: 'commit', row: commitBatchOf(3) })).toBe('COMMIT_GAP')
    expect(codeOf(engine, { kind: 'commit', row: commitBatchOf(5) })).toBeUndefined()
    expect(engine.read.commits({ afterIndex: 4, limit: 5 })).toHaveLength(1)
    expect(engine.read.status().commits).toBe(2)
  })

  it('end a transaction once; only a rejection without a commit gives way', () => {
    const { engine } = newEngine()
    write(engine, { kind: 'reject', row: [rejectionOf(1)] })
    write(engine, { kind: 'commit', row: commitBatchOf(1, [finalOf(1)]) })
    expect(engine.read.final(txIdOf(1))).toMatchObject({ outcome: 'ok', commitIndex: 1 })
    write(engine, { kind: 'commit', row: commitBatchOf(2, [finalOf(1, { outcome: 'failed', code: 'X' })]) })
    write(engine, { kind: 'reject', row: [rejectionOf(1)] })
    expect(engine.read.final(txIdOf(1))).toMatchObject({ outcome: 'ok', commitIndex: 1 })
    expect(engine.read.history({ limit: 10 })).toHaveLength(1)
    expect(engine.read.history({ account: accountOf(1), limit: 10 })).toHaveLength(1)
    expect(engine.read.status().transactions).toBe(1)
  })

  it('tell apart ids that start alike', () => {
    const { engine } = newEngine()
    const [a, b] = [new Uint8Array(32).fill(7), new Uint8Array(32).fill(7).fill(8, 31)]
    write(engine, {
      kind: 'commit',
      row: commitBatchOf(1, [finalOf(1, { txId: a }), finalOf(2, { txId: b, nonce: 77 })]),
    })
    expect(engine.read.final(a)).toMatchObject({ nonce: 1 })
    expect(engine.read.final(b)).toMatchObject({ nonce: 77 })
    expect(engine.read.final(new Uint8Array(32).fill(7).fill(9, 31))).toBeNull()
  })

  it('refuse a final outside the range of the history', () => {
    const { engine } = newEngine()
    const at = (position: number): Operation => ({
      kind: 'commit',
      row: { commit: commitOf(1), progress: [], finals: [finalOf(1, { commitIndex: 1, position })], balances: [] },
    })
    expect(codeOf(engine, at(2 ** 20))).toBe('STORAGE_ROW_INVALID')
    expect(engine.read.lastCommit()).toBeNull()
    expect(codeOf(engine, at(2 ** 20 - 1))).toBeUndefined()
    expect(codeOf(engine, { kind: 'reject', row: [finalOf(2, { commitIndex: 1, position: null })] })).toBe(
      'STORAGE_ROW_INVALID',
    )
  })
})

describe('checkpoints', () => {
  it('change the state as they say, and cover commits', () => {
    const { engine } = newEngine()
    const key = (number: number) => bytesOf('key', number)
    const put = (seq: number, state: { key: Uint8Array; value: Uint8Array | null }[]) =>
      write(engine, { kind: 'checkpoint', row: checkpointBatchOf(seq, { state }) })
    put(
      1,
      [1, 2, 3].map((number) => ({ key: key(number), value: Uint8Array.of(number) })),
    )
    put(2, [
      { key: key(1), value: null },
      { key: key(2), value: Uint8Array.of(22) },
    ])
    put(2, [{ key: key(9), value: Uint8Array.of(9) }])
    const entries = engine.read.state({ afterKey: null, limit: 10 })
    expect(entries.map(({ value }) => value[0]).sort()).toEqual([22, 3])
    const [first] = engine.read.state({ afterKey: null, limit: 1 })
    expect(engine.read.state({ afterKey: first?.key ?? null, limit: 10 })).toEqual(entries.slice(1))
    expect(engine.read.checkpointCovering(0)?.seq).toBe(1)
    expect(engine.read.checkpointCovering(10)?.seq).toBe(1)
    expect(engine.read.checkpointCovering(11)?.seq).toBe(2)
    expect(engine.read.checkpointCovering(21)).toBeNull()
    const other = checkpointBatchOf(2, { checkpoint: checkpointOf(2, { hash: bytesOf('fork', 2) }) })
    expect(codeOf(engine, { kind: 'checkpoint', row: other })).toBe('CHECKPOINT_CONFLICT')
  })
})

describe('the history', () => {
  it('has the signed bytes of what this node signed and no vertex has', () => {
    const { engine } = newEngine()
    const signed = { key: 'key-1', txId: txIdOf(1), bytes: bytesOf('signed', 1), signedAtMs: 5 }
    write(engine, { kind: 'putIntent', row: intentOf(1) })
    write(engine, { kind: 'signIntent', row: signed })
    // The same first 8 bytes, and another transaction all the same.
    const near = Uint8Array.from(txIdOf(1), (byte, index) => (index < 8 ? byte : 255 - byte))
    write(engine, { kind: 'reject', row: [rejectionOf(1), rejectionOf(2), rejectionOf(3, { txId: near })] })
    expect(plain(engine.read.final(txIdOf(1))?.bytes)).toEqual(plain(signed.bytes))
    expect(engine.read.final(txIdOf(2))).not.toHaveProperty('bytes')
    expect(engine.read.final(near)).not.toHaveProperty('bytes')
    const kept = engine.read.history({ limit: 9 }).filter(({ bytes }) => bytes !== undefined)
    expect(kept.map(({ txId }) => plain(txId))).toEqual([plain(txIdOf(1))])
  })

  it('pages through everything once, newest first, for each account and for all (property)', () => {
    const step = fc.record({
      rejections: fc.nat({ max: 3 }),
      transactions: fc.nat({ max: 6 }),
      revived: fc.boolean(),
    })
    fc.assert(
      fc.property(fc.array(step, { maxLength: 8 }), fc.integer({ min: 1, max: 7 }), (steps, limit) => {
        const { engine } = newEngine()
        let number = 0
        let rejected: FinalRow[] = []
        const committed: FinalRow[] = []
        steps.forEach((each, commitIndex) => {
          const rejections = Array.from({ length: each.rejections }, () => rejectionOf(++number))
          if (rejections.length > 0) write(engine, { kind: 'reject', row: rejections })
          rejected.push(...rejections)
          const finals = Array.from({ length: each.transactions }, () => finalOf(++number))
          const revived = each.revived ? rejected.at(0) : undefined
          if (revived !== undefined) {
            rejected = rejected.slice(1)
            finals.push(finalOf(revived.nonce))
          }
          const batch = commitBatchOf(commitIndex, finals)
          write(engine, { kind: 'commit', row: batch })
          committed.push(...batch.finals)
        })
        const newestFirst = [...[...rejected].reverse(), ...[...committed].reverse()]
        for (const account of [undefined, accountOf(1), accountOf(101), accountOf(999)]) {
          const expected = newestFirst
            .filter(
              ({ parties }) => account === undefined || parties.some((party) => Buffer.compare(party, account) === 0),
            )
            .map(({ nonce }) => nonce)
          const seen: number[] = []
          let before: HistoryCursor | undefined
          for (;;) {
            const page = engine.read.history({ account, before, limit })
            seen.push(...page.map(({ nonce }) => nonce))
            expect(page.length).toBeLessThanOrEqual(limit)
            const last = page.at(-1)
            if (last === undefined) break
            before = last.cursor
          }
          expect(seen).toEqual(expected)
        }
      }),
      { seed: 16, numRuns: 20 },
    )
  })

  it('takes a commit and position for a cursor', () => {
    const { engine } = newEngine()
    write(engine, { kind: 'commit', row: commitBatchOf(1, [finalOf(1), finalOf(2)]) })
    write(engine, { kind: 'commit', row: commitBatchOf(2, [finalOf(3)]) })
    const below = (commitIndex: number, position: number) =>
      engine.read.history({ before: { commitIndex, position }, limit: 9 }).map(({ nonce }) => nonce)
    expect(below(2, 0)).toEqual([2, 1])
    expect(below(1, 1)).toEqual([1])
    expect(below(1, 0)).toEqual([])
    expect(below(2, 1)).toEqual([3, 2, 1])
  })

  it('uses an index for every question', () => {
    const { db } = newEngine()
    const planOf = (sql: string) =>
      (db.prepare<[], { detail: string }>(`EXPLAIN QUERY PLAN ${sql}`).all() as { detail: string }[])
        .map(({ detail }) => detail)
        .join('; ')
    expect(planOf("SELECT id FROM finals WHERE substr(tx_id, 1, 8) = x'00' AND tx_id = x'00'")).toContain(
      'USING INDEX finals_tx_prefix',
    )
    expect(
      planOf("SELECT bytes FROM intents WHERE tx_id IS NOT NULL AND substr(tx_id, 1, 8) = x'00' AND tx_id = x'00'"),
    ).toContain('USING INDEX intents_tx_prefix')
    const history =
      'SELECT nonce FROM finals JOIN history ON final_id = finals.id WHERE history.account_id = 1 AND final_id >= 0 AND final_id < 9 ORDER BY final_id DESC LIMIT 5'
    expect(planOf(history)).toMatch(/SEARCH history USING PRIMARY KEY.*SEARCH finals USING INTEGER PRIMARY KEY/)
    expect(planOf(history)).not.toContain('TEMP B-TREE')
  })
})

describe('one transaction for many writes', () => {
  it('undoes a write that fails by its own fault, and nothing else', () => {
    const { engine, db, file } = newEngine()
    const outcomes = engine.apply([
      { kind: 'admit', row: admissionOf(1) },
      {
        kind: 'commit',
        row: { ...commitBatchOf(1, [finalOf(50)]), finals: [finalOf(50), finalOf(51, { position: 50 })] },
      },
      { kind: 'appendJournal', row: vertexOf(1) },
      { kind: 'appendJournal', row: vertexOf(1, { hash: bytesOf('twin', 1) }) },
      { kind: 'admit', row: admissionOf(2) },
    ])
    expect(outcomes.map((outcome) => (outcome.ok ? outcome.value : outcome.error.code))).toEqual([
      1,
      'STORAGE_ROW_INVALID',
      1,
      'JOURNAL_CONFLICT',
      2,
    ])
    db.close()
    const { engine: again } = newEngine(file)
    expect(again.read.admissions().map(({ seq }) => seq)).toEqual([1, 2])
    expect(again.read.final(txIdOf(50))).toBeNull()
    expect(again.read.lastCommit()).toBeNull()
    expect(again.read.status()).toMatchObject({ journalRecords: 1, transactions: 0, commits: 0 })
    // Accounts that the undone commit was the first to name have no number left over.
    write(again, { kind: 'commit', row: commitBatchOf(1, [finalOf(50)]) })
    expect(plain(again.read.final(txIdOf(50))?.parties)).toEqual(finalOf(50).parties)
  })

  it('stops when another program has written to the database', () => {
    const { engine, file } = newEngine()
    write(engine, { kind: 'admit', row: admissionOf(1) })
    const other = openDatabase({ file })
    open.push(other)
    other.exec("INSERT INTO meta VALUES ('a', x'00')")
    expect(() => engine.apply([{ kind: 'admit', row: admissionOf(2) }])).toThrow(
      expect.objectContaining({ code: 'STORAGE_FAILED' }),
    )
    expect(engine.read.admissions()).toHaveLength(1)
  })
})

it('reads arbitrary checkpoints by number (property)', () => {
  const { engine } = newEngine()
  fc.assert(
    fc.property(fc.uniqueArray(anyCheckpoint, { selector: ({ seq }) => seq, minLength: 1, maxLength: 4 }), (rows) => {
      engine.apply(
        rows.map((checkpoint) => ({ kind: 'checkpoint', row: { checkpoint, state: [], pruneEmptyVertices: null } })),
      )
      for (const { seq } of rows) expect(engine.read.checkpoint(seq)?.seq).toBe(seq)
    }),
    { seed: 16, numRuns: 20 },
  )
})
