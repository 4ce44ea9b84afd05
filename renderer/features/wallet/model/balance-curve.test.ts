import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { testTime } from '../test-support.ts'
import { curveOf, drawable, rangeStart } from './balance-curve.ts'

const nowMs = Date.parse(testTime(10_000_000))

describe('curveOf', () => {
  it('ends at what is there now, within its bounds (property)', () => {
    const point = fc.record({ at: fc.nat(9_000_000), balance: fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }) })
    fc.assert(
      fc.property(fc.array(point, { minLength: 1 }), fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }), (drawn, present) => {
        const points = drawn
          .sort((a, b) => a.at - b.at)
          .map(({ at, balance }) => ({ at: testTime(at), balance: balance.toString() }))
        const curve = curveOf({ points }, present, nowMs)
        if (curve === undefined) {
          expect([present, ...drawn.map(({ balance }) => balance)].every((balance) => balance === 0n)).toBe(true)
          return
        }
        expect(curve.points.at(-1)).toEqual({ atMs: nowMs, balance: present })
        expect(curve.points).toHaveLength(points.length + 1)
        expect(curve.change).toBe(present - BigInt(points[0]!.balance))
        for (const { balance } of curve.points) {
          expect(balance >= curve.lowest && balance <= curve.highest).toBe(true)
        }
        const [seconds] = drawable(curve)
        expect(seconds).toEqual([...seconds].sort((a, b) => a - b))
      }),
    )
  })

  it('draws nothing where there never was anything', () => {
    expect(curveOf({ points: [] }, 0n, nowMs)).toBeUndefined()
    expect(curveOf({ points: [{ at: testTime(1), balance: '0' }] }, 0n, nowMs)).toBeUndefined()
  })
})

describe('rangeStart', () => {
  it('goes back as far as its name says', () => {
    expect(rangeStart('week', nowMs)).toBe(testTime(10_000_000 - 7 * 86_400_000))
    expect(rangeStart('all', nowMs)).toBeUndefined()
  })
})
