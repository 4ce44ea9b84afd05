/** Whether the chain stands still, by what this node has seen of it. */
import { serviceLimits as limits } from './limits.ts'
import type { StandstillView, SyncView } from './types.ts'

export interface ChainSigns {
  readonly nowMs: number
  /** When the oldest transaction came that waits for a commit; null where none does. */
  readonly workSinceMs: number | null
  /** The last commit, or the start of this node. */
  readonly lastCommitAtMs: number
  /** When vertices of validators with more than two thirds of the stake had last come in, or the start of this node. */
  readonly quorumSeenAtMs: number
  /** Between two vertices of a validator that has nothing to do. */
  readonly idleIntervalMs: number
}

/** Null while it goes on, or has nothing to do. Times are local. */
export function standstillOf(signs: ChainSigns): StandstillView | null {
  const { nowMs, workSinceMs, lastCommitAtMs, quorumSeenAtMs, idleIntervalMs } = signs
  const patienceMs = limits.standstillAfterMs
  // A quiet network is silent between two heartbeats; one that was given work speaks at once.
  const expectedAtMs =
    workSinceMs === null ? quorumSeenAtMs + 2 * idleIntervalMs : Math.max(quorumSeenAtMs, workSinceMs)
  if (nowMs - expectedAtMs > patienceMs) return { reason: 'no-quorum', sinceMs: quorumSeenAtMs }
  if (workSinceMs === null) return null
  const sinceMs = Math.max(workSinceMs, lastCommitAtMs)
  return nowMs - sinceMs > patienceMs ? { reason: 'no-commit', sinceMs } : null
}

/** Whoever is behind hears of little that is new, and cannot tell whether the network goes on. */
export function knowsTheHead({ phase }: Pick<SyncView, 'phase'>): boolean {
  return phase !== 'certificates' && phase !== 'snapshot' && phase !== 'replay'
}

/** Of a chain that stands still nobody is "live", however well this node keeps up with it. */
export function withStandstill(sync: SyncView, standstill: StandstillView | null): SyncView {
  if (sync.phase !== 'live' || standstill === null) return sync
  return { ...sync, phase: 'stalled', phaseStartedAtMs: standstill.sinceMs, remainingMs: null }
}
