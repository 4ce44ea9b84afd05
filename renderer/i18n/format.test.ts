import { describe, expect, it } from 'vitest'
import { formatFor } from './format.ts'

const english = formatFor('en-GB')
const german = formatFor('de-DE')
const nowMs = Date.parse('2026-11-22T14:00:00.000Z')

/** Spaces that Intl writes as others. */
const plain = (text: string): string => text.replace(/[\u00a0\u202f]/g, ' ')

describe('format', () => {
  it('takes amounts as bigint and as decimal text', () => {
    expect(english.amount('3120000')).toBe('3.12')
    expect(german.amount(3_120_000n, { sign: 'always' })).toBe('+3,12')
  })

  it.each([
    ['2026-11-22T13:59:59.900Z', 'now'],
    ['2026-11-22T13:59:50.000Z', '10 seconds ago'],
    ['2026-11-22T13:57:00.000Z', '3 minutes ago'],
    ['2026-11-21T12:00:00.000Z', 'yesterday'],
    ['2026-11-22T16:30:00.000Z', 'in 2 hours'],
  ])('%s is %s', (iso, expected) => {
    expect(english.relative(iso, nowMs)).toBe(expected)
  })

  it('writes durations in the unit that fits', () => {
    expect(plain(english.duration(460))).toBe('460 ms')
    expect(plain(english.duration(1_234))).toBe('1.2 secs')
    expect(plain(english.duration(61_000))).toBe('2 mins')
    expect(plain(german.duration(9 * 60_000))).toBe('9 Min.')
  })

  it('writes sizes in steps of a thousand', () => {
    expect(plain(english.bytes(0))).toBe('0 byte')
    expect(plain(english.bytes(999))).toBe('999 byte')
    expect(plain(english.bytes(1_500))).toBe('1.5 kB')
    expect(plain(german.bytes(48_200_000))).toBe('48,2 MB')
  })
})
