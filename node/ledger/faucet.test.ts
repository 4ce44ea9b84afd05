import { describe, expect, it } from 'vitest'
import { maxU64 } from '../core/amount.ts'
import { bytesKey, toHex } from '../core/bytes.ts'
import { type Account, emptyAccount } from './account.ts'
import type { Execution } from './execution.ts'
import { networkFeeMicroRuv } from './network-fee.ts'
import { developmentParameters, type NetworkParameters } from './parameters.ts'
import { accountOf, isConserved, stateRoot } from './state.ts'
import {
  candidate,
  faucet,
  ignoredCodes,
  outcomes,
  testAccount,
  testChain,
  testGenesis,
  transfer,
  unsigned,
} from './test-support.ts'

const [alice, bob] = [testAccount(1), testAccount(2)]
const ruv = 1_000_000n
const { faucetWindowMs, faucetWindowMicroRuv } = developmentParameters

function emptyChain(parameters: Partial<NetworkParameters> = {}, balanceMicroRuv = 0n) {
  const chain = testChain(testGenesis([[alice, balanceMicroRuv]], parameters))
  const ask = (nonce: number, amount: bigint, afterMs?: number): Execution =>
    chain.commit([candidate(unsigned(chain.rules, alice, nonce, [faucet(amount)]), alice.publicKey)], afterMs)
  const of = (): Account => accountOf(chain.state, alice.id)
  const fee = networkFeeMicroRuv(
    unsigned(chain.rules, alice, 0, [faucet(ruv)]).bytes.length,
    alice.suite,
    chain.rules.parameters,
  )
  return { ...chain, ask, of, fee }
}

describe('faucet', () => {
  it('brings an account onto the ledger, its fee taken out of the credit', () => {
    const { ask, of, fee, state } = emptyChain()
    const execution = ask(0, ruv)
    expect([outcomes(execution), execution.results[0]?.feeMicroRuv]).toEqual([['ok'], fee])
    expect(of()).toMatchObject({ nonce: 1, balanceMicroRuv: ruv - fee })
    expect(of().faucet).toEqual({ windowStartMs: state.commitTimeMs, creditedMicroRuv: ruv })
    expect(state.totals).toMatchObject({ mintedMicroRuv: ruv, burnedMicroRuv: fee })
    expect(isConserved(state)).toBe(true)
  })

  it('a first credit below its fee is ignored and leaves no trace; the fee itself leaves an empty account', () => {
    const { ask, of, state, rules } = emptyChain()
    // An amount is written in as many bytes as it needs, so the fee is taken at one of the same length.
    const like = unsigned(rules, alice, 0, [faucet(4_000n)])
    const fee = networkFeeMicroRuv(like.bytes.length, alice.suite, rules.parameters)
    expect(fee).toBeGreaterThan(256n)
    const before = toHex(stateRoot(state))
    expect(ignoredCodes(ask(0, fee - 1n))).toEqual(['INSUFFICIENT_FEE'])
    expect([state.paid.ids.size, toHex(stateRoot(state))]).toEqual([0, before])
    expect(outcomes(ask(0, fee))).toEqual(['ok'])
    expect([of().balanceMicroRuv, of().nonce, isConserved(state)]).toEqual([0n, 1, true])
  })

  it('FAUCET_LIMIT: its share of a window in one piece or several, and not one µrUv more', () => {
    const { ask, of, state } = emptyChain()
    expect(outcomes(ask(0, faucetWindowMicroRuv - 5n))).toEqual(['ok'])
    const before = of().balanceMicroRuv
    const refused = ask(1, 6n)
    expect(outcomes(refused)).toEqual(['failed FAUCET_LIMIT'])
    expect([of().nonce, before - of().balanceMicroRuv]).toEqual([2, refused.results[0]?.feeMicroRuv])
    expect(outcomes(ask(2, 5n))).toEqual(['ok'])
    expect(outcomes(ask(3, 1n))).toEqual(['failed FAUCET_LIMIT'])
    expect([state.totals.mintedMicroRuv, isConserved(state)]).toEqual([faucetWindowMicroRuv, true])
  })

  it('a window begins with the first credit and ends as long after it as the network says', () => {
    const { ask, of, state } = emptyChain()
    expect(outcomes(ask(0, faucetWindowMicroRuv))).toEqual(['ok'])
    expect(outcomes(ask(1, 1n, faucetWindowMs - 1))).toEqual(['failed FAUCET_LIMIT'])
    expect(outcomes(ask(2, faucetWindowMicroRuv, 1))).toEqual(['ok'])
    expect(of().faucet).toEqual({ windowStartMs: state.commitTimeMs, creditedMicroRuv: faucetWindowMicroRuv })
    expect(outcomes(ask(3, 1n, faucetWindowMs - 1))).toEqual(['failed FAUCET_LIMIT'])
  })

  it('windows are of each account', () => {
    const { ask, rules, commit } = emptyChain()
    expect(outcomes(ask(0, faucetWindowMicroRuv))).toEqual(['ok'])
    const theirs = candidate(unsigned(rules, bob, 0, [faucet(faucetWindowMicroRuv)]), bob.publicKey)
    expect(outcomes(commit([theirs]))).toEqual(['ok'])
  })

  it('FAUCET_CAP: what it may mint in all, to the last µrUv', () => {
    const { ask, state, of } = emptyChain({ faucetCapMicroRuv: 10n * ruv })
    expect(outcomes(ask(0, 9n * ruv))).toEqual(['ok'])
    const before = of().balanceMicroRuv
    const refused = ask(1, ruv + 1n)
    expect(outcomes(refused)).toEqual(['failed FAUCET_CAP'])
    expect(before - of().balanceMicroRuv).toBe(refused.results[0]?.feeMicroRuv)
    expect(outcomes(ask(2, ruv))).toEqual(['ok'])
    expect(outcomes(ask(3, 1n))).toEqual(['failed FAUCET_CAP'])
    expect([state.totals.mintedMicroRuv, isConserved(state)]).toEqual([10n * ruv, true])
  })

  it('a new account is ignored, not failed, once there is nothing left to give', () => {
    const { ask, state, rules, commit } = emptyChain({ faucetCapMicroRuv: 10n * ruv })
    ask(0, 10n * ruv)
    const before = toHex(stateRoot(state))
    const late = commit([candidate(unsigned(rules, bob, 0, [faucet(ruv)]), bob.publicKey)])
    expect([outcomes(late), ignoredCodes(late)]).toEqual([[], ['FAUCET_CAP']])
    expect(toHex(stateRoot(state))).toBe(before)
  })

  it('INSUFFICIENT_FEE: credit and balance together below the fee', () => {
    const { ask, of, state } = emptyChain({}, 10n)
    expect(outcomes(ask(0, 20n))).toEqual(['failed INSUFFICIENT_FEE'])
    expect(of()).toMatchObject({ nonce: 1, balanceMicroRuv: 0n, faucet: null })
    expect([state.totals.mintedMicroRuv, isConserved(state)]).toEqual([0n, true])
  })

  it('BALANCE_OVERFLOW: no account is credited past 2^64 − 1', () => {
    const { ask, of, state } = emptyChain()
    state.accounts.set(bytesKey(alice.id), { ...emptyAccount, balanceMicroRuv: maxU64 - 10n })
    expect(outcomes(ask(0, 11n))).toEqual(['failed BALANCE_OVERFLOW'])
    expect(of().balanceMicroRuv).toBeLessThan(maxU64 - 10n)
  })

  it('waits its turn like any other, and is credited when it runs', () => {
    const { rules, commit, of, state } = emptyChain({}, ruv)
    const parked = candidate(unsigned(rules, alice, 1, [faucet(5n * ruv)]), alice.publicKey)
    const waiting = commit([parked])
    expect([waiting.parked.length, of().faucet]).toEqual([1, null])
    const first = candidate(unsigned(rules, alice, 0, [transfer(bob, 1n)]), alice.publicKey)
    expect(outcomes(commit([first]))).toEqual(['ok', 'ok'])
    expect(of().faucet).toEqual({ windowStartMs: state.commitTimeMs, creditedMicroRuv: 5n * ruv })
    expect(isConserved(state)).toBe(true)
  })

  it('FAUCET_UNAVAILABLE: ignored on any other network, whatever it says', () => {
    for (const kind of ['main', 'test'] as const) {
      const chain = testChain(testGenesis([[alice, ruv]], {}, { kind }))
      const execution = chain.commit([candidate(unsigned(chain.rules, alice, 0, [faucet(1n)]), alice.publicKey)])
      expect([outcomes(execution), ignoredCodes(execution)]).toEqual([[], ['FAUCET_UNAVAILABLE']])
    }
  })
})
