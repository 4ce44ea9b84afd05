/**
 * How a node that starts comes to the head of its network: by the engine's own fetching where peers still have every vertex from
 * where it stands, else by a snapshot. Source: docs/protocol.md, "Joining".
 */
import { syncLimits } from './limits.ts'
import type { ReplayFrom } from './messages.ts'

export interface OwnPlace {
  readonly epoch: number
  /** Of the last commit. */
  readonly leaderRound: number
  readonly commitIndex: number
}

export interface PeerPlace {
  readonly commitIndex: number
  readonly replayFrom: ReplayFrom
  /** Whether it has a certified checkpoint beyond the own commits to start from. */
  readonly isSnapshotAhead: boolean
}

export type SyncDecision =
  /** Nobody is ahead by more than what is under way. */
  | 'live'
  /** What is missing is fetched and executed commit by commit: nothing is taken on trust, and the own history has no gap. */
  | 'replay'
  | 'snapshot'
  /** Peers no longer have what is missing, and no checkpoint to start from. */
  | 'stuck'

/** @param peers those that answered, at least one */
export function decideSync(
  own: OwnPlace,
  peers: readonly PeerPlace[],
  replayWorthCommits: number = syncLimits.replayWorthCommits,
): SyncDecision {
  const behind = Math.max(0, ...peers.map(({ commitIndex }) => commitIndex - own.commitIndex))
  const hasSnapshot = peers.some(({ isSnapshotAhead }) => isSnapshotAhead)
  const canReplay = peers.some(
    ({ replayFrom, commitIndex }) =>
      commitIndex > own.commitIndex &&
      (replayFrom.epoch < own.epoch || (replayFrom.epoch === own.epoch && replayFrom.round <= own.leaderRound + 1)),
  )
  // A few commits alone say nothing: on a quiet network the vertices before them may be gone.
  if (behind === 0 || (canReplay && behind <= syncLimits.liveCommits)) return 'live'
  // Whoever has been here before keeps the history whole, and may sign again in the same epoch.
  const isNew = own.commitIndex === 0
  if (canReplay && !(isNew && hasSnapshot && behind > replayWorthCommits)) return 'replay'
  return hasSnapshot ? 'snapshot' : canReplay ? 'replay' : 'stuck'
}
