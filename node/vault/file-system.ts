/**
 * The few file operations the vault needs, as an interface, so that a test can fail or stop at each of them.
 * Failures of the operating system come through as they are; the callers give them codes.
 */
import { constants } from 'node:fs'
import { type FileHandle, mkdir, open, rename, unlink } from 'node:fs/promises'

export type FileRead =
  | { readonly kind: 'missing' }
  /** A folder, a link, a pipe: nothing that a vault file may be. */
  | { readonly kind: 'not-a-file' }
  | { readonly kind: 'too-large' }
  | { readonly kind: 'file'; readonly bytes: Uint8Array; readonly mode: number; readonly uid: number }

export interface NewFile {
  write(bytes: Uint8Array): Promise<void>
  /** Until this returns, a power cut may lose the content. */
  sync(): Promise<void>
  close(): Promise<void>
}

export interface VaultFs {
  /** A whole plain file; a symbolic link is not followed. Mode and owner are those of the very file that was read. */
  read(path: string, maxBytes: number): Promise<FileRead>
  /** Makes a file that must not exist yet (else EEXIST), readable and writable by its owner only from the start. */
  create(path: string): Promise<NewFile>
  /** Replaces the target in one step. */
  rename(from: string, to: string): Promise<void>
  /** No error where there is no such file. */
  remove(path: string): Promise<void>
  /** Makes renames inside the folder last through a power cut. */
  syncFolder(path: string): Promise<void>
  /** With mode 0700 and those above it; no error where it exists. */
  makeFolder(path: string): Promise<void>
  /** This process's user; undefined where files have no such owner (Windows), and then neither owner nor mode is checked. */
  ownUid(): number | undefined
}

const ownerOnly = 0o600

export const nodeFs: VaultFs = {
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

  async create(path) {
    const handle = await open(path, 'wx', ownerOnly)
    return {
      write: (bytes) => handle.writeFile(bytes),
      sync: () => handle.sync(),
      close: () => handle.close(),
    }
  },

  rename,

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

  async makeFolder(path) {
    await mkdir(path, { recursive: true, mode: 0o700 })
  },

  ownUid: () => process.getuid?.(),
}

/** ENOSPC, EACCES …; 'unknown' where the failure is not the operating system's. */
export function systemCode(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : 'unknown'
}
