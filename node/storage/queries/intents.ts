/** Payments asked of this node's vault, by idempotency key. Kept for good: the same key gives the same payment. */
import type Database from 'better-sqlite3'
import { equalBytes } from '../../core/bytes.ts'
import { NodeError } from '../../core/node-error.ts'
import type { SignedIntent } from '../operations.ts'
import type { IntentRow, StoredIntent } from '../types.ts'
import type { Counters } from './counters.ts'

interface Row {
  seq: number
  key: string
  request_hash: Uint8Array
  created_at_ms: number
  tx_id: Uint8Array | null
  bytes: Uint8Array | null
  signed_at_ms: number | null
}

export interface IntentQueries {
  get(key: string): StoredIntent | null
  /** Signed bytes of a transaction. */
  bytesOf(txId: Uint8Array): Uint8Array | undefined
  put(row: IntentRow): StoredIntent
  /** @throws NodeError INTENT_UNKNOWN, INTENT_SIGNED */
  sign(signed: SignedIntent): void
}

export function createIntentQueries(db: Database, counters: Counters): IntentQueries {
  const select = db.prepare<[string], Row>('SELECT * FROM intents WHERE key = ?')
  const insert = db.prepare<[number, string, Uint8Array, number]>(
    'INSERT INTO intents (seq, key, request_hash, created_at_ms) VALUES (?, ?, ?, ?)',
  )
  const update = db.prepare<[Uint8Array, Uint8Array, number, string]>(
    'UPDATE intents SET tx_id = ?, bytes = ?, signed_at_ms = ? WHERE key = ?',
  )

  const selectBytes = db
    .prepare<[Uint8Array, Uint8Array], Uint8Array>(
      'SELECT bytes FROM intents WHERE tx_id IS NOT NULL AND substr(tx_id, 1, 8) = ? AND tx_id = ? LIMIT 1',
    )
    .pluck()

  function get(key: string): StoredIntent | null {
    const row = select.get(key)
    if (row === undefined) return null
    return {
      key: row.key,
      requestHash: row.request_hash,
      createdAtMs: row.created_at_ms,
      seq: row.seq,
      txId: row.tx_id,
      bytes: row.bytes,
      signedAtMs: row.signed_at_ms,
    }
  }

  return {
    get,
    bytesOf: (txId) => selectBytes.get(txId.subarray(0, 8), txId),
    put(row) {
      const known = get(row.key)
      if (known !== null) return known
      const seq = counters.add('intent', 1)
      insert.run(seq, row.key, row.requestHash, row.createdAtMs)
      return { ...row, seq, txId: null, bytes: null, signedAtMs: null }
    },
    sign({ key, txId, bytes, signedAtMs }) {
      const known = select.get(key)
      if (known === undefined) throw new NodeError('INTENT_UNKNOWN', 'no payment was asked for under this key')
      if (known.tx_id !== null && known.bytes !== null) {
        if (equalBytes(known.tx_id, txId) && equalBytes(known.bytes, bytes)) return
        throw new NodeError('INTENT_SIGNED', 'the payment under this key has been signed already, with other bytes')
      }
      update.run(txId, bytes, signedAtMs, key)
    },
  }
}
