import { beforeEach, describe, expect, it } from 'vitest'
import { needsOnboarding, stepBefore, useOnboardingStore } from './flow.ts'

const none = { exists: false }
const there = { exists: true }

beforeEach(() => useOnboardingStore.setState(useOnboardingStore.getInitialState()))

describe('needsOnboarding', () => {
  const idle = { isUnderWay: false, watchesOnly: false }

  it('waits until it is known whether there is a vault', () => {
    expect(needsOnboarding(null, 0, idle)).toBe(false)
  })

  it('shows where there is nothing yet, and not to who watches accounts', () => {
    expect(needsOnboarding(none, 0, idle)).toBe(true)
    expect(needsOnboarding(none, 2, idle)).toBe(false)
    expect(needsOnboarding(there, 0, idle)).toBe(false)
  })

  it('stays while somebody is on the way, though the vault is there by then', () => {
    const { go, finish } = useOnboardingStore.getState()
    go({ kind: 'name', start: 'create', phraseConfirmed: true })
    expect(needsOnboarding(there, 0, useOnboardingStore.getState())).toBe(true)
    finish()
    expect(needsOnboarding(there, 0, useOnboardingStore.getState())).toBe(false)
  })

  it('does not come back after a start that only watches', () => {
    const { go, finish } = useOnboardingStore.getState()
    go({ kind: 'done', start: 'watch', address: 'ruvd1x' })
    finish()
    expect(needsOnboarding(none, 0, useOnboardingStore.getState())).toBe(false)
  })
})

describe('stepBefore', () => {
  it('goes back as far as nothing was made', () => {
    expect(stepBefore({ kind: 'watch' })).toEqual({ kind: 'start' })
    expect(stepBefore({ kind: 'start' })).toEqual({ kind: 'network' })
    expect(stepBefore({ kind: 'network' })).toEqual({ kind: 'welcome' })
    expect(stepBefore({ kind: 'welcome' })).toBeUndefined()
    expect(stepBefore({ kind: 'name', start: 'create', phraseConfirmed: false })).toBeUndefined()
  })
})
