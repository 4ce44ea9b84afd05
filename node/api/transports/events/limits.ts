/** Every bound of server-sent events, its unit and its reason. Those of WebSocket are in ../websocket/limits.ts. */
export const serverSentEventLimits = {
  /** Streams at once: each is a connection of the listener that stays. */
  maxStreams: 128,
  /** The same, of one token. */
  maxStreamsPerCaller: 64,
  /** How long a reader may take nothing before its stream ends, ms. What it misses it gets by resuming. */
  maxStalledMs: 30_000,
  /** Names in a list of the query, types or accounts; the contract's own limits are tighter. */
  maxListCharacters: 8_192,
} as const

/** What tests change. */
export type ServerSentEventLimits = { readonly [Name in keyof typeof serverSentEventLimits]: number }
