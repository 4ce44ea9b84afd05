import { describe, expect, it } from 'vitest'
import { ManualClock } from '../core/clock.ts'
import { chainIdOf, genesisState, type LedgerState, type SignedTransaction } from '../ledger/index.ts'
import { rulesOf, startTimeMs, testAccount, testGenesis, transfer, unsigned } from '../ledger/test-support.ts'
import type { Chain } from './chain.ts'
import { createVertexChecks } from './vertex-checks.ts'

const [alice, bob] = [testAccount(1), testAccount(2)]
const genesis = testGenesis([[alice, 1_000_000_000n]])
const rules = rulesOf(genesis)

/** Checks whose verifier finds those signatures good that this says. */
function setUp(isGood: (transaction: Uint8Array) => boolean = () => true) {
  const state: LedgerState = genesisState(genesis)
  const clock = new ManualClock(startTimeMs)
  let asked = 0
  const checks = createVertexChecks({
    chain: { chainId: chainIdOf(genesis), rules, genesis } as unknown as Chain,
    state,
    verifier: {
      async verify(jobs) {
        asked += jobs.length
        return jobs.map(({ message }) => isGood(message))
      },
    } as Parameters<typeof createVertexChecks>[0]['verifier'],
    clock,
    scheduler: clock,
  })
  return { checks, state, asked: () => asked }
}
const pay = (nonce: number, overrides: Parameters<typeof unsigned>[4] = {}): SignedTransaction =>
  unsigned(rules, alice, nonce, [transfer(bob, 5n)], { maxFeeMicroRuv: 1_000_000n, ...overrides })

describe('gossiped transactions', () => {
  it('are passed on where they are signed and could be executed', async () => {
    const { checks } = setUp()
    const found = await checks.gossip([pay(0).bytes, pay(1).bytes])
    expect(found.verdict).toBe('accept')
    expect(found.sound.map(({ transaction }) => transaction.nonce)).toEqual([0, 1])
  })

  it('count against who passes them on where they are wrong for everybody', async () => {
    const { checks, asked } = setUp()
    expect((await checks.gossip([Uint8Array.of(1, 2, 3)])).verdict).toBe('reject')
    expect((await checks.gossip([pay(0, { chainId: new Uint8Array(32) }).bytes])).verdict).toBe('reject')
    expect(asked()).toBe(0)
    // One among good ones, too; those are taken nevertheless.
    const mixed = await checks.gossip([pay(0).bytes, Uint8Array.of(1)])
    expect([mixed.verdict, mixed.sound.length]).toEqual(['reject', 1])
  })

  it('count against who passes them on where the signature is bad under a key that cannot be another one', async () => {
    const { checks } = setUp(() => false)
    expect(await checks.gossip([pay(0).bytes])).toEqual({ sound: [], verdict: 'reject' })
  })

  it('are overlooked where they are of no use here, or not yet', async () => {
    const { checks, asked } = setUp()
    const late = pay(0, { validUntilMs: startTimeMs - 1 })
    const poor = unsigned(rules, bob, 0, [transfer(alice, 5n)], { maxFeeMicroRuv: 1_000_000n })
    expect(await checks.gossip([late.bytes, poor.bytes, pay(64).bytes])).toEqual({ sound: [], verdict: 'ignore' })
    expect(asked()).toBe(0)
  })

  it('are overlooked where the key may have changed before them', async () => {
    const { checks, state } = setUp(() => false)
    const account = [...state.accounts.values()][0] as { key: unknown }
    account.key = { suite: alice.suite, publicKey: alice.publicKey }
    expect((await checks.gossip([pay(3, { key: null }).bytes])).verdict).toBe('ignore')
    expect((await checks.gossip([pay(0, { key: null }).bytes])).verdict).toBe('reject')
  })
})
