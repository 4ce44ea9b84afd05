/** Entry of the storage's worker thread: the only one that touches the database. */
import { type MessagePort, parentPort, workerData } from 'node:worker_threads'
import type { StorageWorkerData } from './messages.ts'
import { runStorageWorker } from './run-storage-worker.ts'

runStorageWorker(parentPort as MessagePort, (workerData as StorageWorkerData).storage)
