/** Every bound of the folder, its unit and its reason. */
export const simLimits = {
  /** Ledger time at the start of every run: a full minute, so that expiries can be counted from its edge. */
  startTimeMs: 1_750_000_020_000,
  /** Least time between two vertices of a validator, in ms: the product's. */
  roundIntervalMs: 100,
  /** Between two vertices where there is nothing to do, in ms. */
  idleIntervalMs: 5_000,
  /** Ledger time between checkpoints, in ms: the product's up to 20 validators. */
  checkpointIntervalMs: 2_000,
  /** A signature is made in this time, in ms. */
  signMs: 1,
  /** Vertices are checked in up to this time, in ms. */
  maxVerifyMs: 2,
  /** A write becomes durable in this time, in ms: from a good disk to a poor one. */
  minSyncMs: 1,
  maxSyncMs: 6,
  /** After a crash at random a validator stays down for so long, in ms. */
  minDownMs: 100,
  maxDownMs: 3_000,
  /** Transactions an account has under way at once: enough for parking, below what admission allows. */
  maxInFlight: 4,
  /** Between looks at memory, clients and the end, in ms of virtual time. */
  watchIntervalMs: 500,
  /** Before a message that a scripted network holds is looked at again, in ms. */
  holdMs: 50,
  /** Violations that are kept: one is enough to fail a run. */
  maxViolations: 20,
  /** Pieces of a snapshot, in bytes: small, so that the few accounts of a run make many. */
  snapshotChunkBytes: 4_096,
  /** A joiner that finds no checkpoint looks again after this time, in ms. */
  joinRetryMs: 500,
  /** A Byzantine validator whose engine gave up starts anew after this time, in ms. */
  byzantineRestartMs: 1_000,
} as const
