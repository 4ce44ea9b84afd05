/** The encrypted backup as a file: its name, and what is worth handing to the node. */
import { contractLimits } from '../../../node/api/contract/index.ts'

/** "qudag-backup-qudag-dev-1-2026-11-22.json": network and day, so that two of them tell themselves apart. */
export function backupFileName(network: string, now: Date): string {
  const name = network.replace(/[^\w.-]/g, '-').slice(0, 48)
  return `qudag-backup-${name}-${now.toISOString().slice(0, 10)}.json`
}

export type BackupFileFault = 'empty' | 'too-large' | 'not-a-backup'

/** What the file says that it is (docs/vault-file.md). */
const kind = 'qudag-vault-backup'

/** Looks at what can be told without the password; the node tells the rest. */
export function backupFileFault(bytes: Uint8Array): BackupFileFault | undefined {
  if (bytes.length === 0) return 'empty'
  if (bytes.length > contractLimits.maxBackupBytes) return 'too-large'
  try {
    const file: unknown = JSON.parse(new TextDecoder().decode(bytes))
    const isBackup = typeof file === 'object' && file !== null && 'kind' in file && file.kind === kind
    return isBackup ? undefined : 'not-a-backup'
  } catch {
    return 'not-a-backup'
  }
}
