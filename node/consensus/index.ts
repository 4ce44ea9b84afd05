/**
 * Consensus: vertices, the commit rule and checkpoints, as a pure state machine (inputs and ticks in, effects out).
 * Rules: docs/protocol.md, "Consensus".
 */
export * from './certificate.ts'
export * from './checkpoint.ts'
export * from './checkpoint-schedule.ts'
export * from './committee.ts'
export * from './conflict.ts'
export * from './engine.ts'
export * from './engine-options.ts'
export * from './evidence.ts'
export * from './joining.ts'
export * from './limits.ts'
export * from './messages.ts'
export * from './protocol-rules.ts'
export * from './randomness.ts'
export * from './snow.ts'
export * from './snow-messages.ts'
export * from './sortition.ts'
export * from './types.ts'
export * from './vertex.ts'
