/** What the whole interface knows of its node: whether it is there, what it does, whether the vault is open. */
import { create } from 'zustand'
import type {
  DesktopState,
  NodeInfo,
  NodeState,
  NodeStatusShape,
  SyncState,
  VaultStatusShape,
} from '../../../node/api/contract/index.ts'
import type { ConnectionState } from '../../rpc/index.ts'

export interface SessionState {
  readonly connection: ConnectionState
  /** Null before the first answer. Kept while the connection is lost: then it is of `asOf`. */
  readonly node: NodeStatusShape | null
  /** How far that node has come to the head of its network, of `asOf` too. */
  readonly sync: SyncState | null
  readonly info: NodeInfo | null
  readonly vault: VaultStatusShape | null
  /** Accounts whose keys are elsewhere; null before the first answer. */
  readonly watchedAccounts: number | null
  /** Of the desktop app: null in a browser. */
  readonly nodeState: NodeState | null
  readonly desktop: DesktopState | null
  /** When `node` was asked for last, RFC 3339; null before the first answer. */
  readonly asOf: string | null
  /** The person asked to see what is on the ledger while the vault is locked. */
  readonly viewsWhileLocked: boolean
}

export const emptySession: SessionState = {
  connection: 'connecting',
  node: null,
  sync: null,
  info: null,
  vault: null,
  watchedAccounts: null,
  nodeState: null,
  desktop: null,
  asOf: null,
  viewsWhileLocked: false,
}

export const useSessionStore = create<SessionState>(() => emptySession)
