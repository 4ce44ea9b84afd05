/**
 * What the owner follows and how it is called, and what every account held over time.
 *
 * - `balances` has a row for each change of an account's balance: the balance after the commit whose ledger time is `at_ms`.
 *   Ledger time rises with every commit, so a time names a commit. Commits write it in their own transaction.
 * - A database that has commits already lacks their balances until recovery has replayed them: `balances-complete` in
 *   `meta` says that none is missing.
 * - `watched` are accounts whose keys are elsewhere; `public_key` is null where only the address is known.
 * - `labels.ref` is the account's id (type 0, the address book) or a transaction's id (type 1, notes), so that one thing
 *   has one form.
 */
import type { Migration } from './migration.ts'

export const accounts: Migration = {
  version: 3,
  name: 'accounts',
  up: `
CREATE TABLE balances (
  account_id INTEGER NOT NULL,
  at_ms INTEGER NOT NULL,
  balance BLOB NOT NULL,
  PRIMARY KEY (account_id, at_ms)
) STRICT, WITHOUT ROWID;

INSERT INTO meta (key, value) SELECT 'balances-complete', x'01' WHERE NOT EXISTS (SELECT 1 FROM commits);

CREATE TABLE watched (
  seq INTEGER PRIMARY KEY,
  account BLOB NOT NULL UNIQUE,
  label TEXT,
  suite TEXT,
  public_key BLOB,
  created_at_ms INTEGER NOT NULL
) STRICT;

CREATE TABLE labels (
  type INTEGER NOT NULL,
  ref BLOB NOT NULL,
  label TEXT NOT NULL,
  PRIMARY KEY (type, ref)
) STRICT, WITHOUT ROWID;
`,
}
