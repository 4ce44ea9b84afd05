/**
 * What validators say to one another. Transactions, vertices, checkpoints and evidence are signed by their authors; polls and
 * fetches are not, and are believed only as far as the channel they come over. Source: docs/protocol.md, "Messages".
 */
import { type CanonicalError, canonicalDecode, canonicalEncode } from '../core/canonical.ts'
import { bytesUpTo, type Codec, fixedBytes, listOf, nullable, record, taggedUnion, uintUpTo } from '../core/codec.ts'
import { err, ok, type Result } from '../core/result.ts'
import { hashLengthBytes } from '../crypto/hash.ts'
import { type Checkpoint, type CheckpointCertificate, certificateCodec, checkpointCodec } from './checkpoint.ts'
import { consensusLimits } from './limits.ts'
import { type PollReply, type PollRequest, pollReplyCodec, pollRequestCodec } from './snow-messages.ts'
import {
  decodeVertex,
  encodeVertex,
  referenceCodec,
  type Vertex,
  type VertexError,
  type VertexReference,
} from './vertex.ts'

export interface VerticesMessage {
  readonly kind: 'vertices'
  readonly vertices: readonly Vertex[]
}

/** Asks for vertices by name, and for every vertex of the epoch from a round on. */
export interface FetchMessage {
  readonly kind: 'fetch'
  readonly epoch: number
  readonly references: readonly VertexReference[]
  readonly fromRound: number | null
}

/** Transactions on their way to a vertex: canonical signed bytes each. The driver checks them; the engine sees proposals. */
export interface TransactionsMessage {
  readonly kind: 'transactions'
  readonly transactions: readonly Uint8Array[]
}

export interface CheckpointSignatureMessage {
  readonly kind: 'checkpoint-signature'
  readonly checkpoint: Checkpoint
  readonly validator: Uint8Array
  readonly signature: Uint8Array
}

export interface CheckpointCertificateMessage {
  readonly kind: 'checkpoint-certificate'
  readonly checkpoint: Checkpoint
  readonly certificate: CheckpointCertificate
}

/** Asks for the certificates of these checkpoints: from whoever has no signature of its own to say them by. */
export interface CheckpointRequestMessage {
  readonly kind: 'checkpoint-request'
  readonly seqs: readonly number[]
}

export interface PollMessage {
  readonly kind: 'poll'
  readonly request: PollRequest
}

export interface PollReplyMessage {
  readonly kind: 'poll-reply'
  readonly reply: PollReply
}

export type Message =
  | VerticesMessage
  | FetchMessage
  | TransactionsMessage
  | CheckpointSignatureMessage
  | CheckpointCertificateMessage
  | CheckpointRequestMessage
  | PollMessage
  | PollReplyMessage

export type MessageKind = Message['kind']

export type MessageError = CanonicalError | VertexError

type WireMessage =
  | { readonly kind: 'vertices'; readonly vertices: readonly Uint8Array[] }
  | FetchMessage
  | TransactionsMessage
  | CheckpointSignatureMessage
  | CheckpointCertificateMessage
  | CheckpointRequestMessage
  | PollMessage
  | PollReplyMessage

const wireVariants = {
  vertices: {
    wire: 1,
    codec: record({
      vertices: listOf(bytesUpTo(consensusLimits.maxVertexBytes), { min: 1, max: consensusLimits.maxMessageVertices }),
    }),
  },
  fetch: {
    wire: 2,
    codec: record({
      epoch: uintUpTo(),
      references: listOf(referenceCodec, { max: consensusLimits.maxFetchReferences }),
      fromRound: nullable(uintUpTo()),
    }),
  },
  transactions: {
    wire: 3,
    codec: record({
      transactions: listOf(bytesUpTo(consensusLimits.maxVertexTransactionBytes), {
        min: 1,
        max: consensusLimits.maxVertexTransactions,
      }),
    }),
  },
  'checkpoint-signature': {
    wire: 4,
    codec: record({ checkpoint: checkpointCodec, validator: fixedBytes(hashLengthBytes), signature: bytesUpTo(8_192) }),
  },
  'checkpoint-certificate': {
    wire: 5,
    codec: record({ checkpoint: checkpointCodec, certificate: certificateCodec }),
  },
  poll: { wire: 6, codec: record({ request: pollRequestCodec }) },
  'poll-reply': { wire: 7, codec: record({ reply: pollReplyCodec }) },
  'checkpoint-request': {
    wire: 8,
    codec: record({ seqs: listOf(uintUpTo(), { min: 1, max: consensusLimits.maxCertificateRequest }) }),
  },
}

const wireCodec: Codec<WireMessage> = taggedUnion<WireMessage>(wireVariants)

const kindByWire = new Map(Object.entries(wireVariants).map(([kind, { wire }]) => [wire, kind as Message['kind']]))

/**
 * The kind that bytes claim to be, by their first two; undefined where they are no message. For rules and counters that need
 * not know more: a message is an array of its kind's number and its fields.
 */
export function messageKindOf(bytes: Uint8Array): Message['kind'] | undefined {
  return ((bytes[0] ?? 0) & 0xe0) === 0x80 ? kindByWire.get(bytes[1] ?? 0) : undefined
}

export function encodeMessage(message: Message): Uint8Array {
  return canonicalEncode(
    wireCodec,
    message.kind === 'vertices'
      ? { kind: 'vertices', vertices: message.vertices.map(encodeVertex) }
      : (message as WireMessage),
  )
}

/** Form and limits; signatures are checked later. */
export function decodeMessage(chainId: Uint8Array, bytes: Uint8Array): Result<Message, MessageError> {
  const decoded = canonicalDecode(wireCodec, bytes, consensusLimits.maxMessageBytes)
  if (!decoded.ok) return decoded
  const message = decoded.value
  if (message.kind !== 'vertices') return ok(message as Message)
  const vertices: Vertex[] = []
  for (const encoded of message.vertices) {
    const vertex = decodeVertex(chainId, encoded)
    if (!vertex.ok) return err(vertex.error)
    vertices.push(vertex.value)
  }
  return ok({ kind: 'vertices', vertices })
}
