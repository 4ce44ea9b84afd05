/**
 * A state that is being fetched from others, beside the one in use: pieces that were checked wait here until all of them are there,
 * and then take its place at once. What stands here when a program ends is gone on with, or dropped, and never used by itself.
 *
 * - `staged_chunks.prefix` names a node of the state tree, `hash` is that node's.
 * - `staged_state.chunk` is the rowid of the piece that an entry belongs to.
 */
import type { Migration } from './migration.ts'

export const snapshotStaging: Migration = {
  version: 7,
  name: 'snapshot-staging',
  up: `
CREATE TABLE staged_chunks (
  id INTEGER PRIMARY KEY,
  prefix TEXT NOT NULL UNIQUE,
  hash BLOB NOT NULL
) STRICT;

CREATE TABLE staged_state (
  key BLOB PRIMARY KEY,
  value BLOB NOT NULL,
  chunk INTEGER NOT NULL REFERENCES staged_chunks (id) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;
CREATE INDEX staged_state_chunk ON staged_state (chunk);
`,
}
