import { entropyToMnemonic, mnemonicToSeedSync } from '@scure/bip39'
import { wordlist } from '@scure/bip39/wordlists/english.js'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { compareBytes, concatBytes, toHex, utf8 } from '../core/bytes.ts'
import { entropyOfPhrase, masterSeedOfEntropy, phraseOfEntropy } from './phrase.ts'
import { SecretBytes } from './secrets.ts'

const anyEntropy = fc.uint8Array({ minLength: 32, maxLength: 32 })
const text = (bytes: Uint8Array): string => new TextDecoder().decode(bytes)

function entropyHex(phrase: string | Uint8Array): string {
  const result = entropyOfPhrase(typeof phrase === 'string' ? utf8(phrase) : phrase)
  return result.ok ? result.value.use(toHex) : JSON.stringify(result.error)
}

describe('recovery phrase', () => {
  it('agrees with an independent BIP-39 in both directions (property)', () => {
    fc.assert(
      fc.property(anyEntropy, (entropy) => {
        const expected = entropyToMnemonic(entropy, wordlist)
        expect(text(phraseOfEntropy(entropy))).toBe(expected)
        expect(entropyHex(expected)).toBe(toHex(entropy))
      }),
    )
  })

  it('is indifferent to case and white space (property)', () => {
    const gap = fc.stringMatching(/^[ \t\r\n\u00a0\u2003\u200b\u3000\ufeff]{1,4}$/)
    fc.assert(
      fc.property(anyEntropy, fc.array(gap, { minLength: 25, maxLength: 25 }), fc.boolean(), (entropy, gaps, upper) => {
        const words = entropyToMnemonic(entropy, wordlist).split(' ')
        const typed = words.map((word, i) => gaps[i] + (upper ? word.toUpperCase() : word)).join('') + gaps[24]
        expect(entropyHex(typed)).toBe(toHex(entropy))
      }),
    )
  })

  it('leaves the typed bytes to their owner', () => {
    const typed = utf8(`${'ABANDON '.repeat(23)}art`)
    const before = Uint8Array.from(typed)
    expect(entropyHex(typed)).toBe('00'.repeat(32))
    expect(typed).toEqual(before)
  })

  it('counts words', () => {
    expect(entropyHex('')).toBe('{"code":"PHRASE_WORD_COUNT","expectedWords":24,"words":0}')
    expect(entropyHex(`${'abandon '.repeat(11)}about`)).toBe(
      '{"code":"PHRASE_WORD_COUNT","expectedWords":24,"words":12}',
    )
    expect(entropyHex('abandon '.repeat(25))).toBe('{"code":"PHRASE_WORD_COUNT","expectedWords":24,"words":25}')
    expect(entropyHex(' '.repeat(3_000))).toBe('{"code":"PHRASE_WORD_COUNT","expectedWords":24}')
  })

  it('names the position of an unknown word and never the word', () => {
    expect(entropyHex(`${'abandon '.repeat(16)}hunter2 ${'abandon '.repeat(7)}`)).toBe(
      '{"code":"PHRASE_UNKNOWN_WORD","position":17}',
    )
    expect(entropyHex(`${'abandon '.repeat(23)}abando`)).toBe('{"code":"PHRASE_UNKNOWN_WORD","position":24}')
  })

  it('refuses words in another order or with one replaced (property)', () => {
    fc.assert(
      fc.property(anyEntropy, fc.nat(23), fc.nat(2_047), (entropy, position, word) => {
        const words = entropyToMnemonic(entropy, wordlist).split(' ')
        fc.pre(words[position] !== wordlist[word])
        words[position] = wordlist[word] as string
        const result = entropyHex(words.join(' '))
        // One in 256 replacements is a phrase again, but never the same one.
        expect(result).not.toBe(toHex(entropy))
        expect(result).toMatch(/^([0-9a-f]{64}|\{"code":"PHRASE_CHECKSUM"\})$/)
      }),
    )
    expect(entropyHex('abandon '.repeat(24))).toBe('{"code":"PHRASE_CHECKSUM"}')
  })

  it('survives any bytes (property)', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), (bytes) => {
        expect(entropyHex(bytes)).toMatch(/^\{"code":"PHRASE_(WORD_COUNT|UNKNOWN_WORD|CHECKSUM)"/)
      }),
    )
  })

  it('has a word list in the order that the binary search needs', () => {
    const bytes = wordlist.map(utf8)
    expect(bytes.length).toBe(2_048)
    expect(bytes.toSorted(compareBytes)).toEqual(bytes)
  })
})

describe('master seed', () => {
  it('agrees with an independent BIP-39 for any passphrase (property)', async () => {
    await fc.assert(
      fc.asyncProperty(anyEntropy, fc.string({ unit: 'grapheme' }), async (entropy, passphrase) => {
        const seed = await masterSeedOfEntropy(SecretBytes.copyOf(entropy), utf8(passphrase))
        const expected = mnemonicToSeedSync(entropyToMnemonic(entropy, wordlist), passphrase)
        expect(seed.ok && seed.value.use(toHex)).toBe(toHex(expected))
      }),
      { numRuns: 25 },
    )
  })

  it('is that of the published phrase', async () => {
    // From the ML-DSA-65 vectors of NEP-649, whose seed is BIP-39's.
    const phrase =
      'orbit pill once attitude garbage prefer afford what banner weird path present dream tide unfold despair inject physical lens battle fancy finish fever toward'
    const entropy = entropyOfPhrase(utf8(phrase))
    const seed = entropy.ok ? await masterSeedOfEntropy(entropy.value) : entropy
    expect(seed.ok && seed.value.use(toHex)).toBe(
      '85d44f13ba9c837a8fe51474cd7b7ed6777591808aca0eb1d5695e914a060c8efbf0ee7e325e24490d69ca824af62071416504ddca17332d2a28bea7377792da',
    )
  })

  it('is the same for either Unicode form of a passphrase', async () => {
    const entropy = new SecretBytes(new Uint8Array(32))
    const composed = await masterSeedOfEntropy(entropy, utf8('caf\u00e9'))
    const decomposed = await masterSeedOfEntropy(entropy, utf8('cafe\u0301'))
    expect(composed.ok && composed.value.use(toHex)).toBe(decomposed.ok && decomposed.value.use(toHex))
  })

  it('refuses a passphrase that is not UTF-8', async () => {
    const entropy = new SecretBytes(new Uint8Array(32))
    expect(await masterSeedOfEntropy(entropy, concatBytes(utf8('abc'), Uint8Array.of(0xff)))).toEqual({
      ok: false,
      error: { code: 'PASSPHRASE_INVALID' },
    })
  })
})
