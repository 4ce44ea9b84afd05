/**
 * Consensus: vertices, the commit rule and checkpoints, as a pure state machine (inputs and ticks in, effects out).
 * Built: a network of one validator through the interface the full protocol uses. Rules: docs/protocol.md, "Consensus".
 */
export * from './checkpoint.ts'
export * from './committee.ts'
export * from './engine.ts'
export * from './evidence.ts'
export * from './limits.ts'
export * from './types.ts'
export * from './vertex.ts'
