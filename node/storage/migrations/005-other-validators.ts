/**
 * Vertices of other validators stand in the journal beside the own ones, as kind 3: many have the place of one round, and
 * each is there once. `author` names whose a vertex is; null for the own ones from before there were others.
 */
import type { Migration } from './migration.ts'

export const otherValidators: Migration = {
  version: 5,
  name: 'other-validators',
  up: `
ALTER TABLE journal ADD COLUMN author BLOB;
DROP INDEX journal_place;
CREATE UNIQUE INDEX journal_place ON journal (kind, epoch, position) WHERE kind < 3;
CREATE INDEX journal_round ON journal (epoch, position, kind);
CREATE INDEX checkpoints_epoch ON checkpoints (epoch, seq);
`,
}
