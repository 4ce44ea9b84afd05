import { wordlist } from '@scure/bip39/wordlists/english.js'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { limits } from './limits.ts'
import { completions, normalWord, onlyCompletion, wordIndex, wordState } from './word-list.ts'

const anyWord = fc.constantFrom(...wordlist)

describe('wordIndex', () => {
  it('finds every word at its place', () => {
    expect(wordlist.map(wordIndex)).toEqual(wordlist.map((_, index) => index))
  })

  it('finds nothing else (property)', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        fc.pre(!wordlist.includes(text))
        expect(wordIndex(text)).toBe(-1)
      }),
    )
  })
})

describe('completions', () => {
  it('are what a search through the whole list finds first (property)', () => {
    fc.assert(
      fc.property(anyWord, fc.integer({ min: 1, max: 8 }), (word, length) => {
        const start = word.slice(0, length)
        const expected = wordlist.filter((other) => other.startsWith(start)).slice(0, limits.maxSuggestions)
        expect(completions(start)).toEqual(expected)
      }),
    )
  })

  it('are none for nothing, and none for what starts no word', () => {
    expect(completions('')).toEqual([])
    expect(completions('abx')).toEqual([])
    expect(completions('zzz')).toEqual([])
  })
})

describe('onlyCompletion', () => {
  it('is decided by four letters for every word', () => {
    for (const word of wordlist) expect(onlyCompletion(word.slice(0, limits.decidingLetters))).toBe(word)
  })

  it('leaves a start open that several words have', () => {
    expect(onlyCompletion('aban')).toBe('abandon')
    expect(onlyCompletion('ab')).toBeUndefined()
    expect(onlyCompletion('')).toBeUndefined()
  })

  it('takes a whole word for itself, also where longer ones start with it', () => {
    expect(completions('act')).toContain('action')
    expect(onlyCompletion('act')).toBe('act')
  })
})

describe('wordState', () => {
  it.each([
    ['', false, 'empty'],
    ['  ', true, 'empty'],
    ['aba', false, 'partial'],
    ['aba', true, 'unknown'],
    ['abandon', false, 'known'],
    ['Abandon ', true, 'known'],
    ['abq', false, 'unknown'],
    ['7', false, 'unknown'],
    ['абв', false, 'unknown'],
  ] as const)('of %j, finished %j, is %s', (typed, finished, expected) => {
    expect(wordState(typed, finished)).toBe(expected)
  })
})

describe('normalWord', () => {
  it('keeps the letters only', () => {
    expect(normalWord('12. Abandon,')).toBe('abandon')
    expect(normalWord('ａｂａｎｄｏｎ')).toBe('abandon')
  })
})
