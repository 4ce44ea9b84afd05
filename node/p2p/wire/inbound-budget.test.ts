import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ManualClock } from '../../core/clock.ts'
import { createTokenBucket } from '../token-bucket.ts'
import { createInboundBudget } from './inbound-budget.ts'
import { trafficRules } from './traffic-classes.ts'

describe('token bucket', () => {
  it('gives no more than the burst and what has come in since (property)', () => {
    const step = fc.record({ waitMs: fc.nat({ max: 500 }), amount: fc.integer({ min: 1, max: 50 }) })
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const clock = new ManualClock()
        const startMs = clock.nowMs()
        const bucket = createTokenBucket(100, 50, clock)
        let taken = 0
        for (const { waitMs, amount } of steps) {
          clock.advance(waitMs)
          if (bucket.take(amount)) taken += amount
          expect(taken).toBeLessThanOrEqual(50 + (100 * (clock.nowMs() - startMs)) / 1_000 + 1e-6)
        }
      }),
    )
  })

  it('says how long its debt lasts, and no longer', () => {
    const clock = new ManualClock()
    const bucket = createTokenBucket(1_000, 50, clock)
    expect(bucket.charge(50)).toBe(0)
    const waitMs = bucket.charge(25)
    expect(waitMs).toBe(25)
    clock.advance(waitMs - 1)
    expect(bucket.waitMs(0)).toBe(1)
    clock.advance(1)
    expect(bucket.waitMs(0)).toBe(0)
  })

  it('gives nothing for a clock that is set back', () => {
    const clock = new ManualClock()
    const bucket = createTokenBucket(100, 50, clock)
    bucket.take(50)
    clock.set(clock.nowMs() - 60_000)
    expect(bucket.take(1)).toBe(false)
    clock.advance(10)
    expect(bucket.take(1)).toBe(true)
  })
})

describe('inbound budget', () => {
  it('counts each class by itself, messages as well as bytes', () => {
    const budget = createInboundBudget(new ManualClock())
    const { burstMessages, burstBytes } = trafficRules.vote
    for (let index = 0; index < burstMessages; index++) expect(budget.charge('vote', 1, 1)).toBe(0)
    expect(budget.charge('vote', 1, 1)).toBeGreaterThan(0)
    expect(budget.charge('fetch', 1, 1)).toBe(0)
    expect(budget.charge('bulk', burstBytes, 1)).toBe(0)
    expect(budget.charge('bulk', trafficRules.bulk.burstBytes, 1)).toBeGreaterThan(0)
  })
})
