/** What accounts held over ledger time: one row a change. */
import type Database from 'better-sqlite3'
import { storageLimits } from '../limits.ts'
import { packU64, unpackU64 } from '../packing.ts'
import type { BalanceChange, BalanceQuery, BalanceSlots, EarlierBalances } from '../types.ts'
import type { MetaQueries } from './meta.ts'
import type { Numbered } from './numbered.ts'

/** Set by the migration where there was no commit yet (migrations/003-accounts.ts), else with the last earlier balance. */
const completeKey = 'balances-complete'

type Row = [atMs: number, balance: Uint8Array]

export interface BalanceQueries {
  put(commitTimeMs: number, changes: readonly BalanceChange[]): void
  putEarlier(earlier: EarlierBalances): void
  hasAll(): boolean
  firstMs(accounts: readonly Uint8Array[]): number | null
  slots(query: BalanceQuery): BalanceSlots[]
}

export function createBalanceQueries(db: Database, accounts: Numbered, meta: MetaQueries): BalanceQueries {
  const insert = db.prepare<[number, number, Uint8Array]>(
    `INSERT INTO balances (account_id, at_ms, balance) VALUES (?, ?, ?)
     ON CONFLICT (account_id, at_ms) DO UPDATE SET balance = excluded.balance`,
  )
  const lastUntil = db
    .prepare<[number, number], Row>(
      'SELECT at_ms, balance FROM balances WHERE account_id = ? AND at_ms <= ? ORDER BY at_ms DESC LIMIT 1',
    )
    .raw()
  const first = db
    .prepare<[number], number>('SELECT at_ms FROM balances WHERE account_id = ? ORDER BY at_ms LIMIT 1')
    .pluck()

  const put = (account: Uint8Array, commitTimeMs: number, balanceMicroRuv: bigint): void =>
    void insert.run(accounts.numberOf(account), commitTimeMs, packU64(balanceMicroRuv))

  /** From the last stretch back, one look-up for each that has a change: the changes between them are never read. */
  function slotsOf(account: Uint8Array, { afterMs, untilMs, slotMs }: BalanceQuery): BalanceSlots {
    const changes: BalanceSlots['changes'][number][] = []
    const id = accounts.find(account)
    let row = id === undefined ? undefined : lastUntil.get(id, untilMs)
    while (id !== undefined && row !== undefined && row[0] > afterMs && changes.length < storageLimits.maxPageRows) {
      const [commitTimeMs, balance] = row
      changes.push({ commitTimeMs, balanceMicroRuv: unpackU64(balance) })
      const slot = Math.floor((commitTimeMs - afterMs - 1) / slotMs)
      row = lastUntil.get(id, afterMs + slot * slotMs)
    }
    return { beforeMicroRuv: row === undefined ? null : unpackU64(row[1]), changes: changes.reverse() }
  }

  return {
    put(commitTimeMs, changes) {
      for (const { account, balanceMicroRuv } of changes) put(account, commitTimeMs, balanceMicroRuv)
    },
    putEarlier({ rows, isLast }) {
      for (const { account, commitTimeMs, balanceMicroRuv } of rows) put(account, commitTimeMs, balanceMicroRuv)
      if (isLast) meta.set(completeKey, Uint8Array.of(1))
    },
    hasAll: () => meta.get(completeKey) !== null,
    firstMs(asked) {
      let earliest: number | null = null
      for (const account of asked) {
        const id = accounts.find(account)
        const atMs = id === undefined ? undefined : first.get(id)
        if (atMs !== undefined && (earliest === null || atMs < earliest)) earliest = atMs
      }
      return earliest
    },
    slots: (query) => query.accounts.map((account) => slotsOf(account, query)),
  }
}
