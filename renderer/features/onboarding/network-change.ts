/** A change of the network under way. Kept outside the step: while the node starts anew, another page shows in its place. */
import { create } from 'zustand'
import type { Failure } from '../../rpc/index.ts'

export interface NetworkChange {
  readonly isPending: boolean
  readonly failure: Failure | undefined
  begin(): void
  end(failure: Failure | undefined): void
}

export const useNetworkChange = create<NetworkChange>((set) => ({
  isPending: false,
  failure: undefined,
  begin: () => set({ isPending: true, failure: undefined }),
  end: (failure) => set({ isPending: false, failure }),
}))
