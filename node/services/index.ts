/**
 * What the node does, put together from the layers below: recovery, the door for transactions, the drive of consensus and
 * execution, and the services that the API's handlers call (types.ts). node/node.ts wires them.
 */
export { createAccountServices } from './accounts.ts'
export { type Chain, createChain } from './chain.ts'
export { type ConsensusDriver, createConsensusDriver } from './consensus-driver.ts'
export { createDoor } from './door.ts'
export { createEventServices } from './event-stream.ts'
export { createNodeEventHub, type NodeEventHub } from './events.ts'
export { createExecutor } from './executor.ts'
export { createFinalityTimes } from './finality-times.ts'
export { loadOrCreateGenesis } from './genesis-file.ts'
export { createInFlightRegistry, type InFlightRegistry } from './in-flight.ts'
export { serviceLimits } from './limits.ts'
export { createPayments } from './payments.ts'
export { type Recovered, recover } from './recovery.ts'
export { createStorageServices } from './storage.ts'
export { createTransactionViews } from './transaction-views.ts'
export { createTransactionServices } from './transactions.ts'
export type * from './types.ts'
export { createVaultServices } from './vault.ts'
export { createVertexTimes } from './vertex-times.ts'
