/**
 * Files that only their owner may read, replaced in one step: written beside the target with 0600 from creation,
 * synced, renamed over it, and the folder synced. At every moment the target is the old file or the new one, whole.
 */
import { dirname } from 'node:path'
import { err, ok, type Result } from '../core/result.ts'
import { systemCode, type VaultFs } from './file-system.ts'

/** Bits of a mode that let group or others in. */
const othersMask = 0o077

export type PrivateFileFault =
  | { readonly fault: 'too-large' }
  /** reason: not-a-file, other-owner, open-to-others */
  | { readonly fault: 'permissions'; readonly reason: 'not-a-file' | 'other-owner' | 'open-to-others' | 'not-readable' }
  | { readonly fault: 'read'; readonly systemCode: string }

/** Null where there is no such file. */
export async function readPrivateFile(
  fs: VaultFs,
  path: string,
  maxBytes: number,
): Promise<Result<Uint8Array | null, PrivateFileFault>> {
  try {
    const read = await fs.read(path, maxBytes)
    if (read.kind === 'missing') return ok(null)
    if (read.kind === 'not-a-file') return err({ fault: 'permissions', reason: 'not-a-file' })
    if (read.kind === 'too-large') return err({ fault: 'too-large' })
    const ownUid = fs.ownUid()
    if (ownUid !== undefined && read.uid !== ownUid) return err({ fault: 'permissions', reason: 'other-owner' })
    if (ownUid !== undefined && (read.mode & othersMask) !== 0) {
      return err({ fault: 'permissions', reason: 'open-to-others' })
    }
    return ok(read.bytes)
  } catch (error) {
    const code = systemCode(error)
    if (code === 'EACCES' || code === 'EPERM') return err({ fault: 'permissions', reason: 'not-readable' })
    return err({ fault: 'read', systemCode: code })
  }
}

export type ReplaceStep = 'folder' | 'clear' | 'create' | 'write' | 'sync' | 'close' | 'rename' | 'sync-folder'

export interface ReplaceFault {
  readonly step: ReplaceStep
  readonly systemCode: string
  /** True where the new file is in place but may not last through a power cut. */
  readonly replaced: boolean
}

/** Where the new content waits for its turn; a leftover of a crash is removed by the next write. */
export function temporaryPath(path: string): string {
  return `${path}.tmp`
}

export async function replacePrivateFile(
  fs: VaultFs,
  path: string,
  bytes: Uint8Array,
): Promise<Result<undefined, ReplaceFault>> {
  const folder = dirname(path)
  const temporary = temporaryPath(path)
  let step: ReplaceStep = 'folder'
  try {
    await fs.makeFolder(folder)
    step = 'clear'
    await fs.remove(temporary)
    step = 'create'
    const file = await fs.create(temporary)
    try {
      step = 'write'
      await file.write(bytes)
      step = 'sync'
      await file.sync()
    } catch (error) {
      await file.close().catch(() => undefined)
      throw error
    }
    step = 'close'
    await file.close()
    step = 'rename'
    await fs.rename(temporary, path)
    step = 'sync-folder'
    await fs.syncFolder(folder)
    return ok(undefined)
  } catch (error) {
    const replaced = step === 'sync-folder'
    // The failure to report is the first one; a temporary file that stays is removed by the next write.
    if (!replaced && step !== 'folder') await fs.remove(temporary).catch(() => undefined)
    return err({ step, systemCode: systemCode(error), replaced })
  }
}
