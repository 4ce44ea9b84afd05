/** Every bound of the HTTP listener, its unit and its reason. Tests hand in their own; a running node uses these. */
export const httpLimits = {
  /** Body of a POST, bytes: a signed transaction of the longest kind in hex (131,072), and the JSON around it. */
  maxBodyBytes: 140_000,
  /** What is still read of a body that will be refused, bytes, so that the answer arrives before the connection ends. */
  maxDiscardedBytes: 1_000_000,
  /** Depth of JSON in a body: an intent has three levels; the parsers behind recurse. */
  maxJsonDepth: 16,
  /** Request line and headers together, bytes: a token and an idempotency key are 1 kB; Node's own default is 16 kB. */
  maxHeaderBytes: 16_384,
  /**
   * Address of a request, bytes: the longest list query has an account and a search of 128 characters each, 9 bytes a
   * character in percent-encoding where it is not ASCII, a cursor of 512, and 300 for the rest.
   */
  maxUrlBytes: 4_096,
  /** Parameters in a query: the longest list has eight. */
  maxQueryParameters: 16,
  /** Characters of a token: ours have below 100, others' formats have room. */
  maxTokenCharacters: 512,
  /** Reasons named in one answer to an invalid input: enough to mend a form with. */
  maxNamedErrors: 16,

  /** From the first byte (or the connection) to the end of the headers, ms. Slow headers end here. */
  headersTimeoutMs: 10_000,
  /** From the first byte of a request to the last of its body, ms. 140 kB in this time is a very slow line. */
  requestTimeoutMs: 20_000,
  /** How long a connection without a request is kept for the next one, ms. */
  keepAliveTimeoutMs: 15_000,
  /** How often the two times above are looked at, ms. */
  timeoutCheckIntervalMs: 1_000,
  /** Nothing read or written on a connection for so long ends it, ms; event streams send heartbeats well below it. */
  idleSocketTimeoutMs: 60_000,
  /** From the close of the listener to a hard end of what is still being answered, ms. */
  closeGraceMs: 2_000,

  /** Connections in all. Each costs some 20 kB; the longest idle one makes room for a new one. */
  maxConnections: 1_024,
  /** Connections of one address: a proxy or a test with hundreds fits, and others keep half of all. */
  maxConnectionsPerAddress: 512,
  /** Requests being answered at once, all callers together; above it the node answers 429 rather than queue them. */
  maxConcurrentRequests: 512,
  /** The same, of one token: no script takes every place. */
  maxConcurrentRequestsPerCaller: 128,

  /** Requests a token may make in a window: 1,000 a second, a tenth of what two cores answer. */
  tokenQuota: 10_000,
  /** Requests an address may make in a window, those without a sound token included. */
  addressQuota: 20_000,
  /** Length of that window, seconds; a quota refills evenly over it. */
  quotaWindowSeconds: 10,
  /** Callers whose quota is kept in mind; beyond it the one seen longest ago goes, whose quota is whole again as a rule. */
  maxQuotaKeys: 10_000,

  /** How long the single-use code that opens the browser interface works, ms. */
  browserCodeMs: 60_000,
  /** Codes waiting to be used: each opening of the interface makes one. The oldest goes. */
  maxBrowserCodes: 16,
  /** How long an owner's session of the browser interface lasts, ms: a working day. It ends with the node in any case. */
  sessionMs: 12 * 60 * 60 * 1_000,
  /** Sessions at once: windows and browsers of one person. The oldest goes. */
  maxSessions: 32,

  /** Different refusals (code and route) written to the audit log a minute; all others are counted in one line. */
  maxRefusalKindsPerMinute: 32,
  /** Length of that minute, ms. */
  refusalWindowMs: 60_000,
} as const

/** What tests change. */
export type HttpLimits = { readonly [Name in keyof typeof httpLimits]: number }
