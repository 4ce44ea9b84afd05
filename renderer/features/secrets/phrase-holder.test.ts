import { describe, expect, it } from 'vitest'
import { holdPhrase } from './phrase-holder.ts'

const bytes = () => new TextEncoder().encode('abandon ability zoo')

describe('holdPhrase', () => {
  it('gives words by their position', () => {
    const phrase = holdPhrase(bytes())
    expect(phrase.wordCount).toBe(3)
    expect([1, 2, 3, 4].map(phrase.word)).toEqual(['abandon', 'ability', 'zoo', ''])
  })

  it('compares a typed word with the one at its position', () => {
    const phrase = holdPhrase(bytes())
    expect(phrase.matches(2, 'ability')).toBe(true)
    expect(phrase.matches(1, 'ability')).toBe(false)
    expect(phrase.matches(1, 'abandonn')).toBe(false)
    expect(phrase.matches(3, 'zo')).toBe(false)
    expect(phrase.matches(4, '')).toBe(false)
    expect(phrase.matches(0, '')).toBe(false)
  })

  it('overwrites what it holds, and then knows nothing', () => {
    const held = bytes()
    const phrase = holdPhrase(held)
    phrase.wipe()
    expect(held.every((byte) => byte === 0)).toBe(true)
    expect(phrase.wordCount).toBe(0)
    expect(phrase.word(1)).toBe('')
    expect(phrase.matches(1, '')).toBe(false)
    expect(phrase.matches(1, 'abandon')).toBe(false)
  })
})
