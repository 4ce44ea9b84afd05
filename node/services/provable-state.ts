/** The newest checkpoint with the state it covers: what proofs and joiners are served from while the ledger goes on. */
import type { ConsensusState } from '../consensus/index.ts'
import type { HistoryRange, StateLeaf, StateSnapshot } from '../ledger/index.ts'
import type { CheckpointRow } from '../storage/index.ts'

export interface ProvableState {
  readonly row: CheckpointRow
  readonly snapshot: StateSnapshot<StateLeaf>
  readonly history: HistoryRange
  /** Null where this node cannot tell it: then it serves proofs, and no joiner. */
  readonly consensus: ConsensusState | null
}

export interface ProvableStateHolder {
  /** Null before the first checkpoint. */
  get(): ProvableState | null
  set(state: ProvableState): void
}

export function holdProvableState(first: ProvableState | null): ProvableStateHolder {
  let current = first
  return {
    get: () => current,
    set(state) {
      current = state
    },
  }
}
