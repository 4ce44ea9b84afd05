/**
 * The ledger: accounts, transactions, fees, and the pure state transition over them, with the tree that commits to the state.
 * Nothing here reads a clock, draws a random number or touches a disk: the same order gives the same state on every machine.
 */
export * from './account.ts'
export * from './address.ts'
export * from './admission.ts'
export * from './commit-plan.ts'
export * from './epochs.ts'
export * from './evidence.ts'
export * from './execution.ts'
export * from './genesis.ts'
export * from './genesis-json.ts'
export * from './history.ts'
export * from './limits.ts'
export * from './network-fee.ts'
export * from './parallel-execution.ts'
export * from './parameters.ts'
export * from './rules.ts'
export * from './stake.ts'
export * from './state.ts'
export * from './state-tree.ts'
export * from './transaction.ts'
