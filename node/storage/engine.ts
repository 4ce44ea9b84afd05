/**
 * The storage without its thread: takes lists of writes, makes each list one transaction, and answers reads in between.
 */
import { statSync } from 'node:fs'
import type Database from 'better-sqlite3'
import type { NodeError } from '../core/node-error.ts'
import { concernsOneWrite, storageError, writeError } from './errors.ts'
import type { Operation, OperationKind, OperationResult } from './operations.ts'
import { createQueries } from './queries/index.ts'
import type { StorageReader } from './types.ts'

/** What became of one write. */
export type Outcome =
  | { readonly ok: true; readonly value: OperationResult }
  | { readonly ok: false; readonly error: NodeError }

/** Boundaries of a group of writes, for tests that end the process there. */
export interface EngineHooks {
  /** All writes are made, nothing is durable. */
  beforeCommit?(kinds: readonly OperationKind[]): void
  /** Durable, and nobody told. */
  afterCommit?(kinds: readonly OperationKind[]): void
}

/** A read's answer without the wait; integrityCheck runs elsewhere, beside the writes. */
export type EngineReader = {
  readonly [K in Exclude<keyof StorageReader, 'integrityCheck'>]: (
    ...parameters: Parameters<StorageReader[K]>
  ) => Awaited<ReturnType<StorageReader[K]>>
}

export interface Engine {
  /**
   * One transaction for all, committed and synced when this returns. A write that fails by its own fault is undone alone.
   * @throws NodeError STORAGE_FULL, STORAGE_FAILED, STORAGE_DAMAGED: nothing of it was acknowledged, and nothing may follow
   */
  apply(operations: readonly Operation[]): readonly Outcome[]
  readonly read: EngineReader
}

/** @param db opened and migrated by openDatabase */
export function createEngine(db: Database, hooks: EngineHooks = {}): Engine {
  const queries = createQueries(db)
  const begin = db.prepare<[]>('BEGIN IMMEDIATE')
  const commit = db.prepare<[]>('COMMIT')
  const rollback = db.prepare<[]>('ROLLBACK')
  const savepoint = db.prepare<[]>('SAVEPOINT write')
  const release = db.prepare<[]>('RELEASE write')
  const rollbackTo = db.prepare<[]>('ROLLBACK TO write')
  const dataVersion = db.prepare<[], number>('PRAGMA data_version').pluck()
  const schemaVersion = db.pragma('user_version', { simple: true }) as number
  const knownDataVersion = dataVersion.get()

  function run(operation: Operation): OperationResult {
    switch (operation.kind) {
      case 'putIntent':
        return queries.intents.put(operation.row)
      case 'signIntent':
        return void queries.intents.sign(operation.row)
      case 'admit':
        return queries.admissions.admit(operation.row)
      case 'appendJournal':
        return queries.journal.append(operation.row)
      case 'storeVertex':
        return void queries.journal.store(operation.row)
      case 'commit':
        return void queries.commit(operation.row)
      case 'reject':
        return void queries.reject(operation.row)
      case 'checkpoint':
        return void queries.checkpoint(operation.row)
      case 'stageChunk':
        return void queries.snapshot.stage(operation.row)
      case 'keepStaged':
        return void queries.snapshot.keep(operation.row)
      case 'installSnapshot':
        return void queries.installSnapshot(operation.row)
      case 'setMeta':
        return void queries.meta.set(operation.row.key, operation.row.value)
      case 'putToken':
        return void queries.tokens.put(operation.row)
      case 'removeToken':
        return void queries.tokens.remove(operation.row.id)
      case 'putTokenSpending':
        return void queries.tokens.putSpending(operation.row)
      case 'removeTokenSpending':
        return void queries.tokens.removeSpending(operation.row)
      case 'putEarlierBalances':
        return void queries.balances.putEarlier(operation.row)
      case 'putWatched':
        return void queries.putWatched(operation.row)
      case 'removeWatched':
        return void queries.watched.remove(operation.row.account)
      case 'putLabels':
        return void queries.labels.put(operation.row)
      case 'removeLabel':
        return queries.labels.remove(operation.row)
    }
  }

  function runAlone(operation: Operation): Outcome {
    const mark = queries.counters.mark()
    savepoint.run()
    try {
      const value = run(operation)
      release.run()
      return { ok: true, value }
    } catch (cause) {
      if (!concernsOneWrite(cause) || !db.inTransaction) throw cause
      rollbackTo.run()
      release.run()
      queries.counters.rollback(mark)
      queries.forget()
      return { ok: false, error: writeError(cause) }
    }
  }

  /** After a fault that ends the storage: reads go on, and must not see what was never durable. */
  function undo(mark: readonly number[]): void {
    try {
      // SQLite has rolled back by itself after some faults.
      if (db.inTransaction) rollback.run()
    } finally {
      queries.counters.rollback(mark)
      queries.forget()
    }
  }

  return {
    apply(operations) {
      const kinds = operations.map(({ kind }) => kind)
      const mark = queries.counters.mark()
      try {
        begin.run()
        // Numbers and counts are held in memory: they are right only while nobody else writes.
        if (dataVersion.get() !== knownDataVersion) {
          throw new Error('another program has written to it while it was in use')
        }
        const outcomes = operations.map(runAlone)
        queries.counters.flush()
        hooks.beforeCommit?.(kinds)
        commit.run()
        hooks.afterCommit?.(kinds)
        return outcomes
      } catch (cause) {
        undo(mark)
        throw storageError(cause)
      }
    },
    read: {
      meta: (key) => queries.meta.get(key),
      intent: (key) => queries.intents.get(key),
      admissions: () => queries.admissions.all(),
      journal: (query) => queries.journal.page(query),
      journalByHash: (hash) => queries.journal.byHash(hash),
      vertices: (query) => queries.journal.vertices(query),
      vertexPlaces: (query) => queries.journal.places(query),
      commits: (query) => queries.commits.page(query),
      lastCommit: () => queries.commits.last(),
      lastCheckpoint: () => queries.checkpoints.last(),
      checkpoint: (seq) => queries.checkpoints.at(seq),
      lastCheckpointOf: (epoch) => queries.checkpoints.lastOf(epoch),
      checkpointCovering: (commitIndex) => queries.checkpoints.covering(commitIndex),
      state: (query) => queries.checkpoints.state(query),
      stagedChunks: () => queries.snapshot.staged(),
      final: (txId) => queries.finals.get(txId),
      vertexProgress: (hash) => queries.commits.progress(hash),
      history: (query) => queries.finals.history(query),
      tokens: () => queries.tokens.all(),
      tokenSpending: (query) => queries.tokens.spending(query),
      tokenSpendingSlots: (query) => queries.tokens.slots(query),
      hasAllBalances: () => queries.balances.hasAll(),
      firstBalanceMs: (accounts) => queries.balances.firstMs(accounts),
      balances: (query) => queries.balances.slots(query),
      watched: () => queries.watched.all(),
      labels: (type) => queries.labels.all(type),
      status() {
        const file = (db.pragma('database_list') as { file: string }[])[0]?.file ?? ''
        const bytes = ['', '-wal', '-shm'].reduce(
          (sum, suffix) => sum + (statSync(`${file}${suffix}`, { throwIfNoEntry: false })?.size ?? 0),
          0,
        )
        return {
          bytes,
          pages: db.pragma('page_count', { simple: true }) as number,
          schemaVersion,
          journalRecords: queries.counters.get('journalRecords'),
          commits: queries.commits.count(),
          transactions: queries.counters.get('transactions'),
        }
      },
    },
  }
}
