import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { concatBytes, toHex, utf8 } from '../core/bytes.ts'
import { seededRng } from '../core/rng.ts'
import { hashLengthBytes, sha256 } from '../crypto/hash.ts'
import {
  appendHistory,
  decodeHistory,
  emptyHistory,
  encodeHistory,
  type HistoryRange,
  historyLeafHash,
  historyRoot,
} from './history.ts'
import { naivePeaks } from './test-support.ts'

function leavesOf(count: number, seed = 1): Uint8Array[] {
  const rng = seededRng(seed)
  return Array.from({ length: count }, () => rng.bytes(hashLengthBytes))
}

function rangeOf(leaves: readonly Uint8Array[]): HistoryRange {
  return leaves.reduce((range, leaf) => appendHistory(range, leaf), emptyHistory)
}

function sizeBytes(size: number): Uint8Array {
  const view = new DataView(new ArrayBuffer(8))
  view.setBigUint64(0, BigInt(size))
  return new Uint8Array(view.buffer)
}

describe('history', () => {
  it('has the peaks and the root of the definition, at every size', () => {
    const leaves = leavesOf(150)
    let range = emptyHistory
    for (let size = 0; size <= leaves.length; size++) {
      const peaks = naivePeaks(leaves.slice(0, size))
      expect(range).toEqual({ size, peaks })
      const tag = utf8('qudag/v1/history\0')
      expect(historyRoot(range)).toEqual(sha256(concatBytes(tag, sizeBytes(size), ...peaks)))
      if (size < leaves.length) range = appendHistory(range, leaves[size] as Uint8Array)
    }
  })

  it('leaves the range it goes on from as it was', () => {
    const range = rangeOf(leavesOf(7))
    const before = toHex(encodeHistory(range))
    appendHistory(range, new Uint8Array(32))
    expect(toHex(encodeHistory(range))).toBe(before)
    expect(emptyHistory).toEqual({ size: 0, peaks: [] })
  })

  it('has another root for another leaf, order or size (property)', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(3), { maxLength: 12 }), fc.array(fc.nat(3), { maxLength: 12 }), (a, b) => {
        const root = (picks: readonly number[]) =>
          toHex(historyRoot(rangeOf(picks.map((pick) => new Uint8Array(32).fill(pick)))))
        expect(root(a) === root(b)).toBe(a.join() === b.join())
      }),
      { seed: 2, numRuns: 1_000 },
    )
  })

  it('a leaf covers where it stands, whose it is and what came of it', () => {
    const leaf = { commitIndex: 1, position: 2, txId: new Uint8Array(32).fill(3), result: Uint8Array.of(4) }
    const hashes = [
      leaf,
      { ...leaf, commitIndex: 2 },
      { ...leaf, commitIndex: 2 ** 40 + 1 },
      { ...leaf, position: 3 },
      { ...leaf, txId: new Uint8Array(32).fill(4) },
      { ...leaf, result: Uint8Array.of(5) },
      { ...leaf, result: Uint8Array.of(4, 0) },
    ].map((variant) => toHex(historyLeafHash(variant)))
    expect(new Set(hashes).size).toBe(hashes.length)
    const bytes = concatBytes(Uint8Array.of(0), sizeBytes(1), Uint8Array.of(0, 0, 0, 2), leaf.txId, leaf.result)
    expect(historyLeafHash(leaf)).toEqual(sha256(bytes))
  })
})

describe('history on disk', () => {
  it('is read back as it was, and goes on as it would have (property)', () => {
    fc.assert(
      fc.property(fc.nat(70), (size) => {
        const range = rangeOf(leavesOf(size, size))
        const decoded = decodeHistory(encodeHistory(range))
        expect(decoded).toEqual(range)
        const next = new Uint8Array(32).fill(9)
        expect(appendHistory(decoded as HistoryRange, next)).toEqual(appendHistory(range, next))
      }),
      { seed: 3 },
    )
  })

  it('bytes that are no range are refused', () => {
    const bytes = encodeHistory(rangeOf(leavesOf(5)))
    const withSize = (size: bigint) => {
      const changed = bytes.slice()
      new DataView(changed.buffer).setBigUint64(0, size)
      return changed
    }
    const damaged = [
      new Uint8Array(),
      bytes.slice(0, 7),
      bytes.slice(0, -1),
      bytes.slice(0, -32),
      concatBytes(bytes, new Uint8Array(32)),
      withSize(4n),
      withSize(7n),
      withSize(0n),
      withSize(2n ** 53n + 2n ** 60n),
      withSize(2n ** 64n - 1n),
    ]
    for (const one of damaged) expect(decodeHistory(one)).toBeUndefined()
    expect(decodeHistory(withSize(6n))).toMatchObject({ size: 6 })
  })
})
