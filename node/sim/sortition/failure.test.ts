import { describe, expect, it } from 'vitest'
import { consensusLimits } from '../../consensus/limits.ts'
import { drawCommittee } from '../../consensus/sortition.ts'
import { sha3 } from '../../crypto/hash.ts'
import { failingSeats, failureTable, logFailure, logFailureUnlimited } from './failure.ts'

describe('failingSeats', () => {
  it('is the least number of seats with which Byzantine ones are a third', () => {
    expect([99, 100, 101, 300, 400].map(failingSeats)).toEqual([33, 34, 34, 100, 134])
  })
})

describe('logFailure', () => {
  it('is 7·10⁻¹¹ for 400 seats of 10,000 validators with 20 % Byzantine', () => {
    expect(Math.exp(logFailure(10_000, 2_000, consensusLimits.committeeSeats))).toBeCloseTo(6.816e-11, 13)
  })

  it('agrees with counting by hand: 3 seats of 6 with 2 Byzantine fail with one or two of them', () => {
    // 1 − C(4,3)/C(6,3)
    expect(Math.exp(logFailure(6, 2, 3))).toBeCloseTo(1 - 4 / 20, 12)
    expect(logFailure(6, 0, 3)).toBe(Number.NEGATIVE_INFINITY)
    expect(Math.exp(logFailure(9, 3, 9))).toBeCloseTo(1, 12)
    expect(logFailure(9, 2, 9)).toBe(Number.NEGATIVE_INFINITY)
  })

  it('is that of the draw that consensus makes', () => {
    const validators = Array.from({ length: 60 }, (_, index) => {
      const id = sha3(Uint8Array.of(index))
      return { id, publicKey: id, stakeMicroRuv: 5n }
    })
    const byzantine = new Set(validators.slice(0, 15))
    const draws = 1_000
    let failed = 0
    for (let draw = 0; draw < draws; draw++) {
      const members = drawCommittee(validators, 12, sha3(Uint8Array.of(draw & 0xff, draw >> 8)))
      const seats = members.filter(({ validator }) => byzantine.has(validator)).length
      if (seats >= failingSeats(12)) failed++
    }
    const expected = Math.exp(logFailure(60, 15, 12))
    expect(Math.abs(failed / draws - expected)).toBeLessThan(4 * Math.sqrt((expected * (1 - expected)) / draws))
  })

  it('comes near the binomial law where there are many validators, from below', () => {
    const [urn, unlimited] = [logFailure(1_000_000, 200_000, 400), logFailureUnlimited(0.2, 400)]
    expect(urn).toBeLessThan(unlimited)
    expect(Math.exp(urn - unlimited)).toBeCloseTo(1, 1)
    expect(logFailureUnlimited(0, 400)).toBe(Number.NEGATIVE_INFINITY)
    // P(Bin(3, ½) ≥ 1)
    expect(Math.exp(logFailureUnlimited(0.5, 3))).toBeCloseTo(7 / 8, 12)
  })
})

describe('failureTable', () => {
  it('rises with the Byzantine share and falls with the seats', () => {
    const rows = failureTable(10_000, [100, 400, 1_000], [0.2, 0.25, 0.3])
    for (const { cells } of rows) {
      const logs = cells.map(({ log10 }) => log10 as number)
      expect([...logs].sort((a, b) => a - b)).toEqual(logs)
    }
    for (let column = 0; column < 3; column++) {
      const logs = rows.map(({ cells }) => cells[column]?.log10 as number)
      expect([...logs].sort((a, b) => b - a)).toEqual(logs)
    }
  })

  it('keeps what no double holds', () => {
    const [row] = failureTable(100_000, [20_000], [0.2])
    expect(row?.cells[0]?.probability).toBe(0)
    expect(row?.cells[0]?.log10).toBeLessThan(-308)
  })
})
