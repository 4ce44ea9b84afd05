/** What the view of the network shows beyond the session's own state. */

import { create } from 'zustand'
import type {
  AuditEntry,
  Checkpoint,
  NetworkStats,
  NetworkStatus,
  StorageStatus,
} from '../../../node/api/contract/index.ts'

export interface Peer {
  readonly id: string
  readonly address: string
}

export interface NetworkState {
  readonly status: NetworkStatus | null
  readonly stats: NetworkStats | null
  readonly storage: StorageStatus | null
  readonly peers: readonly Peer[] | null
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
  checkpoints: [],
  audit: null,
}))
