import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

describe('property tests', () => {
  it('draw the same cases each time', () => {
    const draw = (): readonly number[] => {
      const drawn: number[] = []
      fc.assert(fc.property(fc.integer(), (value) => drawn.push(value) > 0))
      return drawn
    }
    expect(fc.readConfigureGlobal().seed).toEqual(expect.any(Number))
    expect(draw()).toEqual(draw())
  })
})
