import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { seededRng } from '../core/rng.ts'
import { sampleByStake } from './stake-sample.ts'

describe('sampleByStake', () => {
  it('draws different ones with stake, as many as asked or all there are', () => {
    const anyStakes = fc.array(fc.bigInt({ min: 0n, max: (1n << 62n) - 1n }), { maxLength: 40 })
    fc.assert(
      fc.property(anyStakes, fc.nat(30), fc.nat(), (stakes, count, seed) => {
        const validators = stakes.map((stakeMicroRuv, index) => ({ index, stakeMicroRuv }))
        const drawn = sampleByStake(validators, count, seededRng(seed))
        const able = stakes.filter((stake) => stake > 0n).length
        expect(drawn).toHaveLength(Math.min(count, able))
        expect(new Set(drawn.map(({ index }) => index)).size).toBe(drawn.length)
        expect(drawn.every(({ stakeMicroRuv }) => stakeMicroRuv > 0n)).toBe(true)
      }),
      { seed: 1 },
    )
  })

  it('draws by stake: the first one with the chance of its share, the second of what is left', () => {
    const validators = [1n, 2n, 7n].map((stakeMicroRuv) => ({ stakeMicroRuv }))
    const rng = seededRng(5)
    const draws = 20_000
    const seen = new Map<string, number>()
    for (let i = 0; i < draws; i++) {
      const pair = sampleByStake(validators, 2, rng)
        .map(({ stakeMicroRuv }) => stakeMicroRuv)
        .join()
      seen.set(pair, (seen.get(pair) ?? 0) + 1)
    }
    const chances = { '1,2': (1 / 10) * (2 / 9), '2,1': (2 / 10) * (1 / 8), '7,1': (7 / 10) * (1 / 3) }
    for (const [pair, chance] of Object.entries(chances)) {
      expect(Math.abs((seen.get(pair) ?? 0) / draws - chance), pair).toBeLessThan(4 * Math.sqrt(chance / draws))
    }
  })
})
