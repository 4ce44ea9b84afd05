import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { formatRuv, maxU64, parseRuv } from './amount.ts'

describe('parseRuv', () => {
  it.each([
    ['0', 0n],
    ['1', 1_000_000n],
    ['12.5', 12_500_000n],
    ['0.000001', 1n],
    ['007.10', 7_100_000n],
    ['18446744073709.551615', maxU64],
  ])('%s', (text, amount) => expect(parseRuv(text)).toBe(amount))

  it.each([
    '',
    '.',
    '.5',
    '1.',
    '-1',
    '+1',
    '1e3',
    '1,5',
    '1_000',
    ' 1',
    '1 ',
    '1\n',
    '0x10',
    '١',
    '1.0000001',
    '1.0000000',
    '18446744073709.551616',
    '18446744073710',
    '99999999999999999999',
    '9'.repeat(21),
    '9'.repeat(100_000),
    'NaN',
    'Infinity',
  ])('refuses %s', (text) => expect(parseRuv(text)).toBeUndefined())
})

describe('formatRuv', () => {
  it.each([
    [0n, '0'],
    [1n, '0.000001'],
    [12_500_000n, '12.5'],
    [1_000_000n, '1'],
    [-1n, '-0.000001'],
    [-12_500_000n, '-12.5'],
    [maxU64, '18446744073709.551615'],
  ])('%s', (amount, text) => expect(formatRuv(amount)).toBe(text))

  it('is what parseRuv reads, for every amount (property)', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: maxU64 }), (amount) => {
        expect(parseRuv(formatRuv(amount))).toBe(amount)
      }),
      { seed: 3, numRuns: 1_000 },
    )
  })

  it('keeps what a person typed in value, whatever zeros stood around it (property)', () => {
    fc.assert(
      fc.property(fc.nat(1_000_000), fc.nat(999_999), fc.nat(3), (whole, fraction, zeros) => {
        const typed = `${'0'.repeat(zeros)}${whole}.${fraction.toString().padStart(6, '0')}`
        expect(parseRuv(typed)).toBe(BigInt(whole) * 1_000_000n + BigInt(fraction))
      }),
      { seed: 4 },
    )
  })
})
