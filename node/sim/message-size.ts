/** Length of a message's encoding, computed without encoding it. Source: RFC 8949 §3; layouts: consensus/messages.ts. */
import type { Message } from '../consensus/messages.ts'
import type { Vertex, VertexReference } from '../consensus/vertex.ts'

/** Signatures count as what the real ones take (FIPS 204, ML-DSA-65), whatever stands for them here. */
const signatureBytes = 3_309
const hashBytes = 32
const vertexSizes = new WeakMap<Vertex, number>()

/** Bytes on the wire, were the signatures real. */
export function messageSizeBytes(message: Message): number {
  switch (message.kind) {
    case 'vertices':
      return 2 + listBytes(message.vertices, (vertex) => byteString(vertexSizeBytes(vertex)))
    case 'fetch':
      return (
        2 +
        uint(message.epoch) +
        listBytes(message.references, referenceBytes) +
        (message.fromRound === null ? 1 : uint(message.fromRound))
      )
    case 'transactions':
      return 2 + listBytes(message.transactions, (bytes) => byteString(bytes.length))
    case 'checkpoint-signature':
      return 2 + checkpointBytes(message.checkpoint) + byteString(hashBytes) + byteString(signatureBytes)
    case 'checkpoint-certificate':
      return (
        2 +
        checkpointBytes(message.checkpoint) +
        listBytes(message.certificate, () => 1 + byteString(hashBytes) + byteString(signatureBytes))
      )
    case 'checkpoint-request':
      return 2 + listBytes(message.seqs, uint)
    case 'poll':
      return (
        3 +
        uint(message.request.pollId) +
        listBytes(message.request.sets, ({ account, nonce }) => 1 + byteString(account.length) + uint(nonce))
      )
    case 'poll-reply':
      return (
        3 +
        uint(message.reply.pollId) +
        listBytes(message.reply.preferences, (id) => (id === null ? 1 : byteString(hashBytes)))
      )
  }
}

/** Bytes of a vertex, were its signature real. */
export function vertexSizeBytes(vertex: Vertex): number {
  let size = vertexSizes.get(vertex)
  if (size === undefined) {
    const { epoch, round, parents, transactionCount, timestampMs, lastCommit, transactions } = vertex
    const header =
      1 +
      uint(epoch) +
      uint(round) +
      byteString(hashBytes) +
      listBytes(parents, referenceBytes) +
      byteString(hashBytes) +
      uint(transactionCount) +
      uint(timestampMs) +
      uint(lastCommit)
    size = 1 + header + listBytes(transactions, (bytes) => byteString(bytes.length)) + byteString(signatureBytes)
    vertexSizes.set(vertex, size)
  }
  return size
}

function referenceBytes({ round }: VertexReference): number {
  return 1 + uint(round) + 2 * byteString(hashBytes)
}

function checkpointBytes(checkpoint: {
  epoch: number
  seq: number
  commitIndex: number
  commitTimeMs: number
}): number {
  const { epoch, seq, commitIndex, commitTimeMs } = checkpoint
  return 1 + uint(epoch) + uint(seq) + uint(commitIndex) + uint(commitTimeMs) + 5 * byteString(hashBytes)
}

function listBytes<T>(items: readonly T[], sizeOf: (item: T) => number): number {
  let size = uint(items.length)
  for (const item of items) size += sizeOf(item)
  return size
}

function byteString(length: number): number {
  return uint(length) + length
}

/** Bytes of an unsigned integer, and of the head of whatever has this length. */
function uint(value: number): number {
  if (value < 24) return 1
  if (value < 0x100) return 2
  if (value < 0x1_0000) return 3
  return value < 0x1_0000_0000 ? 5 : 9
}
