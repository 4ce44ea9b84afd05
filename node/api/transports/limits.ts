/** Every bound of the local socket and of what all connections have alike, its unit and its reason. */
export const transportLimits = {
  /** One frame, bytes. The largest message is a backup in hex: twice 6 MB, and the envelope. */
  maxFrameBytes: 12_500_000,
  /** The greeting, bytes: two numbers and a name. Nothing longer is read before it. */
  maxGreetingBytes: 256,
  /** Connections at once: a desktop, some terminals and scripts of one user. Each may cost a frame of memory. */
  maxConnections: 64,
  /** Calls of one connection that have no answer yet, streams included: a script that fans out, not one that floods. */
  maxOutstandingCalls: 64,
  /** Bytes written and not yet taken by the other side: two of the largest answers. A reader that leaves more is dropped. */
  maxUnsentBytes: 25_000_000,
  /** From connecting to a greeting, ms: the other side is on this machine. */
  greetingTimeoutMs: 5_000,
  /** From the last answer to a hard end of the connection when the server closes, ms. */
  closeGraceMs: 1_000,
  /** Bytes of a Unix socket's path without its terminating zero: sockaddr_un has 108 on Linux, 104 on macOS and BSD. */
  maxSocketPathBytes: { linux: 107, other: 103 },
} as const
