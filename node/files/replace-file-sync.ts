/** As replaceFile, for whoever cannot wait: the desktop's main process while a window closes. The steps are the same ones. */
import { closeSync, fsyncSync, openSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { err, ok, type Result } from '../core/result.ts'
import { makeFolderSync } from './make-folder.ts'
import { type ReplaceFault, type ReplaceOptions, type ReplaceStep, temporaryPath } from './replace-file.ts'
import { systemCode } from './system-code.ts'

/**
 * @param options.temporary where the new content waits, where that is not beside it under a name of ours: in a folder that
 *   is somebody else's, a name that no other file there has
 */
export function replaceFileSync(
  path: string,
  bytes: Uint8Array,
  {
    mode = 0o600,
    makesFolder = false,
    syncsFolder = true,
    temporary = temporaryPath(path),
  }: ReplaceOptions & { readonly temporary?: string } = {},
): Result<undefined, ReplaceFault> {
  const folder = dirname(path)
  let step: ReplaceStep = 'folder'
  try {
    if (makesFolder) makeFolderSync(folder)
    step = 'clear'
    rmSync(temporary, { force: true })
    step = 'create'
    const descriptor = openSync(temporary, 'wx', mode)
    try {
      step = 'write'
      writeFileSync(descriptor, bytes)
      step = 'sync'
      fsyncSync(descriptor)
    } finally {
      closeSync(descriptor)
    }
    step = 'rename'
    renameSync(temporary, path)
    step = 'sync-folder'
    if (syncsFolder) syncFolder(folder)
    return ok(undefined)
  } catch (cause) {
    const replaced = step === 'sync-folder'
    if (!replaced && step !== 'folder') clear(temporary)
    return err({ step, systemCode: systemCode(cause), replaced, cause })
  }
}

/** The failure to report is the first one; a temporary file that stays is removed by the next write. */
function clear(temporary: string): void {
  try {
    rmSync(temporary, { force: true })
  } catch {
    // What is in the way there is no file.
  }
}

function syncFolder(folder: string): void {
  // Windows has no such call; NTFS journals the rename itself.
  if (process.platform === 'win32') return
  const descriptor = openSync(folder, 'r')
  try {
    fsyncSync(descriptor)
  } finally {
    closeSync(descriptor)
  }
}
