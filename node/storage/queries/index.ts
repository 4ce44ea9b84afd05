/** Prepared statements over one open database, one file a concept. They run inside the transaction of their caller. */
import type Database from 'better-sqlite3'
import { equalBytes } from '../../core/bytes.ts'
import { NodeError } from '../../core/node-error.ts'
import { balanceOfEntry } from '../../ledger/state.ts'
import { invalidRow } from '../errors.ts'
import { storageLimits } from '../limits.ts'
import type { WatchedPut } from '../operations.ts'
import type { CheckpointBatch, CommitBatch, FinalRow, SnapshotBatch } from '../types.ts'
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
import { createSnapshotQueries, type SnapshotQueries } from './snapshot.ts'
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
  readonly snapshot: SnapshotQueries
  /** Writes that span concepts. */
  commit(batch: CommitBatch): void
  reject(finals: readonly FinalRow[]): void
  checkpoint(batch: CheckpointBatch): void
  /** @throws NodeError SNAPSHOT_INCOMPLETE, SNAPSHOT_OLDER, CHECKPOINT_CONFLICT */
  installSnapshot(batch: SnapshotBatch): void
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
  const commits = createCommitQueries(db, vertices, {
    joinedAt: () => counters.get('joinedCommit'),
    missing: () => counters.get('missingCommits'),
  })
  const checkpoints = createCheckpointQueries(db)
  const meta = createMetaQueries(db)
  const balances = createBalanceQueries(db, accounts, meta)
  const watched = createWatchedQueries(db)
  const snapshot = createSnapshotQueries(db)

  /** What every account holds in a state that came from others: charts begin there, or go on. */
  const putAllBalances = (commitTimeMs: number): void => {
    const page = { afterKey: null as Uint8Array | null, limit: storageLimits.maxPageRows }
    for (;;) {
      const rows = checkpoints.state(page)
      for (const row of rows) {
        const held = balanceOfEntry(row)
        if (held !== null) balances.put(commitTimeMs, [held])
      }
      page.afterKey = rows.at(-1)?.key ?? null
      if (rows.length < page.limit) return
    }
  }

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
    snapshot,
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
    installSnapshot({ chunks, rows, checkpoints: certified, meta: values }) {
      const covered = certified.at(-1)
      if (covered === undefined) throw invalidRow('a snapshot has a checkpoint')
      const last = commits.last()?.commitIndex ?? null
      if (covered.commitIndex <= (last ?? 0)) {
        throw new NodeError('SNAPSHOT_OLDER', `commits beyond ${covered.commitIndex} are recorded already`)
      }
      snapshot.takeOver(chunks)
      for (const entry of rows) checkpoints.putState(entry)
      for (const row of certified) checkpoints.put(row)
      for (const { key, value } of values) meta.set(key, value)
      putAllBalances(covered.commitTimeMs)
      const joinedBefore = counters.get('joinedCommit')
      const reached = Math.max(last ?? 0, joinedBefore)
      counters.add('joinedCommit', covered.commitIndex - joinedBefore)
      // Between the first and the last of those that are recorded.
      if (last !== null) counters.add('missingCommits', covered.commitIndex - reached)
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
