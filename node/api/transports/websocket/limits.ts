/** Every bound of WebSocket connections, its unit and its reason. Tests hand in their own; a running node uses these. */
export const webSocketLimits = {
  /** Connections at once, those being opened included: below what the listener takes, so that REST goes on beside them. */
  maxConnections: 384,
  /** The same, of one token: others keep a third. */
  maxConnectionsPerCaller: 256,
  /** Subprotocols offered at an upgrade: ours and the token. */
  maxSubprotocols: 8,

  /** One message of a caller that may carry secrets, bytes: a backup in hex and its envelope. */
  maxSecretMessageBytes: 12_500_000,
  /** One message of any other caller, bytes: 256 transfers with the longest memos. */
  maxMessageBytes: 512_000,
  /** One message on an event stream, bytes: a subscription to 100 accounts. */
  maxEventMessageBytes: 32_000,
  /** Frames of one message: programs send one, browsers some for a large message. More would cost more than they carry. */
  maxFragments: 1_024,
  /** Pieces of unread data a connection may hold: the largest message in pieces of a kilobyte. */
  maxBufferedChunks: 16_384,

  /** Calls of one connection that have no answer yet, streams included. */
  maxOutstandingCalls: 64,
  /** Bytes written and not taken above which nothing more is read: whoever does not listen is not asked. */
  pauseAtUnsentBytes: 1_000_000,
  /** The same above which the connection is dropped: one of the largest answers beyond it. */
  maxUnsentBytes: 16_000_000,
  /** The same of an event stream: about 2,000 events. */
  maxUnsentEventBytes: 1_000_000,

  /** Between two pings, ms; a connection without any sign of life for one of these is dropped. */
  pingIntervalMs: 30_000,
  /** Nothing asked and nothing awaited for so long ends a connection, ms; a client makes it again when it needs it. */
  idleTimeoutMs: 600_000,
  /** From the upgrade to the subscription on an event stream, ms. */
  subscribeTimeoutMs: 10_000,
  /** From our close frame to a hard end, ms. */
  closeTimeoutMs: 2_000,

  /** Changes kept in mind so that a repeated request is not recorded again; 150 bytes each. */
  maxRecordedChanges: 10_000,
} as const

/** What tests change. */
export type WebSocketLimits = { readonly [Name in keyof typeof webSocketLimits]: number }
