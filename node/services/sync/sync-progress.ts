/** How far this node has come, for people: phase, amount, an estimate, and who was dropped on the way. */
import { toHex } from '../../core/bytes.ts'
import type { Clock } from '../../core/clock.ts'
import type { SyncView } from '../peer-types.ts'
import type { Anchor } from './epoch-walk.ts'
import { syncLimits } from './limits.ts'

export interface SyncProgress {
  view(): SyncView
  begin(phase: SyncView['phase'], unit: SyncView['unit'], total: number | null): void
  /** In the unit of the phase, from its beginning. */
  done(amount: number): void
  dropped(peer: string, code: string): void
  trusts(anchor: Anchor): void
  /** Commits that peers have and this node has not are replayed from now on, as the engine fetches them. */
  follow(targetIndex: number, commitIndex: () => number): void
}

export function createSyncProgress(clock: Clock): SyncProgress {
  let phase: SyncView['phase'] = 'connecting'
  let unit: SyncView['unit'] = null
  let total: number | null = null
  let done = 0
  let startedAtMs = clock.nowMs()
  let dropped: SyncView['dropped'][number][] = []
  let anchor: SyncView['anchor'] = null
  let following: { readonly from: number; readonly target: number; readonly commitIndex: () => number } | null = null

  const begin: SyncProgress['begin'] = (nextPhase, nextUnit, nextTotal) => {
    phase = nextPhase
    unit = nextUnit
    total = nextTotal
    done = 0
    startedAtMs = clock.nowMs()
  }

  /** By the pace of this phase so far. */
  const remainingMs = (): number | null => {
    const passedMs = clock.nowMs() - startedAtMs
    if (total === null || done <= 0 || passedMs <= 0) return null
    return Math.max(0, Math.round((passedMs * (total - done)) / done))
  }

  return {
    view() {
      if (following !== null) {
        done = Math.min(following.target - following.from, following.commitIndex() - following.from)
        if (following.commitIndex() >= following.target) {
          following = null
          begin('live', null, null)
        }
      }
      return { phase, done, total, unit, phaseStartedAtMs: startedAtMs, remainingMs: remainingMs(), dropped, anchor }
    },
    begin,
    done(amount) {
      done = amount
    },
    dropped(peer, code) {
      dropped = [...dropped, { peer, code }].slice(-syncLimits.maxDropped)
    },
    trusts({ kind, hash, atMs }) {
      anchor = { kind, hash: toHex(hash), atMs }
    },
    follow(target, commitIndex) {
      const from = commitIndex()
      begin('replay', 'commits', Math.max(0, target - from))
      following = { from, target, commitIndex }
    },
  }
}
