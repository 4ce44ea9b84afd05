/**
 * The genesis of a network, given to whoever asks for it: what a link names by its hash, and has no room for. It holds nothing that
 * is not public, and who asks needs no right: the answer is as good as its hash.
 */
import { NodeError } from '../core/node-error.ts'
import { encodeGenesis, type Genesis, ledgerLimits } from '../ledger/index.ts'
import type { SyncDoor, SyncQuota } from './sync/index.ts'

export const genesisMethod = 'genesis'

/** The question has no body. A node asks once; the largest genesis takes half a minute at 1 Mbit/s. */
export const genesisQuota: SyncQuota = {
  perSecond: 1,
  concurrent: 1,
  maxRequestBytes: 0,
  maxResponseBytes: ledgerLimits.maxGenesisBytes,
  timeoutMs: 40_000,
}

export function serveGenesis(door: SyncDoor, genesis: Genesis): void {
  const bytes = encodeGenesis(genesis)
  door.serve(genesisMethod, async () => bytes, genesisQuota)
}

/** For a side that asks and has nothing to give: a method that is asked for is known to both. */
export function serveNoGenesis(door: SyncDoor): void {
  door.serve(
    genesisMethod,
    () => Promise.reject(new NodeError('METHOD_UNKNOWN', 'this side has no genesis to give')),
    genesisQuota,
  )
}
