/** What the view of the network shows beyond the session's own state. */

import { create } from 'zustand'
import type {
  AuditEntry,
  Checkpoint,
  NetworkStats,
  NetworkStatus,
  PeerList,
  Reachability,
  StorageStatus,
  SyncState,
  Traffic,
} from '../../../node/api/contract/index.ts'

export interface NetworkState {
  readonly status: NetworkStatus | null
  readonly stats: NetworkStats | null
  readonly storage: StorageStatus | null
  readonly peers: PeerList | null
  readonly reachability: Reachability | null
  readonly traffic: Traffic | null
  readonly sync: SyncState | null
  /** Addresses that the node asks for others at its start. */
  readonly bootstrap: readonly string[] | null
  /** Newest first; as many pages as were asked for. */
  readonly checkpoints: readonly Checkpoint[]
  /** Newest first. */
  readonly audit: readonly AuditEntry[] | null
}

export const useNetworkStore = create<NetworkState>(() => ({
  status: null,
  stats: null,
  storage: null,
  peers: null,
  reachability: null,
  traffic: null,
  sync: null,
  bootstrap: null,
  checkpoints: [],
  audit: null,
}))
