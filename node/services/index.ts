/**
 * What the node does, put together from the layers below: recovery, the door for transactions, the drive of consensus and
 * execution, and the services that the API's handlers call (types.ts). node/node.ts wires them.
 */
export { createAccountServices } from './accounts.ts'
export { type Chain, createChain } from './chain.ts'
export { type ConsensusDriver, createConsensusDriver } from './consensus-driver.ts'
export { type ConsensusPeers, createLocalNetwork, noPeers, type PeerListener } from './consensus-peers.ts'
export { type Contests, createContests } from './contests.ts'
export { createDagView, type DagView, type EpochStart } from './dag-view.ts'
export { createDoor } from './door.ts'
export { createDrafts } from './drafts.ts'
export { recordEarlierBalances } from './earlier-balances.ts'
export { createEventServices } from './event-stream.ts'
export { createNodeEventHub, type NodeEventHub } from './events.ts'
export { createEvidenceReports, type EvidenceReports } from './evidence-reports.ts'
export { createExecutor } from './executor.ts'
export { createFinalityTimes } from './finality-times.ts'
export { loadOrCreateGenesis, readGenesis } from './genesis-file.ts'
export { genesisMethod, genesisQuota, serveGenesis, serveNoGenesis } from './genesis-requests.ts'
export { createHistoryList } from './history-list.ts'
export { createHsmServices } from './hsm.ts'
export { createInFlightRegistry, type InFlightRegistry } from './in-flight.ts'
export {
  type FetchGenesis,
  folderOfChain,
  type NetworkOffer,
  type NetworkOfferView,
  networkOption,
  offerOfFile,
  offerOfLink,
  offerView,
  writeJoinedNetwork,
} from './join-network.ts'
export { keptFromOf } from './joined-record.ts'
export { createJoiningServices } from './joining.ts'
export { createLabelServices } from './labels.ts'
export { serviceLimits } from './limits.ts'
export { createConsensusPeers, type LinkedPeersDeps, type LinkedPeersOptions } from './linked-peers.ts'
export { createMessageServices } from './messages.ts'
export { createNetworkServices } from './network.ts'
export { createNetworkAnnouncer } from './network-announcer.ts'
export { createNetworkFiles, type NetworkFiles, type NetworkRequest, networkDataDirs } from './network-files.ts'
export { createNetworkStatus, type NetworkStatusServices } from './network-status.ts'
export { alwaysLive, noNetwork } from './no-network.ts'
export { createPayments } from './payments.ts'
export { peerFiles } from './peer-files.ts'
export { createPolicyServices } from './policies.ts'
export { type Possession, type PossessionRequest, provePossession } from './possession.ts'
export { holdProvableState } from './provable-state.ts'
export { type Recovered, recover } from './recovery.ts'
export { createSettingsServices } from './settings.ts'
export { createSiblings } from './siblings.ts'
export { createStorageServices } from './storage.ts'
export * from './sync/index.ts'
export { createTokens, type Tokens } from './tokens.ts'
export { createTransactionViews } from './transaction-views.ts'
export { createTransactionServices } from './transactions.ts'
export type * from './types.ts'
export { createValidatorServices } from './validators.ts'
export { createVaultAnnouncer, createVaultServices, opensVault } from './vault.ts'
export { createVertexChecks } from './vertex-checks.ts'
export { createVertexTimes } from './vertex-times.ts'
