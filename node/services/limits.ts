/** Every bound of the folder, its unit and its reason. */
export const serviceLimits = {
  /** Transactions admitted and not final, over all accounts; at 5 KB each about 100 MB. Configurable below this. */
  maxInFlightTransactions: 20_000,
  /** How long a transaction this node's vault signs stays valid, in ms: long enough for a slow network, short enough
   * that somebody who retries by hand after it does not pay twice. */
  paymentValidityMs: 10 * 60 * 1_000,
  /** Decoded vertices kept for showing transactions, of up to 2 MB each. */
  maxCachedVertices: 16,
  /** Transactions on a page. */
  maxPageSize: 200,
  defaultPageSize: 50,
  /** Events kept for resuming, and left unread by one subscriber. */
  eventHistory: 10_000,
  eventsUnread: 1_000,
  eventSubscribers: 1_000,
  /** Finality times kept for the percentiles. */
  finalitySamples: 1_000,
  /** Rows read from storage at a time while replaying. */
  replayPage: 64,
  /** Entries of the audit log shown at a time. */
  maxAuditPage: 1_000,
} as const
