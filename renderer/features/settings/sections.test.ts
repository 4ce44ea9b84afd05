import { expect, it } from 'vitest'
import { sectionOf } from './sections.ts'

it('takes what is no part of the settings for the first', () => {
  expect(sectionOf(['node'])).toBe('node')
  expect(sectionOf(['nothing'])).toBe('general')
  expect(sectionOf([])).toBe('general')
})
