/** The shape of a database, for comparing one with another. */
import type Database from 'better-sqlite3'

/** Definitions of all tables and indexes, in a fixed order. */
export function schemaOf(db: Database): readonly string[] {
  const rows = db
    .prepare<[], { type: string; name: string; sql: string | null }>(
      'SELECT type, name, sql FROM sqlite_schema ORDER BY type, name',
    )
    .all()
  // Tables that SQLite keeps for itself (statistics) come and go with its use.
  return rows
    .filter(({ name }) => !name.startsWith('sqlite_stat'))
    .map(({ type, name, sql }) => `${type} ${name} ${sql ?? ''}`)
}
