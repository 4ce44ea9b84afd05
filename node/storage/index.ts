/**
 * What survives a restart: the database in its worker (create-storage.ts), the lock that makes a data folder ours
 * (data-folder-lock.ts), and the audit log (audit/). types.ts is the contract the layers above code against.
 */
export type { AuditDetails, AuditEntry, AuditLink } from './audit/audit-line.ts'
export { type AuditLog, type AuditLogOptions, createAuditLog } from './audit/audit-log.ts'
export { type AuditProblem, type AuditVerdict, verifyAudit } from './audit/verify-audit.ts'
export { createStorage, type DurableStorage, type StorageOptions } from './create-storage.ts'
export { type DataFolderLock, lockDataFolder } from './data-folder-lock.ts'
export { auditLimits, storageLimits } from './limits.ts'
export type { StorageWorkerData } from './messages.ts'
export { runStorageWorker, type StorageWorkerHooks } from './run-storage-worker.ts'
export type * from './types.ts'
