import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { defaultPreferences, parsePreferences, themes } from './preferences.ts'

describe('parsePreferences', () => {
  it('takes what makes sense and leaves the rest at its default', () => {
    expect(parsePreferences('{"theme":"dark","language":"de","hideBalances":true}')).toEqual({
      theme: 'dark',
      language: 'de',
      hideBalances: true,
    })
    expect(parsePreferences('{"theme":"blue","language":"de","hideBalances":"yes","more":1}')).toEqual({
      ...defaultPreferences,
      language: 'de',
    })
  })

  it.each([null, '', '{', '[]', 'null', '1', '"x"'])('%j is all defaults', (text) => {
    expect(parsePreferences(text)).toEqual(defaultPreferences)
  })

  it('never throws (property)', () => {
    fc.assert(
      fc.property(fc.json(), (text) => {
        expect(themes).toContain(parsePreferences(text).theme)
      }),
    )
  })
})
