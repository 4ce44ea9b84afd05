/** Every bound of the client, its unit and its reason. */
export const clientLimits = {
  /** From asking for a connection to having it, ms: the node is on this machine or one hop away. */
  openTimeoutMs: 10_000,
  /** First wait before a lost connection is made again, ms; it doubles each time up to the second. */
  reconnectDelayMs: 250,
  maxReconnectDelayMs: 10_000,
  /** Heartbeats that an event stream may miss before it counts as dead. */
  missedHeartbeats: 3,
  /** Events taken before they are acknowledged together: a fifth of the credit, so that the node never waits. */
  acknowledgeEvery: 200,
} as const
