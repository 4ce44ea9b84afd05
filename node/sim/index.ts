/**
 * The whole-network simulator: the real engine and ledger of every validator under a seeded clock, network, disk and
 * adversaries, with checkers that read raw votes and orders. Pure: no clock, no chance, no I/O of its own.
 */
export * from './campaign.ts'
export { type Control, controlOptions, controls } from './controls.ts'
export * from './minimise.ts'
export * from './options.ts'
export * from './simulation.ts'
