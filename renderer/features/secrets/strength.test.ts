import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { crackTimeOf, guessesPerSecond, levelOf, strengthOf } from './strength.ts'

describe('crackTimeOf', () => {
  it.each([
    [0, 'seconds', 1],
    [59, 'seconds', 59],
    [60, 'minutes', 1],
    [3_599, 'minutes', 59],
    [3_600, 'hours', 1],
    [86_400, 'days', 1],
    [40 * 86_400, 'months', 1],
    [366 * 86_400, 'years', 1],
    [101 * 365.25 * 86_400, 'centuries', 1],
    [Number.MAX_VALUE, 'centuries', 10],
  ] as const)('of %d s is %s × %d', (seconds, unit, count) => {
    expect(crackTimeOf(seconds)).toEqual({ unit, count })
  })
})

describe('strengthOf', () => {
  it('never falls when more guesses are needed (property)', () => {
    const guesses = fc.double({ min: 0, max: 1e300, noNaN: true })
    fc.assert(
      fc.property(guesses, guesses, (a, b) => {
        const [fewer, more] = a < b ? [a, b] : [b, a]
        expect(strengthOf(fewer).level).toBeLessThanOrEqual(strengthOf(more).level)
      }),
    )
  })

  it('counts half of the guesses, as the average is', () => {
    expect(strengthOf(2 * guessesPerSecond * 3_600)).toEqual({ level: 1, crackTime: { unit: 'hours', count: 1 } })
  })

  it('stays in range for what is no number of guesses', () => {
    expect(strengthOf(-1).level).toBe(0)
    expect(strengthOf(Number.POSITIVE_INFINITY)).toEqual({ level: 4, crackTime: { unit: 'centuries', count: 10 } })
  })
})

describe('levelOf', () => {
  it('steps at an hour, a month, ten years, a thousand years', () => {
    expect([3_599, 3_600, 31 * 86_400, 4e8, 4e10].map(levelOf)).toEqual([0, 1, 2, 3, 4])
  })
})
