/** Accounts whose keys are elsewhere. */
import type Database from 'better-sqlite3'
import { type SignatureSuite, signatureSuites } from '../../crypto/suites.ts'
import { damaged } from '../errors.ts'
import type { WatchedRow } from '../types.ts'

interface Row {
  account: Uint8Array
  label: string | null
  suite: string | null
  public_key: Uint8Array | null
  created_at_ms: number
}

export interface WatchedQueries {
  all(): WatchedRow[]
  put(row: WatchedRow): void
  remove(account: Uint8Array): void
}

export function createWatchedQueries(db: Database): WatchedQueries {
  const all = db.prepare<[], Row>('SELECT * FROM watched ORDER BY seq')
  const upsert = db.prepare<[Uint8Array, string | null, string | null, Uint8Array | null, number]>(
    `INSERT INTO watched (account, label, suite, public_key, created_at_ms) VALUES (?, ?, ?, ?, ?)
     ON CONFLICT (account) DO UPDATE
     SET label = excluded.label, suite = excluded.suite, public_key = excluded.public_key`,
  )
  const remove = db.prepare<[Uint8Array]>('DELETE FROM watched WHERE account = ?')
  return {
    all: () => all.all().map(watchedOf),
    put({ account, label, key, createdAtMs }) {
      upsert.run(account, label, key?.suite ?? null, key?.publicKey ?? null, createdAtMs)
    },
    remove: (account) => void remove.run(account),
  }
}

function watchedOf(row: Row): WatchedRow {
  const { account, label, suite, public_key: publicKey, created_at_ms: createdAtMs } = row
  return {
    account,
    label,
    key: suite === null || publicKey === null ? null : { suite: suiteOf(suite), publicKey },
    createdAtMs,
  }
}

function suiteOf(name: string): SignatureSuite {
  if (!Object.hasOwn(signatureSuites, name)) throw damaged('a watched account has a suite that is none')
  return name as SignatureSuite
}
