import { expect, it } from 'vitest'
import { readAccountCount } from './account-count.ts'

it.each([
  ['', { ok: true, accounts: undefined }],
  [' 1 ', { ok: true, accounts: 1 }],
  ['256', { ok: true, accounts: 256 }],
  ['257', { ok: false }],
  ['0', { ok: false }],
  ['-1', { ok: false }],
  ['1.5', { ok: false }],
  ['1e2', { ok: false }],
])('reads %j as %j', (typed, expected) => {
  expect(readAccountCount(typed)).toEqual(expected)
})
