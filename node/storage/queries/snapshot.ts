/** A state fetched from others, piece by piece, and its taking the place of the one in use. */
import type Database from 'better-sqlite3'
import { bytesKey, equalBytes } from '../../core/bytes.ts'
import { NodeError } from '../../core/node-error.ts'
import type { StagedChunk, StagedChunkName } from '../types.ts'

export interface SnapshotQueries {
  /** In the place of what is staged at the same node. */
  stage(chunk: StagedChunk): void
  /** Drops whatever is not one of these. */
  keep(chunks: readonly StagedChunkName[]): void
  staged(): StagedChunkName[]
  /** Makes the staged state the one in use. @throws NodeError SNAPSHOT_INCOMPLETE where anything else is staged than these */
  takeOver(chunks: readonly StagedChunkName[]): void
}

export function createSnapshotQueries(db: Database): SnapshotQueries {
  const all = db.prepare<[], StagedChunkName>('SELECT prefix, hash FROM staged_chunks ORDER BY prefix')
  const remove = db.prepare<[string]>('DELETE FROM staged_chunks WHERE prefix = ?')
  const insert = db
    .prepare<[string, Uint8Array], number>('INSERT INTO staged_chunks (prefix, hash) VALUES (?, ?) RETURNING id')
    .pluck()
  const insertRow = db.prepare<[Uint8Array, Uint8Array, number]>(
    'INSERT INTO staged_state (key, value, chunk) VALUES (?, ?, ?)',
  )
  const clearState = db.prepare<[]>('DELETE FROM state')
  const moveState = db.prepare<[]>('INSERT INTO state (key, value) SELECT key, value FROM staged_state ORDER BY key')
  const clearStaged = db.prepare<[]>('DELETE FROM staged_chunks')

  return {
    stage({ prefix, hash, rows }) {
      remove.run(prefix)
      const id = insert.get(prefix, hash) as number
      for (const { key, value } of rows) insertRow.run(key, value, id)
    },
    keep(chunks) {
      const wanted = new Map(chunks.map(({ prefix, hash }) => [prefix, bytesKey(hash)]))
      for (const { prefix, hash } of all.all()) if (wanted.get(prefix) !== bytesKey(hash)) remove.run(prefix)
    },
    staged: () => all.all(),
    takeOver(chunks) {
      const staged = all.all()
      const wanted = [...chunks].sort((a, b) => (a.prefix < b.prefix ? -1 : a.prefix > b.prefix ? 1 : 0))
      const isComplete =
        staged.length === wanted.length &&
        staged.every(({ prefix, hash }, at) => prefix === wanted[at]?.prefix && equalBytes(hash, wanted[at].hash))
      if (!isComplete) throw new NodeError('SNAPSHOT_INCOMPLETE', 'what was fetched of a state is not all of it')
      clearState.run()
      moveState.run()
      clearStaged.run()
    },
  }
}
