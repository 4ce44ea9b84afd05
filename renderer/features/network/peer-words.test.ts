import { describe, expect, it } from 'vitest'
import { banTimes, channelWord, hoursOf, pathWord, validatorNumber } from './peer-words.ts'

describe('words of a peer', () => {
  it('tell ways and channels apart by word and icon', () => {
    const paths = (['direct', 'relayed', 'lan', 'loopback'] as const).map((path) => pathWord({ path }))
    expect(new Set(paths.map(({ icon }) => icon)).size).toBe(4)
    const channels = (['hybrid', 'classical', 'none'] as const).map((channel) => channelWord({ channel }))
    expect(new Set(channels.map(({ icon }) => icon)).size).toBe(3)
    expect(channels.map(({ tone }) => tone)).toEqual(['good', 'warn', 'neutral'])
  })

  it('know the number of a validator, and no other text', () => {
    expect(validatorNumber({ validatorName: 'Validator 12' })).toBe(12)
    for (const validatorName of [null, '', 'Validator', 'Validator 0', 'Validator 1 ', 'validator 1']) {
      expect(validatorNumber({ validatorName })).toBeUndefined()
    }
  })

  it('have a ban that ends by itself, and one that does not', () => {
    expect(banTimes.map(hoursOf)).toEqual([1, 24, 168, null])
  })
})
