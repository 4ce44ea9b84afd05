import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { compareBytes, toHex } from '../core/bytes.ts'
import { sha3 } from '../crypto/hash.ts'
import type { Validator } from './committee.ts'
import { consensusLimits } from './limits.ts'
import { drawCommittee, validatorsOfEpoch } from './sortition.ts'

function validatorsOf(stakes: readonly bigint[]): Validator[] {
  return stakes.map((stakeMicroRuv, index) => {
    const id = sha3(Uint8Array.of(index & 0xff, index >> 8))
    return { id, publicKey: id, stakeMicroRuv }
  })
}
const equalStakes = (count: number): Validator[] => validatorsOf(new Array<bigint>(count).fill(1_000_000n))
const seedOf = (number: number): Uint8Array => sha3(Uint8Array.of(1, number & 0xff, number >> 8))
const anyStakes = fc
  .array(fc.bigInt({ min: 0n, max: (1n << 62n) - 1n }), { minLength: 1, maxLength: 40 })
  .filter((stakes) => stakes.some((stake) => stake > 0n))

describe('drawCommittee', () => {
  it('gives each its share of the seats rounded up or down, all of them, sorted by id', () => {
    fc.assert(
      fc.property(anyStakes, fc.integer({ min: 1, max: 500 }), fc.nat(60_000), (stakes, seats, seed) => {
        const members = drawCommittee(validatorsOf(stakes), seats, seedOf(seed))
        const total = stakes.reduce((sum, stake) => sum + stake, 0n)
        const won = new Map(members.map((member) => [toHex(member.validator.id), member.seats]))
        expect(members.reduce((sum, member) => sum + member.seats, 0)).toBe(seats)
        for (const { id, stakeMicroRuv } of validatorsOf(stakes)) {
          const floor = Number((stakeMicroRuv * BigInt(seats)) / total)
          const isExact = (stakeMicroRuv * BigInt(seats)) % total === 0n
          const got = won.get(toHex(id)) ?? 0
          expect(got).toBeGreaterThanOrEqual(floor)
          expect(got).toBeLessThanOrEqual(isExact ? floor : floor + 1)
        }
        const ids = members.map((member) => member.validator.id)
        expect([...ids].sort(compareBytes)).toEqual(ids)
      }),
      { seed: 1 },
    )
  })

  it('depends on the seed and on nothing else: not on the order in which validators are listed', () => {
    const validators = equalStakes(50)
    const names = (list: readonly Validator[], seed: number): string =>
      drawCommittee(list, 10, seedOf(seed))
        .map(({ validator, seats }) => `${toHex(validator.id)}:${seats}`)
        .join()
    expect(names([...validators].reverse(), 1)).toBe(names(validators, 1))
    expect(new Set([1, 2, 3, 4].map((seed) => names(validators, seed))).size).toBe(4)
  })

  it('gives seats in proportion to stake: over many seeds each comes near its expectation', () => {
    const validators = validatorsOf([1n, 2n, 3n, 4n, 10n, 20n, 20n, 40n])
    const draws = 2_000
    const won = new Map<string, number>()
    for (let seed = 0; seed < draws; seed++) {
      for (const { validator, seats } of drawCommittee(validators, 3, seedOf(seed))) {
        won.set(toHex(validator.id), (won.get(toHex(validator.id)) ?? 0) + seats)
      }
    }
    for (const { id, stakeMicroRuv } of validators) {
      const expected = 3 * (Number(stakeMicroRuv) / 100)
      // Fractional parts are drawn as a coin of that chance: a deviation of ½ at most a draw, five of them allowed.
      expect(Math.abs((won.get(toHex(id)) ?? 0) / draws - expected)).toBeLessThan((5 * 0.5) / Math.sqrt(draws))
    }
  })

  it('draws equal stakes as from an urn: the number of marked ones has the hypergeometric law', () => {
    const validators = equalStakes(40)
    const marked = new Set(validators.slice(0, 10).map(({ id }) => toHex(id)))
    const draws = 1_500
    const seen = new Array<number>(9).fill(0)
    for (let seed = 0; seed < draws; seed++) {
      const members = drawCommittee(validators, 8, seedOf(seed))
      const hits = members.filter(({ validator }) => marked.has(toHex(validator.id))).length
      seen[hits] = (seen[hits] as number) + 1
    }
    const choose = (n: number, m: number): number => (m === 0 ? 1 : (choose(n - 1, m - 1) * n) / m)
    for (let hits = 0; hits <= 8; hits++) {
      const expected = (choose(10, hits) * choose(30, 8 - hits)) / choose(40, 8)
      const deviation = Math.sqrt((expected * (1 - expected)) / draws)
      expect(Math.abs((seen[hits] as number) / draws - expected), `${hits} marked`).toBeLessThan(4 * deviation + 1e-4)
    }
  })
})

describe('validatorsOfEpoch', () => {
  it('is everybody with their stake up to the limit, and a committee of seats above it', () => {
    const few = equalStakes(consensusLimits.maxFullCommittee)
    expect(validatorsOfEpoch(few, seedOf(1))).toBe(few)
    const many = validatorsOfEpoch(equalStakes(consensusLimits.maxFullCommittee + 900), seedOf(1))
    expect(many).toHaveLength(consensusLimits.committeeSeats)
    expect(new Set(many.map(({ stakeMicroRuv }) => stakeMicroRuv))).toEqual(new Set([1n]))
  })

  it('counts the seats of a large holder as its weight', () => {
    const stakes = [500_000n, ...new Array<bigint>(500).fill(1_000n)]
    const committee = validatorsOfEpoch(validatorsOf(stakes), seedOf(2))
    const [largest] = committee.map(({ stakeMicroRuv }) => stakeMicroRuv).sort((a, b) => Number(b - a))
    expect(largest).toBe(200n)
  })
})
