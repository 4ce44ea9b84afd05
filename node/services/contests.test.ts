import { describe, expect, it } from 'vitest'
import { createContests } from './contests.ts'
import { serviceLimits } from './limits.ts'

const account = (index: number): Uint8Array => new Uint8Array(33).fill(index)
const [first, second] = [new Uint8Array(32).fill(1), new Uint8Array(32).fill(2)]

describe('createContests', () => {
  it('tells whom the validators prefer, of this account and nonce alone', () => {
    const contests = createContests()
    contests.note(account(1), 4, null)
    expect(contests.of(account(1), 4)).toBeNull()
    contests.note(account(1), 4, first)
    contests.note(account(1), 4, second)
    expect(contests.of(account(1), 4)).toEqual(second)
    expect(contests.of(account(1), 5)).toBeUndefined()
    expect(contests.of(account(2), 4)).toBeUndefined()
  })

  it('forgets what was told longest ago', () => {
    const contests = createContests()
    for (let nonce = 0; nonce < serviceLimits.maxContests; nonce++) contests.note(account(1), nonce, null)
    contests.note(account(1), 0, first)
    contests.note(account(2), 0, null)
    expect(contests.of(account(1), 0)).toEqual(first)
    expect(contests.of(account(1), 1)).toBeUndefined()
    expect(contests.of(account(2), 0)).toBeNull()
  })
})
