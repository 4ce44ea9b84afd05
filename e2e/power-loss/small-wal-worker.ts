/** The storage's worker with a WAL of a few pages, so that the moments of emptying it are hit. */
import { type MessagePort, parentPort, workerData } from 'node:worker_threads'
import { runStorageWorker, type StorageWorkerData } from '../../node/storage/index.ts'

runStorageWorker(parentPort as MessagePort, (workerData as StorageWorkerData).storage, {
  onOpen: (db) => db.pragma('wal_autocheckpoint = 20'),
})
