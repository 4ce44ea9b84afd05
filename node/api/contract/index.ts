/**
 * Every operation of the node, declared once: input, output, scope, named errors, and its REST route where it has one.
 * The typed clients, the handlers, the REST interface and its document all come from here. Imports zod, the contract
 * library and core only, so that a browser can have it.
 */
import { accountsContract } from './accounts.ts'
import { auditContract } from './audit.ts'
import { eventsContract } from './events.ts'
import { hsmContract } from './hsm.ts'
import { labelsContract } from './labels.ts'
import { messagesContract } from './messages.ts'
import { networkContract } from './network.ts'
import { nodeContract } from './node.ts'
import { policiesContract } from './policies.ts'
import { settingsContract } from './settings.ts'
import { storageContract } from './storage.ts'
import { tokensContract } from './tokens.ts'
import { transactionsContract } from './transactions.ts'
import { validatorsContract } from './validators.ts'
import { vaultContract } from './vault.ts'

export const contract = {
  node: nodeContract,
  vault: vaultContract,
  accounts: accountsContract,
  transactions: transactionsContract,
  hsm: hsmContract,
  labels: labelsContract,
  messages: messagesContract,
  settings: settingsContract,
  tokens: tokensContract,
  events: eventsContract,
  network: networkContract,
  policies: policiesContract,
  validators: validatorsContract,
  audit: auditContract,
  storage: storageContract,
}
export type Contract = typeof contract

/** Amounts of rUv as people read and type them. */
export { formatRuv, parseRuv } from '../../core/amount.ts'
/** What a PIN window sends to a token's process. */
export { decodePins, encodePins, ticketOf } from '../../core/pin-protocol.ts'
export type { BalanceHistory, ExportedAccount } from './accounts.ts'
export { type AddressFacts, type AddressNetwork, type AddressTextError, addressFacts } from './address-text.ts'
export type { AuditEntry, AuditVerdict } from './audit.ts'
export { jsonSerializers } from './bytes-serializer.ts'
export {
  type Appearance,
  type DesktopCommand,
  type DesktopContract,
  type DesktopEvent,
  type DesktopSettings,
  type DesktopState,
  desktopContract,
  desktopSettings,
  type NodeState,
  nodePortMessage,
  pinPortMessage,
  type SecretPurpose,
  secretPurpose,
  type TokenPurpose,
  tokenPurpose,
} from './desktop.ts'
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
export type { HardwareKey, OpenModule, PinRequest, SelfTestReport, TokenInReader } from './hsm.ts'
export type { KnownNetwork, NetworkOfferShape, NetworkSource } from './joining.ts'
export {
  type LabelFile,
  type LabelFileFault,
  type LabelFileProblem,
  labelFileText,
  readLabelFile,
} from './label-file.ts'
export type { LabelEntry } from './labels.ts'
export { contractLimits } from './limits.ts'
export { type SignedMessage, signedMessage } from './messages.ts'
export {
  type AccountProof,
  type Checkpoint,
  type GraphCommit,
  type GraphRound,
  type GraphVertex,
  type NetworkGraph,
  type NetworkStats,
  type NetworkStatus,
  type Validator,
  type ValidatorList,
  type VertexChange,
  type VertexDetail,
  type VertexState,
  vertexState,
} from './network.ts'
export { inviteAddresses, inviteLink, isOfThisMachine, networkLinkScheme, parseNetworkLink } from './network-link.ts'
export type { NodeInfo, NodeStatusShape } from './node.ts'
export {
  formatPaymentLink,
  type PaymentLink,
  type PaymentLinkError,
  parsePaymentLink,
  paymentLinkScheme,
} from './payment-link.ts'
export {
  isPeerId,
  type Peer,
  type PeerAddress,
  type PeerAddressError,
  type PeerBan,
  type PeerList,
  type PeerRoleName,
  parsePeerAddress,
  peerAddressLimits,
  type Reachability,
  type SyncPhase,
  type SyncState,
  type Traffic,
} from './peers.ts'
export type { AccountPolicy } from './policies.ts'
export { type ProcedureMeta, type Scope, scopes } from './scopes.ts'
export type { Setting } from './settings.ts'
export {
  type Account,
  type Transaction,
  type TransactionStateName,
  transactionState,
} from './shapes.ts'
export type { StorageStatus, StorageVerdict } from './storage.ts'
export { type NewToken, type Token, type TokenScopeName, tokenScope } from './tokens.ts'
export {
  type AccountNonces,
  type PaymentIntent,
  type TransactionPage,
  transactionDirection,
  type UnsignedTransaction,
  unsignedTransaction,
} from './transactions.ts'
export type { StakedValidator, StakedValidatorList } from './validators.ts'
export type { VaultStatusShape } from './vault.ts'
