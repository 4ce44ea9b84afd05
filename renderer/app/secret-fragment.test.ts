import { describe, expect, it } from 'vitest'
import { secretPurpose } from '../../node/api/contract/desktop.ts'
import { secretFragment } from './secret-fragment.ts'

describe('secretFragment', () => {
  it.each(secretPurpose.options)('knows %s', (purpose) => {
    expect(secretFragment(`#${purpose}`)).toEqual({ purpose, appearance: { theme: 'system', language: 'system' } })
  })

  it('takes over how the page that asked looks', () => {
    expect(secretFragment('#unlock?theme=dark&language=de')?.appearance).toEqual({ theme: 'dark', language: 'de' })
  })

  it('passes over what it does not know', () => {
    expect(secretFragment('#unlock?theme=pink&language=xx&__proto__=1')).toEqual({
      purpose: 'unlock',
      appearance: { theme: 'system', language: 'system' },
    })
  })

  it.each(['', '#', '#unlock2', '#constructor', '#/unlock', '#?theme=dark'])('%j is none', (fragment) => {
    expect(secretFragment(fragment)).toBeUndefined()
  })
})
