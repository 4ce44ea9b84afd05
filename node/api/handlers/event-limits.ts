/** Every bound of event streams that is not part of the contract, its unit and its reason. */
export const eventLimits = {
  /** Events that a feed gives out in one turn of the event loop, some 0.1 ms each with their encoding: a commit announces
   * hundreds at once. No fewer than come in meanwhile, seven for each of eight transactions a turn (doorStepsATurn). */
  eventsATurn: 64,
  /** Between two signs of life on a stream, ms: below what proxies and firewalls take for a dead connection. */
  heartbeatMs: 15_000,
  /**
   * How long a stream whose credit is used up waits for an acknowledgement before it ends, ms. On one machine
   * acknowledgements take milliseconds; without this wait a burst of one large commit would end every stream.
   */
  acknowledgeGraceMs: 2_000,
} as const
