/** A change of the network under way. Kept outside of what shows it: while the node starts anew, another page stands in its place. */
import { create } from 'zustand'
import type { NodeState } from '../../../node/api/contract/index.ts'
import { type Failure, failureOf, failureOfCode } from '../../rpc/index.ts'

export interface NetworkChange {
  readonly isPending: boolean
  readonly failure: Failure | undefined
  /** The app talks to a node that another program runs, which it cannot end. */
  readonly isAttached: boolean
}

const still: NetworkChange = { isPending: false, failure: undefined, isAttached: false }

export const useNetworkChange = create<NetworkChange>(() => still)

/** What of the desktop's shell is needed. */
export interface NodeStarter {
  startNode(choice: { dataDir?: string }): Promise<NodeState>
}

/**
 * Has the node start on another data folder; where it does not, on the one before again.
 *
 * @param before data folder of the node that runs
 */
export async function goOver(desktop: NodeStarter, dataDir: string, before: string): Promise<void> {
  useNetworkChange.setState({ ...still, isPending: true })
  try {
    const state = await desktop.startNode({ dataDir })
    if (state.kind === 'failed') {
      useNetworkChange.setState({ ...still, failure: failureOfCode(state.code) })
      // Back to where there is something to see.
      await desktop.startNode({ dataDir: before })
      return
    }
    const isThere = state.kind === 'running' && state.dataDir === dataDir
    useNetworkChange.setState({ ...still, isAttached: !isThere && state.kind === 'running' && state.attached })
  } catch (error) {
    useNetworkChange.setState({ ...still, failure: failureOf(error) })
  }
}
