/** The committed order, and when each vertex with transactions passed which state. */
import type Database from 'better-sqlite3'
import { equalBytes } from '../../core/bytes.ts'
import { NodeError } from '../../core/node-error.ts'
import { rowsOfPage, storageLimits } from '../limits.ts'
import { packByteStrings, unpackByteStrings } from '../packing.ts'
import type { CommitRow, VertexProgressRow } from '../types.ts'
import type { Numbered } from './numbered.ts'
import { packVotes, unpackVotes } from './votes.ts'

interface Row {
  commit_index: number
  epoch: number
  leader_round: number
  anchor: Uint8Array
  commit_time_ms: number
  vertices: Uint8Array
  transactions: number
  state_root: Uint8Array
  history_root: Uint8Array
  at_ms: number
}

interface ProgressRow {
  epoch: number
  round: number
  voting_at_ms: number
  confirming_at_ms: number
  confirming_by: Uint8Array
  confirmed_at_ms: number
  confirmed_by: Uint8Array
  votes: Uint8Array | null
}

export interface CommitQueries {
  /** False where the same commit is known. @throws NodeError COMMIT_CONFLICT, COMMIT_GAP */
  put(row: CommitRow): boolean
  putProgress(row: VertexProgressRow): void
  page(query: { afterIndex: number; limit: number }): CommitRow[]
  last(): CommitRow | null
  progress(hash: Uint8Array): VertexProgressRow | null
  count(): number
}

function rowOf(row: Row): CommitRow {
  return {
    commitIndex: row.commit_index,
    epoch: row.epoch,
    leaderRound: row.leader_round,
    anchor: row.anchor,
    commitTimeMs: row.commit_time_ms,
    vertices: unpackByteStrings(row.vertices),
    transactions: row.transactions,
    stateRoot: row.state_root,
    historyRoot: row.history_root,
    atMs: row.at_ms,
  }
}

/** The same decision; the time at which it was taken here may differ. */
function sameCommit(a: CommitRow, b: CommitRow): boolean {
  return (
    a.epoch === b.epoch &&
    a.leaderRound === b.leaderRound &&
    a.commitTimeMs === b.commitTimeMs &&
    equalBytes(a.anchor, b.anchor) &&
    equalBytes(a.stateRoot, b.stateRoot) &&
    equalBytes(a.historyRoot, b.historyRoot) &&
    a.vertices.length === b.vertices.length &&
    a.vertices.every((hash, index) => equalBytes(hash, b.vertices[index] as Uint8Array))
  )
}

/**
 * @param joinedAt commit that a state covers which came from others: commits go on after it; 0 where none did
 * @param missing how many commits between recorded ones were never here
 */
export function createCommitQueries(
  db: Database,
  vertices: Numbered,
  { joinedAt, missing }: { readonly joinedAt: () => number; readonly missing: () => number },
): CommitQueries {
  const at = db.prepare<[number], Row>('SELECT * FROM commits WHERE commit_index = ?')
  const page = db.prepare<[number, number], Row>(
    'SELECT * FROM commits WHERE commit_index > ? ORDER BY commit_index LIMIT ?',
  )
  const last = db.prepare<[], Row>('SELECT * FROM commits ORDER BY commit_index DESC LIMIT 1')
  const bounds = db
    .prepare<[], [number | null, number | null]>(
      'SELECT (SELECT min(commit_index) FROM commits), (SELECT max(commit_index) FROM commits)',
    )
    .raw()
  const insert = db.prepare<
    [number, number, number, Uint8Array, number, Uint8Array, number, Uint8Array, Uint8Array, number]
  >(
    `INSERT INTO commits
     (commit_index, epoch, leader_round, anchor, commit_time_ms, vertices, transactions, state_root, history_root, at_ms)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  )
  const insertProgress = db.prepare<
    [number, number, number, number, number, Uint8Array, number, Uint8Array, Uint8Array | null]
  >(
    `INSERT OR REPLACE INTO vertex_progress
     (vertex_id, epoch, round, voting_at_ms, confirming_at_ms, confirming_by, confirmed_at_ms, confirmed_by, votes)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  )
  const progressOf = db.prepare<[number], ProgressRow>('SELECT * FROM vertex_progress WHERE vertex_id = ?')

  return {
    put(row) {
      const known = at.get(row.commitIndex)
      if (known !== undefined) {
        if (sameCommit(rowOf(known), row)) return false
        throw new NodeError('COMMIT_CONFLICT', `another commit ${row.commitIndex} is recorded`, {
          details: { commitIndex: row.commitIndex },
        })
      }
      const lastIndex = Math.max(bounds.get()?.[1] ?? 0, joinedAt())
      if (lastIndex > 0 && row.commitIndex !== lastIndex + 1) {
        throw new NodeError('COMMIT_GAP', `commit ${row.commitIndex} does not follow commit ${lastIndex}`, {
          details: { commitIndex: row.commitIndex, lastCommitIndex: lastIndex },
        })
      }
      insert.run(
        row.commitIndex,
        row.epoch,
        row.leaderRound,
        row.anchor,
        row.commitTimeMs,
        packByteStrings(row.vertices),
        row.transactions,
        row.stateRoot,
        row.historyRoot,
        row.atMs,
      )
      return true
    },
    putProgress(row) {
      insertProgress.run(
        vertices.numberOf(row.hash),
        row.epoch,
        row.round,
        row.votingAtMs,
        row.confirmingAtMs,
        row.confirmingBy,
        row.confirmedAtMs,
        row.confirmedBy,
        row.votes === null ? null : packVotes(row.votes),
      )
    },
    page: ({ afterIndex, limit }) => page.all(afterIndex, rowsOfPage(limit, storageLimits.maxPageRows)).map(rowOf),
    last() {
      const row = last.get()
      return row === undefined ? null : rowOf(row)
    },
    progress(hash) {
      const id = vertices.find(hash)
      const row = id === undefined ? undefined : progressOf.get(id)
      if (row === undefined) return null
      return {
        hash,
        epoch: row.epoch,
        round: row.round,
        votingAtMs: row.voting_at_ms,
        confirmingAtMs: row.confirming_at_ms,
        confirmingBy: row.confirming_by,
        confirmedAtMs: row.confirmed_at_ms,
        confirmedBy: row.confirmed_by,
        votes: unpackVotes(row.votes),
      }
    },
    count() {
      const [first, lastIndex] = bounds.get() ?? [null, null]
      return first === null || lastIndex === null ? 0 : lastIndex - first + 1 - missing()
    },
  }
}
