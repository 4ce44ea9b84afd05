import { IntlMessageFormat } from 'intl-messageformat'
import { describe, expect, it } from 'vitest'
import { pseudoText } from './pseudo.ts'

describe('pseudoText', () => {
  it('accents and lengthens', () => {
    expect(pseudoText('Send')).toBe('[Šéñð··]')
  })

  it('leaves arguments and the names of branches alone, and accents what is in the branches', () => {
    const text = pseudoText('{count, plural, =0 {none} one {# peer} other {# peers}} of {name}')
    const format = new IntlMessageFormat(text, 'en')
    expect(format.format({ count: 1, name: 'x' })).toMatch(/^\[1 þééŕ öƒ x·+\]$/)
    expect(format.format({ count: 0, name: 'x' })).toContain('ñöñé')
  })
})
