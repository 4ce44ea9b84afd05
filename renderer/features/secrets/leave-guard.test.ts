import { expect, it } from 'vitest'
import { holdSecretForm, mayLeaveSecretForm } from './leave-guard.ts'

it('lets a form go unless it wants to be asked, and asks the one that holds on last', () => {
  expect(mayLeaveSecretForm()).toBe(true)
  let asked = ''
  const releaseFirst = holdSecretForm(() => {
    asked += 'a'
  })
  expect(mayLeaveSecretForm()).toBe(false)
  const releaseSecond = holdSecretForm(() => {
    asked += 'b'
  })
  releaseFirst()
  expect(mayLeaveSecretForm()).toBe(false)
  releaseSecond()
  expect(mayLeaveSecretForm()).toBe(true)
  expect(asked).toBe('ab')
})
