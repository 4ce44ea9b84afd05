import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { bytesKey, concatBytes, utf8 } from '../core/bytes.ts'
import { seededRng } from '../core/rng.ts'
import { sha256 } from '../crypto/hash.ts'
import {
  addPaid,
  createPaidTransactions,
  encodePaidChunk,
  forgetPaid,
  minuteIsOver,
  minuteOf,
} from './paid-transactions.ts'

describe('minutes', () => {
  it('a minute is over at the first moment at which all of its transactions are past', () => {
    fc.assert(
      fc.property(fc.nat(10_000_000), fc.integer({ min: -70_000, max: 70_000 }), (validUntilMs, difference) => {
        const commitTimeMs = validUntilMs + difference
        // What is forgotten must be expired, or it could pay twice; what expired is forgotten within the minute.
        if (minuteIsOver(minuteOf(validUntilMs), commitTimeMs)) expect(validUntilMs).toBeLessThan(commitTimeMs)
        if (commitTimeMs >= validUntilMs + 60_000) expect(minuteIsOver(minuteOf(validUntilMs), commitTimeMs)).toBe(true)
      }),
      { seed: 1, numRuns: 2_000 },
    )
    expect([59_999, 60_000].map((commitTimeMs) => minuteIsOver(0, commitTimeMs))).toEqual([false, true])
    expect([59_999, 60_000].map(minuteOf)).toEqual([0, 1])
  })
})

describe('paid transactions', () => {
  const rng = seededRng(1)
  const ids = Array.from({ length: 2_100 }, () => rng.bytes(32))

  it('a minute is a hash chain over its ids in order', () => {
    const paid = createPaidTransactions()
    let chain: Uint8Array = new Uint8Array(32)
    for (const txId of ids.slice(0, 5)) {
      addPaid(paid, txId, 61_000)
      chain = sha256(concatBytes(utf8('qudag/v1/paid-transactions\0'), chain, txId))
      expect(paid.byMinute.get(1)?.chain).toEqual(chain)
    }
  })

  it('lies on disk in chunks of 1,024 ids, of which only the last is rewritten', () => {
    const paid = createPaidTransactions()
    const chunks = ids.map((txId) => addPaid(paid, txId, 0))
    expect([chunks[0], chunks[1_023], chunks[1_024], chunks[2_047], chunks[2_048]]).toEqual([0, 0, 1, 1, 2])
    expect(encodePaidChunk(paid, 0, 0)).toEqual(concatBytes(...ids.slice(0, 1_024)))
    expect(encodePaidChunk(paid, 0, 2)).toEqual(concatBytes(...ids.slice(2_048)))
    expect(encodePaidChunk(paid, 1, 0)).toBeNull()
  })

  it('forgets minutes that are over, whole, and no other', () => {
    const paid = createPaidTransactions()
    const early = ids.slice(0, 1_025)
    for (const txId of early) addPaid(paid, txId, 59_999)
    const late = ids[2_000] as Uint8Array
    addPaid(paid, late, 60_000)
    expect(forgetPaid(paid, 59_999)).toEqual([])
    expect(forgetPaid(paid, 60_000)).toEqual([{ minute: 0, chunks: 2 }])
    expect(early.some((txId) => paid.ids.has(bytesKey(txId)))).toBe(false)
    expect(paid.ids.has(bytesKey(late))).toBe(true)
    expect(forgetPaid(paid, 60_000)).toEqual([])
  })
})
