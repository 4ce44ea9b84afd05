import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { drawPositions, type FillRandom } from './draw-positions.ts'

/** Values one after the other, then zeros. */
function given(values: readonly number[]): FillRandom {
  let at = 0
  return (target) => {
    target[0] = values[at] ?? 0
    at += 1
    return target
  }
}

const uint32 = fc.integer({ min: 0, max: 0xffff_ffff })

describe('drawPositions', () => {
  it('gives different positions within the phrase, in order (property)', () => {
    fc.assert(
      fc.property(fc.array(uint32, { maxLength: 40 }), (values) => {
        const positions = drawPositions(4, 24, given(values))
        expect(new Set(positions).size).toBe(4)
        expect([...positions].sort((a, b) => a - b)).toEqual(positions)
        for (const position of positions) expect(position >= 1 && position <= 24).toBe(true)
      }),
    )
  })

  it('can give each position', () => {
    const seen = new Set(Array.from({ length: 24 }, (_, value) => drawPositions(1, 24, given([value]))[0]))
    expect(seen.size).toBe(24)
  })

  it('draws again where a value would favour the first positions', () => {
    // 2^32 mod 24 is 16: the last 16 values are left out.
    expect(drawPositions(1, 24, given([2 ** 32 - 16, 5]))).toEqual([6])
    expect(drawPositions(1, 24, given([2 ** 32 - 17, 5]))).toEqual([24])
  })

  it('refuses to draw more than there are', () => {
    expect(() => drawPositions(5, 4, given([]))).toThrow(RangeError)
  })
})
