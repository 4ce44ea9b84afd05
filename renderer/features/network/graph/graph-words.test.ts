import { describe, expect, it } from 'vitest'
import type { Validator } from '../../../../node/api/contract/index.ts'
import { formatFor, translate } from '../../../i18n/index.ts'
import { supportText, validatorName } from './graph-words.ts'

const format = formatFor('en')
const support = (supporters: number, validators: number, stake: bigint, totalStake: bigint): string =>
  supportText({ supporters, validators, stake, totalStake }, translate, format)

describe('supportText', () => {
  it.each([
    [3, 4, 75n, 100n, '3 of 4 validators, 75% of the stake'],
    [0, 4, 0n, 100n, 'Named by nobody yet'],
    [1, 1, 5n, 5n, 'Followed by the only validator’s next vertex'],
    [0, 1, 0n, 5n, 'Not followed yet'],
  ])('%i of %i', (supporters, validators, stake, totalStake, words) => {
    expect(support(supporters, validators, stake, totalStake)).toBe(words)
  })
})

describe('validatorName', () => {
  it('counts from 1, and says which one is this node', () => {
    const validators = [{ isSelf: false }, { isSelf: true }] as unknown as readonly Validator[]
    expect(validatorName(validators, 0, translate)).toBe('Validator 1')
    expect(validatorName(validators, 1, translate)).toBe('Validator 2 (this node)')
    expect(validatorName([], 6, translate)).toBe('Validator 7')
  })
})
