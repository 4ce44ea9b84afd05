/**
 * What accounts held over time. Every commit records the balances it leaves (storage), so this adds nothing up from
 * transactions: fees, failures, parked transactions and receipts are all in it.
 */
import { bytesKey } from '../core/bytes.ts'
import type { AccountId } from '../ledger/index.ts'
import type { StorageReader } from '../storage/index.ts'
import type { Chain } from './chain.ts'
import { serviceLimits } from './limits.ts'
import type { NodeServices } from './types.ts'

type BalanceHistory = NodeServices['accounts']['balanceHistory']
type Read = Pick<StorageReader, 'lastCommit' | 'firstBalanceMs' | 'balances'>

/**
 * Time is the ledger's. Reads are of what is durable: a commit that is announced is in it.
 * Work and memory grow with accounts × points, and hardly with the length of the history.
 */
export function createBalanceHistory(deps: {
  readonly chain: Chain
  readonly read: Read
  /** @throws NodeError ADDRESS_INVALID, ADDRESS_WRONG_NETWORK */
  readonly resolve: (account: string) => Promise<AccountId>
  /** Taken together where no account is named. */
  readonly followed: () => Promise<readonly AccountId[]>
}): BalanceHistory {
  const { chain, read, resolve, followed } = deps
  const { startTimeMs, allocations } = chain.genesis
  const atGenesis = new Map(allocations.map(({ account, balanceMicroRuv }) => [bytesKey(account), balanceMicroRuv]))
  const genesisBalance = (account: AccountId): bigint => atGenesis.get(bytesKey(account)) ?? 0n

  /** Where a history without a start begins: when the first of them came to hold anything. */
  const firstMs = async (accounts: readonly AccountId[]): Promise<number> => {
    if (accounts.some((account) => genesisBalance(account) > 0n)) return startTimeMs
    let first: number | null = null
    for (const some of chunks(accounts, serviceLimits.balanceLookups)) {
      const atMs = await read.firstBalanceMs(some)
      if (atMs !== null && (first === null || atMs < first)) first = atMs
    }
    return first ?? startTimeMs
  }

  return async ({ account, fromMs, points = serviceLimits.defaultBalancePoints }) => {
    const accounts = account === undefined ? await followed() : [await resolve(account)]
    // Everything below is about commits up to this one, whatever is committed meanwhile.
    const last = await read.lastCommit()
    const untilMs = last?.commitTimeMs ?? startTimeMs
    const afterMs = fromMs === undefined ? await firstMs(accounts) : Math.max(fromMs, startTimeMs)
    const slotMs = Math.max(1, Math.ceil((untilMs - afterMs) / points))
    let balanceMicroRuv = 0n
    /** What all accounts together gained in a stretch of time, and when the last of them changed. */
    const stretches = new Map<number, { atMs: number; gainMicroRuv: bigint }>()
    for (const some of chunks(accounts, Math.ceil(serviceLimits.balanceLookups / points))) {
      const histories = await read.balances({ accounts: some, afterMs, untilMs: Math.max(afterMs, untilMs), slotMs })
      for (const [index, { beforeMicroRuv, changes }] of histories.entries()) {
        let held = beforeMicroRuv ?? genesisBalance(some[index] as AccountId)
        balanceMicroRuv += held
        for (const { commitTimeMs, balanceMicroRuv: then } of changes) {
          const slot = Math.floor((commitTimeMs - afterMs - 1) / slotMs)
          const stretch = stretches.get(slot) ?? { atMs: commitTimeMs, gainMicroRuv: 0n }
          stretch.gainMicroRuv += then - held
          if (commitTimeMs > stretch.atMs) stretch.atMs = commitTimeMs
          stretches.set(slot, stretch)
          held = then
        }
      }
    }
    const history = [{ atMs: afterMs, balanceMicroRuv }]
    for (const [, { atMs, gainMicroRuv }] of [...stretches].sort(([a], [b]) => a - b)) {
      balanceMicroRuv += gainMicroRuv
      history.push({ atMs, balanceMicroRuv })
    }
    return { points: history, commitIndex: last?.commitIndex ?? 0 }
  }
}

function* chunks<T>(values: readonly T[], size: number): Generator<readonly T[]> {
  for (let start = 0; start < values.length; start += size) yield values.slice(start, start + size)
}
