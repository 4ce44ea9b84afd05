import { afterEach, describe, expect, it } from 'vitest'
import { english } from './english.ts'
import { setLocale, useLocaleStore } from './locale-store.ts'
import { isMessageKey, translate } from './translate.ts'

afterEach(() => setLocale('en'))

describe('translate', () => {
  it('fills in values, with the plurals of the language', async () => {
    expect(translate('app.strip.peers', { count: 1 })).toBe('1 peer')
    expect(translate('app.strip.peers', { count: 7 })).toBe('7 peers')
    await setLocale('de', ['de-AT'])
    expect(translate('app.strip.peers', { count: 0 })).toBe('Keine Peers')
    expect(useLocaleStore.getState().tag).toBe('de-AT')
  })

  it('gives the text with its gap where a value is missing', () => {
    expect(translate('app.strip.asOf')).toContain('{time}')
  })

  it('does not let a language that loads slowly overtake the one asked for last', async () => {
    const slow = setLocale('de')
    await Promise.all([setLocale('en'), slow])
    expect(useLocaleStore.getState().texts).toBe(english)
  })

  it('knows its keys', () => {
    expect(isMessageKey('ui.close')).toBe(true)
    expect(isMessageKey('constructor')).toBe(false)
  })
})
