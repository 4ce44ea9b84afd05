import { entropyToMnemonic, validateMnemonic } from '@scure/bip39'
import { wordlist } from '@scure/bip39/wordlists/english.js'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { hasChecksum, phraseStatus, type TypedWord } from './phrase-check.ts'
import { wordIndex } from './word-list.ts'

const entropy = fc.uint8Array({ minLength: 32, maxLength: 32 })
const indicesOf = (bytes: Uint8Array) => entropyToMnemonic(bytes, wordlist).split(' ').map(wordIndex)
const known = (indices: readonly number[]): TypedWord[] => indices.map((index) => ({ state: 'known', index }))

describe('hasChecksum', () => {
  it('takes the vectors of BIP-39 with 24 words', () => {
    // https://github.com/trezor/python-mnemonic, vectors.json: entropy 00…, 7f…, ff…
    const last = [
      [0x00, 'art'],
      [0x7f, 'title'],
      [0xff, 'vote'],
    ] as const
    for (const [byte, word] of last) {
      const indices = indicesOf(new Uint8Array(32).fill(byte))
      expect(wordlist[indices[23] as number]).toBe(word)
      expect(hasChecksum(indices)).toBe(true)
    }
  })

  it('takes every phrase (property)', () => {
    fc.assert(
      fc.property(entropy, (bytes) => {
        expect(hasChecksum(indicesOf(bytes))).toBe(true)
      }),
    )
  })

  it('agrees with the library on any 24 words (property)', () => {
    const words = fc.array(fc.integer({ min: 0, max: 2_047 }), { minLength: 24, maxLength: 24 })
    fc.assert(
      fc.property(words, (indices) => {
        const text = indices.map((index) => wordlist[index]).join(' ')
        expect(hasChecksum(indices)).toBe(validateMnemonic(text, wordlist))
      }),
    )
  })

  it('refuses other lengths and places outside the list', () => {
    const indices = indicesOf(new Uint8Array(32))
    expect(hasChecksum(indices.slice(1))).toBe(false)
    expect(hasChecksum([...indices.slice(0, 23), -1])).toBe(false)
    expect(hasChecksum([...indices.slice(0, 23), 2_048])).toBe(false)
  })
})

describe('phraseStatus', () => {
  const indices = indicesOf(new Uint8Array(32).fill(0x7f))

  it('does not speak of the checksum before all words are there', () => {
    const words = known(indices)
    words[4] = { state: 'unknown', index: -1 }
    words[23] = { state: 'empty', index: -1 }
    expect(phraseStatus(words)).toEqual({ kind: 'incomplete', known: 22, unknownAt: [5] })
  })

  it('is complete with a phrase, and names the checksum where two words changed places', () => {
    expect(phraseStatus(known(indices))).toEqual({ kind: 'complete' })
    const [first, second, ...rest] = indicesOf(Uint8Array.from({ length: 32 }, (_, at) => at * 7))
    expect(phraseStatus(known([second as number, first as number, ...rest]))).toEqual({ kind: 'checksum' })
  })
})
