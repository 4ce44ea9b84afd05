/** The encrypted backup as a file: its name, and what is worth handing to the node. */
import { contractLimits } from '../../../node/api/contract/index.ts'

/** "qudag-backup-qudag-dev-1-2026-11-22.json": chain and day, so that two of them tell themselves apart. */
export function backupFileName(chainId: string, now: Date): string {
  const chain = chainId.replace(/[^\w.-]/g, '-').slice(0, 48)
  return `qudag-backup-${chain}-${now.toISOString().slice(0, 10)}.json`
}

export type BackupFileFault = 'empty' | 'too-large' | 'not-a-backup'

const kind = '"qudag-vault-backup"'

/** Looks at what can be told without the password; the node tells the rest. */
export function backupFileFault(bytes: Uint8Array): BackupFileFault | undefined {
  if (bytes.length === 0) return 'empty'
  if (bytes.length > contractLimits.maxBackupBytes) return 'too-large'
  // The kind is the first field of the file's one form (docs/vault-file.md).
  return new TextDecoder().decode(bytes.subarray(0, 128)).includes(kind) ? undefined : 'not-a-backup'
}
