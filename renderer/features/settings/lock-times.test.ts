import { expect, it } from 'vitest'
import { lockChoices } from './lock-times.ts'

it('offers the common times, never last, and what is set', () => {
  expect(lockChoices(15)).toEqual([1, 5, 10, 15, 30, 60, 240, 0])
  expect(lockChoices(7)).toEqual([1, 5, 7, 10, 15, 30, 60, 240, 0])
  expect(lockChoices(0)).toEqual([1, 5, 10, 15, 30, 60, 240, 0])
})
