/**
 * Why a connection ends, as its close code; the reason beside it is the code of the contract's table or a word of ours.
 * 1000 to 1015 are those of RFC 6455, 7.4.1; 4000 to 4999 are for programs, and follow the HTTP statuses they resemble.
 */
export const closeCodes = {
  /** The node is shutting down. */
  goingAway: 1001,
  /** A binary message: every message is text. */
  unsupportedData: 1003,
  /** A fault of the node's own. */
  internal: 1011,
  /** The message is none, or not valid. */
  malformed: 4400,
  /** The token has been revoked or has expired. */
  tokenInvalid: 4401,
  /** The caller may not, or what it asks about is unknown: the last message says what. */
  refused: 4403,
  /** No subscription came, or nothing was asked for a long time. */
  idle: 4408,
  /** The reader was too slow: the last message is the gap notice. Or it sent too much: the last message says so. */
  tooSlow: 4429,
} as const
