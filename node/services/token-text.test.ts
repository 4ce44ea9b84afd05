import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { bytesKey } from '../core/bytes.ts'
import { seededRng } from '../core/rng.ts'
import { newTokenText, tokenHash, tokenHashKey } from './token-text.ts'

describe('the text of a token', () => {
  it('has the one form, is known by its hash, and differs each time', () => {
    const rng = seededRng(1)
    const texts = Array.from({ length: 50 }, () => newTokenText(rng))
    expect(new Set(texts).size).toBe(50)
    for (const text of texts) {
      expect(text).toMatch(/^qdx_[A-Za-z0-9_-]{49}$/)
      expect(tokenHashKey(text)).toBe(bytesKey(tokenHash(text)))
    }
    // Known answer: an issued token must stay valid in every later version.
    expect(newTokenText({ bytes: (length) => new Uint8Array(length).fill(7) })).toBe(
      'qdx_BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcGGkkSA',
    )
  })

  it('is told from one with a wrong character, and from two that changed places (property)', () => {
    const alphabet = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_']
    fc.assert(
      fc.property(fc.nat(), fc.nat({ max: 52 }), fc.constantFrom(...alphabet), (seed, place, character) => {
        const text = newTokenText(seededRng(seed))
        const mistyped = `${text.slice(0, place)}${character}${text.slice(place + 1)}`
        if (mistyped !== text) expect(tokenHashKey(mistyped)).toBeUndefined()
        const swapped = `${text.slice(0, place)}${text[place + 1] ?? ''}${text[place]}${text.slice(place + 2)}`
        if (swapped !== text) expect(tokenHashKey(swapped)).toBeUndefined()
      }),
      { seed: 41 },
    )
  })

  it.each(['', 'qdx_', 'x'.repeat(53), 'qdx_'.repeat(2_000)])('is none: %s', (text) => {
    expect(tokenHashKey(text)).toBeUndefined()
  })

  it('is none with white space about it, or cut off', () => {
    const text = newTokenText(seededRng(2))
    for (const other of [` ${text}`, `${text} `, `${text}\n`, text.slice(0, -1), `${text}A`, text.toUpperCase()]) {
      expect(tokenHashKey(other)).toBeUndefined()
    }
  })
})
