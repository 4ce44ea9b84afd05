import { describe, expect, it } from 'vitest'
import { parseAmount } from '../../../i18n/amount.ts'
import { testAccount, testAddress } from '../test-support.ts'
import { type DraftContext, emptyDraft, readDraft, withChange, withoutRow, withRow } from './draft.ts'
import { namesOf } from './names.ts'

const [own, other] = [testAddress(1), testAddress(2)]
const context = (tag: string): DraftContext => ({
  names: namesOf([testAccount(own)], []),
  network: 'dev',
  readAmount: (text) => parseAmount(text, tag),
})
const draftOf = (to: string, amount: string, memo = '') => withChange(emptyDraft(own), 1, { to, amount, memo })

describe('readDraft', () => {
  it('makes the request of what is whole', () => {
    expect(readDraft(draftOf(other, '12.5', 'rent'), context('en')).intent).toEqual({
      from: own,
      transfers: [{ to: other, amount: '12500000', memo: 'rent' }],
    })
    expect(readDraft({ ...draftOf(other, '1'), replaces: { nonce: 7 } }, context('en')).intent).toMatchObject({
      nonce: 7,
    })
  })

  it('takes an amount as the language writes it, and none that could mean two things', () => {
    expect(readDraft(draftOf(other, '12,5'), context('de')).intent?.transfers[0]?.amount).toBe('12500000')
    const ambiguous = readDraft(draftOf(other, '1.000'), context('de'))
    expect(ambiguous.intent).toBeUndefined()
    expect(ambiguous.rows[0]?.amountProblem).toBe('ambiguous')
  })

  it.each([
    ['nothing typed', draftOf('', '')],
    ['no amount', draftOf(other, '')],
    ['an amount of nothing', draftOf(other, '0')],
    ['oneself', draftOf(own, '1')],
    ['a memo above 256 bytes', draftOf(other, '1', 'ü'.repeat(129))],
    ['a memo that cannot be written down', draftOf(other, '1', 'a\ud800')],
    ['a second row that is empty', withRow(draftOf(other, '1'))],
    ['no paying account', { ...draftOf(other, '1'), from: undefined }],
  ])('makes none of %s', (_, draft) => {
    expect(readDraft(draft, context('en')).intent).toBeUndefined()
  })

  it('counts bytes, not characters, up to the last one', () => {
    const reading = readDraft(draftOf(other, '1', 'ü'.repeat(128)), context('en'))
    expect(reading.rows[0]).toMatchObject({ memoBytes: 256, memoProblem: undefined })
    expect(reading.intent).toBeDefined()
  })

  it('keeps rows apart while they come and go, and one at least', () => {
    const three = withRow(withRow(draftOf(other, '1')))
    expect(three.rows.map(({ id }) => id)).toEqual([1, 2, 3])
    const two = withoutRow(three, 2)
    expect(withRow(two).rows.map(({ id }) => id)).toEqual([1, 3, 4])
    expect(withoutRow(draftOf(other, '1'), 1).rows).toMatchObject([{ to: '', amount: '' }])
    let full = emptyDraft(own)
    for (let n = 0; n < 100; n += 1) full = withRow(full)
    expect(full.rows).toHaveLength(64)
  })
})
