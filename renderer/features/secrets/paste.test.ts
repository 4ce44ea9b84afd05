import { wordlist } from '@scure/bip39/wordlists/english.js'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { limits } from './limits.ts'
import { isSeveralWords, wordsIn } from './paste.ts'

const phrase = fc.array(fc.constantFrom(...wordlist), { minLength: 1, maxLength: limits.phraseWords })
const between = fc.constantFrom(' ', '\n', '\r\n', ', ', '\t', '  ', ' 12. ', '\n3) ', ';')

describe('wordsIn', () => {
  it('finds the words whatever stands between them (property)', () => {
    fc.assert(
      fc.property(phrase, between, fc.boolean(), (words, separator, capitals) => {
        const text = words.map((word) => (capitals ? word.toUpperCase() : word)).join(separator)
        expect(wordsIn(`1. ${text}\n`)).toEqual(words)
      }),
    )
  })

  it('says that there are too many by one more than a phrase has', () => {
    expect(wordsIn('zoo '.repeat(500))).toHaveLength(limits.phraseWords + 1)
  })

  it('takes any text, and gives words of letters (property)', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 6_000 }), (text) => {
        for (const word of wordsIn(text)) expect(word).toMatch(/^[a-z]+$/)
      }),
    )
  })
})

describe('isSeveralWords', () => {
  it.each([
    ['abandon', false],
    [' abandon\n', false],
    ['1. abandon', false],
    ['abandon ability', true],
    ['', false],
  ])('of %j is %j', (text, expected) => {
    expect(isSeveralWords(text)).toBe(expected)
  })
})
