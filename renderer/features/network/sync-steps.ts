/** The way to the head of a network, as steps: which are behind, and which one it is at. */
import type { SyncPhase } from '../../../node/api/contract/index.ts'
import type { StepState } from '../../ui/index.ts'

export type SyncStepPhase = Exclude<SyncPhase, 'stalled'>

const way = ['connecting', 'certificates', 'snapshot', 'replay', 'live'] as const satisfies readonly SyncStepPhase[]

/** A chain that stands still has led this node to its last step, and does not take it further. */
export function stepsOf(phase: SyncPhase): readonly { readonly phase: SyncStepPhase; readonly state: StepState }[] {
  const at = way.indexOf(phase === 'stalled' ? 'live' : phase)
  return way.map((step, index) => ({ phase: step, state: stateOf(index, at, phase) }))
}

function stateOf(index: number, at: number, phase: SyncPhase): StepState {
  if (index < at) return 'done'
  if (index > at) return 'upcoming'
  if (phase === 'stalled') return 'failed'
  return phase === 'live' ? 'done' : 'current'
}
