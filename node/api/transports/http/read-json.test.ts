import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { depthOf } from './read-json.ts'

describe('depthOf', () => {
  it.each([
    ['1', 0],
    ['"[[[{"', 0],
    ['"\\"[[["', 0],
    ['[]', 1],
    ['{"a":[{"b":"}]"}]}', 3],
    ['[[],[[]]]', 3],
  ])('of %s is %i', (text, depth) => {
    expect(depthOf(text)).toBe(depth)
  })

  it('is that of the value that the text stands for (property)', () => {
    const depth = (value: unknown): number =>
      typeof value === 'object' && value !== null ? 1 + Math.max(0, ...Object.values(value).map(depth)) : 0
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(depthOf(JSON.stringify(value))).toBe(depth(value))
      }),
    )
  })

  it('takes a flood of brackets in its stride', () => {
    expect(depthOf('['.repeat(1_000_000))).toBe(1_000_000)
  })
})
