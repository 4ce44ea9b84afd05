import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ManualClock } from '../../core/clock.ts'
import { createSharedCap } from './shared-cap.ts'

function bucketOf(rate: number | null) {
  const clock = new ManualClock()
  return { clock, bucket: createSharedCap(rate, { clock, scheduler: clock }) }
}

describe('a shared cap', () => {
  it('is always open without a cap', () => {
    const { bucket } = bucketOf(null)
    bucket.charge(1e12)
    expect(bucket.isOpen).toBe(true)
  })

  it('closes when it is overdrawn, and opens when the debt is paid', () => {
    const { bucket, clock } = bucketOf(1_000)
    bucket.charge(3_000)
    const turns: number[] = []
    bucket.whenOpen(() => turns.push(clock.nowMs()))
    const startMs = clock.nowMs()
    clock.advance(1_999)
    expect(turns).toEqual([])
    clock.advance(10)
    expect(turns).toHaveLength(1)
    expect((turns[0] ?? 0) - startMs).toBeGreaterThanOrEqual(2_000)
  })

  it('lets those that wait go in the order in which they came, one at a time', () => {
    const { bucket, clock } = bucketOf(1_000)
    bucket.charge(2_000)
    const turns: string[] = []
    for (const name of ['a', 'b', 'c']) {
      bucket.whenOpen(() => {
        turns.push(name)
        bucket.charge(1_000)
      })
    }
    clock.advance(1_100)
    expect(turns).toEqual(['a'])
    clock.advance(1_000)
    expect(turns).toEqual(['a', 'b'])
    clock.advance(1_000)
    expect(turns).toEqual(['a', 'b', 'c'])
  })

  it('forgets who does not wait any more', () => {
    const { bucket, clock } = bucketOf(1_000)
    bucket.charge(2_000)
    let turns = 0
    const cancel = bucket.whenOpen(() => turns++)
    cancel()
    bucket.whenOpen(() => turns++)
    bucket.close()
    clock.advance(60_000)
    expect(turns).toBe(0)
  })

  it('opens at once where the cap is lifted', () => {
    const { bucket, clock } = bucketOf(1_000)
    bucket.charge(1e9)
    let turns = 0
    bucket.whenOpen(() => turns++)
    bucket.setRate(null)
    clock.advance(1)
    expect(turns).toBe(1)
    expect(bucket.rate).toBeNull()
  })

  it('never gives more than the cap and one burst, whatever is taken when (property)', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 100, max: 100_000 }),
        fc.array(fc.tuple(fc.nat(2_000), fc.nat(5_000)), { maxLength: 40 }),
        (rate, steps) => {
          const { bucket, clock } = bucketOf(rate)
          const startMs = clock.nowMs()
          let given = 0
          let largest = 0
          for (const [waitMs, bytes] of steps) {
            clock.advance(waitMs)
            if (!bucket.isOpen) continue
            bucket.charge(bytes)
            given += bytes
            largest = Math.max(largest, bytes)
          }
          const allowed = ((clock.nowMs() - startMs) / 1_000) * rate + rate + largest
          expect(given).toBeLessThanOrEqual(Math.ceil(allowed))
        },
      ),
    )
  })
})
