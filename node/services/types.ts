/**
 * What the node does for whoever asks, whatever door the request came through. The API handlers call these and nothing else.
 * Bytes of secrets (passwords, phrases) belong to the service once handed over: it zeroes them.
 * Failures are NodeError with the code named; every code is in docs/errors.md.
 */
import type { AccountApi } from './account-types.ts'
import type { EventServices } from './event-types.ts'
import type { HsmServices } from './hsm-types.ts'
import type { NetworkServices, NodeStatus } from './network-types.ts'
import type { LabelServices, MessageServices } from './note-types.ts'
import type { PolicyServices } from './policy-types.ts'
import type { SettingsServices } from './settings-types.ts'
import type { AuditServices, StorageServices } from './storage-types.ts'
import type { TokenServices } from './token-types.ts'
import type { TransactionServices } from './transaction-types.ts'
import type { StakingServices } from './validator-types.ts'
import type { VaultServices } from './vault-types.ts'

export type * from './account-types.ts'
export type * from './event-types.ts'
export type * from './graph-types.ts'
export type * from './hsm-types.ts'
export type * from './joining-types.ts'
export type * from './network-types.ts'
export type * from './note-types.ts'
export type * from './peer-types.ts'
export type * from './policy-types.ts'
export type * from './settings-types.ts'
export type * from './storage-types.ts'
export type * from './token-types.ts'
export type * from './transaction-types.ts'
export type * from './validator-types.ts'
export type * from './vault-types.ts'

export interface NodeServices {
  readonly node: {
    status(): Promise<NodeStatus>
    /** Ends the process after the answer is out. */
    stop(): Promise<void>
    /** @throws NodeError BROWSER_UNAVAILABLE */
    browserLink(): Promise<{ url: string; expiresAtMs: number }>
  }
  readonly vault: VaultServices
  readonly hsm: HsmServices
  readonly accounts: AccountApi
  readonly transactions: TransactionServices
  readonly labels: LabelServices
  readonly messages: MessageServices
  readonly settings: SettingsServices
  readonly tokens: TokenServices
  readonly validators: StakingServices
  readonly policies: PolicyServices
  readonly network: NetworkServices
  readonly events: EventServices
  readonly audit: AuditServices
  readonly storage: StorageServices
}
