/** Every bound of the view of the network, its unit and its reason. */
export const limits = {
  /** Entries of the audit log that are shown: the last hours of use. */
  auditEntries: 50,
  /** Checkpoints kept: beyond, the oldest are asked for again. */
  maxCheckpoints: 200,
  /** Between two questions for the network's status while the view is looked at, ms: rounds move without events. */
  pollMs: 3_000,
  /** At most one round of questions in this time, however many events come, ms. */
  refreshMs: 2_000,
} as const
