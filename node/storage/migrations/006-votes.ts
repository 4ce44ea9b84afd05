/** What stood behind a vertex at Confirming and Confirmed; null for those from before it was recorded. Form: queries/votes.ts. */
import type { Migration } from './migration.ts'

export const votes: Migration = {
  version: 6,
  name: 'votes',
  up: 'ALTER TABLE vertex_progress ADD COLUMN votes BLOB;',
}
