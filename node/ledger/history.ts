/**
 * History: an append-only Merkle mountain range over every result, so that the newest root proves all of the past.
 * Leaf H(0x00 ‖ commitIndex ‖ position ‖ txid ‖ result), node H(0x01 ‖ left ‖ right), H = SHA-256; the root binds the size.
 * Sources: docs/protocol.md, "Checkpoints"; P. Todd, "Merkle Mountain Ranges".
 */
import { concatBytes } from '../core/bytes.ts'
import { domainTags } from '../core/domain-tags.ts'
import { hashLengthBytes, sha256 } from '../crypto/hash.ts'

/** Everything needed to go on appending: a range's size and its peaks, the highest first. */
export interface HistoryRange {
  readonly size: number
  readonly peaks: readonly Uint8Array[]
}

export const emptyHistory: HistoryRange = Object.freeze({ size: 0, peaks: Object.freeze([]) })

const leafDomain = Uint8Array.of(0)
const nodeDomain = Uint8Array.of(1)

export interface HistoryLeaf {
  readonly commitIndex: number
  readonly position: number
  readonly txId: Uint8Array
  /** Canonical bytes of the result. */
  readonly result: Uint8Array
}

export function historyLeafHash(leaf: HistoryLeaf): Uint8Array {
  const order = new DataView(new ArrayBuffer(12))
  order.setBigUint64(0, BigInt(leaf.commitIndex))
  order.setUint32(8, leaf.position)
  return sha256(leafDomain, new Uint8Array(order.buffer), leaf.txId, leaf.result)
}

export function appendHistory(range: HistoryRange, leafHash: Uint8Array): HistoryRange {
  const peaks = [...range.peaks]
  let carry = leafHash
  // As in binary addition: each one bit at the end of the size is a peak that merges with the carry.
  for (let size = range.size; size % 2 === 1; size = Math.floor(size / 2)) {
    carry = sha256(nodeDomain, peaks.pop() as Uint8Array, carry)
  }
  peaks.push(carry)
  return { size: range.size + 1, peaks }
}

export function historyRoot(range: HistoryRange): Uint8Array {
  const size = new DataView(new ArrayBuffer(8))
  size.setBigUint64(0, BigInt(range.size))
  return sha256(domainTags.history, new Uint8Array(size.buffer), ...range.peaks)
}

/** Size ‖ peaks: how a range is kept on disk. */
export function encodeHistory(range: HistoryRange): Uint8Array {
  const size = new DataView(new ArrayBuffer(8))
  size.setBigUint64(0, BigInt(range.size))
  return concatBytes(new Uint8Array(size.buffer), ...range.peaks)
}

/** Undefined where the bytes are no range: a peak too few or too many for the size. */
export function decodeHistory(bytes: Uint8Array): HistoryRange | undefined {
  if (bytes.length < 8 || (bytes.length - 8) % hashLengthBytes !== 0) return undefined
  const size = Number(new DataView(bytes.buffer, bytes.byteOffset, 8).getBigUint64(0))
  const peaks: Uint8Array[] = []
  for (let offset = 8; offset < bytes.length; offset += hashLengthBytes) {
    peaks.push(bytes.slice(offset, offset + hashLengthBytes))
  }
  let ones = 0
  for (let rest = size; rest > 0; rest = Math.floor(rest / 2)) ones += rest % 2
  return ones === peaks.length && Number.isSafeInteger(size) ? { size, peaks } : undefined
}
