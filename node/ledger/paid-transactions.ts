/**
 * Ids of transactions that paid their fee, kept until they expire: whatever comes again in the order is ignored and
 * charged nothing. Grouped by the minute of validUntil; under the state root stands, for each minute, a hash chain over
 * its ids in the order they were executed, so that adding one costs one hash instead of a tree path.
 * Source: docs/protocol.md, "State".
 */
import { bytesKey, concatBytes } from '../core/bytes.ts'
import { domainTags } from '../core/domain-tags.ts'
import { hashLengthBytes, sha256 } from '../crypto/hash.ts'

const minuteMs = 60_000
/** Ids that are kept on disk as one entry: 32 KB. */
export const idsPerPaidChunk = 1_024

interface PaidMinute {
  readonly txIds: Uint8Array[]
  /** H(tag ‖ previous ‖ txid), from 32 zero bytes. */
  chain: Uint8Array
}

export interface PaidTransactions {
  readonly byMinute: Map<number, PaidMinute>
  readonly ids: Set<string>
}

export function createPaidTransactions(): PaidTransactions {
  return { byMinute: new Map(), ids: new Set() }
}

export function minuteOf(validUntilMs: number): number {
  return Math.floor(validUntilMs / minuteMs)
}

/** True once every transaction of the minute is past its validUntil. */
export function minuteIsOver(minute: number, commitTimeMs: number): boolean {
  return (minute + 1) * minuteMs <= commitTimeMs
}

/** Returns the chunk of its minute that the id stands in. */
export function addPaid(paid: PaidTransactions, txId: Uint8Array, validUntilMs: number): number {
  const minute = minuteOf(validUntilMs)
  let entry = paid.byMinute.get(minute)
  if (entry === undefined) {
    entry = { txIds: [], chain: new Uint8Array(hashLengthBytes) }
    paid.byMinute.set(minute, entry)
  }
  entry.txIds.push(txId)
  entry.chain = chainOfPaid(entry.chain, [txId])
  paid.ids.add(bytesKey(txId))
  return Math.floor((entry.txIds.length - 1) / idsPerPaidChunk)
}

/** H(tag ‖ previous ‖ txid) over the ids in order. @param start end of the chain before; 32 zero bytes for a minute's first */
export function chainOfPaid(start: Uint8Array, txIds: readonly Uint8Array[]): Uint8Array {
  let chain = start
  for (const txId of txIds) chain = sha256(domainTags.paidTransactions, chain, txId)
  return chain
}

/** Forgets the minutes that are over; returns which, and how many chunks each had. */
export function forgetPaid(paid: PaidTransactions, commitTimeMs: number): { minute: number; chunks: number }[] {
  const over: { minute: number; chunks: number }[] = []
  for (const [minute, entry] of paid.byMinute) {
    if (!minuteIsOver(minute, commitTimeMs)) continue
    over.push({ minute, chunks: Math.ceil(entry.txIds.length / idsPerPaidChunk) })
    for (const txId of entry.txIds) paid.ids.delete(bytesKey(txId))
    paid.byMinute.delete(minute)
  }
  return over
}

/** The ids of a chunk, in order: how they are kept on disk. Null where the minute is over. */
export function encodePaidChunk(paid: PaidTransactions, minute: number, chunk: number): Uint8Array | null {
  const entry = paid.byMinute.get(minute)
  if (entry === undefined) return null
  return concatBytes(...entry.txIds.slice(chunk * idsPerPaidChunk, (chunk + 1) * idsPerPaidChunk))
}

/** Takes a chunk back, as encodePaidChunk gave it and in the order of their numbers. False where it cannot be that one. */
export function addPaidChunk(paid: PaidTransactions, minute: number, chunk: number, bytes: Uint8Array): boolean {
  const count = bytes.length / hashLengthBytes
  const before = paid.byMinute.get(minute)?.txIds.length ?? 0
  if (!Number.isInteger(count) || count < 1 || count > idsPerPaidChunk || before !== chunk * idsPerPaidChunk)
    return false
  if (!Number.isSafeInteger(minute * minuteMs)) return false
  for (let offset = 0; offset < bytes.length; offset += hashLengthBytes) {
    addPaid(paid, bytes.slice(offset, offset + hashLengthBytes), minute * minuteMs)
  }
  return true
}
