import { describe, expect, it } from 'vitest'
import { validatorHealth } from './validator-health.ts'

const health = (round: number, lag: number, isEquivocator = false, isAwaited = false): string =>
  validatorHealth({ round, lag, isEquivocator }, isAwaited).text

describe('validatorHealth', () => {
  it.each([
    [100, 0, 'up'],
    [97, 3, 'up'],
    [96, 4, 'behind'],
    [70, 30, 'behind'],
    [69, 31, 'silent'],
    [0, 0, 'up'],
    [0, 2, 'unseen'],
  ])('at round %i, %i behind: %s', (round, lag, word) => {
    expect(health(round, lag)).toBe(`network.validator.${word}`)
  })

  it('says first what is proven', () => {
    expect(health(100, 0, true)).toBe('network.validator.equivocates')
  })

  it('calls who is missing silent where the others wait for it, whose rounds go no further either', () => {
    expect(health(37, 1, false, true)).toBe('network.validator.silent')
    expect(health(38, 0, false, true)).toBe('network.validator.up')
  })
})
