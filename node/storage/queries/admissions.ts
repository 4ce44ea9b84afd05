/** Transactions this node answers for, from admission until their end. */
import type Database from 'better-sqlite3'
import { NodeError } from '../../core/node-error.ts'
import type { AdmissionRow, FinalRow, StoredAdmission } from '../types.ts'
import type { Counters } from './counters.ts'

interface Row {
  seq: number
  tx_id: Uint8Array
  account: Uint8Array
  nonce: number
  valid_until_ms: number
  created_at_ms: number | null
  signed_at_ms: number | null
  broadcast_at_ms: number | null
  admitted_at_ms: number
  bytes: Uint8Array
}

export interface AdmissionQueries {
  /** @throws NodeError ADMISSION_FINAL */
  admit(row: AdmissionRow): number
  remove(txId: Uint8Array): void
  all(): StoredAdmission[]
}

export function createAdmissionQueries(
  db: Database,
  counters: Counters,
  /** A transaction that has ended is not admitted again: nothing would ever remove it. */
  finalOf: (txId: Uint8Array) => Pick<FinalRow, 'admission'> | null,
): AdmissionQueries {
  const seqOf = db.prepare<[Uint8Array], number>('SELECT seq FROM admissions WHERE tx_id = ?').pluck()
  const insert = db.prepare<
    [number, Uint8Array, Uint8Array, number, number, number | null, number | null, number | null, number, Uint8Array]
  >(`INSERT INTO admissions
    (seq, tx_id, account, nonce, valid_until_ms, created_at_ms, signed_at_ms, broadcast_at_ms, admitted_at_ms, bytes)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`)
  const remove = db.prepare<[Uint8Array]>('DELETE FROM admissions WHERE tx_id = ?')
  const all = db.prepare<[], Row>('SELECT * FROM admissions ORDER BY seq')

  return {
    admit(row) {
      const known = seqOf.get(row.txId)
      if (known !== undefined) return known
      const final = finalOf(row.txId)
      if (final !== null) {
        if (final.admission !== null) return final.admission.seq
        throw new NodeError('ADMISSION_FINAL', 'the transaction has ended already')
      }
      const seq = counters.add('admission', 1)
      insert.run(
        seq,
        row.txId,
        row.account,
        row.nonce,
        row.validUntilMs,
        row.createdAtMs,
        row.signedAtMs,
        row.broadcastAtMs,
        row.admittedAtMs,
        row.bytes,
      )
      return seq
    },
    remove: (txId) => void remove.run(txId),
    all: () =>
      all.all().map((row) => ({
        txId: row.tx_id,
        account: row.account,
        nonce: row.nonce,
        bytes: row.bytes,
        validUntilMs: row.valid_until_ms,
        createdAtMs: row.created_at_ms,
        signedAtMs: row.signed_at_ms,
        broadcastAtMs: row.broadcast_at_ms,
        admittedAtMs: row.admitted_at_ms,
        seq: row.seq,
      })),
  }
}
