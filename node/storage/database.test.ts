import { createHash } from 'node:crypto'
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { describe, expect, it } from 'vitest'
import { NodeError } from '../core/node-error.ts'
import { applicationId, checkIntegrity, openDatabase, schemaOfMigrations } from './database.ts'
import { createEngine } from './engine.ts'
import { type Migration, migrations } from './migrations/index.ts'
import { schemaOf } from './schema.ts'
import { admissionOf, vertexOf } from './test-support/rows.ts'
import { temporaryFolders } from './test-support/temporary-folder.ts'

const nextFolder = temporaryFolders()

/** A database with some rows, at rest. */
function databaseAtRest(): string {
  const file = join(nextFolder(), 'ledger.db')
  const db = openDatabase({ file })
  createEngine(db).apply(
    Array.from({ length: 60 }, (_, number) => [
      { kind: 'admit' as const, row: admissionOf(number) },
      { kind: 'appendJournal' as const, row: vertexOf(number) },
    ]).flat(),
  )
  db.close()
  return file
}

/** What a crash leaves of a database after `change`: its WAL holds the change, and is not recovered. */
function afterCrash(file: string, change: (db: Database) => void): string {
  const db = new Database(file)
  db.pragma('journal_mode = WAL')
  db.pragma('wal_autocheckpoint = 0')
  change(db)
  const crashed = join(nextFolder(), 'ledger.db')
  for (const suffix of ['', '-wal', '-shm']) copyFileSync(`${file}${suffix}`, `${crashed}${suffix}`)
  db.close()
  return crashed
}

/** Names and content of all files in the folder. */
function fingerprint(file: string): Record<string, string> {
  const folder = join(file, '..')
  return Object.fromEntries(
    readdirSync(folder)
      .sort()
      .map((name) => [
        name,
        createHash('sha256')
          .update(readFileSync(join(folder, name)))
          .digest('hex'),
      ]),
  )
}

function refusalOf(file: string, list: readonly Migration[] = migrations): NodeError {
  const before = fingerprint(file)
  let refusal: unknown
  try {
    openDatabase({ file, migrations: list }).close()
  } catch (error) {
    refusal = error
  }
  expect(fingerprint(file)).toEqual(before)
  expect(refusal).toBeInstanceOf(NodeError)
  expect((refusal as NodeError).hint).toMatch(/\w/)
  return refusal as NodeError
}

function overwrite(file: string, offset: number, bytes: Uint8Array): void {
  const content = readFileSync(file)
  content.set(bytes, offset)
  writeFileSync(file, content)
}

describe('a file that is refused stays as it was', () => {
  it.each([
    ['text', (file: string) => writeFileSync(file, 'Dear diary, today nothing happened.\n'.repeat(200))],
    ['nothing at all', (file: string) => truncateSync(file)],
    ['half a header', (file: string) => truncateSync(file, 50)],
    ['a damaged name of the format', (file: string) => overwrite(file, 3, Uint8Array.of(0))],
    ['a damaged page size', (file: string) => overwrite(file, 16, Uint8Array.of(0x12, 0x34))],
    ['a file cut off', (file: string) => truncateSync(file, 4_096 * 9)],
    ['a page of zeros', (file: string) => overwrite(file, 4_096 * 8, new Uint8Array(4_096))],
    [
      'a page of noise',
      (file: string) =>
        overwrite(
          file,
          4_096 * 12,
          new Uint8Array(4_096).map((_, i) => i * 37),
        ),
    ],
  ])('STORAGE_DAMAGED: %s', (_name, damage) => {
    const file = databaseAtRest()
    damage(file)
    expect(refusalOf(file).code).toBe('STORAGE_DAMAGED')
  })

  it('STORAGE_DAMAGED: a damaged page under a WAL that is not recovered', () => {
    const file = afterCrash(databaseAtRest(), (db) => db.exec("INSERT INTO meta VALUES ('a', x'00')"))
    overwrite(
      file,
      4_096 * 12,
      new Uint8Array(4_096).map((_, i) => i * 37),
    )
    expect(refusalOf(file).code).toBe('STORAGE_DAMAGED')
  })

  it('STORAGE_DAMAGED: tables that are not those of the version', () => {
    const file = databaseAtRest()
    const db = new Database(file)
    db.exec('DROP TABLE journal_floors')
    db.close()
    expect(refusalOf(file).code).toBe('STORAGE_DAMAGED')
  })

  it('STORAGE_DAMAGED: the database removed from beside its WAL', () => {
    const file = afterCrash(databaseAtRest(), (db) => db.exec("INSERT INTO meta VALUES ('a', x'00')"))
    rmSync(file)
    expect(refusalOf(file).code).toBe('STORAGE_DAMAGED')
  })

  it('STORAGE_NOT_OURS: the database of another program, in its WAL too', () => {
    const file = join(nextFolder(), 'ledger.db')
    const db = new Database(join(nextFolder(), 'other.db'))
    db.exec('CREATE TABLE notes (text TEXT)')
    db.close()
    copyFileSync((db as unknown as { name: string }).name, file)
    expect(refusalOf(file).code).toBe('STORAGE_NOT_OURS')
    expect(refusalOf(afterCrash(databaseAtRest(), (own) => own.pragma('application_id = 7'))).code).toBe(
      'STORAGE_NOT_OURS',
    )
  })

  it('STORAGE_NEWER_VERSION: names both versions', () => {
    const file = databaseAtRest()
    const db = new Database(file)
    db.pragma('user_version = 99')
    db.close()
    const refusal = refusalOf(file)
    expect(refusal).toMatchObject({
      code: 'STORAGE_NEWER_VERSION',
      details: { fileVersion: 99, programVersion: migrations.length },
    })
    expect(refusal.message).toContain('99')
  })

  it('STORAGE_NEWER_VERSION: the newer version is in the WAL alone', () => {
    const file = afterCrash(databaseAtRest(), (db) => {
      db.exec("INSERT INTO meta VALUES ('a', x'00')")
      db.pragma('user_version = 98')
      db.exec("INSERT INTO meta VALUES ('b', x'00')")
    })
    expect(readFileSync(file).readUInt32BE(60)).toBe(migrations.length)
    expect(refusalOf(file)).toMatchObject({ code: 'STORAGE_NEWER_VERSION', details: { fileVersion: 98 } })
  })

  it('a version whose transaction the WAL does not hold whole never was', () => {
    const change = (db: Database) => db.pragma('user_version = 98')
    const torn = afterCrash(databaseAtRest(), change)
    truncateSync(`${torn}-wal`, statSync(`${torn}-wal`).size - 1)
    openDatabase({ file: torn }).close()
    const flipped = afterCrash(databaseAtRest(), change)
    overwrite(`${flipped}-wal`, 500, Uint8Array.of(0xaa))
    openDatabase({ file: flipped }).close()
    expect(readFileSync(flipped).readUInt32BE(60)).toBe(migrations.length)
  })
})

describe('a database of ours', () => {
  it('is private, and says whose it is and of which version', () => {
    const file = databaseAtRest()
    const bytes = readFileSync(file)
    expect([bytes.readUInt32BE(68), bytes.readUInt32BE(60)]).toEqual([applicationId, migrations.length])
    const db = openDatabase({ file })
    for (const suffix of ['', '-wal', '-shm']) {
      if (existsSync(`${file}${suffix}`)) expect(statSync(`${file}${suffix}`).mode & 0o077).toBe(0)
    }
    expect(db.pragma('synchronous', { simple: true })).toBe(2)
    expect(db.pragma('journal_mode', { simple: true })).toBe('wal')
    expect(db.pragma('foreign_keys', { simple: true })).toBe(1)
    db.close()
  })

  it('is made whole or not at all: what an interrupted start left is made anew', () => {
    const folder = nextFolder()
    const file = join(folder, 'ledger.db')
    writeFileSync(`${file}.new`, 'half a database')
    mkdirSync(`${file}.check`)
    writeFileSync(join(`${file}.check`, 'ledger.db'), 'half a copy')
    openDatabase({ file }).close()
    expect(readdirSync(folder)).toEqual(['ledger.db'])
  })

  it('keeps what a crash left in the WAL', () => {
    const file = afterCrash(databaseAtRest(), (db) => db.exec("INSERT INTO meta VALUES ('kept', x'07')"))
    const db = openDatabase({ file })
    expect(createEngine(db).read.meta('kept')?.[0]).toBe(7)
    db.close()
  })

  it('passes its integrity check while in use, and fails it when damaged', () => {
    const file = databaseAtRest()
    const db = openDatabase({ file })
    expect(checkIntegrity({ file })).toEqual([])
    db.close()
    overwrite(
      file,
      4_096 * 12,
      new Uint8Array(4_096).map((_, i) => i * 37),
    )
    expect(checkIntegrity({ file })).not.toEqual([])
  })
})

describe('migrations', () => {
  const next: Migration = {
    version: migrations.length + 1,
    name: 'next',
    up: 'CREATE TABLE extra (id INTEGER PRIMARY KEY) STRICT; ALTER TABLE commits ADD COLUMN extra INTEGER;',
  }

  it('are numbered without gaps, and those released are never edited', () => {
    expect(migrations.map(({ version }) => version)).toEqual(migrations.map((_, index) => index + 1))
    const digests = migrations.map(({ up }) => createHash('sha256').update(up).digest('hex').slice(0, 16))
    expect(digests).toEqual([
      'b38051ddf5c57d74',
      '644c258ec522b93d',
      'a1e3a99234304ac3',
      '6bf55ef852caf430',
      '0a88fd39baacb271',
      '13422417866f8cd0',
      '2696b4edf217aa37',
    ])
  })

  it('bring an older database to the schema of a new one, with its rows', () => {
    const newer = [...migrations, next]
    const file = databaseAtRest()
    const migrated = openDatabase({ file, migrations: newer })
    const freshFile = join(nextFolder(), 'ledger.db')
    const fresh = openDatabase({ file: freshFile, migrations: newer })
    expect(schemaOf(migrated)).toEqual(schemaOf(fresh))
    expect(schemaOf(fresh)).toEqual(schemaOfMigrations(newer))
    expect(migrated.pragma('user_version', { simple: true })).toBe(newer.length)
    expect(createEngine(migrated).read.status().journalRecords).toBe(60)
    migrated.close()
    fresh.close()
    expect(refusalOf(file).code).toBe('STORAGE_NEWER_VERSION')
  })

  it('that fail leave the database as it was before them', () => {
    const file = databaseAtRest()
    const broken = { ...next, up: `${next.up} CREATE TABLE extra (twice INTEGER);` }
    expect(() => openDatabase({ file, migrations: [...migrations, broken] })).toThrow(
      expect.objectContaining({ code: 'STORAGE_FAILED' }),
    )
    const db = openDatabase({ file })
    expect(schemaOf(db)).toEqual(schemaOfMigrations(migrations))
    db.close()
  })
})
