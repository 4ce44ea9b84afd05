/**
 * The few file operations the vault needs, as an interface, so that a test can fail or stop at each of them.
 * Failures of the operating system come through as they are; the callers give them codes.
 */
import { constants } from 'node:fs'
import { type FileHandle, open } from 'node:fs/promises'
import { diskFiles, type ReplacingFiles, systemCode } from '../files/index.ts'

export { type NewFile, systemCode } from '../files/index.ts'

export type FileRead =
  | { readonly kind: 'missing' }
  /** A folder, a link, a pipe: nothing that a vault file may be. */
  | { readonly kind: 'not-a-file' }
  | { readonly kind: 'too-large' }
  | { readonly kind: 'file'; readonly bytes: Uint8Array; readonly mode: number; readonly uid: number }

export interface VaultFs extends ReplacingFiles {
  /** A whole plain file; a symbolic link is not followed. Mode and owner are those of the very file that was read. */
  read(path: string, maxBytes: number): Promise<FileRead>
  /** This process's user; undefined where files have no such owner (Windows), and then neither owner nor mode is checked. */
  ownUid(): number | undefined
}

export const nodeFs: VaultFs = {
  ...diskFiles,

  async read(path, maxBytes) {
    let handle: FileHandle
    try {
      // Non-blocking, so that a pipe put in the file's place does not hang the open.
      handle = await open(path, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0))
    } catch (error) {
      const code = systemCode(error)
      if (code === 'ENOENT') return { kind: 'missing' }
      if (code === 'ELOOP' || code === 'EISDIR' || code === 'ENXIO') return { kind: 'not-a-file' }
      throw error
    }
    try {
      const stat = await handle.stat()
      if (!stat.isFile()) return { kind: 'not-a-file' }
      if (stat.size > maxBytes) return { kind: 'too-large' }
      const buffer = new Uint8Array(stat.size + 1)
      let length = 0
      for (;;) {
        const { bytesRead } = await handle.read(buffer, length, buffer.length - length, length)
        length += bytesRead
        if (bytesRead === 0 || length === buffer.length) break
      }
      // One byte more than it said it has: it grew while it was read.
      if (length > stat.size) return { kind: 'too-large' }
      const bytes = buffer.slice(0, length)
      buffer.fill(0)
      return { kind: 'file', bytes, mode: stat.mode & 0o7777, uid: stat.uid }
    } finally {
      await handle.close()
    }
  },

  ownUid: () => process.getuid?.(),
}
