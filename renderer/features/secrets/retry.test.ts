import { describe, expect, it } from 'vitest'
import { retryAtOf, secondsLeft } from './retry.ts'

describe('retryAtOf', () => {
  it('counts from now', () => {
    expect(retryAtOf({ details: { retryAfterMs: 2_000 } }, 1_000)).toBe(3_000)
  })
  it.each([[{}], [{ retryAfterMs: 0 }], [{ retryAfterMs: 'soon' }], [{ retryAfterMs: Number.NaN }]])(
    'is null for %j',
    (details) => {
      expect(retryAtOf({ details }, 1_000)).toBeNull()
    },
  )
})

describe('secondsLeft', () => {
  it.each([
    [null, 0, 0],
    [1_000, 1_000, 0],
    [1_001, 1_000, 1],
    [3_000, 1_000, 2],
    [1_000, 5_000, 0],
  ])('until %j at %d is %d', (retryAtMs, nowMs, expected) => {
    expect(secondsLeft(retryAtMs, nowMs)).toBe(expected)
  })
})
