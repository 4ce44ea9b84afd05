/**
 * Consensus: vertices, the commit rule and checkpoints, as a pure state machine (inputs and ticks in, effects out).
 * Rules: docs/protocol.md, "Consensus".
 */
export * from './checkpoint.ts'
export * from './checkpoint-schedule.ts'
export * from './committee.ts'
export * from './engine.ts'
export * from './engine-options.ts'
export * from './limits.ts'
export * from './messages.ts'
export * from './protocol-rules.ts'
export * from './types.ts'
export * from './vertex.ts'
