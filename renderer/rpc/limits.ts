/** Every bound of the connection as the page sees it, its unit and its reason. */
export const limits = {
  /** Events handed over at a time and kept for it. More in one frame than this: the page shows a new snapshot instead. */
  maxBatchedEvents: 4_000,
  /** Longest wait before events are handed over in a page that is not seen, ms: browsers draw no frames for it. */
  hiddenFlushMs: 500,
  /** Waits before the node is asked for again after a loss, ms; it doubles each time up to the second. */
  retryDelayMs: 300,
  maxRetryDelayMs: 5_000,
  /** From `#c=` to a session, ms. */
  sessionTimeoutMs: 10_000,
  /** Characters of a single-use code; the node's have 43. */
  maxCodeCharacters: 128,
  /** Characters of the session's token; the node's have 50. */
  maxTokenCharacters: 256,
} as const
