import { describe, expect, it } from 'vitest'
import type { HardwareKey, VaultStatusShape } from '../../../node/api/contract/index.ts'
import { lockedSealOf, type PasswordRequester, requestPassword } from './sealed-wallet.ts'

const sealedBy = { pairing: 'aa', label: 'safe', serial: '0001' }
const key = (id: string, state: HardwareKey['state']) => ({ id, label: id, use: 'seals', suite: null, state }) as const

const status = (part: Partial<VaultStatusShape>): VaultStatusShape => ({
  ...{ exists: true, locked: true, accounts: 1, retryAt: null, autoLockAt: null },
  ...{ sealedBy: null, hardwareKeys: [] },
  ...part,
})

/** What is asked of the person, in order; they agree to a PIN or not. */
function requester(vault: VaultStatusShape, givesPin = true) {
  const asked: string[] = []
  const session: PasswordRequester = {
    api: { vault: { status: async () => vault } },
    platform: {
      tokens: {
        request: async (purpose, pairing) => {
          asked.push(`${purpose} ${pairing}`)
          return givesPin
        },
        pinPort: () => Promise.reject(new Error('not asked for here')),
        chooseModule: async () => null,
      },
      requestSecret: async (purpose, pairing) => {
        asked.push(pairing === undefined ? purpose : `${purpose} ${pairing}`)
        return true
      },
    },
  }
  return { session, asked }
}

describe('requestPassword', () => {
  it('asks for the password alone where the wallet is not sealed', async () => {
    const { session, asked } = requester(status({ hardwareKeys: [key('aa', 'locked')] }))
    expect(await requestPassword(session, 'unlock')).toBe(true)
    expect(asked).toEqual(['unlock'])
  })

  it.each(['unlock', 'change-password', 'backup', 'unseal'] as const)(
    'has the token that seals unlocked before the password for %s',
    async (purpose) => {
      const { session, asked } = requester(status({ sealedBy, hardwareKeys: [key('aa', 'locked')] }))
      expect(await requestPassword(session, purpose)).toBe(true)
      expect(asked).toEqual(['pin aa', purpose])
    },
  )

  it('asks for no PIN while the token is unlocked', async () => {
    const { session, asked } = requester(status({ sealedBy, hardwareKeys: [key('aa', 'unlocked')] }))
    await requestPassword(session, 'unlock')
    expect(asked).toEqual(['unlock'])
  })

  it('asks for no password where no PIN was given', async () => {
    const { session, asked } = requester(status({ sealedBy, hardwareKeys: [key('aa', 'absent')] }), false)
    expect(await requestPassword(session, 'unlock')).toBe(false)
    expect(asked).toEqual(['pin aa'])
  })

  it('has the token that is to seal unlocked, and says which it is', async () => {
    const { session, asked } = requester(status({ hardwareKeys: [key('aa', 'unlocked'), key('bb', 'locked')] }))
    expect(await requestPassword(session, 'seal', 'bb')).toBe(true)
    expect(asked).toEqual(['pin bb', 'seal bb'])
  })
})

describe('lockedSealOf', () => {
  it.each([
    ['sealed by a key that is not paired here', status({ sealedBy: { ...sealedBy, pairing: null, label: null } })],
    ['whose pairings cannot be read', status({ sealedBy, hardwareKeys: null })],
  ])('is none of a wallet %s: the node says what is wrong', (_, vault) => {
    expect(lockedSealOf(vault)).toBeUndefined()
  })
})
