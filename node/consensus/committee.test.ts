import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { toHex } from '../core/bytes.ts'
import { createCommittee, leaderOf, StakeTally, stakeOf, type Validator } from './committee.ts'
import { soundRules } from './protocol-rules.ts'
import { chainId, testValidator } from './test-support.ts'

const ofStakes = (stakes: readonly bigint[]) =>
  createCommittee(
    stakes.map((stake, index) => testValidator(index, stake)),
    chainId,
  )

describe('committee', () => {
  it('takes more than two thirds of the stake for a quorum', () => {
    for (const [stakes, quorum] of [
      [[1n], 1n],
      [[1n, 1n, 1n], 3n],
      [[1n, 1n, 1n, 1n], 3n],
      [[3n, 3n, 3n], 7n],
      [[10n, 1n, 1n, 1n], 9n],
    ] as const) {
      expect(ofStakes(stakes).quorumMicroRuv).toBe(quorum)
    }
  })

  it('lets two quorums meet in more than a third, whatever the stakes', () => {
    const stakes = fc.array(fc.bigInt({ min: 1n, max: 2n ** 62n }), { minLength: 1, maxLength: 20 })
    fc.assert(
      fc.property(stakes, (list) => {
        const { totalStakeMicroRuv: total, quorumMicroRuv: quorum } = ofStakes(list)
        expect(3n * (2n * quorum - total) > total).toBe(true)
        expect(3n * quorum > 2n * total && 3n * (quorum - 1n) <= 2n * total).toBe(true)
      }),
      { seed: 1 },
    )
  })

  it('sorts by id and finds everybody by it, and no stranger', () => {
    const validators = Array.from({ length: 100 }, (_, seed) => testValidator(seed))
    const committee = createCommittee(validators, chainId)
    const ids = committee.validators.map(({ id }) => toHex(id))
    expect(ids).toEqual([...ids].sort())
    for (const [index, { id }] of committee.validators.entries()) expect(committee.indexOf(id)).toBe(index)
    expect(committee.indexOf(testValidator(200).id)).toBeUndefined()
    expect(committee.indexOf(new Uint8Array(0))).toBeUndefined()
  })

  it('tells ids apart that begin alike', () => {
    const like = (last: number): Validator => ({ ...testValidator(1), id: new Uint8Array(32).fill(last, 31) })
    const committee = createCommittee([like(2), like(1)], chainId)
    expect([like(1), like(2), like(3)].map(({ id }) => committee.indexOf(id))).toEqual([0, 1, undefined])
  })

  it('counts an author once, and strangers not at all', () => {
    const committee = ofStakes([1n, 2n, 4n])
    const [a, b] = committee.weights as [bigint, bigint]
    expect(stakeOf(committee, [0, 0, 1, 7])).toBe(a + b)
  })

  it('draws leaders by stake, alike for everybody', () => {
    const heavy = testValidator(1, 9_000n)
    const committee = createCommittee([heavy, testValidator(2, 1_000n)], chainId)
    const again = createCommittee([testValidator(2, 1_000n), heavy], chainId)
    let heavyRounds = 0
    for (let number = 1; number <= 2_000; number++) {
      const leader = leaderOf(committee, number)
      expect(leaderOf(again, number)).toBe(leader)
      if (leader === committee.indexOf(heavy.id)) heavyRounds += 1
    }
    expect(heavyRounds / 2_000).toBeGreaterThan(0.87)
    expect(heavyRounds / 2_000).toBeLessThan(0.93)
  })

  it('draws others after another closing hash', () => {
    const validators = [1, 2, 3, 4].map((seed) => testValidator(seed))
    const draws = [chainId, new Uint8Array(32)].map((closingHash) => {
      const committee = createCommittee(validators, closingHash)
      return Array.from({ length: 50 }, (_, round) => leaderOf(committee, round)).join('')
    })
    expect(draws[0]).not.toBe(draws[1])
  })
})

describe('a tally', () => {
  it('has the weight of its distinct authors (property)', () => {
    const committee = ofStakes(Array.from({ length: 40 }, (_, index) => BigInt(index + 1)))
    fc.assert(
      fc.property(fc.array(fc.nat(39), { maxLength: 100 }), (authors) => {
        const tally = new StakeTally(committee)
        for (const author of authors) tally.add(author)
        const distinct = new Set(authors)
        let weight = 0n
        for (const author of distinct) weight += committee.weights[author] as bigint
        expect(tally.stakeMicroRuv).toBe(weight)
        for (let author = 0; author < 40; author++) expect(tally.has(author)).toBe(distinct.has(author))
      }),
      { seed: 2 },
    )
  })

  it('counts heads or repeats only where the rules are broken on purpose', () => {
    const validators = [testValidator(1, 70n), testValidator(2, 10n)]
    const byHeads = createCommittee(validators, chainId, { ...soundRules, weightOf: () => 1n })
    expect(byHeads.weights).toEqual([1n, 1n])
    const repeated = new StakeTally(byHeads, false)
    for (let count = 0; count < 3; count++) repeated.add(0)
    expect(repeated.stakeMicroRuv).toBe(3n)
  })
})
