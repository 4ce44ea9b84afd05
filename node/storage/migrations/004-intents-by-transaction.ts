/**
 * What the vault signed, by transaction: a transaction that ended in no vertex has its bytes nowhere else. The first 8
 * bytes of the id, as for finals.
 */
import type { Migration } from './migration.ts'

export const intentsByTransaction: Migration = {
  version: 4,
  name: 'intents-by-transaction',
  up: `
CREATE INDEX intents_tx_prefix ON intents (substr(tx_id, 1, 8)) WHERE tx_id IS NOT NULL;
`,
}
