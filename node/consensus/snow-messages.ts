/**
 * Polls between validators and their answers. Unsigned: the channel says who speaks, and nothing here counts towards
 * finality. One poll carries many conflict sets. Source: docs/protocol.md, "Snow preference".
 */
import { type CanonicalError, canonicalDecode, canonicalEncode } from '../core/canonical.ts'
import { type Codec, fixedBytes, listOf, nullable, record, uintUpTo } from '../core/codec.ts'
import type { Result } from '../core/result.ts'
import { hashLengthBytes } from '../crypto/hash.ts'
import { consensusLimits } from './limits.ts'

/** Version byte ‖ hash, as the ledger names accounts. */
const accountLengthBytes = 33

/** Transactions of one account with one nonce: at most one of them executes. */
export interface ConflictSet {
  readonly account: Uint8Array
  readonly nonce: number
}

export interface PollRequest {
  /** The poller's own count; an answer repeats it. */
  readonly pollId: number
  readonly sets: readonly ConflictSet[]
}

export interface PollReply {
  readonly pollId: number
  /** Id of the preferred transaction for each set of the request, in its order; null where none is known. */
  readonly preferences: readonly (Uint8Array | null)[]
}

export const pollRequestCodec: Codec<PollRequest> = record({
  pollId: uintUpTo(),
  sets: listOf(record({ account: fixedBytes(accountLengthBytes), nonce: uintUpTo() }), {
    min: 1,
    max: consensusLimits.snowMaxPollSets,
  }),
})

export const pollReplyCodec: Codec<PollReply> = record({
  pollId: uintUpTo(),
  preferences: listOf(nullable(fixedBytes(hashLengthBytes)), { min: 1, max: consensusLimits.snowMaxPollSets }),
})

/** Heads of the message and its list with the poll's number: 1 + 9 + 2 bytes, rounded up. */
const envelopeBytes = 16
/** A set: head, account with a head of 2 bytes, nonce of 9 at most. */
const setBytes = 1 + 2 + accountLengthBytes + 9
/** An id with its head of 2 bytes. */
const preferenceBytes = 2 + hashLengthBytes

/** Longest request and reply on the wire, bytes. */
export const maxPollRequestBytes: number = envelopeBytes + consensusLimits.snowMaxPollSets * setBytes
export const maxPollReplyBytes: number = envelopeBytes + consensusLimits.snowMaxPollSets * preferenceBytes

export function encodePollRequest(request: PollRequest): Uint8Array {
  return canonicalEncode(pollRequestCodec, request)
}

export function decodePollRequest(bytes: Uint8Array): Result<PollRequest, CanonicalError> {
  return canonicalDecode(pollRequestCodec, bytes, maxPollRequestBytes)
}

export function encodePollReply(reply: PollReply): Uint8Array {
  return canonicalEncode(pollReplyCodec, reply)
}

/** Whether it fits the request is the poller's to check. */
export function decodePollReply(bytes: Uint8Array): Result<PollReply, CanonicalError> {
  return canonicalDecode(pollReplyCodec, bytes, maxPollReplyBytes)
}
