/**
 * The whole state in pieces that can be checked one by one: a cut through the state tree says what lies where, and each piece is
 * the entries below one of its nodes. What does not hash to its node was never part of the state, whoever sends it.
 * Source: docs/protocol.md, "Joining".
 */
import { bytesOfKey, concatBytes, equalBytes } from '../core/bytes.ts'
import { canonicalEncode } from '../core/canonical.ts'
import type { Slices } from '../core/slices.ts'
import { hashLengthBytes } from '../crypto/hash.ts'
import { accountCodec } from './account.ts'
import { chainOfPaid, idsPerPaidChunk } from './paid-transactions.ts'
import { entryKey, entryTreeKey, paidChunkKey, paidMinuteTreeKey, type StateLeaf, stateValueHash } from './state.ts'
import { type Frontier, type StateSnapshot, type Subtree, subtreeHash } from './state-tree.ts'

/** An entry of the state as it stands on disk. */
export interface StateRow {
  readonly key: Uint8Array
  readonly value: Uint8Array
}

/**
 * Ids that paid, of one minute. A minute with more than `paidPartIds` travels in parts, the last one first: each is checked
 * against the end of its chain, and names the end of the part before.
 */
export interface PaidPart {
  readonly minute: number
  /** From 0. */
  readonly part: number
  /** End of the chain before it; 32 zero bytes for part 0. */
  readonly start: Uint8Array
  /** The ids one after the other. */
  readonly txIds: Uint8Array
}

/** What lies below one node of the tree. */
export interface StateChunk {
  readonly rows: readonly StateRow[]
  readonly paid: readonly PaidPart[]
}

/** Ids in a part: 1 MB, as much as a chunk of anything else. */
export const paidPartIds = 32_768
/** Parts of a minute: 134 million ids, more than any network orders in one. */
const maxPaidParts = 4_096

const noChain = new Uint8Array(hashLengthBytes)

export interface SnapshotPlan {
  readonly frontier: Frontier
  /** Of all entries, about: what a download of it takes. */
  readonly bytes: number
  /** Ends of the chain after each full part, of the minutes that have several. */
  readonly tips: ReadonlyMap<number, readonly Uint8Array[]>
}

/**
 * Cuts the state into nodes of at most `maxChunkBytes` each; a single entry may be larger. It walks every entry, and hands control
 * back now and then: whoever runs it lets others have their turn there.
 */
export function* planSnapshot(snapshot: StateSnapshot<StateLeaf>, maxChunkBytes: number): Slices<SnapshotPlan> {
  const tips = new Map<number, readonly Uint8Array[]>()
  let walked = 0
  function* cut(node: Subtree<StateLeaf>): Slices<{ bytes: number; frontier: Frontier }> {
    const { prefix, hash, leaf } = node
    if (leaf !== null) {
      const { value } = leaf
      if (value.kind === 'paid' && value.count > paidPartIds) tips.set(value.minute, yield* tipsOf(value))
      walked += 1
      if (walked % leavesATurn === 0) yield
      return { bytes: sizeOf(value), frontier: [{ prefix, hash }] }
    }
    const frontier: Frontier[number][] = []
    let bytes = 0
    for (const half of node.halves()) {
      const below = yield* cut(half)
      bytes += below.bytes
      for (const entry of below.frontier) frontier.push(entry)
    }
    return { bytes, frontier: bytes <= maxChunkBytes ? [{ prefix, hash }] : frontier }
  }
  const whole = snapshot.subtree('')
  const { bytes, frontier } = whole === null ? { bytes: 0, frontier: [] } : yield* cut(whole)
  return { frontier, bytes, tips }
}

/** Entries between two turns: a few milliseconds. */
const leavesATurn = 500

function* tipsOf({ txIds, count }: StateLeaf & { kind: 'paid' }): Slices<Uint8Array[]> {
  const tips: Uint8Array[] = []
  for (let from = 0; from + paidPartIds <= count; from += paidPartIds) {
    tips.push(chainOfPaid(tips.at(-1) ?? noChain, txIds.slice(from, from + paidPartIds)))
    yield
  }
  return tips
}

/** Null where the tree has no such node, or the minute no such part. @param part null: all of it, or the last part */
export function chunkOf(
  snapshot: StateSnapshot<StateLeaf>,
  prefix: string,
  part: number | null,
  tips: SnapshotPlan['tips'],
): StateChunk | null {
  const node = snapshot.subtree(prefix)
  if (node === null) return null
  const only = node.leaf?.value
  if (only?.kind === 'paid' && only.count > paidPartIds) {
    const last = Math.ceil(only.count / paidPartIds) - 1
    const at = part ?? last
    const start = at === 0 ? noChain : tips.get(only.minute)?.[at - 1]
    if (at < 0 || at > last || start === undefined) return null
    const ids = only.txIds.slice(at * paidPartIds, Math.min(only.count, (at + 1) * paidPartIds))
    return { rows: [], paid: [{ minute: only.minute, part: at, start, txIds: concatBytes(...ids) }] }
  }
  if (part !== null) return null
  const rows: StateRow[] = []
  const paid: PaidPart[] = []
  const walk = (at: Subtree<StateLeaf>): void => {
    if (at.leaf === null) {
      for (const half of at.halves()) walk(half)
      return
    }
    const { value } = at.leaf
    if (value.kind === 'paid') {
      const txIds = concatBytes(...value.txIds.slice(0, value.count))
      paid.push({ minute: value.minute, part: 0, start: noChain, txIds })
    } else rows.push(rowOf(value))
  }
  walk(node)
  return { rows, paid }
}

function rowOf(leaf: Exclude<StateLeaf, { kind: 'paid' }>): StateRow {
  if (leaf.kind === 'entry') return { key: leaf.key, value: leaf.value }
  return { key: entryKey('account', bytesOfKey(leaf.id)), value: canonicalEncode(accountCodec, leaf.account) }
}

function sizeOf(leaf: StateLeaf): number {
  if (leaf.kind === 'paid') return leaf.count * hashLengthBytes
  const { key, value } = rowOf(leaf)
  return key.length + value.length
}

/** Takes what a peer says lies below a node of a frontier that is trusted. */
export interface ChunkCheck {
  /**
   * `done`: all of it is here and is what the node commits to. A number: the part to ask for next. `wrong`: whoever sent it
   * does not hold this state, or lies; the check is of no more use.
   */
  take(chunk: StateChunk): 'done' | 'wrong' | number
  /** Complete once `take` has said `done`. */
  readonly rows: readonly StateRow[]
}

export function checkChunk({ prefix, hash }: Frontier[number]): ChunkCheck {
  let rows: StateRow[] = []
  /** Of a minute in parts: which comes next, where its chain ends, and those that came. */
  let next: { readonly minute: number; readonly part: number; readonly end: Uint8Array } | null = null
  const parts: Uint8Array[] = []

  const takePart = ({ minute, part, start, txIds }: PaidPart): 'done' | 'wrong' | number => {
    const ids = idsOf(txIds)
    const isFirst = next === null
    const size = ids?.length ?? 0
    if (ids === undefined || part >= maxPaidParts || (isFirst ? size > paidPartIds : size !== paidPartIds))
      return 'wrong'
    const end = chainOfPaid(start, ids)
    if (next === null) {
      const leaf = [{ key: paidMinuteTreeKey(minute), valueHash: stateValueHash(end) }]
      if (!equalBytes(subtreeHash(prefix, leaf) ?? noChain, hash)) return 'wrong'
    } else if (minute !== next.minute || part !== next.part || !equalBytes(end, next.end)) return 'wrong'
    parts.unshift(txIds)
    if (part > 0) {
      // Nothing comes before the first.
      if (equalBytes(start, noChain)) return 'wrong'
      next = { minute, part: part - 1, end: start }
      return part - 1
    }
    if (!equalBytes(start, noChain)) return 'wrong'
    rows = paidRows(minute, concatBytes(...parts))
    return 'done'
  }

  return {
    get rows() {
      return rows
    },
    take(chunk) {
      const [first] = chunk.paid
      const isPart = first !== undefined && chunk.rows.length === 0 && chunk.paid.length === 1
      if (isPart && (next !== null || first.part > 0)) return takePart(first)
      if (next !== null) return 'wrong'
      const leaves: { key: Uint8Array; valueHash: Uint8Array }[] = []
      const found: StateRow[] = []
      for (const row of chunk.rows) {
        const key = entryTreeKey(row.key)
        if (key === undefined) return 'wrong'
        leaves.push({ key, valueHash: stateValueHash(row.value) })
        found.push(row)
      }
      for (const { minute, part, start, txIds } of chunk.paid) {
        const ids = idsOf(txIds)
        if (ids === undefined || part !== 0 || !equalBytes(start, noChain)) return 'wrong'
        leaves.push({ key: paidMinuteTreeKey(minute), valueHash: stateValueHash(chainOfPaid(noChain, ids)) })
        for (const row of paidRows(minute, txIds)) found.push(row)
      }
      if (!equalBytes(subtreeHash(prefix, leaves) ?? noChain, hash)) return 'wrong'
      rows = found
      return 'done'
    },
  }
}

/** Undefined where the bytes are no ids, or none. */
function idsOf(txIds: Uint8Array): Uint8Array[] | undefined {
  if (txIds.length === 0 || txIds.length % hashLengthBytes !== 0) return undefined
  const ids: Uint8Array[] = []
  for (let at = 0; at < txIds.length; at += hashLengthBytes) ids.push(txIds.subarray(at, at + hashLengthBytes))
  return ids
}

/** A minute's ids as they lie on disk. */
function paidRows(minute: number, txIds: Uint8Array): StateRow[] {
  const rows: StateRow[] = []
  const chunkBytes = idsPerPaidChunk * hashLengthBytes
  for (let at = 0, chunk = 0; at < txIds.length; at += chunkBytes, chunk++) {
    rows.push({ key: paidChunkKey(minute, chunk), value: txIds.slice(at, at + chunkBytes) })
  }
  return rows
}
