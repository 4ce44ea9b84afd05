/**
 * Numbers handed out and never reused, and counts too dear to take anew. Held in memory by the only writer, and written
 * once a transaction.
 */
import type Database from 'better-sqlite3'

const names = [
  'admission',
  'intent',
  'journal',
  'rejection',
  'journalRecords',
  'transactions',
  'missingCommits',
  'joinedCommit',
] as const
export type CounterName = (typeof names)[number]

export interface Counters {
  get(name: CounterName): number
  /** @returns the new value */
  add(name: CounterName, amount: number): number
  /** Writes what changed since the last call; inside the transaction that it belongs to. */
  flush(): void
  /** What rollback needs to return to this moment; not past a flush that was committed. */
  mark(): readonly number[]
  rollback(mark: readonly number[]): void
}

export function createCounters(db: Database): Counters {
  const read = db.prepare<[string], number>('SELECT value FROM counters WHERE name = ?').pluck()
  const write = db.prepare<[string, number]>(
    'INSERT INTO counters (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value',
  )
  let values = names.map((name) => read.get(name) ?? 0)
  let stored = [...values]
  return {
    get: (name) => values[names.indexOf(name)] as number,
    add(name, amount) {
      const index = names.indexOf(name)
      const value = (values[index] as number) + amount
      values[index] = value
      return value
    },
    flush() {
      names.forEach((name, index) => {
        if (values[index] !== stored[index]) write.run(name, values[index] as number)
      })
      stored = [...values]
    },
    mark: () => [...values],
    rollback(mark) {
      values = [...mark]
    },
  }
}
