import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { fuzzyFilter, fuzzyScore } from './fuzzy.ts'

const places = ['Wallet', 'Send', 'Receive', 'History', 'Address book', 'Settings', 'Use light theme', 'Adreßbuch']
const found = (query: string) => fuzzyFilter(query, places, (text) => [text], 3)

describe('fuzzyFilter', () => {
  it('finds beginnings first, then beginnings of words', () => {
    expect(found('se')[0]).toBe('Send')
    expect(found('ab')[0]).toBe('Address book')
    expect(found('book')[0]).toBe('Address book')
    expect(found('ulth')[0]).toBe('Use light theme')
  })

  it('does not care for case and accents', () => {
    expect(fuzzyScore('cafe', 'Café')).toBeDefined()
    expect(fuzzyScore('ÉTÉ', 'ete')).toBeDefined()
  })

  it('keeps the order where nothing is typed, and no more than asked for', () => {
    expect(found('')).toEqual(places.slice(0, 3))
    expect(found('zzz')).toEqual([])
  })

  it('finds every text by its own letters in order (property)', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[a-z ]{1,20}$/), fc.nat(), (text, seed) => {
        const some = [...text].filter((letter, index) => letter !== ' ' && (seed >> (index % 30)) % 2 === 0).join('')
        expect(fuzzyScore(some, text)).toBeDefined()
      }),
    )
  })
})
