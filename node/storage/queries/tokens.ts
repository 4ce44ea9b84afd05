/** Tokens of programs, and what each has had the vault spend of late. */
import type Database from 'better-sqlite3'
import { NodeError } from '../../core/node-error.ts'
import { damaged } from '../errors.ts'
import { storageLimits } from '../limits.ts'
import { type RemovedSpending, tokenScopes } from '../operations.ts'
import { packByteStrings, packU64, unpackByteStrings, unpackU64 } from '../packing.ts'
import type { TokenRow, TokenSpendingRow } from '../types.ts'

interface Row {
  seq: number
  id: string
  label: string
  hash: Uint8Array
  scopes: string
  per_transaction: Uint8Array | null
  per_day: Uint8Array | null
  recipients: Uint8Array | null
  created_at_ms: number
  expires_at_ms: number | null
}

interface SpendingRow {
  amount: Uint8Array
  at_ms: number
}

export interface TokenQueries {
  all(): TokenRow[]
  /** @throws NodeError TOKEN_TAKEN */
  put(row: TokenRow): void
  remove(id: string): void
  spending(query: { tokenId: string; key: string }): { amountMicroRuv: bigint; atMs: number } | null
  slots(query: { tokenId: string; afterMs: number; slotMs: number }): { amountMicroRuv: bigint; atMs: number }[]
  /** @throws NodeError TOKEN_UNKNOWN */
  putSpending(row: TokenSpendingRow): void
  removeSpending(row: RemovedSpending): void
}

export function createTokenQueries(db: Database): TokenQueries {
  const all = db.prepare<[], Row>('SELECT * FROM tokens ORDER BY seq')
  const taken = db.prepare<[string, Uint8Array], number>('SELECT seq FROM tokens WHERE id = ? OR hash = ?').pluck()
  const insert = db.prepare<
    [string, string, Uint8Array, string, Uint8Array | null, Uint8Array | null, Uint8Array | null, number, number | null]
  >(`INSERT INTO tokens
    (id, label, hash, scopes, per_transaction, per_day, recipients, created_at_ms, expires_at_ms)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`)
  const remove = db.prepare<[string]>('DELETE FROM tokens WHERE id = ?')
  const seqOf = db.prepare<[string], number>('SELECT seq FROM tokens WHERE id = ?').pluck()
  const spending = db.prepare<[number, string], SpendingRow>(
    'SELECT amount, at_ms FROM token_spending WHERE token_seq = ? AND key = ?',
  )
  const spendings = db.prepare<[number, number], SpendingRow>(
    'SELECT amount, at_ms FROM token_spending WHERE token_seq = ? AND at_ms > ? ORDER BY at_ms',
  )
  const putSpending = db.prepare<[number, string, Uint8Array, number]>(
    `INSERT INTO token_spending (token_seq, key, amount, at_ms) VALUES (?, ?, ?, ?)
    ON CONFLICT (token_seq, key) DO UPDATE SET amount = excluded.amount, at_ms = excluded.at_ms`,
  )
  const removeSpending = db.prepare<[number, string]>('DELETE FROM token_spending WHERE token_seq = ? AND key = ?')
  const forget = db.prepare<[number, number, number]>(
    `DELETE FROM token_spending WHERE (token_seq, key) IN
    (SELECT token_seq, key FROM token_spending WHERE token_seq = ? AND at_ms <= ? ORDER BY at_ms LIMIT ?)`,
  )

  return {
    all: () => all.all().map(tokenOf),
    put(row) {
      if (taken.get(row.id, row.hash) !== undefined) {
        throw new NodeError('TOKEN_TAKEN', 'there already is a token with this id or hash')
      }
      insert.run(
        row.id,
        row.label,
        row.hash,
        row.scopes.join(),
        row.perTransactionMicroRuv === null ? null : packU64(row.perTransactionMicroRuv),
        row.perDayMicroRuv === null ? null : packU64(row.perDayMicroRuv),
        row.recipients === null ? null : packByteStrings(row.recipients),
        row.createdAtMs,
        row.expiresAtMs,
      )
    },
    remove: (id) => void remove.run(id),
    spending({ tokenId, key }) {
      const seq = seqOf.get(tokenId)
      const row = seq === undefined ? undefined : spending.get(seq, key)
      return row === undefined ? null : { amountMicroRuv: unpackU64(row.amount), atMs: row.at_ms }
    },
    slots({ tokenId, afterMs, slotMs }) {
      const slots: { amountMicroRuv: bigint; atMs: number }[] = []
      const seq = seqOf.get(tokenId)
      if (seq === undefined) return slots
      for (const { amount, at_ms: atMs } of spendings.iterate(seq, afterMs)) {
        const amountMicroRuv = unpackU64(amount)
        const last = slots.at(-1)
        if (last === undefined || Math.floor(last.atMs / slotMs) !== Math.floor(atMs / slotMs)) {
          slots.push({ amountMicroRuv, atMs })
        } else slots[slots.length - 1] = { amountMicroRuv: last.amountMicroRuv + amountMicroRuv, atMs }
      }
      return slots
    },
    putSpending({ tokenId, key, amountMicroRuv, atMs, forgetUntilMs }) {
      const seq = seqOf.get(tokenId)
      if (seq === undefined) throw new NodeError('TOKEN_UNKNOWN', 'there is no such token')
      putSpending.run(seq, key, packU64(amountMicroRuv), atMs)
      forget.run(seq, forgetUntilMs, storageLimits.maxForgottenSpendings)
    },
    removeSpending({ tokenId, key }) {
      const seq = seqOf.get(tokenId)
      if (seq !== undefined) removeSpending.run(seq, key)
    },
  }
}

function tokenOf(row: Row): TokenRow {
  return {
    id: row.id,
    label: row.label,
    hash: row.hash,
    scopes: row.scopes === '' ? [] : row.scopes.split(',').map(scopeOf),
    perTransactionMicroRuv: row.per_transaction === null ? null : unpackU64(row.per_transaction),
    perDayMicroRuv: row.per_day === null ? null : unpackU64(row.per_day),
    recipients: row.recipients === null ? null : unpackByteStrings(row.recipients),
    createdAtMs: row.created_at_ms,
    expiresAtMs: row.expires_at_ms,
  }
}

function scopeOf(word: string): TokenRow['scopes'][number] {
  const scope = tokenScopes.find((known) => known === word)
  if (scope === undefined) throw damaged('a token has a scope that is none')
  return scope
}
