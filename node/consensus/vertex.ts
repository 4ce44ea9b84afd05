/**
 * Vertices: what a validator signs, one a round. The signature covers a statement with a hash of the
 * header, and the header a root over the transactions. Source: docs/protocol.md, "Vertex DAG".
 */
import { concatBytes, equalBytes } from '../core/bytes.ts'
import { type CanonicalError, canonicalDecode, canonicalEncode } from '../core/canonical.ts'
import { bytesUpTo, type Codec, fixedBytes, listOf, record, uintUpTo } from '../core/codec.ts'
import { domainTags } from '../core/domain-tags.ts'
import { err, ok, type Result } from '../core/result.ts'
import { hashLengthBytes, sha3, sha256 } from '../crypto/hash.ts'
import { consensusLimits } from './limits.ts'

/** A vertex named by another. */
export interface VertexReference {
  readonly round: number
  readonly author: Uint8Array
  readonly hash: Uint8Array
}

export interface VertexHeader {
  readonly epoch: number
  readonly round: number
  /** Validator id. */
  readonly author: Uint8Array
  readonly parents: readonly VertexReference[]
  readonly transactionsRoot: Uint8Array
  readonly transactionCount: number
  /** The author's clock, ms since the Unix epoch; never before its previous vertex. */
  readonly timestampMs: number
  /** Index of the last commit the author had executed. */
  readonly lastCommit: number
}

export interface Vertex extends VertexHeader {
  readonly hash: Uint8Array
  /** Signed transactions, canonical bytes each. */
  readonly transactions: readonly Uint8Array[]
  readonly signature: Uint8Array
}

export type VertexError =
  | CanonicalError
  /** The header's root or count does not fit the transactions. */
  | { code: 'VERTEX_ROOT_MISMATCH' }

export const referenceCodec: Codec<VertexReference> = record({
  round: uintUpTo(),
  author: fixedBytes(hashLengthBytes),
  hash: fixedBytes(hashLengthBytes),
})

const headerCodec: Codec<VertexHeader> = record({
  epoch: uintUpTo(),
  round: uintUpTo(),
  author: fixedBytes(hashLengthBytes),
  parents: listOf(referenceCodec, {
    min: 1,
    max: consensusLimits.horizonRounds * consensusLimits.maxCertificateSignatures,
  }),
  transactionsRoot: fixedBytes(hashLengthBytes),
  transactionCount: uintUpTo(consensusLimits.maxVertexTransactions),
  timestampMs: uintUpTo(),
  lastCommit: uintUpTo(),
})

const vertexCodec = record({
  header: headerCodec,
  transactions: listOf(bytesUpTo(consensusLimits.maxVertexTransactionBytes), {
    max: consensusLimits.maxVertexTransactions,
  }),
  signature: bytesUpTo(8_192),
})

/**
 * What a validator signs of a vertex: whose it is, its round, and everything else by a hash. Two of one author and round are
 * proof of an offence whatever the headers hold, and short however many parents they name.
 */
export interface VertexStatement {
  readonly epoch: number
  readonly round: number
  readonly author: Uint8Array
  /** Of the canonical header. */
  readonly headerHash: Uint8Array
}

const statementCodec: Codec<VertexStatement> = record({
  epoch: uintUpTo(),
  round: uintUpTo(),
  author: fixedBytes(hashLengthBytes),
  headerHash: fixedBytes(hashLengthBytes),
})

/** Two hashes, two numbers of at most 9 bytes, and their heads. */
const maxStatementBytes = 96

export function statementOf(header: VertexHeader): VertexStatement {
  const { epoch, round, author } = header
  return { epoch, round, author, headerHash: sha3(canonicalEncode(headerCodec, header)) }
}

export function encodeStatement(statement: VertexStatement): Uint8Array {
  return canonicalEncode(statementCodec, statement)
}

export function decodeStatement(bytes: Uint8Array): Result<VertexStatement, CanonicalError> {
  return canonicalDecode(statementCodec, bytes, maxStatementBytes)
}

/** tag ‖ chainId ‖ canonical statement: what the signature covers. */
export function statementMessage(chainId: Uint8Array, statement: VertexStatement): Uint8Array {
  return concatBytes(domainTags.vertex, chainId, encodeStatement(statement))
}

/** What the signature covers and the hash is taken of. */
export function vertexMessage(chainId: Uint8Array, header: VertexHeader): Uint8Array {
  return statementMessage(chainId, statementOf(header))
}

export function vertexHash(chainId: Uint8Array, header: VertexHeader): Uint8Array {
  return sha3(vertexMessage(chainId, header))
}

/** Binds number, order and content of the transactions. 32 bytes. */
export function transactionsRoot(transactions: readonly Uint8Array[]): Uint8Array {
  return sha256(domainTags.vertexTransactions, ...transactions.map((bytes) => sha256(bytes)))
}

export function encodeVertex(vertex: Vertex): Uint8Array {
  return canonicalEncode(vertexCodec, {
    header: headerOf(vertex),
    transactions: vertex.transactions,
    signature: vertex.signature,
  })
}

/** Form, limits and the root; the signature is the caller's to check. */
export function decodeVertex(chainId: Uint8Array, bytes: Uint8Array): Result<Vertex, VertexError> {
  const decoded = canonicalDecode(vertexCodec, bytes, consensusLimits.maxVertexBytes)
  if (!decoded.ok) return decoded
  const { header, transactions, signature } = decoded.value
  if (
    header.transactionCount !== transactions.length ||
    !equalBytes(header.transactionsRoot, transactionsRoot(transactions))
  ) {
    return err({ code: 'VERTEX_ROOT_MISMATCH' })
  }
  return ok({ ...header, hash: vertexHash(chainId, header), transactions, signature })
}

export function headerOf(vertex: VertexHeader): VertexHeader {
  const { epoch, round, author, parents, transactionsRoot: root, transactionCount, timestampMs, lastCommit } = vertex
  return { epoch, round, author, parents, transactionsRoot: root, transactionCount, timestampMs, lastCommit }
}

export function referenceTo({ round, author, hash }: VertexReference): VertexReference {
  return { round, author, hash }
}

/** Round 0 of an epoch is implicit and unsigned: H(tag ‖ closing hash ‖ author). */
export function epochRootReference(closingHash: Uint8Array, author: Uint8Array): VertexReference {
  return { round: 0, author, hash: sha3(domainTags.epochRoot, closingHash, author) }
}

/** About the length of its encoding, without encoding it: what limits count. */
export function vertexSizeBytes(vertex: Vertex): number {
  let bytes = 200 + vertex.signature.length + 72 * vertex.parents.length
  for (const transaction of vertex.transactions) bytes += transaction.length + 3
  return bytes
}
