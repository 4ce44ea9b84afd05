/** What passes between the storage's handle and its worker. Writes are answered in the order they were sent. */

import type { EngineReader } from './engine.ts'
import type { ErrorMessage } from './errors.ts'
import type { OperationResult } from './operations.ts'

export type ReadName = keyof EngineReader

export type ToWorker =
  /** `count` operations in wire form; the buffer is handed over. */
  | { readonly type: 'write'; readonly operations: Uint8Array; readonly count: number; readonly rows: number }
  | { readonly type: 'read'; readonly id: number; readonly name: ReadName; readonly parameters: readonly unknown[] }
  | { readonly type: 'close' }

export type OutcomeMessage =
  | { readonly ok: true; readonly value: OperationResult }
  | { readonly ok: false; readonly error: ErrorMessage }

export type FromWorker =
  | { readonly type: 'ready' }
  /** The database could not be opened; the worker ends. */
  | { readonly type: 'refused'; readonly error: ErrorMessage }
  /** Outcomes of the oldest unanswered writes, one each. */
  | { readonly type: 'written'; readonly outcomes: readonly OutcomeMessage[] }
  | {
      readonly type: 'answer'
      readonly id: number
      readonly outcome: { ok: true; value: unknown } | { ok: false; error: ErrorMessage }
    }
  /** No write after the last acknowledged one will be; reads are still answered. */
  | { readonly type: 'failed'; readonly error: ErrorMessage }
  | { readonly type: 'closed' }
  /** Answer of the worker that only checks. */
  | { readonly type: 'checked'; readonly problems: readonly string[] }

/** What a storage worker is started with, beside whatever its starter adds. */
export interface StorageWorkerData {
  readonly storage: {
    /** serve: the one writer. check: SQLite's integrity check beside it, then the end. */
    readonly task: 'serve' | 'check'
    readonly file: string
    readonly synchronous: 'FULL' | 'NORMAL'
    readonly nativeBinding: string | undefined
  }
}
