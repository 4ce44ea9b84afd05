/** The schema's steps in order, one file each. A new database runs them all, an older one those it lacks. */
import { foundation } from './001-foundation.ts'
import { tokens } from './002-tokens.ts'
import { accounts } from './003-accounts.ts'
import { intentsByTransaction } from './004-intents-by-transaction.ts'
import { otherValidators } from './005-other-validators.ts'
import { votes } from './006-votes.ts'
import { snapshotStaging } from './007-snapshot-staging.ts'
import type { Migration } from './migration.ts'

export type { Migration }

export const migrations: readonly Migration[] = [
  foundation,
  tokens,
  accounts,
  intentsByTransaction,
  otherValidators,
  votes,
  snapshotStaging,
]
