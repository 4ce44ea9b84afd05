/** Prepared statements over one open database, one file a concept. They run inside the transaction of their caller. */
import type Database from 'better-sqlite3'
import { equalBytes } from '../../core/bytes.ts'
import { NodeError } from '../../core/node-error.ts'
import { storageLimits } from '../limits.ts'
import type { WatchedPut } from '../operations.ts'
import type { CheckpointBatch, CommitBatch, FinalRow } from '../types.ts'
import { type AdmissionQueries, createAdmissionQueries } from './admissions.ts'
import { type BalanceQueries, createBalanceQueries } from './balances.ts'
import { type CheckpointQueries, createCheckpointQueries } from './checkpoints.ts'
import { type CommitQueries, createCommitQueries } from './commits.ts'
import { type Counters, createCounters } from './counters.ts'
import { createFinalQueries, type FinalQueries } from './finals.ts'
import { createIntentQueries, type IntentQueries } from './intents.ts'
import { createJournalQueries, type JournalQueries } from './journal.ts'
import { createLabelQueries, type LabelQueries } from './labels.ts'
import { createMetaQueries, type MetaQueries } from './meta.ts'
import { createNumbered } from './numbered.ts'
import { createTokenQueries, type TokenQueries } from './tokens.ts'
import { createWatchedQueries, type WatchedQueries } from './watched.ts'

export interface Queries {
  readonly counters: Counters
  readonly meta: MetaQueries
  readonly intents: IntentQueries
  readonly admissions: AdmissionQueries
  readonly journal: JournalQueries
  readonly finals: FinalQueries
  readonly commits: CommitQueries
  readonly checkpoints: CheckpointQueries
  readonly tokens: TokenQueries
  readonly balances: BalanceQueries
  readonly watched: WatchedQueries
  readonly labels: LabelQueries
  /** Writes that span concepts. */
  commit(batch: CommitBatch): void
  reject(finals: readonly FinalRow[]): void
  checkpoint(batch: CheckpointBatch): void
  /** @throws NodeError IDEMPOTENCY_KEY_REUSED */
  putWatched(put: WatchedPut): void
  /** Must follow a rollback. */
  forget(): void
}

export function createQueries(db: Database): Queries {
  const counters = createCounters(db)
  const accounts = createNumbered(db, {
    table: 'accounts',
    column: 'account',
    maxCached: storageLimits.maxCachedAccounts,
  })
  const vertices = createNumbered(db, { table: 'vertices', column: 'hash', maxCached: storageLimits.maxCachedVertices })
  const intents = createIntentQueries(db, counters)
  const finals = createFinalQueries(db, { counters, accounts, vertices, bytesOf: intents.bytesOf })
  const admissions = createAdmissionQueries(db, counters, (txId) => finals.get(txId))
  const journal = createJournalQueries(db, counters)
  const commits = createCommitQueries(db, vertices)
  const checkpoints = createCheckpointQueries(db)
  const meta = createMetaQueries(db)
  const balances = createBalanceQueries(db, accounts, meta)
  const watched = createWatchedQueries(db)

  return {
    counters,
    meta,
    intents,
    admissions,
    journal,
    finals,
    commits,
    checkpoints,
    tokens: createTokenQueries(db),
    balances,
    watched,
    labels: createLabelQueries(db),
    commit(batch) {
      if (!commits.put(batch.commit)) return
      for (const hash of batch.commit.vertices) journal.markCommitted(hash)
      for (const progress of batch.progress) commits.putProgress(progress)
      for (const final of batch.finals) {
        finals.put(final)
        admissions.remove(final.txId)
      }
      balances.put(batch.commit.commitTimeMs, batch.balances)
    },
    reject(rows) {
      for (const final of rows) {
        finals.put(final)
        admissions.remove(final.txId)
      }
    },
    checkpoint(batch) {
      if (!checkpoints.put(batch.checkpoint)) return
      for (const entry of batch.state) checkpoints.putState(entry)
      const prune = batch.pruneEmptyVertices
      if (prune !== null) journal.pruneEmptyVertices(prune.epoch, prune.belowRound)
    },
    putWatched({ row, intent }) {
      if (intent !== null && !equalBytes(intents.put(intent).requestHash, intent.requestHash)) {
        throw new NodeError('IDEMPOTENCY_KEY_REUSED', 'this idempotency key belongs to another request')
      }
      watched.put(row)
    },
    forget() {
      accounts.forget()
      vertices.forget()
    },
  }
}
