/**
 * Every operation of the node, declared once: input, output, scope, named errors, and its REST route where it has one.
 * The typed clients, the handlers, the REST interface and its document all come from here. Imports zod, the contract
 * library and core only, so that a browser can have it.
 */
import { accountsContract } from './accounts.ts'
import { auditContract } from './audit.ts'
import { eventsContract } from './events.ts'
import { networkContract } from './network.ts'
import { nodeContract } from './node.ts'
import { storageContract } from './storage.ts'
import { tokensContract } from './tokens.ts'
import { transactionsContract } from './transactions.ts'
import { vaultContract } from './vault.ts'

export const contract = {
  node: nodeContract,
  vault: vaultContract,
  accounts: accountsContract,
  transactions: transactionsContract,
  tokens: tokensContract,
  events: eventsContract,
  network: networkContract,
  audit: auditContract,
  storage: storageContract,
}
export type Contract = typeof contract

export type { ExportedAccount } from './accounts.ts'
export type { AuditEntry, AuditVerdict } from './audit.ts'
export { jsonSerializers } from './bytes-serializer.ts'
export {
  type ErrorCode,
  type ErrorData,
  type ErrorMeaning,
  errorData,
  errorTable,
  type FailureKind,
  meaningOf,
} from './errors.ts'
export {
  type EventMessage,
  type EventSubscription,
  type EventType,
  eventCursor,
  eventMessage,
  eventSubscription,
  eventTypes,
  type GapNotice,
  isNodeEvent,
  type NodeEventMessage,
  nodeEvent,
} from './events.ts'
export { contractLimits } from './limits.ts'
export type { AccountProof, Checkpoint, NetworkStats } from './network.ts'
export type { NodeInfo, NodeStatusShape } from './node.ts'
export { type ProcedureMeta, type Scope, scopes } from './scopes.ts'
export {
  type Account,
  type Transaction,
  type TransactionStateName,
  transactionState,
} from './shapes.ts'
export type { StorageStatus, StorageVerdict } from './storage.ts'
export { type NewToken, type Token, type TokenScopeName, tokenScope } from './tokens.ts'
export type { PaymentIntent, TransactionPage } from './transactions.ts'
export type { VaultStatusShape } from './vault.ts'
