/** Every bound of the folder, its unit and its reason. */
export const fuzzLimits = {
  /** Mutated messages a virtual second, by all fuzzers together: some hundred to each honest validator between two rounds. */
  messagesPerSecond: 2_000,
  /** Between two bursts, in ms. */
  burstIntervalMs: 10,
  /** Before the first burst, in ms: until then there is nothing to mutate. */
  startMs: 1_000,
  /** Virtual time after the last burst, in ms: what is under way arrives and is answered. */
  settleMs: 2_000,
  /** Messages of a kind that are remembered, of the newest and of all times each. */
  rememberedMessages: 64,
  /** Vertices with unknown parents in one message. */
  orphansInFlood: 20,
  /** Vertices, or transactions, of which one has a bad signature. */
  batchSize: 500,
  /** Share of messages that cost as much as a thousand others: whole batches, and what is longer than any message may be. */
  heavyShare: 0.03,
  /** Least time a message takes, in ms: low enough to answer some before the others have. */
  minDelayMs: 5,
  /** Ledger time of an epoch in a fuzz, in ms: what is repeated is often of another. */
  epochMs: 8_000,
  /** The clients' load beside it, transactions a second. */
  load: 10,
} as const
