import { describe, expect, it } from 'vitest'
import { toHex } from './core/bytes.ts'
import { ManualClock } from './core/clock.ts'
import { createValidatorSeeker } from './validator-seeker.ts'

const [first, second, third] = [1, 2, 3].map((byte) => toHex(new Uint8Array(32).fill(byte))) as [string, string, string]

function setUp() {
  const clock = new ManualClock()
  const names = new Map([
    [first, 'self'],
    [second, 'peer-b'],
  ])
  const staked = new Set([first, second])
  const wanted: (readonly string[])[] = []
  const state = { isValidator: true }
  const seeker = createValidatorSeeker(
    { isValidator: () => state.isValidator, hasStake: (id) => staked.has(toHex(id)), self: 'self' },
    { validators: { list: () => names }, scheduler: clock, want: (ids) => wanted.push(ids) },
  )
  return { ...seeker, clock, names, staked, wanted, state }
}

describe('a validator', () => {
  it('wants the others by their names, and not itself', () => {
    const { seekValidators, wanted } = setUp()
    seekValidators()
    expect(wanted).toEqual([['peer-b']])
  })

  it('says so again only where there is news: a name, a stake, its own seat', () => {
    const { seekValidators, wanted, names, staked, state, clock } = setUp()
    seekValidators()
    seekValidators()
    names.set(third, 'peer-c')
    clock.advance(60_000)
    expect(wanted).toEqual([['peer-b']])
    staked.add(third)
    clock.advance(60_000)
    names.set(second, 'peer-d')
    seekValidators()
    state.isValidator = false
    clock.advance(60_000)
    expect(wanted).toEqual([['peer-b'], ['peer-b', 'peer-c'], ['peer-c', 'peer-d'], []])
  })

  it('looks no more once it has stopped', () => {
    const { seekValidators, stopSeeking, wanted, names, clock } = setUp()
    seekValidators()
    stopSeeking()
    names.set(second, 'peer-d')
    clock.advance(600_000)
    seekValidators()
    expect(wanted).toEqual([['peer-b']])
  })
})
