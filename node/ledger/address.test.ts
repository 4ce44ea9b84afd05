import { bech32, bech32m } from '@scure/base'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { toHex } from '../core/bytes.ts'
import { sha3 } from '../crypto/hash.ts'
import {
  accountIdBytes,
  accountIdOf,
  addressPrefixes,
  formatAddress,
  isKnownAccountId,
  parseAddress,
} from './address.ts'
import type { NetworkKind } from './parameters.ts'
import { testAccount } from './test-support.ts'

const kinds: readonly NetworkKind[] = ['main', 'test', 'development']
const anyKind = fc.constantFrom(...kinds)
const anyId = fc.uint8Array({ minLength: 32, maxLength: 32 }).map((hash) => Uint8Array.of(0, ...hash))
const { id } = testAccount(1)

function codeOf(kind: NetworkKind, text: string): string {
  const parsed = parseAddress(kind, text)
  return parsed.ok ? 'ok' : parsed.error.code
}

describe('account id', () => {
  it('is the version byte and the hash of tag, suite and key', () => {
    const { publicKey } = testAccount(1)
    expect(id.length).toBe(accountIdBytes)
    const tag = new TextEncoder().encode('qudag/v1/address\0')
    expect(toHex(id)).toBe(`00${toHex(sha3(tag, Uint8Array.of(1), publicKey))}`)
  })

  it('another suite or key is another account', () => {
    const { publicKey } = testAccount(1)
    expect(toHex(accountIdOf('ML-DSA-65', publicKey))).not.toBe(toHex(id))
    expect(toHex(testAccount(2).id)).not.toBe(toHex(id))
  })

  it('is known by its length and version', () => {
    expect(isKnownAccountId(id)).toBe(true)
    expect([id.slice(1), Uint8Array.of(...id, 0), Uint8Array.of(1, ...id.slice(1))].map(isKnownAccountId)).toEqual([
      false,
      false,
      false,
    ])
  })
})

describe('address', () => {
  it('goes there and back on every network, and means nothing on another (property)', () => {
    fc.assert(
      fc.property(anyKind, anyKind, anyId, (kind, other, account) => {
        const text = formatAddress(kind, account)
        expect(text.startsWith(`${addressPrefixes[kind]}1`)).toBe(true)
        expect(parseAddress(kind, text)).toEqual({ ok: true, value: account })
        expect(parseAddress(kind, text.toUpperCase())).toEqual({ ok: true, value: account })
        if (other === kind) return
        expect(parseAddress(other, text)).toEqual({
          ok: false,
          error: {
            code: 'ADDRESS_WRONG_NETWORK',
            expectedPrefix: addressPrefixes[other],
            prefix: addressPrefixes[kind],
          },
        })
      }),
      { seed: 1, numRuns: 300 },
    )
  })

  it('no single wrong character is taken, nor two swapped', () => {
    const alphabet = 'qpzry9x8gf2tvdw0s3jn54khce6mua7l1bio'
    const text = formatAddress('development', id)
    for (let at = 0; at < text.length; at++) {
      for (const character of alphabet) {
        if (character === text[at]) continue
        expect(codeOf('development', text.slice(0, at) + character + text.slice(at + 1))).not.toBe('ok')
      }
      const [one, next] = [text[at] as string, text[at + 1]]
      if (next === undefined || next === one) continue
      expect(codeOf('development', text.slice(0, at) + next + one + text.slice(at + 2))).not.toBe('ok')
    }
  })

  it.each([
    ['nothing', ''],
    ['a space around it', ` ${formatAddress('development', id)}`],
    ['a line end behind it', `${formatAddress('development', id)}\n`],
    ['upper and lower case mixed', formatAddress('development', id).replace('ruvd', 'RUVD')],
    ['the older checksum', bech32.encode('ruvd', bech32.toWords(id), 90)],
    ['31 bytes of hash', bech32m.encode('ruvd', bech32m.toWords(id.slice(0, 32)), 90)],
    ['33 bytes of hash', bech32m.encode('ruvd', bech32m.toWords(Uint8Array.of(...id, 0)), 90)],
    ['another version', bech32m.encode('ruvd', bech32m.toWords(Uint8Array.of(1, ...id.slice(1))), 90)],
    ['a padding bit that is set', paddedAddress()],
    ['an address of another kind of money', 'bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqzk5jj0'],
    ['a megabyte', 'ruvd1'.padEnd(1_000_000, 'q')],
    ['text beyond ASCII', 'ruvd1ｑｑｑｑｑｑｑｑ'],
  ])('%s is ADDRESS_INVALID', (_, text) => expect(codeOf('development', text)).toBe('ADDRESS_INVALID'))

  it('what is no address of ours at all is invalid before it is of the wrong network', () => {
    expect(codeOf('main', bech32m.encode('ruvd', bech32m.toWords(id.slice(0, 20)), 90))).toBe('ADDRESS_INVALID')
  })

  it('an unknown prefix is another network', () => {
    expect(codeOf('main', bech32m.encode('ru', bech32m.toWords(id), 90))).toBe('ADDRESS_WRONG_NETWORK')
  })
})

/** Words whose last unused bit is 1: the same 33 bytes under a second text. */
function paddedAddress(): string {
  const words = bech32m.toWords(id)
  words[words.length - 1] = (words.at(-1) as number) | 1
  return bech32m.encode('ruvd', words, 90)
}
