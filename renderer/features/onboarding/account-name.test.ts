import { expect, it } from 'vitest'
import { isAccountName, maxNameCharacters } from './account-name.ts'

it.each([
  ['Everyday', true],
  ['Miete & Büro 🦆', true],
  ['🦆'.repeat(maxNameCharacters), true],
  ['x'.repeat(maxNameCharacters + 1), false],
  ['', false],
  ['a\u202eb', false],
  ['a\nb', false],
  ['ruvd1qqqq', false],
  ['RUV1abc', false],
  ['ruvy', true],
])('of %j is %j', (name, expected) => {
  expect(isAccountName(name)).toBe(expected)
})
