/**
 * Opening the database: refuse what is not a sound database of ours without touching a byte of it, create what is
 * missing whole or not at all, migrate what is older.
 */
import {
  chmodSync,
  closeSync,
  constants,
  copyFileSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs'
import { basename, dirname, join } from 'node:path'
import Database from 'better-sqlite3'
import { NodeError } from '../core/node-error.ts'
import { makeFolderSync } from '../files/index.ts'
import { readDatabaseHeader } from './database-header.ts'
import { damaged, storageError } from './errors.ts'
import { storageLimits } from './limits.ts'
import { type Migration, migrations as releasedMigrations } from './migrations/index.ts'
import { schemaOf } from './schema.ts'

/** "rUv1" in ASCII: marks a database as ours, so that no other program's is ever opened. */
export const applicationId = 0x72_55_76_31

const pageSizeBytes = 4_096
const privateFileMode = 0o600

export interface DatabaseOptions {
  /** Path of the database; its folder exists or is made (0700). */
  readonly file: string
  /** FULL syncs every commit. NORMAL loses the last commits with the power; only a test of that may use it. */
  readonly synchronous?: 'FULL' | 'NORMAL' | undefined
  /** Native module to load in place of the package's own. */
  readonly nativeBinding?: string | undefined
  /** Steps of the schema; others than the released ones are for tests. */
  readonly migrations?: readonly Migration[] | undefined
}

/**
 * The database, exclusively ours and of the newest schema. The caller holds the data folder's lock.
 *
 * @throws NodeError STORAGE_DAMAGED, STORAGE_NOT_OURS, STORAGE_NEWER_VERSION: the files are as they were;
 *   STORAGE_FULL, STORAGE_FAILED
 */
export function openDatabase(options: DatabaseOptions): Database {
  try {
    const { file } = options
    const migrations = options.migrations ?? releasedMigrations
    makeFolderSync(dirname(file))
    rmSync(checkFolderOf(file), { recursive: true, force: true })
    if (existsSync(file)) refuseUnsound(options, migrations)
    else create(options, migrations)
    return open(options, migrations)
  } catch (cause) {
    throw storageError(cause)
  }
}

function connect(filename: string, options: DatabaseOptions): Database {
  return new Database(filename, {
    fileMustExist: true,
    timeout: storageLimits.busyTimeoutMs,
    ...(options.nativeBinding === undefined ? {} : { nativeBinding: options.nativeBinding }),
  })
}

function checkFolderOf(file: string): string {
  return `${file}.check`
}

/** Built apart and renamed into place when complete: a crash leaves either no database or a whole one. */
function create(options: DatabaseOptions, migrations: readonly Migration[]): void {
  const { file } = options
  if (existsSync(`${file}-wal`)) {
    throw damaged(`${basename(file)} is missing, while its log ${basename(file)}-wal is there`)
  }
  const draft = `${file}.new`
  for (const suffix of ['', '-journal', '-wal', '-shm']) rmSync(`${draft}${suffix}`, { force: true })
  closeSync(openSync(draft, 'wx', privateFileMode))
  const db = connect(draft, options)
  try {
    db.pragma(`page_size = ${pageSizeBytes}`)
    db.pragma('synchronous = FULL')
    db.pragma(`application_id = ${applicationId}`)
    migrate(db, migrations)
  } finally {
    db.close()
  }
  syncPath(draft)
  renameSync(draft, file)
  syncPath(dirname(file))
}

/** fsync of a file or folder by its path. A folder cannot be opened for this on Windows, nor needs to be. */
function syncPath(path: string): void {
  if (process.platform === 'win32' && statSync(path).isDirectory()) return
  const descriptor = openSync(path, process.platform === 'win32' ? 'r+' : 'r')
  try {
    fsyncSync(descriptor)
  } finally {
    closeSync(descriptor)
  }
}

function refuseUnsound(options: DatabaseOptions, migrations: readonly Migration[]): void {
  const { file } = options
  const name = basename(file)
  const header = readDatabaseHeader(file)
  if (header === undefined) throw damaged(`${name} is not an SQLite database, or its first bytes are damaged`)
  if (header.applicationId !== applicationId) {
    throw new NodeError('STORAGE_NOT_OURS', `${name} is a database of another program`, {
      hint: 'Choose another data folder, or move this file out of it.',
      details: { applicationId: header.applicationId },
    })
  }
  const newest = migrations.length
  if (header.userVersion > newest) {
    throw new NodeError(
      'STORAGE_NEWER_VERSION',
      `${name} has schema version ${header.userVersion}; this program knows versions up to ${newest}`,
      {
        hint: 'Update this program to the version that last opened this data folder, or a newer one.',
        details: { fileVersion: header.userVersion, programVersion: newest },
      },
    )
  }
  if (header.userVersion < 1) throw damaged(`${name} has no schema version`)
  checkPages(options, migrations.slice(0, header.userVersion))
}

/**
 * Reads every page of a copy: SQLite cannot read a database with a WAL without writing to its folder. The copy is never
 * synced and gone before it would reach the disk; on file systems that share blocks it costs nothing.
 */
function checkPages(options: DatabaseOptions, migrations: readonly Migration[]): void {
  const { file } = options
  const parts = ['', '-wal'].filter((suffix) => existsSync(`${file}${suffix}`))
  if (parts.reduce((sum, suffix) => sum + statSync(`${file}${suffix}`).size, 0) > storageLimits.maxCheckedAtOpenBytes)
    return
  const folder = checkFolderOf(file)
  mkdirSync(folder, { mode: 0o700 })
  let db: Database | undefined
  try {
    const copy = join(folder, basename(file))
    for (const suffix of parts) {
      copyFileSync(`${file}${suffix}`, `${copy}${suffix}`, constants.COPYFILE_FICLONE)
      chmodSync(`${copy}${suffix}`, privateFileMode)
    }
    db = connect(copy, options)
    db.pragma('synchronous = OFF')
    const answer = (db.pragma('quick_check(3)') as { quick_check: string }[]).map((row) => row.quick_check)
    if (answer.length !== 1 || answer[0] !== 'ok') throw damaged(answer.join('; '))
    if (schemaOf(db).join('\n') !== schemaOfMigrations(migrations, options).join('\n')) {
      throw damaged('its tables are not those of its version')
    }
  } finally {
    db?.close()
    rmSync(folder, { recursive: true, force: true })
  }
}

/** SQLite's own check of an open database, from a connection beside it that only reads. An empty list when sound. */
export function checkIntegrity({ file, nativeBinding }: Pick<DatabaseOptions, 'file' | 'nativeBinding'>): string[] {
  const db = new Database(file, {
    readonly: true,
    fileMustExist: true,
    timeout: storageLimits.busyTimeoutMs,
    ...(nativeBinding === undefined ? {} : { nativeBinding }),
  })
  try {
    const answer = (db.pragma('integrity_check') as { integrity_check: string }[]).map((row) => row.integrity_check)
    return answer.length === 1 && answer[0] === 'ok' ? [] : answer
  } catch (cause) {
    const error = storageError(cause)
    if (error.code === 'STORAGE_DAMAGED') return [error.message]
    throw error
  } finally {
    db.close()
  }
}

/** What a database looks like after these steps. */
export function schemaOfMigrations(
  migrations: readonly Migration[],
  { nativeBinding }: Pick<DatabaseOptions, 'nativeBinding'> = {},
): readonly string[] {
  const db = new Database(':memory:', nativeBinding === undefined ? {} : { nativeBinding })
  try {
    migrate(db, migrations)
    return schemaOf(db)
  } finally {
    db.close()
  }
}

function migrate(db: Database, migrations: readonly Migration[]): void {
  const current = db.pragma('user_version', { simple: true }) as number
  for (const migration of migrations.slice(current)) {
    db.exec('BEGIN IMMEDIATE')
    try {
      db.exec(migration.up)
      db.pragma(`user_version = ${migration.version}`)
      db.exec('COMMIT')
    } catch (cause) {
      if (db.inTransaction) db.exec('ROLLBACK')
      throw cause
    }
  }
}

function open(options: DatabaseOptions, migrations: readonly Migration[]): Database {
  const db = connect(options.file, options)
  try {
    if (db.pragma('journal_mode = WAL', { simple: true }) !== 'wal') {
      throw new NodeError('STORAGE_FAILED', 'the database cannot use a write-ahead log here', {
        hint: 'Keep the data folder on a local disk, not on a network share.',
      })
    }
    db.pragma(`synchronous = ${options.synchronous ?? 'FULL'}`)
    // Only macOS heeds it: there a plain fsync does not reach the disk's platters.
    db.pragma('fullfsync = ON')
    db.pragma('foreign_keys = ON')
    db.pragma('trusted_schema = OFF')
    db.pragma('cell_size_check = ON')
    db.pragma('temp_store = MEMORY')
    db.pragma(`cache_size = -${storageLimits.pageCacheKib}`)
    db.pragma(`wal_autocheckpoint = ${storageLimits.walCheckpointPages}`)
    db.pragma(`journal_size_limit = ${storageLimits.walKeepBytes}`)
    migrate(db, migrations)
    return db
  } catch (cause) {
    db.close()
    throw cause
  }
}
