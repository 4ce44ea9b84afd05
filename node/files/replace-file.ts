/**
 * Replaces a file in one step: written beside the target with its rights from creation, synced, renamed over it, and the
 * folder synced. At every moment the target is the old file or the new one, whole.
 */
import { dirname } from 'node:path'
import { err, ok, type Result } from '../core/result.ts'
import { diskFiles, type ReplacingFiles } from './disk-files.ts'
import { systemCode } from './system-code.ts'

export type ReplaceStep = 'folder' | 'clear' | 'create' | 'write' | 'sync' | 'close' | 'rename' | 'sync-folder'

export interface ReplaceFault {
  readonly step: ReplaceStep
  readonly systemCode: string
  /** True where the new file is in place but may not last through a power cut. Else the old one is as it was. */
  readonly replaced: boolean
  /** What the operating system said. */
  readonly cause: unknown
}

export interface ReplaceOptions {
  /** Rights of the new file, less the umask; for its owner alone where none are named. */
  readonly mode?: number
  /** Makes the folder where there is none, for its owner alone; otherwise a missing one is a fault. */
  readonly makesFolder?: boolean
  /** False where the old file is as good as the new one after a power cut: then the folder is not waited for. */
  readonly syncsFolder?: boolean
}

/** Where the new content waits for its turn; a leftover of a crash is removed by the next write. */
export function temporaryPath(path: string): string {
  return `${path}.tmp`
}

/** One at a time for a path: its callers see to that. */
export async function replaceFile(
  path: string,
  bytes: Uint8Array,
  { mode = 0o600, makesFolder = false, syncsFolder = true }: ReplaceOptions = {},
  files: ReplacingFiles = diskFiles,
): Promise<Result<undefined, ReplaceFault>> {
  const folder = dirname(path)
  const temporary = temporaryPath(path)
  let step: ReplaceStep = 'folder'
  try {
    if (makesFolder) await files.makeFolder(folder)
    step = 'clear'
    await files.remove(temporary)
    step = 'create'
    const file = await files.create(temporary, mode)
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
    await files.rename(temporary, path)
    step = 'sync-folder'
    if (syncsFolder) await files.syncFolder(folder)
    return ok(undefined)
  } catch (cause) {
    const replaced = step === 'sync-folder'
    // The failure to report is the first one; a temporary file that stays is removed by the next write.
    if (!replaced && step !== 'folder') await files.remove(temporary).catch(() => undefined)
    return err({ step, systemCode: systemCode(cause), replaced, cause })
  }
}
