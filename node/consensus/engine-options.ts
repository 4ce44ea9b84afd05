/** What an engine is made with, and what it shows. */
import type { Rng } from '../core/rng.ts'
import type { Validator } from './committee.ts'
import type { ProtocolRules } from './protocol-rules.ts'
import type { PreferenceOracle } from './snow.ts'
import type { EngineEffect, EngineInput, EngineStatus, ResumePoint } from './types.ts'

export interface EngineOptions {
  readonly chainId: Uint8Array
  readonly startTimeMs: number
  /** Of the first epoch; a resume point names those of the epoch it is in. */
  readonly validators: readonly Validator[]
  /** Id of the validator whose vertices this engine makes; null for a node that only follows. */
  readonly self: Uint8Array | null
  /** Ledger time of an epoch, in ms: it ends with the first commit past it. */
  readonly epochMs: number
  readonly checkpointIntervalMs: number
  /** Least time between two vertices while there is work, in ms. */
  readonly roundIntervalMs: number
  /** Time between two vertices when there is none, in ms: keeps ledger time moving for expiries. */
  readonly idleIntervalMs: number
  readonly resume: ResumePoint | null
  /** Draws whom to poll; never for keys. */
  readonly rng: Rng
  /** Others than the sound ones only in the simulator. */
  readonly rules?: ProtocolRules
  /** What comes of polls in place of their replies: in the simulator, where it must not matter. */
  readonly preferenceOracle?: PreferenceOracle
}

export interface Engine {
  /** Takes one input and returns what is to be done, in order. */
  handle(input: EngineInput): readonly EngineEffect[]
  /**
   * Takes back a transaction that still waits for a vertex: from then on this engine does not put it into one. False where
   * it does not wait; then it may be in a vertex that is being signed, in the order, or was never here.
   */
  withdraw(txId: Uint8Array): boolean
  /** Transactions it takes before its queue is full. */
  readonly room: number
  readonly status: EngineStatus
}
