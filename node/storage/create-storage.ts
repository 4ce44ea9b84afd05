/**
 * The storage's handle: keeps the queue of what was asked for, hands it to the worker once a turn, and settles the
 * promises in order. It holds no state that a crash could lose: a promise resolves after the sync, never before.
 */
import { Worker } from 'node:worker_threads'
import { NodeError } from '../core/node-error.ts'
import { fromErrorMessage, storageError } from './errors.ts'
import { storageLimits } from './limits.ts'
import type { FromWorker, OutcomeMessage, ReadName, StorageWorkerData, ToWorker } from './messages.ts'
import { holdNativeModule } from './native-module.ts'
import { isIntake, type Operation, type OperationKind, type Operations, rowsOf, writeOperation } from './operations.ts'
import type { Storage, StorageReader, StorageWriter } from './types.ts'
import { WireWriter } from './wire.ts'

export interface StorageOptions {
  /** Path of the SQLite database. The caller holds the lock of the folder that it is in (lockDataFolder). */
  readonly file: string
  /** FULL by default. NORMAL loses acknowledged writes with the power; it exists for the test that shows so. */
  readonly synchronous?: 'FULL' | 'NORMAL'
  /** Entry of the worker thread, where it is not beside this file. */
  readonly workerUrl?: URL
  /** SQLite's native module, where the package's own cannot be loaded. */
  readonly nativeBinding?: string | undefined
  /** Further fields of the worker's workerData: for tests with an entry of their own. */
  readonly workerData?: Readonly<Record<string, unknown>>
  /** Smaller bounds of the queue than limits.ts gives: for tests. */
  readonly maxOutstandingRows?: number
  readonly maxOutstandingBytes?: number
}

export interface DurableStorage extends Storage {
  /**
   * Resolves when no further write can be made durable (STORAGE_FULL, STORAGE_FAILED, STORAGE_DAMAGED): the node must
   * stop. Never rejects; stays pending while all is well and after close().
   */
  readonly failed: Promise<NodeError>
}

interface Pending {
  readonly rows: number
  readonly bytes: number
  settle(outcome: OutcomeMessage): void
  reject(error: NodeError): void
}

interface PendingRead {
  resolve(value: never): void
  reject(error: NodeError): void
}

const defaultWorkerUrl = new URL(
  import.meta.url.endsWith('.ts') ? './storage-worker.ts' : './storage-worker.js',
  import.meta.url,
)

/**
 * Opens the database, or makes it.
 *
 * @throws NodeError STORAGE_DAMAGED, STORAGE_NOT_OURS, STORAGE_NEWER_VERSION: the files are as they were;
 *   STORAGE_FULL, STORAGE_FAILED
 */
export async function createStorage(options: StorageOptions): Promise<DurableStorage> {
  const workerUrl = options.workerUrl ?? defaultWorkerUrl
  const maxRows = options.maxOutstandingRows ?? storageLimits.maxOutstandingRows
  const maxBytes = options.maxOutstandingBytes ?? storageLimits.maxOutstandingBytes

  function startWorker(task: StorageWorkerData['storage']['task']): Worker {
    const { file, synchronous = 'FULL', nativeBinding } = options
    const storage = { task, file, synchronous, nativeBinding }
    return new Worker(workerUrl, { name: `storage-${task}`, workerData: { ...options.workerData, storage } })
  }

  holdNativeModule(options.nativeBinding)
  const worker = startWorker('serve')
  await opened(worker)

  let pending: Pending[] = []
  let settledHead = 0
  let outstandingRows = 0
  let outstandingBytes = 0
  const checkers = new Set<Worker>()
  const reads = new Map<number, PendingRead>()
  let nextReadId = 1
  let failure: NodeError | undefined
  let closing: Promise<void> | undefined
  let ended = false

  const writer = new WireWriter()
  let unsent: { count: number; rows: number } = { count: 0, rows: 0 }
  let flushAsked = false

  let tellFailed: (error: NodeError) => void = () => {}
  const failed = new Promise<NodeError>((resolve) => {
    tellFailed = resolve
  })
  const ending = new Promise<void>((resolve) => worker.once('exit', () => resolve()))

  function send(message: ToWorker, transfer: ArrayBuffer[] = []): void {
    worker.postMessage(message, transfer)
  }

  function flush(): void {
    flushAsked = false
    if (unsent.count === 0) return
    const operations = writer.take()
    send({ type: 'write', operations, ...unsent }, [operations.buffer as ArrayBuffer])
    unsent = { count: 0, rows: 0 }
  }

  function fail(error: NodeError): void {
    if (failure !== undefined) return
    failure = error
    const abandoned = pending.slice(settledHead)
    pending = []
    settledHead = 0
    outstandingRows = 0
    outstandingBytes = 0
    unsent = { count: 0, rows: 0 }
    for (const { reject } of abandoned) reject(error)
    tellFailed(error)
  }

  function settle(outcomes: readonly OutcomeMessage[]): void {
    for (const outcome of outcomes) {
      const oldest = pending[settledHead] as Pending
      settledHead += 1
      outstandingRows -= oldest.rows
      outstandingBytes -= oldest.bytes
      oldest.settle(outcome)
    }
    if (settledHead > 1_024 || settledHead === pending.length) {
      pending = pending.slice(settledHead)
      settledHead = 0
    }
  }

  worker.on('message', (message: FromWorker) => {
    if (message.type === 'written' && failure === undefined) settle(message.outcomes)
    if (message.type === 'failed') fail(fromErrorMessage(message.error))
    if (message.type === 'answer') {
      const read = reads.get(message.id)
      reads.delete(message.id)
      if (message.outcome.ok) read?.resolve(message.outcome.value as never)
      else read?.reject(fromErrorMessage(message.outcome.error))
    }
    if (message.type === 'closed') ended = true
  })
  worker.on('error', (cause) => fail(storageError(cause)))
  worker.on('exit', (exitCode) => {
    if (!ended) fail(new NodeError('STORAGE_FAILED', 'the storage thread has ended', { details: { exitCode } }))
    ended = true
    for (const { reject } of reads.values()) reject(failure ?? closedError())
    reads.clear()
  })

  function write<K extends OperationKind>(kind: K, row: Operations[K]['row']): Promise<Operations[K]['result']> {
    return new Promise((resolve, reject) => {
      if (failure !== undefined) throw failure
      if (closing !== undefined) throw closedError()
      const operation = { kind, row } as Operation
      const rows = rowsOf(operation)
      const start = writer.length
      writeOperation(writer, operation)
      const bytes = writer.length - start
      const share = isIntake(kind) ? storageLimits.intakeShare : 1
      const overfull = outstandingRows + rows > maxRows * share || outstandingBytes + bytes > maxBytes * share
      // A single write above the limit, a first state for instance, is taken when nothing else waits.
      if (overfull && outstandingRows > 0) {
        writer.cutBackTo(start)
        throw busyError()
      }
      outstandingRows += rows
      outstandingBytes += bytes
      pending.push({
        rows,
        bytes,
        settle: (outcome) => {
          if (outcome.ok) resolve(outcome.value as Operations[K]['result'])
          else reject(fromErrorMessage(outcome.error))
        },
        reject,
      })
      unsent.count += 1
      unsent.rows += rows
      if (unsent.rows >= storageLimits.maxBatchRows || writer.length >= storageLimits.maxBatchBytes) flush()
      else if (!flushAsked) {
        flushAsked = true
        queueMicrotask(flush)
      }
    })
  }

  function read<K extends ReadName>(name: K) {
    return (...parameters: Parameters<StorageReader[K]>): ReturnType<StorageReader[K]> =>
      new Promise((resolve, reject) => {
        if (ended || closing !== undefined) throw failure ?? closedError()
        if (reads.size >= storageLimits.maxOutstandingReads) throw busyError()
        // A read sees what was asked to be written before it.
        flush()
        const id = nextReadId++
        reads.set(id, { resolve, reject })
        send({ type: 'read', id, name, parameters: parameters.map(unshared) })
      }) as ReturnType<StorageReader[K]>
  }

  /** A second worker, so that a check of minutes does not hold up the writes. */
  function integrityCheck(): Promise<string[]> {
    return new Promise((resolve, reject) => {
      if (ended || closing !== undefined) throw failure ?? closedError()
      const checker = startWorker('check')
      checkers.add(checker)
      checker.on('exit', () => checkers.delete(checker))
      checker.on('message', (message: FromWorker) => {
        if (message.type === 'checked') resolve([...message.problems])
        if (message.type === 'refused') reject(fromErrorMessage(message.error))
      })
      checker.on('error', (cause) => reject(storageError(cause)))
      checker.on('exit', (exitCode) =>
        reject(new NodeError('STORAGE_FAILED', 'the check has ended early', { details: { exitCode } })),
      )
    })
  }

  const storageWriter: StorageWriter = {
    putIntent: (row) => write('putIntent', row),
    signIntent: (key, signed) => write('signIntent', { key, ...signed }),
    admit: (row) => write('admit', row),
    appendJournal: (row) => write('appendJournal', row),
    storeVertex: (row) => write('storeVertex', row),
    commit: (batch) => write('commit', batch),
    reject: (finals) => write('reject', finals),
    checkpoint: (batch) => write('checkpoint', batch),
    stageChunk: (chunk) => write('stageChunk', chunk),
    keepStaged: (chunks) => write('keepStaged', chunks),
    installSnapshot: (batch) => write('installSnapshot', batch),
    setMeta: (key, value) => write('setMeta', { key, value }),
    putToken: (row) => write('putToken', row),
    removeToken: (id) => write('removeToken', { id }),
    putTokenSpending: (row) => write('putTokenSpending', row),
    removeTokenSpending: (tokenId, key) => write('removeTokenSpending', { tokenId, key }),
    putEarlierBalances: (earlier) => write('putEarlierBalances', earlier),
    putWatched: (row, intent) => write('putWatched', { row, intent }),
    removeWatched: (account) => write('removeWatched', { account }),
    putLabels: (rows, maxLabels) => write('putLabels', { rows, maxLabels }),
    removeLabel: (label) => write('removeLabel', label),
  }

  const storageReader: StorageReader = {
    meta: read('meta'),
    intent: read('intent'),
    admissions: read('admissions'),
    journal: read('journal'),
    journalByHash: read('journalByHash'),
    vertices: read('vertices'),
    vertexPlaces: read('vertexPlaces'),
    commits: read('commits'),
    lastCommit: read('lastCommit'),
    lastCheckpoint: read('lastCheckpoint'),
    checkpoint: read('checkpoint'),
    lastCheckpointOf: read('lastCheckpointOf'),
    checkpointCovering: read('checkpointCovering'),
    state: read('state'),
    stagedChunks: read('stagedChunks'),
    final: read('final'),
    vertexProgress: read('vertexProgress'),
    history: read('history'),
    tokens: read('tokens'),
    tokenSpending: read('tokenSpending'),
    tokenSpendingSlots: read('tokenSpendingSlots'),
    hasAllBalances: read('hasAllBalances'),
    firstBalanceMs: read('firstBalanceMs'),
    balances: read('balances'),
    watched: read('watched'),
    labels: read('labels'),
    status: read('status'),
    integrityCheck,
  }

  return {
    write: storageWriter,
    read: storageReader,
    failed,
    close() {
      closing ??= (async () => {
        flush()
        if (!ended) send({ type: 'close' })
        await Promise.all([ending, ...[...checkers].map((checker) => checker.terminate())])
      })()
      return closing
    },
  }
}

function opened(worker: Worker): Promise<void> {
  return new Promise((resolve, reject) => {
    const settled = (error: NodeError | undefined) => {
      worker.off('message', onMessage)
      worker.off('error', onError)
      worker.off('exit', onExit)
      if (error === undefined) resolve()
      else reject(error)
    }
    const onMessage = (message: FromWorker) => {
      if (message.type === 'ready') settled(undefined)
      if (message.type === 'refused') settled(fromErrorMessage(message.error))
    }
    const onError = (cause: unknown) => settled(storageError(cause))
    const onExit = (exitCode: number) =>
      settled(new NodeError('STORAGE_FAILED', 'the storage thread did not start', { details: { exitCode } }))
    worker.on('message', onMessage)
    worker.on('error', onError)
    worker.on('exit', onExit)
  })
}

/** Bytes apart from the buffer they are a view of: a structured clone would take the whole of it. */
function unshared(value: unknown): unknown {
  if (value instanceof Uint8Array) return value.slice()
  if (Array.isArray(value)) return value.map(unshared)
  if (value === null || typeof value !== 'object') return value
  return Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, unshared(entry)]))
}

function busyError(): NodeError {
  return new NodeError('STORAGE_BUSY', 'the storage has more to do than it may queue', {
    hint: 'Try again shortly; if it persists, the disk is too slow for the load.',
  })
}

function closedError(): NodeError {
  return new NodeError('STORAGE_CLOSED', 'the storage is closed')
}
