/**
 * One running node a data folder, by a lock that the kernel lets go of when the process ends, however it ends: an
 * exclusive SQLite lock on `node.lock` (fcntl on POSIX, LockFileEx on Windows). `node.pid` says who holds it, as
 * information only: a number there proves nothing.
 *
 * Nothing else in this process may open `node.lock`: on POSIX, closing any descriptor of a file drops the process's locks on it.
 */
import {
  chmodSync,
  closeSync,
  openSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { NodeError } from '../core/node-error.ts'
import { makeFolderSync } from '../files/index.ts'
import { storageError } from './errors.ts'

const lockFileName = 'node.lock'
const pidFileName = 'node.pid'
const privateFolderMode = 0o700
const privateFileMode = 0o600
const othersMask = 0o077

export interface DataFolderLock {
  /** The folder's real path. */
  readonly folder: string
  /** Lets go of the folder; the lock's file stays. Calling it again does nothing. */
  release(): void
}

/**
 * Locks of this process, by folder. Reachable from here as long as they are held: a collected connection would close,
 * and let go of its lock.
 */
const heldHere = new Map<string, Database>()

/**
 * Makes the folder (0700) where it is missing, and takes it. An empty folder that others can enter is closed to them;
 * one that holds files is refused, since changing it could cut off whoever else uses it (think of `--data-dir /tmp`).
 *
 * @throws NodeError DATA_FOLDER_IN_USE where another node runs on it; DATA_FOLDER_PERMISSIONS where others can enter it, or
 *   it belongs to another user; STORAGE_FULL, STORAGE_FAILED
 */
export function lockDataFolder(
  dir: string,
  { nativeBinding }: { readonly nativeBinding?: string | undefined } = {},
): DataFolderLock {
  let folder: string
  try {
    makeFolderSync(dir)
    folder = realpathSync(dir)
  } catch (cause) {
    throw storageError(cause)
  }
  if (process.platform !== 'win32') refuseSharedFolder(folder)
  if (heldHere.has(folder)) throw inUse(folder)
  const db = takeLock(folder, nativeBinding)
  try {
    writeFileSync(join(folder, pidFileName), `${process.pid}\n`, { mode: privateFileMode })
  } catch (cause) {
    db.close()
    throw storageError(cause)
  }
  heldHere.set(folder, db)
  return {
    folder,
    release() {
      if (!db.open) return
      rmSync(join(folder, pidFileName), { force: true })
      db.close()
      heldHere.delete(folder)
    },
  }
}

function refuseSharedFolder(folder: string): void {
  const { mode, uid } = statSync(folder)
  if (process.getuid !== undefined && uid !== process.getuid()) {
    throw new NodeError('DATA_FOLDER_PERMISSIONS', 'the data folder belongs to another user', {
      hint: 'Run as the user who owns the folder, or choose another folder.',
      details: { folder },
    })
  }
  if ((mode & othersMask) === 0) return
  if (readdirSync(folder).length > 0) {
    throw new NodeError('DATA_FOLDER_PERMISSIONS', 'other users of this computer can enter the data folder', {
      hint: `Close it to them, then start again: chmod 700 '${folder}'`,
      details: { folder, mode: (mode & 0o777).toString(8) },
    })
  }
  chmodSync(folder, privateFolderMode)
}

function takeLock(folder: string, nativeBinding: string | undefined): Database {
  const file = join(folder, lockFileName)
  let db: Database | undefined
  try {
    createLockFile(file)
    db = new Database(file, {
      fileMustExist: true,
      timeout: 0,
      ...(nativeBinding === undefined ? {} : { nativeBinding }),
    })
    // Never committed: the lock is held for as long as the transaction is, and nothing is written under it.
    db.exec('BEGIN EXCLUSIVE')
    return db
  } catch (cause) {
    db?.close()
    if (String((cause as { code?: unknown }).code).startsWith('SQLITE_BUSY')) throw inUse(folder)
    throw storageError(cause)
  }
}

/** Made by us only to have it private from the start. */
function createLockFile(file: string): void {
  try {
    // Exclusively: opening and closing one that exists could drop a lock that this process holds.
    closeSync(openSync(file, 'wx', privateFileMode))
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'EEXIST') throw cause
  }
}

function inUse(folder: string): NodeError {
  const pid = recordedPid(folder)
  return new NodeError('DATA_FOLDER_IN_USE', 'a node is running on this data folder already', {
    hint: 'Use the running node, or stop it first (qudag node stop).',
    details: pid === undefined ? { folder } : { folder, pid },
  })
}

function recordedPid(folder: string): number | undefined {
  try {
    const pid = Number.parseInt(readFileSync(join(folder, pidFileName), 'utf8'), 10)
    return Number.isSafeInteger(pid) ? pid : undefined
  } catch {
    return undefined
  }
}
