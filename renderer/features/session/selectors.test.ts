import { describe, expect, it } from 'vitest'
import { networkKind, screenOf } from './selectors.ts'
import { emptySession, type SessionState } from './store.ts'

const vault = {
  exists: true,
  locked: false,
  accounts: 1,
  retryAt: null,
  autoLockAt: null,
  sealedBy: null,
  hardwareKeys: [],
}
const state = (part: Partial<SessionState>): SessionState => ({
  ...emptySession,
  connection: 'open',
  vault,
  watchedAccounts: 0,
  ...part,
})

describe('screenOf', () => {
  it.each([
    ['views', state({}), false],
    ['connecting', state({ vault: null }), false],
    ['connecting', state({ watchedAccounts: null }), false],
    ['node-starting', state({ vault: null, nodeState: { kind: 'starting' } }), false],
    ['locked', state({ vault: { ...vault, locked: true } }), false],
    ['views', state({ vault: { ...vault, locked: true }, viewsWhileLocked: true }), false],
    ['onboarding', state({ vault: { ...vault, exists: false, locked: true } }), true],
    // Whoever watches accounts and has no vault has nothing to unlock.
    ['views', state({ vault: { ...vault, exists: false, locked: true }, watchedAccounts: 1 }), false],
    ['signed-out', state({ connection: 'signed-out' }), false],
    ['node-failed', state({ nodeState: { kind: 'failed', code: 'STORAGE_FULL', message: '' } }), false],
    // What was on the screen stays there through a loss.
    ['views', state({ connection: 'lost' }), false],
  ] as const)('%s', (expected, given, needsOnboarding) => {
    expect(screenOf(given, needsOnboarding)).toBe(expected)
  })
})

describe('networkKind', () => {
  it.each([
    ['qudag-dev-1', 'dev'],
    ['dev', 'dev'],
    ['qudag-test-3', 'test'],
    ['testnet', 'test'],
    ['qudag-main-1', 'main'],
    // Real until proven otherwise.
    ['qudag-develop', 'main'],
    ['', 'main'],
  ])('%s is %s', (name, kind) => {
    expect(networkKind(name)).toBe(kind)
  })
})
