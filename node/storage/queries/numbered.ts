/**
 * Byte strings numbered once, so that rows of history name them by a small integer: accounts and vertex hashes.
 */
import type Database from 'better-sqlite3'
import { damaged } from '../errors.ts'

export interface Numbered {
  /** Number of the byte string, given now if it has none. */
  numberOf(value: Uint8Array): number
  /** Undefined where it has none. */
  find(value: Uint8Array): number | undefined
  valueOf(id: number): Uint8Array
  /** Must follow a rollback: numbers given in what was undone are void. */
  forget(): void
}

/** As a key of a Map: one character a byte. */
function keyOf(value: Uint8Array): string {
  return Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('latin1')
}

export function createNumbered(
  db: Database,
  { table, column, maxCached }: { table: 'accounts' | 'vertices'; column: 'account' | 'hash'; maxCached: number },
): Numbered {
  const findId = db.prepare<[Uint8Array], number>(`SELECT id FROM ${table} WHERE ${column} = ?`).pluck()
  const findValue = db.prepare<[number], Uint8Array>(`SELECT ${column} FROM ${table} WHERE id = ?`).pluck()
  const insert = db.prepare<[Uint8Array]>(`INSERT INTO ${table} (${column}) VALUES (?)`)
  const cached = new Map<string, number>()

  function remember(key: string, id: number): number {
    if (cached.size >= maxCached) cached.clear()
    cached.set(key, id)
    return id
  }

  function find(value: Uint8Array): number | undefined {
    const key = keyOf(value)
    const known = cached.get(key)
    if (known !== undefined) return known
    const id = findId.get(value)
    return id === undefined ? undefined : remember(key, id)
  }

  return {
    find,
    numberOf: (value) => find(value) ?? remember(keyOf(value), Number(insert.run(value).lastInsertRowid)),
    valueOf(id) {
      const value = findValue.get(id)
      if (value === undefined) throw damaged(`number ${id} is missing from ${table}`)
      return value
    },
    forget: () => cached.clear(),
  }
}
