/**
 * The first schema. Written for speed of the path admit → commit: rows are appended in order of their key, and what is
 * indexed at random (transaction id, account) is kept short, since each of its pages is written anew for one entry.
 *
 * Conventions
 * - Unsigned 64-bit amounts are 8-byte big-endian blobs: SQLite integers are signed.
 * - `finals.id` is the order of the history. A row that a commit decided has commit index × 2^20 + position, one without
 *   a commit has −1, −2, −3 … in order of recording. Newest first is thus: negative ones ascending, then the others descending.
 * - Accounts (33 bytes) and vertex hashes (32) are numbered once and named by number in every row of history.
 * - Journal records are apart from their bytes, so that a scan of the records does not pass through megabytes.
 * - `finals.parties` lists account numbers as unsigned LEB128; `commits.vertices` lists hashes, each after its length.
 */
import type { Migration } from './migration.ts'

export const foundation: Migration = {
  version: 1,
  name: 'foundation',
  up: `
CREATE TABLE meta (
  key TEXT PRIMARY KEY,
  value BLOB NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE counters (
  name TEXT PRIMARY KEY,
  value INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE accounts (
  id INTEGER PRIMARY KEY,
  account BLOB NOT NULL UNIQUE
) STRICT;

CREATE TABLE vertices (
  id INTEGER PRIMARY KEY,
  hash BLOB NOT NULL UNIQUE
) STRICT;

CREATE TABLE intents (
  seq INTEGER PRIMARY KEY,
  key TEXT NOT NULL UNIQUE,
  request_hash BLOB NOT NULL,
  created_at_ms INTEGER NOT NULL,
  tx_id BLOB,
  bytes BLOB,
  signed_at_ms INTEGER
) STRICT;

CREATE TABLE admissions (
  seq INTEGER PRIMARY KEY,
  tx_id BLOB NOT NULL UNIQUE,
  account BLOB NOT NULL,
  nonce INTEGER NOT NULL,
  valid_until_ms INTEGER NOT NULL,
  created_at_ms INTEGER,
  signed_at_ms INTEGER,
  broadcast_at_ms INTEGER,
  admitted_at_ms INTEGER NOT NULL,
  bytes BLOB NOT NULL
) STRICT;

CREATE TABLE journal (
  seq INTEGER PRIMARY KEY,
  kind INTEGER NOT NULL,
  epoch INTEGER NOT NULL,
  position INTEGER NOT NULL,
  hash BLOB NOT NULL,
  transactions INTEGER NOT NULL,
  at_ms INTEGER NOT NULL,
  committed INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE UNIQUE INDEX journal_place ON journal (kind, epoch, position);
CREATE INDEX journal_hash ON journal (hash);

CREATE TABLE journal_bytes (
  seq INTEGER PRIMARY KEY REFERENCES journal (seq) ON DELETE CASCADE,
  bytes BLOB NOT NULL
) STRICT;

CREATE TABLE journal_floors (
  epoch INTEGER PRIMARY KEY,
  below_round INTEGER NOT NULL
) STRICT;

CREATE TABLE commits (
  commit_index INTEGER PRIMARY KEY,
  epoch INTEGER NOT NULL,
  leader_round INTEGER NOT NULL,
  anchor BLOB NOT NULL,
  commit_time_ms INTEGER NOT NULL,
  vertices BLOB NOT NULL,
  transactions INTEGER NOT NULL,
  state_root BLOB NOT NULL,
  history_root BLOB NOT NULL,
  at_ms INTEGER NOT NULL
) STRICT;

CREATE TABLE vertex_progress (
  vertex_id INTEGER PRIMARY KEY,
  epoch INTEGER NOT NULL,
  round INTEGER NOT NULL,
  voting_at_ms INTEGER NOT NULL,
  confirming_at_ms INTEGER NOT NULL,
  confirming_by BLOB NOT NULL,
  confirmed_at_ms INTEGER NOT NULL,
  confirmed_by BLOB NOT NULL
) STRICT;

CREATE TABLE finals (
  id INTEGER PRIMARY KEY,
  tx_id BLOB NOT NULL,
  account_id INTEGER NOT NULL,
  nonce INTEGER NOT NULL,
  outcome INTEGER NOT NULL,
  code TEXT,
  fee BLOB NOT NULL,
  size_bytes INTEGER NOT NULL,
  vertex_id INTEGER,
  index_in_vertex INTEGER,
  at_ms INTEGER NOT NULL,
  admission_seq INTEGER,
  valid_until_ms INTEGER,
  created_at_ms INTEGER,
  signed_at_ms INTEGER,
  broadcast_at_ms INTEGER,
  admitted_at_ms INTEGER,
  parties BLOB NOT NULL
) STRICT;
CREATE INDEX finals_tx_prefix ON finals (substr(tx_id, 1, 8));

CREATE TABLE history (
  account_id INTEGER NOT NULL,
  final_id INTEGER NOT NULL,
  PRIMARY KEY (account_id, final_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE state (
  key BLOB PRIMARY KEY,
  value BLOB NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE checkpoints (
  seq INTEGER PRIMARY KEY,
  epoch INTEGER NOT NULL,
  commit_index INTEGER NOT NULL,
  commit_time_ms INTEGER NOT NULL,
  hash BLOB NOT NULL,
  bytes BLOB NOT NULL,
  certificate BLOB NOT NULL,
  at_ms INTEGER NOT NULL
) STRICT;
CREATE INDEX checkpoints_commit ON checkpoints (commit_index);
`,
}
