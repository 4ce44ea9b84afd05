/** The newest checkpoint with the state it covers: what proofs are made from while the ledger goes on. */
import type { Account, StateSnapshot } from '../ledger/index.ts'
import type { CheckpointRow } from '../storage/index.ts'

export interface ProvableState {
  readonly row: CheckpointRow
  readonly snapshot: StateSnapshot<Account | null>
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
