import { describe, expect, it } from 'vitest'
import { bestLocale, formattingTag, isLocale } from './locales.ts'

describe('bestLocale', () => {
  it('takes the first that there is, in whatever region', () => {
    expect(bestLocale(['fr-FR', 'de-AT', 'en'])).toBe('de')
    expect(bestLocale(['EN-us'])).toBe('en')
    expect(bestLocale(['fr', 'ja'])).toBe('en')
    expect(bestLocale([])).toBe('en')
  })
})

describe('formattingTag', () => {
  it('keeps the region of the machine where the language is the same', () => {
    expect(formattingTag('en', ['de-DE', 'en-GB', 'en-US'])).toBe('en-GB')
    expect(formattingTag('de', ['en-GB'])).toBe('de')
    expect(formattingTag('en-XA', ['de-DE'])).toBe('en')
  })

  it('does not take a language for another that begins alike', () => {
    expect(formattingTag('de', ['den-CA'])).toBe('de')
  })
})

describe('isLocale', () => {
  it('knows its own and nothing else', () => {
    expect(['en', 'de', 'en-XA'].every(isLocale)).toBe(true)
    expect(['EN', 'fr', '', null, 1].some(isLocale)).toBe(false)
  })
})
