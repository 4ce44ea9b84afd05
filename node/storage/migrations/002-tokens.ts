/**
 * Tokens of programs that may use this node, and what each has had the vault spend.
 *
 * - A token rests here as its SHA-256 only.
 * - `scopes` are words parted by commas; `recipients` lists account ids, each after its length; null is no limit.
 * - `token_spending` has one row a payment, under the idempotency key that its intent has too, so that a payment asked for
 *   again is counted once. Rows leave when they are too old to count, and with their token.
 */
import type { Migration } from './migration.ts'

export const tokens: Migration = {
  version: 2,
  name: 'tokens',
  up: `
CREATE TABLE tokens (
  seq INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  label TEXT NOT NULL,
  hash BLOB NOT NULL UNIQUE,
  scopes TEXT NOT NULL,
  per_transaction BLOB,
  per_day BLOB,
  recipients BLOB,
  created_at_ms INTEGER NOT NULL,
  expires_at_ms INTEGER
) STRICT;

CREATE TABLE token_spending (
  token_seq INTEGER NOT NULL REFERENCES tokens (seq) ON DELETE CASCADE,
  key TEXT NOT NULL,
  amount BLOB NOT NULL,
  at_ms INTEGER NOT NULL,
  PRIMARY KEY (token_seq, key)
) STRICT, WITHOUT ROWID;
CREATE INDEX token_spending_time ON token_spending (token_seq, at_ms);
`,
}
