import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { checkLabel, countUsed, defaultLabel, nextIndex, unnamedRestored } from './accounts.ts'
import { labelFault, normalLabel } from './labels.ts'

const account = (
  index: number,
  label: string | null,
  restored = false,
  suite: 'ML-DSA-65' | 'ML-DSA-44' = 'ML-DSA-65',
) => ({
  address: `${suite}/${index}`,
  index,
  label,
  suite,
  restored,
})

describe('labels', () => {
  it.each([
    '',
    '  ',
    'a\u0000b',
    'a\nb',
    'pay\u202ereversed',
    'zero\u200bwidth',
    '\ud800',
    'x'.repeat(65),
    'ruv1qqq',
    'RUVD1abc',
    'ruvt1',
  ])('refuses %j', (label) => {
    expect(checkLabel([], label)).toMatchObject({ ok: false, error: { code: 'LABEL_INVALID', maxChars: 64 } })
  })

  it.each(['a', 'Savings 2027', '日本語', '€uro', '🦊'.repeat(64), 'ruv', 'x'.repeat(64)])('takes %j', (label) => {
    expect(checkLabel([], label)).toEqual({ ok: true, value: label })
  })

  it('stores a trimmed, composed form', () => {
    expect(checkLabel([], '  cafe\u0301 ')).toEqual({ ok: true, value: 'caf\u00e9' })
  })

  it('gives a form that passes again (property)', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 70 }), (typed) => {
        const result = checkLabel([], typed)
        if (result.ok) expect([labelFault(result.value), normalLabel(result.value)]).toEqual([undefined, result.value])
      }),
      { numRuns: 500 },
    )
  })

  it('knows a taken name in another case or form', () => {
    const accounts = [account(0, 'Straße'), account(1, 'fi'), account(2, null)]
    for (const typed of ['Straße', 'straße', 'STRAßE', '\ufb01', 'FI']) {
      expect(checkLabel(accounts, typed)).toEqual({ ok: false, error: { code: 'ACCOUNT_LABEL_TAKEN' } })
    }
    expect(checkLabel(accounts, 'straße', 'ML-DSA-65/0')).toEqual({ ok: true, value: 'straße' })
    expect(checkLabel(accounts, 'null').ok).toBe(true)
  })

  it('fills the gaps of its own names', () => {
    expect(defaultLabel([])).toBe('account-1')
    expect(defaultLabel([account(0, 'Account-1'), account(1, 'account-3'), account(2, null)])).toBe('account-2')
  })
})

describe('order of accounts', () => {
  it('counts each suite for itself', () => {
    const accounts = [account(0, 'a'), account(2, 'b'), account(4, 'c', false, 'ML-DSA-44')]
    expect([
      nextIndex(accounts, 'ML-DSA-65'),
      nextIndex(accounts, 'ML-DSA-44'),
      nextIndex(accounts, 'ML-DSA-87'),
    ]).toEqual([3, 5, 0])
  })

  it('offers restored accounts of the suite, lowest first', () => {
    const accounts = [
      account(3, null, true),
      account(1, null, true),
      account(2, 'named'),
      account(0, null, true, 'ML-DSA-44'),
    ]
    expect(unnamedRestored(accounts, 'ML-DSA-65').map(({ index }) => index)).toEqual([1, 3])
  })

  it('finds everything up to the last used one that 20 unused ones do not hide (property)', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(fc.nat(120), { maxLength: 12 }),
        fc.nat(5),
        fc.integer({ min: 1, max: 130 }),
        async (used, from, room) => {
          const asked: number[] = []
          const count = await countUsed(from, room, async (index) => {
            asked.push(index)
            return used.includes(index)
          })
          let expected = from
          while (used.some((index) => index >= expected && index < expected + 20)) {
            expected = Math.max(...used.filter((index) => index < expected + 20)) + 1
          }
          expect(count).toBe(Math.min(expected - from, room))
          expect(asked).toEqual(asked.map((_, i) => from + i))
          if (count < room) expect(asked.length).toBe(count + 20)
        },
      ),
    )
  })
})
