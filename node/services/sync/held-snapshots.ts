/**
 * States held for those who download them, as they were at a certified checkpoint, while the ledger goes on. Bounded in number and
 * time, since each keeps in memory what has changed since.
 */
import { bytesKey, equalBytes } from '../../core/bytes.ts'
import type { Clock } from '../../core/clock.ts'
import { NodeError } from '../../core/node-error.ts'
import { runInTurns } from '../../core/slices.ts'
import { planSnapshot, type SnapshotPlan } from '../../ledger/index.ts'
import type { ProvableState, ProvableStateHolder } from '../provable-state.ts'
import { syncLimits } from './limits.ts'

export interface HeldSnapshot {
  readonly state: ProvableState
  readonly plan: SnapshotPlan
}

export interface HeldSnapshots {
  /** For somebody who begins. @throws NodeError SNAPSHOT_NONE before the first checkpoint */
  begin(): Promise<HeldSnapshot>
  /** @throws NodeError SNAPSHOT_GONE where the state of this checkpoint is not held */
  at(checkpointHash: Uint8Array): Promise<HeldSnapshot>
  readonly count: number
}

export interface HeldSnapshotsDeps {
  readonly provable: Pick<ProvableStateHolder, 'get'>
  readonly clock: Clock
  readonly nextTurn: () => Promise<void>
  /** Smaller pieces than limits.ts gives: for tests. */
  readonly chunkBytes?: number | undefined
}

interface Entry {
  readonly state: ProvableState
  readonly sinceMs: number
  usedAtMs: number
  readonly held: Promise<HeldSnapshot>
}

export function createHeldSnapshots(deps: HeldSnapshotsDeps): HeldSnapshots {
  const { provable, clock, nextTurn, chunkBytes = syncLimits.chunkBytes } = deps
  const entries = new Map<string, Entry>()

  const forgetOld = (): void => {
    const nowMs = clock.nowMs()
    for (const [key, { sinceMs, usedAtMs }] of entries) {
      if (nowMs - usedAtMs >= syncLimits.heldIdleMs || nowMs - sinceMs >= syncLimits.heldLifeMs) entries.delete(key)
    }
  }

  const cut = async (state: ProvableState): Promise<HeldSnapshot> => {
    return { state, plan: await runInTurns(planSnapshot(state.snapshot, chunkBytes), nextTurn) }
  }

  const use = (entry: Entry): Promise<HeldSnapshot> => {
    entry.usedAtMs = clock.nowMs()
    return entry.held
  }

  /** Null where as many are held as may be, and all of them are in use. */
  const hold = (state: ProvableState): Entry | null => {
    if (entries.size >= syncLimits.maxHeldSnapshots) {
      const [key, idle] = [...entries].reduce((a, b) => (a[1].usedAtMs <= b[1].usedAtMs ? a : b))
      if (clock.nowMs() - idle.usedAtMs < syncLimits.shareSnapshotMs) return null
      entries.delete(key)
    }
    const nowMs = clock.nowMs()
    const entry: Entry = { state, sinceMs: nowMs, usedAtMs: nowMs, held: cut(state) }
    entries.set(bytesKey(state.row.hash), entry)
    return entry
  }

  return {
    async begin() {
      forgetOld()
      const newest = [...entries.values()].at(-1)
      if (newest !== undefined && clock.nowMs() - newest.sinceMs < syncLimits.shareSnapshotMs) return use(newest)
      const state = provable.get()
      if (state === null || state.consensus === null) {
        throw new NodeError('SNAPSHOT_NONE', 'there is no checkpoint to join at yet')
      }
      const entry = entries.get(bytesKey(state.row.hash)) ?? hold(state) ?? newest
      if (entry === undefined) throw new NodeError('SNAPSHOT_NONE', 'as many snapshots are held as may be')
      return use(entry)
    },
    async at(checkpointHash) {
      forgetOld()
      const known = entries.get(bytesKey(checkpointHash))
      if (known !== undefined) return use(known)
      const state = provable.get()
      // Others begin at the same checkpoint: whoever has it as its newest can help.
      const isNewest = state !== null && state.consensus !== null && equalBytes(state.row.hash, checkpointHash)
      const entry = isNewest ? hold(state) : null
      if (entry === null) throw new NodeError('SNAPSHOT_GONE', 'the state of this checkpoint is not held here')
      return use(entry)
    },
    get count() {
      forgetOld()
      return entries.size
    },
  }
}
