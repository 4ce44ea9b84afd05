/**
 * Balances of commits from before commits recorded them: replayed from the genesis, once, when a database of an older
 * schema is first opened.
 */
import { bytesKey } from '../core/bytes.ts'
import { genesisState } from '../ledger/index.ts'
import type { EarlierBalances, StorageWriter } from '../storage/index.ts'
import { serviceLimits } from './limits.ts'
import { type ReplayDeps, replayCommits } from './replay.ts'

/**
 * Before anything is committed anew. Interrupted, it starts again the next time; rows that are there already are the same.
 * As slow as `storage verify`, for every signature is checked again.
 *
 * @throws NodeError REPLAY_MISMATCH
 */
export async function recordEarlierBalances(
  deps: ReplayDeps & { readonly write: Pick<StorageWriter, 'putEarlierBalances'> },
): Promise<void> {
  if (await deps.read.hasAllBalances()) return
  const { genesis } = deps.chain
  const held = new Map(genesis.allocations.map(({ account, balanceMicroRuv }) => [bytesKey(account), balanceMicroRuv]))
  let rows: EarlierBalances['rows'][number][] = []
  await replayCommits(genesisState(genesis), deps, async ({ commitTimeMs }, { delta }) => {
    for (const [key, { id, account }] of delta.accounts) {
      const { balanceMicroRuv } = account
      if (balanceMicroRuv === (held.get(key) ?? 0n)) continue
      held.set(key, balanceMicroRuv)
      rows.push({ account: id, commitTimeMs, balanceMicroRuv })
    }
    if (rows.length < serviceLimits.earlierBalancesPage) return
    await deps.write.putEarlierBalances({ rows, isLast: false })
    rows = []
  })
  await deps.write.putEarlierBalances({ rows, isLast: true })
}
