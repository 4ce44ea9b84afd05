/**
 * What this validator has signed: at most one record a place, by the unique index, and by a floor under which pruned
 * places stay taken; and beside it the vertices of other validators. A second signature at a place would fork the ledger (docs/protocol.md, "Journal").
 */
import type Database from 'better-sqlite3'
import { equalBytes } from '../../core/bytes.ts'
import { NodeError } from '../../core/node-error.ts'
import { rowsOfPage, storageLimits } from '../limits.ts'
import type { JournalRow, ReceivedVertexRow, StoredJournal, VertexPlace } from '../types.ts'
import type { Counters } from './counters.ts'

const kindNumbers: Readonly<Record<StoredJournal['kind'], number>> = { vertex: 1, checkpoint: 2, received: 3 }
const kindOfNumber = (kind: number): StoredJournal['kind'] =>
  kind === kindNumbers.vertex ? 'vertex' : kind === kindNumbers.checkpoint ? 'checkpoint' : 'received'

interface Row {
  seq: number
  kind: number
  epoch: number
  position: number
  hash: Uint8Array
  transactions: number
  at_ms: number
  bytes: Uint8Array
}

export interface JournalQueries {
  /** @throws NodeError JOURNAL_CONFLICT */
  append(row: JournalRow): number
  store(row: ReceivedVertexRow): void
  markCommitted(vertexHash: Uint8Array): void
  /** Removes committed vertices without transactions below the round; nothing can be appended there any more. */
  pruneEmptyVertices(epoch: number, belowRound: number): void
  page(query: { kind: JournalRow['kind']; afterSeq: number; limit: number }): StoredJournal[]
  byHash(hash: Uint8Array): StoredJournal | null
  vertices(query: { epoch: number; fromRound: number; afterSeq: number; limit: number }): StoredJournal[]
  places(query: { epoch: number; belowRound: number }): VertexPlace[]
}

function stored(row: Row): StoredJournal {
  return {
    seq: row.seq,
    kind: kindOfNumber(row.kind),
    epoch: row.epoch,
    position: row.position,
    hash: row.hash,
    bytes: row.bytes,
    transactions: row.transactions,
    atMs: row.at_ms,
  }
}

export function createJournalQueries(db: Database, counters: Counters): JournalQueries {
  const selectRow = 'SELECT journal.*, journal_bytes.bytes FROM journal JOIN journal_bytes USING (seq)'
  const atPlace = db.prepare<[number, number, number], Row>(
    `${selectRow} WHERE kind = ? AND epoch = ? AND position = ?`,
  )
  const byHash = db.prepare<[Uint8Array], Row>(`${selectRow} WHERE hash = ? ORDER BY seq LIMIT 1`)
  const page = db.prepare<[number, number, number], Row>(
    `${selectRow} WHERE journal.seq > ? AND kind = ? ORDER BY journal.seq LIMIT ?`,
  )
  const floorOf = db.prepare<[number], number>('SELECT below_round FROM journal_floors WHERE epoch = ?').pluck()
  const raiseFloor = db.prepare<[number, number]>(
    `INSERT INTO journal_floors (epoch, below_round) VALUES (?, ?)
     ON CONFLICT (epoch) DO UPDATE SET below_round = max(below_round, excluded.below_round)`,
  )
  const insert = db.prepare<[number, number, number, number, Uint8Array, number, number, Uint8Array | null]>(
    'INSERT INTO journal (seq, kind, epoch, position, hash, transactions, at_ms, author) VALUES (?, ?, ?, ?, ?, ?, ?, ?)',
  )
  const isKnown = db.prepare<[Uint8Array], number>('SELECT 1 FROM journal WHERE hash = ? AND kind <> 2').pluck()
  const fromRound = db.prepare<[number, number, number, number, number], Row>(
    `${selectRow} WHERE epoch = ? AND kind <> 2 AND (position > ? OR (position = ? AND journal.seq > ?))
     ORDER BY position, journal.seq LIMIT ?`,
  )
  const places = db.prepare<[number, number], { position: number; author: Uint8Array | null; hash: Uint8Array }>(
    'SELECT position, author, hash FROM journal WHERE epoch = ? AND kind <> 2 AND position < ? ORDER BY position, seq',
  )
  const insertBytes = db.prepare<[number, Uint8Array]>('INSERT INTO journal_bytes (seq, bytes) VALUES (?, ?)')
  const markCommitted = db.prepare<[Uint8Array]>('UPDATE journal SET committed = 1 WHERE hash = ?')
  const prune = db.prepare<[number, number, number]>(
    `DELETE FROM journal WHERE kind <> 2 AND (epoch < ? OR (epoch = ? AND position < ?))
     AND transactions = 0 AND committed = 1`,
  )
  const conflict = ({ kind, epoch, position }: JournalRow) =>
    new NodeError('JOURNAL_CONFLICT', `another ${kind} of epoch ${epoch} was signed at ${position}`, {
      details: { kind, epoch, position },
    })

  return {
    append(row) {
      const kind = kindNumbers[row.kind]
      const known = atPlace.get(kind, row.epoch, row.position)
      if (known !== undefined) {
        if (equalBytes(known.hash, row.hash) && equalBytes(known.bytes, row.bytes)) return known.seq
        throw conflict(row)
      }
      if (row.kind === 'vertex' && row.position < (floorOf.get(row.epoch) ?? 0)) throw conflict(row)
      const seq = counters.add('journal', 1)
      counters.add('journalRecords', 1)
      insert.run(seq, kind, row.epoch, row.position, row.hash, row.transactions, row.atMs, null)
      insertBytes.run(seq, row.bytes)
      return seq
    },
    store(row) {
      if (isKnown.get(row.hash) !== undefined) return
      const seq = counters.add('journal', 1)
      counters.add('journalRecords', 1)
      const { epoch, round, hash, transactions, atMs, author } = row
      insert.run(seq, kindNumbers.received, epoch, round, hash, transactions, atMs, author)
      insertBytes.run(seq, row.bytes)
    },
    markCommitted: (vertexHash) => void markCommitted.run(vertexHash),
    pruneEmptyVertices(epoch, belowRound) {
      raiseFloor.run(epoch, belowRound)
      const removed = prune.run(epoch, epoch, belowRound).changes
      if (removed > 0) counters.add('journalRecords', -removed)
    },
    page: ({ kind, afterSeq, limit }) =>
      page.all(afterSeq, kindNumbers[kind], rowsOfPage(limit, storageLimits.maxJournalPageRows)).map(stored),
    byHash(hash) {
      const row = byHash.get(hash)
      return row === undefined ? null : stored(row)
    },
    vertices: ({ epoch, fromRound: round, afterSeq, limit }) =>
      fromRound.all(epoch, round, round, afterSeq, rowsOfPage(limit, storageLimits.maxJournalPageRows)).map(stored),
    places: ({ epoch, belowRound }) =>
      places.all(epoch, belowRound).map(({ position, author, hash }) => ({ round: position, author, hash })),
  }
}
