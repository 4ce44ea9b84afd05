import { describe, expect, it } from 'vitest'
import { ManualClock } from './clock.ts'
import { createRecentKeys } from './recent-keys.ts'

describe('recent keys', () => {
  it('are new again after their time, and not before', () => {
    const clock = new ManualClock()
    const recent = createRecentKeys({ forMs: 100, maxKeys: 10 }, clock)
    expect(recent.isNew('a')).toBe(true)
    clock.advance(99)
    expect(recent.isNew('a')).toBe(false)
    clock.advance(1)
    expect(recent.isNew('a')).toBe(true)
    recent.forget('a')
    expect(recent.isNew('a')).toBe(true)
  })

  it('are forgotten when the clock is set back, and beyond the bound the oldest first', () => {
    const clock = new ManualClock()
    const recent = createRecentKeys({ forMs: 100, maxKeys: 2 }, clock)
    recent.isNew('a')
    clock.set(clock.nowMs() - 1_000)
    expect(recent.isNew('a')).toBe(true)
    recent.isNew('b')
    recent.isNew('c')
    expect(recent.isNew('c')).toBe(false)
    expect(recent.isNew('a')).toBe(true)
  })
})
