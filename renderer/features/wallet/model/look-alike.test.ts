import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { testAddress } from '../test-support.ts'
import { lookAlikesAmong, looksAlike } from './look-alike.ts'

const letters = 'qpzry9x8gf2tvdw0s3jn54khce6mua7l'
const body = (length: number) => fc.string({ unit: fc.constantFrom(...letters), minLength: length, maxLength: length })
const address = (middle: string) => `ruvd1q${middle}`

describe('looksAlike', () => {
  it('warns of any two that agree in four characters at both ends (property)', () => {
    fc.assert(
      fc.property(body(4), body(4), body(48), body(48), (front, back, one, other) => {
        fc.pre(one !== other)
        const [a, b] = [address(front + one + back), address(front + other + back)]
        expect(looksAlike(a, b)).toBe(true)
        expect(looksAlike(b, a)).toBe(true)
      }),
    )
  })

  it('warns of any two that agree in six at one end (property)', () => {
    fc.assert(
      fc.property(body(6), body(50), body(50), (end, one, other) => {
        fc.pre(one !== other)
        expect(looksAlike(address(end + one), address(end + other))).toBe(true)
        expect(looksAlike(address(one + end), address(other + end))).toBe(true)
      }),
    )
  })

  it('leaves alone what agrees in less, and the same address (property)', () => {
    fc.assert(
      fc.property(body(3), body(3), body(50), body(50), (front, back, one, other) => {
        // The characters next to the shared ends differ, so that they are shared in three and no more.
        fc.pre(one[0] !== other[0] && one.at(-1) !== other.at(-1))
        expect(looksAlike(address(front + one + back), address(front + other + back))).toBe(false)
        expect(looksAlike(address(front + one + back), address(front + one + back))).toBe(false)
      }),
    )
  })

  it('does not compare what is of another network', () => {
    expect(looksAlike(`ruvd1q${'z'.repeat(57)}`, `ruvt1q${'z'.repeat(57)}`)).toBe(false)
  })
})

describe('lookAlikesAmong', () => {
  it('finds just those that comparing with each would find (property)', () => {
    // Few letters at the ends, so that agreements are common.
    const end = fc.string({ unit: fc.constantFrom('q', 'p'), minLength: 6, maxLength: 6 })
    const some = fc.tuple(end, body(20), end).map(([front, middle, back]) => address(front + middle + back))
    fc.assert(
      fc.property(fc.array(some, { maxLength: 30 }), some, (known, candidate) => {
        const expected = known.includes(candidate)
          ? []
          : [...new Set(known.filter((one) => looksAlike(one, candidate)))]
        expect([...lookAlikesAmong(known).of(candidate)].sort()).toEqual(expected.sort())
      }),
    )
  })

  it('says nothing of unrelated real addresses', () => {
    const known = Array.from({ length: 200 }, (_, n) => testAddress(n + 1))
    expect(lookAlikesAmong(known).of(testAddress([200, 7, 9, 1, 55]))).toEqual([])
  })
})
