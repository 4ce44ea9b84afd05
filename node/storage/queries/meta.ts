/** Single values under a name: whatever a layer above must find again. */
import type Database from 'better-sqlite3'

export interface MetaQueries {
  get(key: string): Uint8Array | null
  set(key: string, value: Uint8Array): void
}

export function createMetaQueries(db: Database): MetaQueries {
  const get = db.prepare<[string], Uint8Array>('SELECT value FROM meta WHERE key = ?').pluck()
  const set = db.prepare<[string, Uint8Array]>(
    'INSERT INTO meta (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value',
  )
  return {
    get: (key) => get.get(key) ?? null,
    set: (key, value) => void set.run(key, value),
  }
}
