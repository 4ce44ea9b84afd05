/**
 * Where somebody goes on who starts from a snapshot: the certified checkpoint says it all, by its roots.
 * Source: docs/protocol.md, "Joining".
 */
import { equalBytes } from '../core/bytes.ts'
import { type Checkpoint, type ConsensusState, consensusRoot } from './checkpoint.ts'
import { consensusLimits } from './limits.ts'

/**
 * Round below which a joiner takes parents as present; 0 where it can have everything from round 1. Nothing below is needed: no
 * later commit orders it, since the horizon of the next one lies there, and no leader that is still to be decided is as old.
 */
export function snapshotRoundOf({ leaderRound }: Pick<ConsensusState, 'leaderRound'>): number {
  const lowestRound = leaderRound - consensusLimits.horizonRounds
  return lowestRound > 1 ? lowestRound : 0
}

/** Whether this is what the checkpoint's consensusRoot stands for. */
export function isConsensusOf(state: ConsensusState, checkpoint: Checkpoint): boolean {
  const { commitIndex, commitTimeMs } = checkpoint
  return (
    state.commitIndex === commitIndex &&
    state.commitTimeMs === commitTimeMs &&
    equalBytes(consensusRoot(state), checkpoint.consensusRoot)
  )
}
