/**
 * What a misdeed costs. A peer with points of `-peerLimits.banScore` is banned. Three sizes: what only malice or a broken
 * program does ends it at once; what can come of a bug, an old version or a race takes a few times; what also an honest peer
 * does on a bad day takes many.
 */

const atOnce = 100
const grave = 34
const small = 10
const slight = 3
/** Kept among the codes so that it counts nothing, not even as one that the table does not know. */
const none = 0

/** Points by code. Codes are stable: they stand in bans, which people read. */
export const misconductPoints = {
  // The proof of a validator (node/p2p/binding). Faults of a handshake have no points: until it is over, nobody knows whose they are.
  BINDING_MALFORMED: atOnce,
  /** Signed for another connection, or by another than it names. */
  BINDING_PROOF_INVALID: atOnce,
  CERTIFICATE_MALFORMED: atOnce,
  CERTIFICATE_SIGNATURE_INVALID: atOnce,
  CERTIFICATE_WRONG_PEER: atOnce,
  CERTIFICATE_VALIDITY: grave,
  CERTIFICATE_WRONG_NETWORK: grave,
  /** A clock that is wrong, here or there, or a renewal that was forgotten. */
  CERTIFICATE_EXPIRED: slight,
  CERTIFICATE_NOT_YET_VALID: slight,
  /** Busy, asleep, locked, or gone in the middle: nobody's fault. */
  BINDING_REFUSED: none,
  BINDING_UNSIGNED: none,
  BINDING_TIMEOUT: none,

  // Connections and streams of any kind (node/p2p/host).
  /** One more connection than a peer needs. Two that call each other at once may have one too many; who floods has hundreds. */
  CONNECTION_LIMIT: slight,
  /** Streams of a kind, or bytes in them, beyond what any use needs. */
  STREAM_RATE_EXCEEDED: small,

  // Links (node/p2p/wire).
  /** Bytes that are no frame: no version of this program sends them. */
  LINK_FRAME_INVALID: atOnce,
  LINK_MESSAGE_INVALID: atOnce,
  LINK_COMPRESSION_INVALID: atOnce,
  /** A message that only validators send, from one that is none: its place may have been lost this minute. */
  LINK_CLASS_REFUSED: grave,
  LINK_HELLO_INVALID: grave,
  /** An honest peer that catches up may, for a moment; one that floods does so each second, and is not read meanwhile. */
  LINK_RATE_EXCEEDED: small,
  /** Slow, asleep, or on a bad line. */
  LINK_HELLO_TIMEOUT: slight,
  LINK_STALLED: slight,
  LINK_TOO_SLOW: slight,
  /** Somebody else's network: no offence, and no peer of ours. Cut off each time; a few times a day it is left alone. */
  LINK_WRONG_CHAIN: grave,

  // Gossip. What it carries was checked before an honest peer passed it on.
  GOSSIP_REJECTED: grave,
  /** It breaks the rules of gossip itself: promises what it does not send, joins meshes it was asked to leave. */
  GOSSIP_CONTROL: grave,

  // Questions and answers.
  REQUEST_INVALID: atOnce,
  REQUEST_QUOTA: small,
  /** It asked, and did not take the answer in time: a bad line, or one that keeps memory here busy. */
  ANSWER_NOT_TAKEN: slight,
  RESPONSE_INVALID: grave,
  RESPONSE_TIMEOUT: slight,

  // Consensus: what no honest peer sends, whatever it knows.
  MESSAGE_MALFORMED: atOnce,
  /** A kind that only a proven validator may send: the proof may have been lost a moment ago. */
  MESSAGE_REFUSED: grave,
  TRANSACTION_INVALID: grave,
  SIGNATURE_INVALID: atOnce,
  VERTEX_SIGNATURE: atOnce,
  VERTEX_PARENTS: atOnce,
  CHECKPOINT_SIGNATURE: atOnce,
  /** Who takes part changes with the epoch, and not everywhere in the same moment. */
  VERTEX_AUTHOR_UNKNOWN: grave,
  CHECKPOINT_SIGNER_UNKNOWN: grave,

  // Synchronising: answers that do not prove what they say.
  SYNC_ANSWER_MALFORMED: atOnce,
  SYNC_CERTIFICATE_INVALID: atOnce,
  SYNC_EPOCHS_INVALID: atOnce,
  SYNC_MANIFEST_WRONG: atOnce,
  SYNC_CHUNK_WRONG: atOnce,
  SYNC_CONSENSUS_WRONG: atOnce,
  SYNC_FORKED: grave,
} as const satisfies Record<string, number>

/** A code that this table does not know: counts, and ends nobody by itself. */
export const unknownMisconductPoints = small

export function pointsOf(code: string): number {
  return Object.hasOwn(misconductPoints, code)
    ? misconductPoints[code as keyof typeof misconductPoints]
    : unknownMisconductPoints
}
