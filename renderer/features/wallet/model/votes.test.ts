import { describe, expect, it } from 'vitest'
import { formatFor, translate } from '../../../i18n/index.ts'
import { votesText } from './votes.ts'

const format = formatFor('en')
const text = (supporters: number, validators: number, stake: string, totalStake: string): string =>
  votesText({ supporters, validators, stake, totalStake }, translate, format)

describe('votesText', () => {
  it.each([
    [3, 4, '3000000', '4000000', '3 of 4 validators, 75% of the stake'],
    [1, 4, '1', '3', '1 of 4 validators, 33.3% of the stake'],
    // Beyond what a number holds exactly.
    [2, 3, '12297829382473034410', '18446744073709551615', '2 of 3 validators, 66.7% of the stake'],
    [0, 4, '3', '4', '75% of the stake'],
    [0, 4, '0', '4', 'In a vertex, named by nobody yet'],
    [0, 1, '0', '5', 'In a vertex of the only validator'],
    [1, 1, '5', '5', 'Followed by the only validator’s next vertex'],
  ])('%i of %i with %s of %s', (supporters, validators, stake, totalStake, words) => {
    expect(text(supporters, validators, stake, totalStake)).toBe(words)
  })

  it('says nothing of the share where there is none', () => {
    expect(text(1, 2, '1', '0')).toBe('1 of 2 validators, 0% of the stake')
  })
})
