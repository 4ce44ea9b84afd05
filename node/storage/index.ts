/**
 * What survives a restart: the database in its worker (create-storage.ts), the lock that makes a data folder ours
 * (data-folder-lock.ts), and the audit log (audit-log.ts). types.ts is the contract the layers above code against.
 */
export { createStorage, type DurableStorage, type StorageOptions } from './create-storage.ts'
export type { StorageWorkerData } from './messages.ts'
export { runStorageWorker, type StorageWorkerHooks } from './run-storage-worker.ts'
export type * from './types.ts'
