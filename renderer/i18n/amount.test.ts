import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { editableAmount, formatAmount, parseAmount } from './amount.ts'

const tags = ['en-GB', 'de-DE', 'de-CH', 'fr-FR'] as const
const microRuv = () => fc.bigInt({ min: 0n, max: 0xffff_ffff_ffff_ffffn })

describe('formatAmount', () => {
  it('groups and writes decimals as the language does', () => {
    expect(formatAmount(12_480_250_000n, 'en-GB')).toBe('12,480.25')
    expect(formatAmount(12_480_250_000n, 'de-DE')).toBe('12.480,25')
    expect(formatAmount(12_480_000_000n, 'en-GB')).toBe('12,480.00')
  })

  it('never rounds, and never drops a place', () => {
    expect(formatAmount(1n, 'en-GB')).toBe('0.000001')
    expect(formatAmount(1_234_567n, 'de-DE')).toBe('1,234567')
    expect(formatAmount(5_000_000n, 'en-GB', { minDecimals: 0 })).toBe('5')
    expect(formatAmount(5_000_000n, 'en-GB', { minDecimals: 6 })).toBe('5.000000')
  })

  it('writes signs as asked', () => {
    expect(formatAmount(-125_000_000n, 'en-GB')).toBe('−125.00')
    expect(formatAmount(125_000_000n, 'en-GB', { sign: 'always' })).toBe('+125.00')
    expect(formatAmount(0n, 'en-GB', { sign: 'always' })).toBe('0.00')
  })

  it('writes the largest amount there is', () => {
    expect(formatAmount(0xffff_ffff_ffff_ffffn, 'en-GB')).toBe('18,446,744,073,709.551615')
  })
})

describe('parseAmount', () => {
  const parsed = (text: string, tag: string) => {
    const result = parseAmount(text, tag)
    return result.ok ? result.microRuv : result.fault
  }

  it.each([
    ['12.5', 'en-GB', 12_500_000n],
    ['12,5', 'de-DE', 12_500_000n],
    ['.5', 'en-GB', 500_000n],
    [',5', 'de-DE', 500_000n],
    ['5.', 'en-GB', 5_000_000n],
    ['007', 'en-GB', 7_000_000n],
    [' 1 000 000 ', 'en-GB', 1_000_000_000_000n],
    ['1,000.50', 'en-GB', 1_000_500_000n],
    ['1.000,50', 'de-DE', 1_000_500_000n],
    ['1,000,000', 'en-GB', 1_000_000_000_000n],
    ['1.000.000', 'de-DE', 1_000_000_000_000n],
    // The language's own decimal sign is never taken as grouping …
    ['1.500', 'en-GB', 1_500_000n],
    ['1,500', 'de-DE', 1_500_000n],
    // … and the other one is taken as decimal sign where it cannot be grouping.
    ['12.5', 'de-DE', 12_500_000n],
    ['0,5', 'en-GB', 500_000n],
    ['0.500', 'de-DE', 500_000n],
    ['1.0000000', 'en-GB', 1_000_000n],
  ])('reads %s in %s', (text, tag, expected) => {
    expect(parsed(text, tag)).toBe(expected)
  })

  it.each([
    ['', 'en-GB', 'empty'],
    ['   ', 'en-GB', 'empty'],
    ['abc', 'en-GB', 'malformed'],
    ['-1', 'en-GB', 'malformed'],
    ['+1', 'en-GB', 'malformed'],
    ['1e3', 'en-GB', 'malformed'],
    ['.', 'en-GB', 'malformed'],
    ['1.2.3', 'en-GB', 'malformed'],
    ['1,00,000', 'en-GB', 'malformed'],
    ['1.5,000', 'en-GB', 'malformed'],
    ['١٢', 'en-GB', 'malformed'],
    // A thousand, or one: a guess would be wrong by a factor of a thousand.
    ['1.000', 'de-DE', 'ambiguous'],
    ['1,000', 'en-GB', 'ambiguous'],
    ['0.0000001', 'en-GB', 'decimals'],
    ['18446744073709.551616', 'en-GB', 'range'],
  ])('refuses %j in %s: %s', (text, tag, expected) => {
    expect(parsed(text, tag)).toBe(expected)
  })

  it('reads back what a field is filled with (property)', () => {
    fc.assert(
      fc.property(microRuv(), fc.constantFrom(...tags), (amount, tag) => {
        expect(parsed(editableAmount(amount, tag), tag)).toBe(amount)
      }),
    )
  })

  it('reads back what is written, or says that it could be read in two ways (property)', () => {
    fc.assert(
      fc.property(microRuv(), fc.constantFrom(...tags), (amount, tag) => {
        const text = formatAmount(amount, tag)
        expect(parsed(text, tag)).toBe(amount)
      }),
    )
  })

  it('never reads an amount above what was typed without its signs (property)', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[\d.,]{1,16}$/), fc.constantFrom(...tags), (text, tag) => {
        const result = parseAmount(text, tag)
        if (!result.ok) return
        expect(result.microRuv <= BigInt(text.replace(/\D/g, '')) * 1_000_000n).toBe(true)
      }),
    )
  })
})
