/**
 * The worker's loop: whatever has been asked for by the time a transaction is durable goes into the next one, so that
 * one sync serves many writes; then all of it is acknowledged, and the reads that came meanwhile are answered.
 */
import { type MessagePort, receiveMessageOnPort } from 'node:worker_threads'
import type Database from 'better-sqlite3'
import type { NodeError } from '../core/node-error.ts'
import { checkIntegrity, openDatabase } from './database.ts'
import { createEngine, type Engine, type EngineHooks } from './engine.ts'
import { storageError, toErrorMessage } from './errors.ts'
import { storageLimits } from './limits.ts'
import type { FromWorker, OutcomeMessage, StorageWorkerData, ToWorker } from './messages.ts'
import { type Operation, type OperationKind, readOperation } from './operations.ts'
import { WireReader } from './wire.ts'

/** For tests that end the process, or fill the disk, at a chosen boundary. The product passes none. */
export interface StorageWorkerHooks extends EngineHooks {
  onOpen?(db: Database): void
  /** Durable, acknowledgement not yet sent. Follows afterCommit. */
  beforeAck?(kinds: readonly OperationKind[]): void
}

type WriteMessage = Extract<ToWorker, { type: 'write' }>
type ReadMessage = Extract<ToWorker, { type: 'read' }>

/** Serves one storage on a port until it is told to close. */
export function runStorageWorker(
  port: MessagePort,
  options: StorageWorkerData['storage'],
  hooks: StorageWorkerHooks = {},
): void {
  const post = (message: FromWorker) => port.postMessage(message)

  if (options.task === 'check') {
    try {
      post({ type: 'checked', problems: checkIntegrity(options) })
    } catch (cause) {
      post({ type: 'refused', error: toErrorMessage(storageError(cause)) })
    }
    port.close()
    return
  }

  let db: Database
  let engine: Engine
  try {
    db = openDatabase(options)
    hooks.onOpen?.(db)
    engine = createEngine(db, hooks)
  } catch (cause) {
    post({ type: 'refused', error: toErrorMessage(storageError(cause)) })
    port.close()
    return
  }

  const writes: WriteMessage[] = []
  /** Each with the number of write messages that came before it: it sees them. */
  const reads: { readonly message: ReadMessage; readonly after: number }[] = []
  let writesTaken = 0
  let closing = false
  let failure: NodeError | undefined

  function take(message: ToWorker): void {
    if (message.type === 'write') {
      writes.push(message)
      writesTaken += 1
    } else if (message.type === 'read') reads.push({ message, after: writesTaken })
    else closing = true
  }

  function takeAllWaiting(): void {
    for (;;) {
      const waiting = receiveMessageOnPort(port) as { message: ToWorker } | undefined
      if (waiting === undefined) return
      take(waiting.message)
    }
  }

  /** The oldest messages that fit in one transaction, at least one. */
  function nextBatch(): Operation[] {
    const operations: Operation[] = []
    let rows = 0
    let bytes = 0
    for (let message = writes[0]; message !== undefined; message = writes[0]) {
      rows += message.rows
      bytes += message.operations.byteLength
      if (operations.length > 0 && (rows > storageLimits.maxBatchRows || bytes > storageLimits.maxBatchBytes)) break
      writes.shift()
      const reader = new WireReader(message.operations)
      for (let i = 0; i < message.count; i++) operations.push(readOperation(reader))
    }
    return operations
  }

  function fail(error: NodeError): void {
    if (failure !== undefined) return
    failure = error
    writes.length = 0
    post({ type: 'failed', error: toErrorMessage(error) })
  }

  function writeBatch(): void {
    try {
      const operations = nextBatch()
      const outcomes = engine.apply(operations)
      hooks.beforeAck?.(operations.map(({ kind }) => kind))
      post({
        type: 'written',
        outcomes: outcomes.map(
          (outcome): OutcomeMessage => (outcome.ok ? outcome : { ok: false, error: toErrorMessage(outcome.error) }),
        ),
      })
    } catch (cause) {
      fail(storageError(cause))
    }
  }

  function answer({ id, name, parameters }: ReadMessage): void {
    try {
      const read = engine.read[name] as (...parameters: readonly unknown[]) => unknown
      post({ type: 'answer', id, outcome: { ok: true, value: read(...parameters) } })
    } catch (cause) {
      const error = storageError(cause)
      post({ type: 'answer', id, outcome: { ok: false, error: toErrorMessage(error) } })
      if (error.code === 'STORAGE_DAMAGED') fail(error)
    }
  }

  port.on('message', (message: ToWorker) => {
    take(message)
    takeAllWaiting()
    while (writes.length > 0 || reads.length > 0) {
      if (failure !== undefined) writes.length = 0
      if (writes.length > 0) writeBatch()
      const writesDone = writesTaken - writes.length
      for (let read = reads[0]; read !== undefined && read.after <= writesDone; read = reads[0]) {
        reads.shift()
        answer(read.message)
      }
      takeAllWaiting()
    }
    if (!closing) return
    try {
      db.close()
    } catch (cause) {
      fail(storageError(cause))
    }
    post({ type: 'closed' })
    port.close()
  })
  post({ type: 'ready' })
}
