/**
 * Why a channel did not come about, or ended. Codes are stable (docs/errors.md, "Secure channel"): they reach logs, scores and
 * the command line. libp2p keeps only the text of what an encrypter throws, so refusals are told to `onRefusal` as well.
 */
import { NodeError } from '../../core/node-error.ts'

/** What is wrong with a message of the handshake. */
export type HandshakeError =
  /** Every message of the handshake has exactly one length. */
  | { code: 'CHANNEL_MESSAGE_LENGTH'; sizeBytes: number; expectedBytes: number }
  /** The ML-KEM key has coefficients that are not reduced (FIPS 203 §7.2). */
  | { code: 'CHANNEL_KEM_KEY_INVALID' }
  /** The X25519 key is of low order: the result would be known to everybody (RFC 7748 §6.1). */
  | { code: 'CHANNEL_KEY_AGREEMENT_INVALID' }
  /** A part does not decrypt: changed on the way, from another handshake, or for another network or transport. */
  | { code: 'CHANNEL_DECRYPT_FAILED' }
  /** The channel key is not signed by the peer that claims it. */
  | { code: 'CHANNEL_IDENTITY_INVALID' }
  /** Another peer answered than the one that was called. */
  | { code: 'CHANNEL_PEER_MISMATCH' }
  /** The other end is this node: called by mistake, or its own messages sent back. */
  | { code: 'CHANNEL_SELF' }

/** What else ends a channel. */
export type ChannelCode =
  | HandshakeError['code']
  /** The other end closed, or the transport broke, before the handshake was over. */
  | 'CHANNEL_CLOSED'
  /** The handshake took longer than `limits.handshakeTimeoutMs`, or than the caller waits. */
  | 'CHANNEL_TIMEOUT'
  /** A frame that does not decrypt, is empty where it must not be, or is too short to hold a tag. */
  | 'CHANNEL_FRAME_INVALID'
  /** The stream ended without the other end having said so inside the channel. */
  | 'CHANNEL_TRUNCATED'
  /** As many frames have passed as one channel may carry. */
  | 'CHANNEL_EXHAUSTED'
  /** A peer that is known to be hybrid came with the classical handshake. */
  | 'CHANNEL_DOWNGRADE_REFUSED'
  /** Classical peers were to be allowed on a validator. */
  | 'CHANNEL_CLASSICAL_FORBIDDEN'
  /** The transport under a channel cannot say what identifies it. */
  | 'CHANNEL_TRANSPORT_UNBOUND'
  /** The peer's key is not Ed25519. */
  | 'CHANNEL_KEY_UNSUPPORTED'

const texts: Readonly<Record<ChannelCode, string>> = {
  CHANNEL_MESSAGE_LENGTH: 'a message of the handshake has another length than it must have',
  CHANNEL_KEM_KEY_INVALID: 'the ML-KEM key of the other side is not reduced',
  CHANNEL_KEY_AGREEMENT_INVALID: 'the X25519 key of the other side is of low order',
  CHANNEL_DECRYPT_FAILED: 'a message of the handshake does not decrypt: changed, or from another network',
  CHANNEL_IDENTITY_INVALID: 'the channel key is not signed by the peer that claims it',
  CHANNEL_PEER_MISMATCH: 'another peer answered than the one that was called',
  CHANNEL_SELF: 'the other end is this node itself',
  CHANNEL_CLOSED: 'the connection ended during the handshake',
  CHANNEL_TIMEOUT: 'the handshake took too long',
  CHANNEL_FRAME_INVALID: 'a frame of the channel is not valid',
  CHANNEL_TRUNCATED: 'the stream ended before the other side ended it',
  CHANNEL_EXHAUSTED: 'the channel has carried as many frames as it may',
  CHANNEL_DOWNGRADE_REFUSED: 'a peer known to be post-quantum came without it',
  CHANNEL_CLASSICAL_FORBIDDEN: 'a validator cannot allow classical peers',
  CHANNEL_TRANSPORT_UNBOUND: 'the transport under the channel cannot be identified',
  CHANNEL_KEY_UNSUPPORTED: 'a peer has an Ed25519 key here, and no other',
}

export function channelError(code: ChannelCode, cause?: unknown): NodeError {
  return new NodeError(code, texts[code], { cause })
}

/** An error of ours as it is; anything else that came up during a handshake as CHANNEL_CLOSED. */
export function asChannelError(cause: unknown): NodeError {
  return cause instanceof NodeError ? cause : channelError('CHANNEL_CLOSED', cause)
}
