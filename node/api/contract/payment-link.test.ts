import { bech32m } from '@scure/base'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { addressFacts } from './address-text.ts'
import { contractLimits as limits } from './limits.ts'
import { formatPaymentLink, type PaymentLink, parsePaymentLink } from './payment-link.ts'

const addressOf = (prefix: string, payload = new Uint8Array(33)) => bech32m.encode(prefix, bech32m.toWords(payload), 64)
const dev = addressOf('ruvd')

const showableText = (maxLength: number) =>
  fc
    .string({ unit: 'grapheme', minLength: 1, maxLength })
    .filter((text) => text.length <= maxLength && !/[\p{C}\p{Zl}\p{Zp}]/u.test(text))

describe('payment links', () => {
  it('reads address, amount, label and message', () => {
    expect(parsePaymentLink(`qudag:${dev}?amount=12.5&label=Render%20studio&message=invoice+1042`)).toEqual({
      ok: true,
      value: { address: dev, amountMicroRuv: 12_500_000n, label: 'Render studio', message: 'invoice 1042' },
    })
    expect(parsePaymentLink(`qudag://${dev}/`)).toEqual({ ok: true, value: { address: dev } })
    expect(parsePaymentLink(`QUDAG:${dev.toUpperCase()}`)).toEqual({ ok: true, value: { address: dev } })
  })

  it('gives back what was written (property)', () => {
    const links: fc.Arbitrary<PaymentLink> = fc.record(
      {
        address: fc
          .uint8Array({ minLength: 32, maxLength: 32 })
          .map((id) => addressOf('ruvd', Uint8Array.of(0, ...id))),
        amountMicroRuv: fc.bigInt({ min: 1n, max: 2n ** 64n - 1n }),
        label: showableText(20),
        message: showableText(40),
      },
      { requiredKeys: ['address'] },
    )
    fc.assert(
      fc.property(links, (link) => {
        expect(parsePaymentLink(formatPaymentLink(link), 'dev')).toEqual({ ok: true, value: link })
      }),
    )
  })

  it.each([
    ['a web address', 'https://example.org/', 'LINK_MALFORMED'],
    ['no address', 'qudag:?amount=1', 'LINK_MALFORMED'],
    ['a wrong checksum', `qudag:${dev.slice(0, -1)}x`, 'LINK_MALFORMED'],
    ['a fragment', `qudag:${dev}#c=1`, 'LINK_MALFORMED'],
    ['an address of another network', `qudag:${addressOf('ruv')}`, 'LINK_WRONG_NETWORK'],
    ['an amount of nothing', `qudag:${dev}?amount=0`, 'LINK_AMOUNT'],
    ['a negative amount', `qudag:${dev}?amount=-1`, 'LINK_AMOUNT'],
    ['an amount in scientific form', `qudag:${dev}?amount=1e3`, 'LINK_AMOUNT'],
    ['an amount above what exists', `qudag:${dev}?amount=99999999999999999999`, 'LINK_AMOUNT'],
    ['a field twice', `qudag:${dev}?amount=1&amount=2`, 'LINK_FIELD'],
    ['a required field of the future', `qudag:${dev}?req-expires=1`, 'LINK_FIELD'],
    ['text that turns round', `qudag:${dev}?label=%E2%80%AEevil`, 'LINK_FIELD'],
    ['a line break', `qudag:${dev}?message=a%0Ab`, 'LINK_FIELD'],
    ['bytes that are no text', `qudag:${dev}?label=%FF`, 'LINK_MALFORMED'],
    ['too much', `qudag:${dev}?message=${'a'.repeat(limits.maxPaymentLinkCharacters)}`, 'LINK_TOO_LONG'],
  ])('refuses %s', (_, link, code) => {
    expect(parsePaymentLink(link, 'dev')).toMatchObject({ ok: false, error: { code } })
  })

  it('passes over fields it does not know', () => {
    expect(parsePaymentLink(`qudag:${dev}?time=1&amount=1`)).toMatchObject({
      ok: true,
      value: { amountMicroRuv: 1_000_000n },
    })
  })

  it('never throws, and takes nothing unshowable (property)', () => {
    const parts = fc.array(
      fc.oneof(fc.constantFrom('qudag:', dev, '?', '&', '=', 'amount', 'label', '%', '1'), fc.string()),
    )
    fc.assert(
      fc.property(
        parts.map((list) => list.join('')),
        (text) => {
          const link = parsePaymentLink(text)
          if (link.ok)
            expect(`${link.value.label ?? ''}${link.value.message ?? ''}`).not.toMatch(/[\p{C}\p{Zl}\p{Zp}]/u)
        },
      ),
    )
  })
})

describe('addresses as text', () => {
  it('tells the network, and the form in which it is compared', () => {
    expect(addressFacts(dev.toUpperCase())).toEqual({ ok: true, value: { address: dev, network: 'dev', version: 0 } })
    expect(addressFacts(addressOf('ruv'))).toMatchObject({ value: { network: 'main' } })
    expect(addressFacts(addressOf('ruvt'))).toMatchObject({ value: { network: 'test' } })
  })

  it.each([
    ['too-long', dev + dev],
    ['checksum', dev.replace(/.$/, (last) => (last === 'q' ? 'p' : 'q'))],
    ['checksum', ''],
    ['prefix', addressOf('bc')],
    ['length', addressOf('ruvd', new Uint8Array(20))],
    ['version', addressOf('ruvd', new Uint8Array(33).fill(1))],
  ] as const)('says why not: %s', (reason, text) => {
    expect(addressFacts(text as string)).toMatchObject({ ok: false, error: { code: 'ADDRESS_INVALID', reason } })
  })

  it('finds every single wrong character (property)', () => {
    const alphabet = 'qpzry9x8gf2tvdw0s3jn54khce6mua7l'
    fc.assert(
      fc.property(fc.integer({ min: 5, max: dev.length - 1 }), fc.integer({ min: 1, max: 31 }), (at, step) => {
        const other = alphabet[(alphabet.indexOf(dev[at]!) + step) % 32]
        expect(addressFacts(dev.slice(0, at) + other + dev.slice(at + 1)).ok).toBe(false)
      }),
    )
  })
})
