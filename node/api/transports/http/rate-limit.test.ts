import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ManualClock } from '../../../core/clock.ts'
import { createRateLimiter, rateLimitHeaders } from './rate-limit.ts'

const quota = { name: 'token', requests: 10, windowSeconds: 5, maxKeys: 3 }

describe('createRateLimiter', () => {
  it('allows a burst of the quota, then says when the next one is allowed', () => {
    const clock = new ManualClock()
    const limiter = createRateLimiter(quota, clock)
    for (let left = 9; left >= 0; left--) expect(limiter.take('a')).toMatchObject({ isAllowed: true, remaining: left })
    expect(limiter.take('a')).toEqual({ isAllowed: false, remaining: 0, resetSeconds: 5, retryAfterMs: 500 })
    clock.advance(499)
    expect(limiter.take('a').isAllowed).toBe(false)
    clock.advance(1)
    expect(limiter.take('a').isAllowed).toBe(true)
  })

  it('counts each caller by itself', () => {
    const limiter = createRateLimiter(quota, new ManualClock())
    for (let i = 0; i < 11; i++) limiter.take('a')
    expect(limiter.take('a').isAllowed).toBe(false)
    expect(limiter.take('b').isAllowed).toBe(true)
  })

  it('gives nothing for a clock that is set back', () => {
    const clock = new ManualClock()
    const limiter = createRateLimiter(quota, clock)
    for (let i = 0; i < 10; i++) limiter.take('a')
    clock.set(clock.nowMs() - 60_000)
    expect(limiter.take('a').isAllowed).toBe(false)
  })

  it('keeps the callers that it saw last', () => {
    const limiter = createRateLimiter(quota, new ManualClock())
    for (const key of ['a', 'b', 'c', 'a', 'd']) limiter.take(key)
    expect(limiter.take('a').remaining).toBe(7)
    expect(limiter.take('b').remaining).toBe(9)
  })

  it('never allows more than the quota and what refills (property)', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(2_000), { maxLength: 200 }), (waits) => {
        const clock = new ManualClock()
        const limiter = createRateLimiter(quota, clock)
        let allowed = 0
        let elapsedMs = 0
        for (const waitMs of waits) {
          clock.advance(waitMs)
          elapsedMs += waitMs
          if (limiter.take('a').isAllowed) allowed += 1
          expect(allowed).toBeLessThanOrEqual(
            quota.requests + (elapsedMs * quota.requests) / (quota.windowSeconds * 1_000),
          )
        }
      }),
    )
  })
})

describe('rateLimitHeaders', () => {
  it('names every policy and what is left of it', () => {
    const taken = createRateLimiter(quota, new ManualClock()).take('a')
    expect(rateLimitHeaders([{ quota, taken }])).toEqual({
      'RateLimit-Policy': '"token";q=10;w=5',
      RateLimit: '"token";r=9;t=1',
    })
  })
})
