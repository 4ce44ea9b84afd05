/** Every bound of the command line, its unit and its reason. */
export const cliLimits = {
  /** A secret from a file, descriptor or prompt, bytes: a pass phrase or 24 words, with room. */
  maxSecretBytes: 1_024,
  /** `--wait` without `--timeout`, seconds: several times the worst finality seen with faults. */
  defaultWaitSeconds: 60,
  /** `--timeout`, seconds: a transaction is valid for a day at most. */
  maxWaitSeconds: 86_400,
  /** `token create --expires-in`, ms: ten years, as the node takes. */
  maxTokenLifeMs: 10 * 365 * 86_400_000,
  /** Between looks at whether a final transaction has its checkpoint, ms: they come every 2 s. */
  checkpointPollMs: 250,
  /** Between redraws of the progress line, ms. */
  progressIntervalMs: 200,
  /** Validators that can be asked for: as many as a genesis names. How many run on one machine the node says (NETWORK_SIZE). */
  maxTypedValidators: 1_000,
  /** For a node to end after it said that it would, ms: it finishes writes first. */
  stopTimeoutMs: 30_000,
  /** For a detached node to serve, ms: a long history is checked at the start. */
  startTimeoutMs: 120_000,
  /** Between looks at whether a process has ended, or the node that is starting already answers, ms. */
  processPollMs: 50,
  /** For the opener of a browser to say that it failed, ms; one that stays has opened it. */
  openerWaitMs: 2_000,
  /** For a node that holds the data folder to answer on its socket while it starts, ms. */
  attachTimeoutMs: 15_000,
} as const
