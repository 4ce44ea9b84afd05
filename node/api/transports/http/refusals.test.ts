import { describe, expect, it } from 'vitest'
import { ManualClock } from '../../../core/clock.ts'
import { createRefusals } from './refusals.ts'

function setUp() {
  const clock = new ManualClock()
  const written: Record<string, unknown>[] = []
  const refusals = createRefusals(
    { maxRefusalKindsPerMinute: 3, refusalWindowMs: 60_000 },
    { scheduler: clock, write: (action, details) => written.push({ action, ...details }) },
  )
  return { clock, written, refusals }
}

describe('createRefusals', () => {
  it('writes the first of a kind at once, and the rest of its minute as a number', () => {
    const { clock, written, refusals } = setUp()
    for (let i = 0; i < 1_000; i++) refusals.record('TOKEN_INVALID', '/a')
    expect(written).toEqual([{ action: 'api.refused', code: 'TOKEN_INVALID', route: '/a', count: 1 }])
    clock.advance(60_000)
    expect(written.slice(1)).toEqual([{ action: 'api.refused', code: 'TOKEN_INVALID', route: '/a', count: 999 }])
    clock.advance(600_000)
    expect(written).toHaveLength(2)
    refusals.record('TOKEN_INVALID', '/a')
    expect(written).toHaveLength(3)
  })

  it('writes so many lines a minute and no more, whatever comes', () => {
    const { clock, written, refusals } = setUp()
    for (let minute = 0; minute < 10; minute++) {
      for (let i = 0; i < 500; i++) refusals.record(`CODE_${i}`, `/route/${i % 7}`)
      clock.advance(60_000)
    }
    // Three kinds at once, and one line for all others.
    expect(written).toHaveLength(10 * 4)
    const counted = written.reduce((sum, { count }) => sum + Number(count), 0)
    expect(counted).toBe(5_000)
    expect(written.at(-1)).toMatchObject({ code: 'other', count: 497 })
  })

  it('writes what is left when it is told to', () => {
    const { clock, written, refusals } = setUp()
    refusals.record('A', '/a')
    refusals.record('A', '/a')
    refusals.flush()
    refusals.flush()
    clock.advance(600_000)
    expect(written.map(({ count }) => count)).toEqual([1, 1])
  })
})
