/** Ends of transactions, found by id, and the history of each account over them. */
import type Database from 'better-sqlite3'
import { invalidRow } from '../errors.ts'
import { rowsOfPage, storageLimits } from '../limits.ts'
import { packU64, packUints, unpackU64, unpackUints } from '../packing.ts'
import type { FinalOutcome, FinalRow, HistoryQuery, HistoryRow } from '../types.ts'
import type { Counters } from './counters.ts'
import { boundsOf, committedId, cursorOf, placeOf, rejectedId } from './history-order.ts'
import type { Numbered } from './numbered.ts'

/** The place in this list is the number in the database. */
const outcomes: readonly FinalOutcome[] = ['ok', 'failed', 'rejected', 'unseen']

type Nullable = number | null
type Row = [
  id: number,
  txId: Uint8Array,
  accountId: number,
  nonce: number,
  outcome: number,
  code: string | null,
  fee: Uint8Array,
  sizeBytes: number,
  vertexId: Nullable,
  indexInVertex: Nullable,
  atMs: number,
  admissionSeq: Nullable,
  validUntilMs: Nullable,
  createdAtMs: Nullable,
  signedAtMs: Nullable,
  broadcastAtMs: Nullable,
  admittedAtMs: Nullable,
  parties: Uint8Array,
]

/** In the order of Row. history has an account_id too. */
const columns = `id, tx_id, finals.account_id, nonce, outcome, code, fee, size_bytes, vertex_id, index_in_vertex, at_ms,
  admission_seq, valid_until_ms, created_at_ms, signed_at_ms, broadcast_at_ms, admitted_at_ms, parties`

export interface FinalQueries {
  get(txId: Uint8Array): HistoryRow | null
  /** False where the transaction has ended already and this changes nothing. */
  put(row: FinalRow): boolean
  history(query: HistoryQuery): HistoryRow[]
}

export function createFinalQueries(
  db: Database,
  deps: {
    counters: Counters
    accounts: Numbered
    vertices: Numbered
    /** Signed bytes, where they are kept beside the vertices. */
    bytesOf: (txId: Uint8Array) => Uint8Array | undefined
  },
): FinalQueries {
  const { counters, accounts, vertices, bytesOf } = deps
  // The index holds the first 8 bytes only: a third of the pages. The rare others with the same start are told apart by the row.
  const byTxId = db
    .prepare<[Uint8Array, Uint8Array], Row>(
      `SELECT ${columns} FROM finals WHERE substr(tx_id, 1, 8) = ? AND tx_id = ? LIMIT 1`,
    )
    .raw()
  const idOf = db
    .prepare<[Uint8Array, Uint8Array], number>(
      'SELECT id FROM finals WHERE substr(tx_id, 1, 8) = ? AND tx_id = ? LIMIT 1',
    )
    .pluck()
  const insert = db.prepare<Row>(
    `INSERT INTO finals (${columns.replace('finals.', '')}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  )
  const insertHistory = db.prepare<[number, number]>('INSERT INTO history (account_id, final_id) VALUES (?, ?)')
  const remove = db.prepare<[number]>('DELETE FROM finals WHERE id = ?')
  const removeHistory = db.prepare<[number, number]>('DELETE FROM history WHERE account_id = ? AND final_id = ?')
  const partiesOf = db.prepare<[number], Uint8Array>('SELECT parties FROM finals WHERE id = ?').pluck()

  const select = `SELECT ${columns} FROM finals`
  const selectOfAccount = `${select} JOIN history ON history.final_id = finals.id WHERE history.account_id = ?`
  const pages = {
    rejected: db.prepare<[number, number], Row>(`${select} WHERE id < 0 AND id > ? ORDER BY id LIMIT ?`).raw(),
    committed: db.prepare<[number, number], Row>(`${select} WHERE id >= 0 AND id < ? ORDER BY id DESC LIMIT ?`).raw(),
    rejectedOfAccount: db
      .prepare<[number, number, number], Row>(
        `${selectOfAccount} AND final_id < 0 AND final_id > ? ORDER BY final_id LIMIT ?`,
      )
      .raw(),
    committedOfAccount: db
      .prepare<[number, number, number], Row>(
        `${selectOfAccount} AND final_id >= 0 AND final_id < ? ORDER BY final_id DESC LIMIT ?`,
      )
      .raw(),
  }

  function rowOf(row: Row): HistoryRow {
    const [id, txId, accountId, nonce, outcome, code, fee, sizeBytes, vertexId, indexInVertex, atMs] = row
    const [admissionSeq, validUntilMs, createdAtMs, signedAtMs, broadcastAtMs, admittedAtMs, parties] = row.slice(
      11,
    ) as [Nullable, Nullable, Nullable, Nullable, Nullable, Nullable, Uint8Array]
    const bytes = vertexId === null ? bytesOf(txId) : undefined
    return {
      txId,
      account: accounts.valueOf(accountId),
      nonce,
      outcome: outcomes[outcome] as FinalOutcome,
      code,
      feeMicroRuv: unpackU64(fee),
      sizeBytes,
      vertexHash: vertexId === null ? null : vertices.valueOf(vertexId),
      indexInVertex,
      ...placeOf(id),
      atMs,
      admission:
        admissionSeq === null
          ? null
          : {
              seq: admissionSeq,
              validUntilMs: validUntilMs as number,
              createdAtMs,
              signedAtMs,
              broadcastAtMs,
              admittedAtMs: admittedAtMs as number,
            },
      parties: unpackUints(parties).map((party) => accounts.valueOf(party)),
      cursor: cursorOf(id),
      ...(bytes === undefined ? {} : { bytes }),
    }
  }

  function removeRow(id: number): void {
    for (const party of unpackUints(partiesOf.get(id) as Uint8Array)) removeHistory.run(party, id)
    remove.run(id)
    counters.add('transactions', -1)
  }

  return {
    get(txId) {
      const row = byTxId.get(txId.subarray(0, 8), txId)
      return row === undefined ? null : rowOf(row)
    },
    put(row) {
      if ((row.commitIndex === null) !== (row.position === null)) {
        throw invalidRow('a final has a commit index and a position, or neither')
      }
      const known = idOf.get(row.txId.subarray(0, 8), row.txId)
      if (known !== undefined) {
        if (known >= 0 || row.commitIndex === null) return false
        // Rejected here, executed all the same: the ledger's word stands.
        removeRow(known)
      }
      const id =
        row.commitIndex === null
          ? rejectedId(counters.add('rejection', 1))
          : committedId(row.commitIndex, row.position as number)
      const parties = row.parties.map((party) => accounts.numberOf(party))
      const admission = row.admission
      insert.run(
        id,
        row.txId,
        accounts.numberOf(row.account),
        row.nonce,
        outcomes.indexOf(row.outcome),
        row.code,
        packU64(row.feeMicroRuv),
        row.sizeBytes,
        row.vertexHash === null ? null : vertices.numberOf(row.vertexHash),
        row.indexInVertex,
        row.atMs,
        admission === null ? null : admission.seq,
        admission === null ? null : admission.validUntilMs,
        admission === null ? null : admission.createdAtMs,
        admission === null ? null : admission.signedAtMs,
        admission === null ? null : admission.broadcastAtMs,
        admission === null ? null : admission.admittedAtMs,
        packUints(parties),
      )
      for (const party of parties) insertHistory.run(party, id)
      counters.add('transactions', 1)
      return true
    },
    history({ account, before, limit }) {
      const wanted = rowsOfPage(limit, storageLimits.maxPageRows)
      const { rejectedAbove, committedBelow } = boundsOf(before)
      const accountId = account === undefined ? undefined : accounts.find(account)
      if (account !== undefined && accountId === undefined) return []
      const rows: Row[] = []
      if (rejectedAbove !== null) {
        rows.push(
          ...(accountId === undefined
            ? pages.rejected.all(rejectedAbove, wanted)
            : pages.rejectedOfAccount.all(accountId, rejectedAbove, wanted)),
        )
      }
      const left = wanted - rows.length
      if (left > 0) {
        rows.push(
          ...(accountId === undefined
            ? pages.committed.all(committedBelow, left)
            : pages.committedOfAccount.all(accountId, committedBelow, left)),
        )
      }
      return rows.map(rowOf)
    },
  }
}
