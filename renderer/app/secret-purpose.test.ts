import { describe, expect, it } from 'vitest'
import { secretPurpose } from '../../node/api/contract/desktop.ts'
import { secretPurposeIn } from './secret-purpose.ts'

describe('secretPurposeIn', () => {
  it.each(secretPurpose.options)('knows %s', (purpose) => {
    expect(secretPurposeIn(`#${purpose}`)).toBe(purpose)
    expect(secretPurposeIn(`#purpose=${purpose}`)).toBe(purpose)
  })

  it.each(['', '#', '#unlock2', '#constructor', '#/unlock'])('%j is none', (fragment) => {
    expect(secretPurposeIn(fragment)).toBeUndefined()
  })
})
