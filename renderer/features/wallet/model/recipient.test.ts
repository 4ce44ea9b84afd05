import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { formatPaymentLink } from '../../../../node/api/contract/index.ts'
import { testAccount, testAddress } from '../test-support.ts'
import { namesOf } from './names.ts'
import { readRecipient } from './recipient.ts'

const [own, studio, other] = [testAddress(1), testAddress(2), testAddress(3)]
const names = namesOf(
  [testAccount(own, { label: 'Everyday' })],
  [
    { type: 'address', ref: studio, label: 'Render studio' },
    { type: 'address', ref: other, label: 'Twin' },
    { type: 'address', ref: testAddress(4), label: 'twin' },
    { type: 'tx', ref: 'ab'.repeat(32), label: 'Render studio' },
  ],
)
const read = (text: string) => readRecipient(text, names, 'dev')

describe('readRecipient', () => {
  it('knows names whatever their case, own accounts too', () => {
    expect(read(' render STUDIO ')).toMatchObject({ kind: 'address', address: studio, named: { kind: 'book' } })
    expect(read('everyday')).toMatchObject({ kind: 'address', address: own, named: { kind: 'own' } })
  })

  it('has a name that two share chosen', () => {
    expect(read('TWIN')).toMatchObject({ kind: 'ambiguous', matches: [{ kind: 'book' }, { kind: 'book' }] })
  })

  it('takes an address in capitals and in chunks', () => {
    const chunked = other.toUpperCase().replaceAll(/(.{4})/g, '$1 ')
    expect(read(chunked)).toMatchObject({ kind: 'address', address: other })
  })

  it('finds any single wrong character (property)', () => {
    const letters = [...'qpzry9x8gf2tvdw0s3jn54khce6mua7l']
    fc.assert(
      fc.property(fc.integer({ min: 5, max: own.length - 1 }), fc.constantFrom(...letters), (at, letter) => {
        fc.pre(own[at] !== letter)
        expect(read(own.slice(0, at) + letter + own.slice(at + 1)).kind).toBe('bad-address')
      }),
    )
  })

  it('tells another network at once', () => {
    expect(read(testAddress(9, 'ruv'))).toEqual({ kind: 'wrong-network', network: 'main' })
    expect(read(`qudag:${testAddress(9, 'ruvt')}`)).toEqual({ kind: 'wrong-network', network: 'test' })
  })

  it('unfolds a payment link, and says what is wrong with one', () => {
    const link = { address: other, amountMicroRuv: 12_500_000n, label: 'Shop', message: 'Order 7' }
    expect(read(formatPaymentLink(link))).toEqual({ kind: 'link', link })
    expect(read(`qudag:${other}?amount=0`)).toMatchObject({ kind: 'bad-link', error: { code: 'LINK_AMOUNT' } })
  })

  it('never throws, and never makes up an address (property)', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 120 }), (text) => {
        const reading = read(text)
        if (reading.kind === 'address') expect(names.called(text).length + text.length).toBeGreaterThan(1)
      }),
    )
    expect(read('')).toEqual({ kind: 'empty' })
    expect(read('somebody')).toEqual({ kind: 'unknown' })
  })
})
