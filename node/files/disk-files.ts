/**
 * The few file operations that a replacement needs, as an interface, so that a test can fail or stop at each of them.
 * Failures of the operating system come through as they are.
 */
import { constants } from 'node:fs'
import { open, rename, unlink } from 'node:fs/promises'
import { makeFolder } from './make-folder.ts'
import { systemCode } from './system-code.ts'

export interface NewFile {
  write(bytes: Uint8Array): Promise<void>
  /** Until this returns, a power cut may lose the content. */
  sync(): Promise<void>
  close(): Promise<void>
}

export interface ReplacingFiles {
  /** Makes a file that must not exist yet (else EEXIST), with these rights from the start, less the process's umask. */
  create(path: string, mode: number): Promise<NewFile>
  /** Replaces the target in one step. */
  rename(from: string, to: string): Promise<void>
  /** No error where there is no such file. */
  remove(path: string): Promise<void>
  /** Makes renames inside the folder last through a power cut. */
  syncFolder(path: string): Promise<void>
  /** With mode 0700 and those above it; no error where it exists. */
  makeFolder(path: string): Promise<void>
}

export const diskFiles: ReplacingFiles = {
  async create(path, mode) {
    const handle = await open(path, 'wx', mode)
    return {
      write: (bytes) => handle.writeFile(bytes),
      sync: () => handle.sync(),
      close: () => handle.close(),
    }
  },

  rename: (from, to) => rename(from, to),

  async remove(path) {
    try {
      await unlink(path)
    } catch (error) {
      if (systemCode(error) !== 'ENOENT') throw error
    }
  },

  async syncFolder(path) {
    // Windows has no such call; NTFS journals the rename itself.
    if (process.platform === 'win32') return
    const handle = await open(path, constants.O_RDONLY)
    try {
      await handle.sync()
    } finally {
      await handle.close()
    }
  },

  makeFolder,
}
