/** Checkpoints with their certificates, and the ledger's state as of the last one. */
import type Database from 'better-sqlite3'
import { equalBytes } from '../../core/bytes.ts'
import { NodeError } from '../../core/node-error.ts'
import { rowsOfPage, storageLimits } from '../limits.ts'
import type { CheckpointRow, StateEntry } from '../types.ts'

interface Row {
  seq: number
  epoch: number
  commit_index: number
  commit_time_ms: number
  hash: Uint8Array
  bytes: Uint8Array
  certificate: Uint8Array
  at_ms: number
}

export interface CheckpointQueries {
  /** False where the same checkpoint is known. @throws NodeError CHECKPOINT_CONFLICT */
  put(row: CheckpointRow): boolean
  putState(entry: StateEntry): void
  at(seq: number): CheckpointRow | null
  last(): CheckpointRow | null
  lastOf(epoch: number): CheckpointRow | null
  /** The first whose commit index is at least this one. */
  covering(commitIndex: number): CheckpointRow | null
  state(query: { afterKey: Uint8Array | null; limit: number }): { key: Uint8Array; value: Uint8Array }[]
}

function rowOf(row: Row | undefined): CheckpointRow | null {
  if (row === undefined) return null
  return {
    seq: row.seq,
    epoch: row.epoch,
    commitIndex: row.commit_index,
    commitTimeMs: row.commit_time_ms,
    hash: row.hash,
    bytes: row.bytes,
    certificate: row.certificate,
    atMs: row.at_ms,
  }
}

export function createCheckpointQueries(db: Database): CheckpointQueries {
  const at = db.prepare<[number], Row>('SELECT * FROM checkpoints WHERE seq = ?')
  const last = db.prepare<[], Row>('SELECT * FROM checkpoints ORDER BY seq DESC LIMIT 1')
  const lastOf = db.prepare<[number], Row>('SELECT * FROM checkpoints WHERE epoch = ? ORDER BY seq DESC LIMIT 1')
  const covering = db.prepare<[number], Row>(
    'SELECT * FROM checkpoints WHERE commit_index >= ? ORDER BY commit_index, seq LIMIT 1',
  )
  const insert = db.prepare<[number, number, number, number, Uint8Array, Uint8Array, Uint8Array, number]>(
    `INSERT INTO checkpoints (seq, epoch, commit_index, commit_time_ms, hash, bytes, certificate, at_ms)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
  )
  const putState = db.prepare<[Uint8Array, Uint8Array]>(
    'INSERT INTO state (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value',
  )
  const removeState = db.prepare<[Uint8Array]>('DELETE FROM state WHERE key = ?')
  type Entry = { key: Uint8Array; value: Uint8Array }
  const stateFrom = db.prepare<[number], Entry>('SELECT key, value FROM state ORDER BY key LIMIT ?')
  const stateAfter = db.prepare<[Uint8Array, number], Entry>(
    'SELECT key, value FROM state WHERE key > ? ORDER BY key LIMIT ?',
  )

  return {
    put(row) {
      const known = at.get(row.seq)
      if (known !== undefined) {
        if (equalBytes(known.hash, row.hash) && equalBytes(known.bytes, row.bytes)) return false
        throw new NodeError('CHECKPOINT_CONFLICT', `another checkpoint ${row.seq} is recorded`, {
          details: { seq: row.seq },
        })
      }
      insert.run(row.seq, row.epoch, row.commitIndex, row.commitTimeMs, row.hash, row.bytes, row.certificate, row.atMs)
      return true
    },
    putState({ key, value }) {
      if (value === null) removeState.run(key)
      else putState.run(key, value)
    },
    at: (seq) => rowOf(at.get(seq)),
    last: () => rowOf(last.get()),
    lastOf: (epoch) => rowOf(lastOf.get(epoch)),
    covering: (commitIndex) => rowOf(covering.get(commitIndex)),
    state({ afterKey, limit }) {
      const wanted = rowsOfPage(limit, storageLimits.maxPageRows)
      return afterKey === null ? stateFrom.all(wanted) : stateAfter.all(afterKey, wanted)
    },
  }
}
