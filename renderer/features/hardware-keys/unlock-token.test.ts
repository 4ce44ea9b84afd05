import { afterEach, describe, expect, it } from 'vitest'
import type { HardwareKey } from '../../../node/api/contract/index.ts'
import { useHardwareKeys } from './store.ts'
import { lockedTokenOf, stopWaitingForToken, unlockToken } from './unlock-token.ts'

const key = (state: HardwareKey['state']): HardwareKey => ({
  id: 'aa',
  label: 'card',
  use: 'signs',
  suite: 'ML-DSA-65',
  token: { label: 'wallet', serial: '1' },
  module: '/lib.so',
  state,
})

afterEach(() => useHardwareKeys.setState({ keys: null, awaited: null }))

describe('unlockToken in a browser', () => {
  it('waits until the token is unlocked elsewhere', async () => {
    useHardwareKeys.setState({ keys: [key('locked')] })
    const unlocking = unlockToken({ tokens: null }, 'aa')
    expect(useHardwareKeys.getState().awaited).toBe('aa')
    useHardwareKeys.setState({ keys: [key('unlocked')] })
    expect(await unlocking).toBe(true)
    expect(useHardwareKeys.getState().awaited).toBeNull()
  })

  it('ends where nobody wants to wait any more, and takes no later unlocking for it', async () => {
    const unlocking = unlockToken({ tokens: null }, 'aa')
    stopWaitingForToken()
    expect(await unlocking).toBe(false)
    useHardwareKeys.setState({ keys: [key('unlocked')] })
    expect(useHardwareKeys.getState().awaited).toBeNull()
  })
})

describe('lockedTokenOf', () => {
  it.each([
    [{ code: 'HSM_PIN_REQUIRED', details: { pairing: 'aa' } }, 'aa'],
    [{ code: 'HSM_PIN_REQUIRED', details: {} }, undefined],
    [{ code: 'HSM_TOKEN_ABSENT', details: { pairing: 'aa' } }, undefined],
  ])('of %j is %s', (failure, expected) => expect(lockedTokenOf(failure)).toBe(expected))
})
