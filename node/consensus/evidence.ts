/**
 * Evidence of equivocation, as the ledger takes it: two messages that one validator signed although it may sign one of them.
 * Made by whoever saw both, read without knowing any key. Source: docs/protocol.md, "Evidence".
 */
import { compareBytes, equalBytes } from '../core/bytes.ts'
import { type CanonicalError, canonicalDecode, canonicalEncode } from '../core/canonical.ts'
import { bytesUpTo, fixedBytes, record, taggedUnion } from '../core/codec.ts'
import { err, ok, type Result } from '../core/result.ts'
import { hashLengthBytes } from '../crypto/hash.ts'
import type { EvidenceFormError, Offence, ReadEvidence } from '../ledger/evidence.ts'
import { type Checkpoint, checkpointMessage, decodeCheckpoint, encodeCheckpoint } from './checkpoint.ts'
import { consensusLimits } from './limits.ts'
import { decodeStatement, encodeStatement, statementMessage, statementOf, type VertexHeader } from './vertex.ts'

interface Side {
  /** Canonical statement of a vertex, or checkpoint. */
  readonly content: Uint8Array
  readonly signature: Uint8Array
}

type Evidence =
  | { readonly kind: 'vertex'; readonly first: Side; readonly second: Side }
  /** A checkpoint does not name who signed it. */
  | { readonly kind: 'checkpoint'; readonly validatorId: Uint8Array; readonly first: Side; readonly second: Side }

const sideCodec = record({ content: bytesUpTo(consensusLimits.maxEvidenceBytes), signature: bytesUpTo(8_192) })
const evidenceCodec = taggedUnion<Evidence>({
  vertex: { wire: 1, codec: record({ first: sideCodec, second: sideCodec }) },
  checkpoint: {
    wire: 2,
    codec: record({ validatorId: fixedBytes(hashLengthBytes), first: sideCodec, second: sideCodec }),
  },
})

export interface SignedHeader {
  readonly header: VertexHeader
  readonly signature: Uint8Array
}

/** Evidence of two vertices, in the one order that it has. Whether they prove anything, readEvidence tells. */
export function vertexEvidence(a: SignedHeader, b: SignedHeader): Uint8Array {
  const sides = [a, b].map(({ header, signature }) => ({ content: encodeStatement(statementOf(header)), signature }))
  return canonicalEncode(evidenceCodec, { kind: 'vertex', ...inOrder(sides) })
}

export interface SignedCheckpointBy {
  readonly checkpoint: Checkpoint
  readonly signature: Uint8Array
}

export function checkpointEvidence(validatorId: Uint8Array, a: SignedCheckpointBy, b: SignedCheckpointBy): Uint8Array {
  const sides = [a, b].map(({ checkpoint, signature }) => ({ content: encodeCheckpoint(checkpoint), signature }))
  return canonicalEncode(evidenceCodec, { kind: 'checkpoint', validatorId, ...inOrder(sides) })
}

/**
 * What a piece of evidence says, if its signatures hold: whose they must be, and which offence it shows.
 *
 * @returns EVIDENCE_INVALID where it does not decode, is in the other order, or does not show two different messages of one
 *   validator for one (epoch, round) or (epoch, number)
 */
export function readEvidence(chainId: Uint8Array, bytes: Uint8Array): Result<ReadEvidence, EvidenceFormError> {
  const decoded = canonicalDecode(evidenceCodec, bytes, consensusLimits.maxEvidenceBytes)
  if (!decoded.ok) return invalid(decoded.error.code)
  const { first, second } = decoded.value
  if (compareBytes(first.content, second.content) >= 0) return invalid('the messages are the same, or not in order')
  return decoded.value.kind === 'vertex'
    ? readVertices(chainId, first, second)
    : readCheckpoints(chainId, decoded.value.validatorId, first, second)
}

function readVertices(chainId: Uint8Array, first: Side, second: Side): Result<ReadEvidence, EvidenceFormError> {
  const [a, b] = [decodeStatement(first.content), decodeStatement(second.content)]
  if (!a.ok || !b.ok) return notDecoded(a, b)
  const { epoch, round, author } = a.value
  if (epoch !== b.value.epoch || round !== b.value.round || !equalBytes(author, b.value.author)) {
    return invalid('the statements are of different rounds or authors, which is no offence')
  }
  return ok({
    validatorId: author,
    offence: { kind: 'vertex', epoch, position: round },
    statements: [
      { message: statementMessage(chainId, a.value), signature: first.signature },
      { message: statementMessage(chainId, b.value), signature: second.signature },
    ],
  })
}

function readCheckpoints(
  chainId: Uint8Array,
  validatorId: Uint8Array,
  first: Side,
  second: Side,
): Result<ReadEvidence, EvidenceFormError> {
  const [a, b] = [decodeCheckpoint(first.content), decodeCheckpoint(second.content)]
  if (!a.ok || !b.ok) return notDecoded(a, b)
  const { epoch, seq } = a.value
  if (epoch !== b.value.epoch || seq !== b.value.seq) {
    return invalid('the checkpoints have different numbers, which is no offence')
  }
  const offence: Offence = { kind: 'checkpoint', epoch, position: seq }
  return ok({
    validatorId,
    offence,
    statements: [
      { message: checkpointMessage(chainId, a.value), signature: first.signature },
      { message: checkpointMessage(chainId, b.value), signature: second.signature },
    ],
  })
}

/** By their bytes, so that an offence that two people report has one form. */
function inOrder([a, b]: readonly Side[]): { first: Side; second: Side } {
  const [one, other] = [a as Side, b as Side]
  return compareBytes(one.content, other.content) <= 0 ? { first: one, second: other } : { first: other, second: one }
}

function notDecoded(...sides: readonly Result<unknown, CanonicalError>[]): Result<never, EvidenceFormError> {
  const bad = sides.find((side) => !side.ok)
  return invalid(bad?.ok === false ? bad.error.code : 'a message does not decode')
}

function invalid(reason: string): Result<never, EvidenceFormError> {
  return err({ code: 'EVIDENCE_INVALID', reason })
}
