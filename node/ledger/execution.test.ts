import { describe, expect, it } from 'vitest'
import { maxU64 } from '../core/amount.ts'
import { bytesKey, toHex } from '../core/bytes.ts'
import type { Slices } from '../core/slices.ts'
import { type Account, emptyAccount } from './account.ts'
import { encodeResult, executeCommit, executeInSlices, reserveMicroRuv } from './execution.ts'
import { appendHistory, historyLeafHash, historyRoot } from './history.ts'
import { networkFeeMicroRuv } from './network-fee.ts'
import {
  accountOf,
  applyDelta,
  encodeAccounts,
  genesisState,
  isConserved,
  stateRoot,
  takeDirtyEntries,
} from './state.ts'
import {
  candidate,
  dayMs,
  faucet,
  ignoredCodes,
  minuteMs,
  noop,
  outcomes,
  startTimeMs,
  type TestAccount,
  testAccount,
  testChain,
  testGenesis,
  transfer,
  unsigned,
} from './test-support.ts'
import type { Operation, SignedTransaction, Transaction } from './transaction.ts'

const [alice, bob, carol] = [testAccount(1), testAccount(2), testAccount(3)]
const ruv = 1_000_000n

/** A chain where alice has 100 rUv and bob 10. */
function aliceAndBob(parameters = {}) {
  const chain = testChain(
    testGenesis(
      [
        [alice, 100n * ruv],
        [bob, 10n * ruv],
      ],
      parameters,
    ),
  )
  const tx = (
    from: TestAccount,
    nonce: number,
    operations: readonly Operation[],
    overrides: Partial<Transaction> = {},
  ) => unsigned(chain.rules, from, nonce, operations, overrides)
  const take = (transaction: SignedTransaction, from: TestAccount = alice) => candidate(transaction, from.publicKey)
  const of = (who: TestAccount): Account => accountOf(chain.state, who.id)
  const feeOf = (transaction: SignedTransaction, suite = alice.suite) =>
    networkFeeMicroRuv(transaction.bytes.length, suite, chain.rules.parameters)
  return { ...chain, tx, take, of, feeOf }
}

describe('execution: a transfer', () => {
  it('moves the amount, burns the fee, uses the nonce and keeps the key', () => {
    const { commit, tx, take, of, feeOf, state } = aliceAndBob()
    const payment = tx(alice, 0, [transfer(bob, 3n * ruv, 'rent'), transfer(carol, 1n)])
    const execution = commit([take(payment)])
    const fee = feeOf(payment)
    expect(outcomes(execution)).toEqual(['ok'])
    expect(of(alice)).toEqual({
      nonce: 1,
      balanceMicroRuv: 97n * ruv - 1n - fee,
      key: { suite: alice.suite, publicKey: alice.publicKey },
      faucet: null,
      parked: [],
    })
    expect([of(bob).balanceMicroRuv, of(carol).balanceMicroRuv]).toEqual([13n * ruv, 1n])
    expect(of(carol)).toMatchObject({ nonce: 0, key: null })
    expect([state.totals.burnedMicroRuv, isConserved(state)]).toEqual([fee, true])
    expect(execution.results[0]).toMatchObject({ feeMicroRuv: fee, sizeBytes: payment.bytes.length, position: 0 })
    expect(execution.results[0]?.parties).toEqual([alice.id, bob.id, carol.id])
  })

  it('needs no key once the ledger has it, and is charged for the bytes it saves', () => {
    const { commit, tx, take, of, feeOf } = aliceAndBob()
    const first = tx(alice, 0, [transfer(bob, 1n)])
    const second = tx(alice, 1, [transfer(bob, 1n)], { key: null })
    expect(outcomes(commit([take(first), take(second)]))).toEqual(['ok', 'ok'])
    expect(feeOf(first) - feeOf(second)).toBeGreaterThan(BigInt(alice.publicKey.length))
    expect(of(alice).balanceMicroRuv).toBe(100n * ruv - 2n - feeOf(first) - feeOf(second))
  })

  it('changes nothing before applyDelta', () => {
    const genesis = testGenesis([[alice, ruv]])
    const { rules } = testChain(genesis)
    const state = genesisState(genesis)
    const before = toHex(stateRoot(state))
    const payment = candidate(unsigned(rules, alice, 0, [transfer(bob, 1n)]), alice.publicKey)
    const commit = { commitIndex: 1, commitTimeMs: startTimeMs + 1, candidates: [payment] }
    const [once, again] = [executeCommit(state, commit, rules), executeCommit(state, commit, rules)]
    expect(once).toEqual(again)
    expect([toHex(stateRoot(state)), state.commitIndex, state.paid.ids.size]).toEqual([before, 0, 0])
  })

  it('comes to the same in slices, and changes nothing before the last', () => {
    const senders = Array.from({ length: 600 }, (_, index) => testAccount(100 + index))
    const genesis = testGenesis(senders.map((sender) => [sender, ruv] as const))
    const { rules } = testChain(genesis)
    const [state, whole] = [genesisState(genesis), genesisState(genesis)]
    const before = stateRoot(state)
    const candidates = senders.map((sender, index) => {
      const payment = unsigned(rules, sender, 0, [transfer(senders[(index * 7) % 600] as TestAccount, 1n)])
      return candidate(payment, sender.publicKey)
    })
    const commit = { commitIndex: 1, commitTimeMs: startTimeMs + 1, candidates }
    const inTurns = <T>(work: Slices<T>): { value: T; turns: number } => {
      for (let turns = 0; ; turns++) {
        const { done, value } = work.next()
        if (done === true) return { value, turns }
        expect([state.commitIndex, state.paid.ids.size, state.history.size]).toEqual([0, 0, 0])
        expect(stateRoot(state)).toEqual(before)
      }
    }
    const executed = inTurns(executeInSlices(state, commit, rules))
    const encoded = inTurns(encodeAccounts(executed.value.delta))
    expect(executed.turns).toBeGreaterThan(4)
    expect(encoded.turns).toBeGreaterThan(1)
    applyDelta(state, executed.value.delta, encoded.value)
    expect([...state.tree.hashInSlices()].length).toBeGreaterThan(0)

    const expected = executeCommit(whole, commit, rules)
    applyDelta(whole, expected.delta)
    expect(executed.value).toEqual(expected)
    expect(stateRoot(state)).toEqual(stateRoot(whole))
    expect(takeDirtyEntries(state)).toEqual(takeDirtyEntries(whole))
  })

  it('adds each result to the history, and nothing else', () => {
    const { commit, tx, take, state } = aliceAndBob()
    const execution = commit([
      take(tx(alice, 0, [transfer(bob, 1n)])),
      take(tx(alice, 5, [transfer(bob, 1n)])),
      candidate(tx(bob, 0, [transfer(alice, 1n)]), null),
      take(tx(alice, 1, [transfer(bob, 200n * ruv)])),
    ])
    expect([outcomes(execution), execution.parked.length, ignoredCodes(execution)]).toEqual([
      ['ok', 'failed INSUFFICIENT_BALANCE'],
      1,
      ['SIGNATURE_INVALID'],
    ])
    let range = { size: 0, peaks: [] as readonly Uint8Array[] }
    for (const [position, result] of execution.results.entries()) {
      range = appendHistory(
        range,
        historyLeafHash({ commitIndex: 1, position, txId: result.txId, result: encodeResult(result) }),
      )
    }
    expect(historyRoot(state.history)).toEqual(historyRoot(range))
  })
})

describe('execution: failures that keep nonce and fee', () => {
  it('INSUFFICIENT_BALANCE: one µrUv too much, after the fee; the rest exactly is paid out', () => {
    const { commit, tx, take, of, feeOf } = aliceAndBob()
    const fee = feeOf(tx(alice, 0, [transfer(bob, 90n * ruv)]))
    const tooMuch = tx(alice, 0, [transfer(bob, 100n * ruv - fee + 1n)])
    expect(feeOf(tooMuch)).toBe(fee)
    expect(outcomes(commit([take(tooMuch)]))).toEqual(['failed INSUFFICIENT_BALANCE'])
    expect(of(alice)).toMatchObject({ nonce: 1, balanceMicroRuv: 100n * ruv - fee })
    expect(of(bob).balanceMicroRuv).toBe(10n * ruv)

    const secondFee = feeOf(tx(alice, 1, [transfer(bob, 90n * ruv)]))
    const allOfIt = tx(alice, 1, [transfer(bob, of(alice).balanceMicroRuv - secondFee)])
    expect(outcomes(commit([take(allOfIt)]))).toEqual(['ok'])
    expect(of(alice).balanceMicroRuv).toBe(0n)
  })

  it('a bundle moves all or nothing, its last operation as well as its first', () => {
    const { commit, tx, take, of, state } = aliceAndBob()
    const before = of(bob).balanceMicroRuv
    const operations = [...Array.from({ length: 63 }, () => transfer(bob, ruv)), transfer(carol, 40n * ruv)]
    const execution = commit([take(tx(alice, 0, operations))])
    expect(outcomes(execution)).toEqual(['failed INSUFFICIENT_BALANCE'])
    expect(execution.results[0]?.parties).toEqual([alice.id])
    expect(of(bob).balanceMicroRuv).toBe(before)
    expect(state.accounts.size).toBe(2)
    expect(outcomes(commit([take(tx(alice, 1, [...operations.slice(0, 63), transfer(carol, 30n * ruv)]))]))).toEqual([
      'ok',
    ])
    expect([of(bob).balanceMicroRuv - before, of(carol).balanceMicroRuv]).toEqual([63n * ruv, 30n * ruv])
  })

  it('INSUFFICIENT_FEE: takes what there is, never more', () => {
    const poor = testAccount(9)
    const chain = testChain(testGenesis([[poor, 100n]]))
    const execution = chain.commit([candidate(unsigned(chain.rules, poor, 0, [transfer(bob, 1n)]), poor.publicKey)])
    expect(outcomes(execution)).toEqual(['failed INSUFFICIENT_FEE'])
    expect(execution.results[0]?.feeMicroRuv).toBe(100n)
    expect(accountOf(chain.state, poor.id)).toMatchObject({ nonce: 1, balanceMicroRuv: 0n })
    expect([accountOf(chain.state, bob.id).balanceMicroRuv, isConserved(chain.state)]).toEqual([0n, true])
  })

  it('BALANCE_OVERFLOW: a recipient would hold 2^64 µrUv; 2^64 − 1 it may hold', () => {
    // No sound genesis has that much, so it is put there; the rule stands for itself all the same.
    const full = testChain(testGenesis([[alice, 100n * ruv]]))
    full.state.accounts.set(bytesKey(bob.id), { ...emptyAccount, balanceMicroRuv: maxU64 - 5n })
    const pay = (nonce: number, amount: bigint) =>
      full.commit([
        candidate(unsigned(full.rules, alice, nonce, [transfer(carol, 1n), transfer(bob, amount)]), alice.publicKey),
      ])
    expect(outcomes(pay(0, 6n))).toEqual(['failed BALANCE_OVERFLOW'])
    expect(accountOf(full.state, carol.id).balanceMicroRuv).toBe(0n)
    expect(outcomes(pay(1, 5n))).toEqual(['ok'])
    expect(accountOf(full.state, bob.id).balanceMicroRuv).toBe(maxU64)
  })
})

describe('execution: copies that are ignored and pay nothing', () => {
  it('DUPLICATE: the same transaction again, in the same commit, in the next, and after it failed', () => {
    const { commit, tx, take, of } = aliceAndBob()
    const payment = take(tx(alice, 0, [transfer(bob, ruv)]))
    const failing = take(tx(alice, 1, [transfer(bob, 500n * ruv)]))
    const first = commit([payment, payment, failing])
    expect([outcomes(first), ignoredCodes(first)]).toEqual([['ok', 'failed INSUFFICIENT_BALANCE'], ['DUPLICATE']])
    const before = of(alice)
    const again = commit([payment, failing])
    expect([outcomes(again), ignoredCodes(again)]).toEqual([[], ['DUPLICATE', 'DUPLICATE']])
    expect(of(alice)).toEqual(before)
  })

  it('EXPIRED: at validUntil it executes, one millisecond later it does not', () => {
    const { commit, tx, take, state } = aliceAndBob()
    const validUntilMs = state.commitTimeMs + 100
    expect(outcomes(commit([take(tx(alice, 0, [transfer(bob, 1n)], { validUntilMs }))], 100))).toEqual(['ok'])
    const late = tx(alice, 1, [transfer(bob, 1n)], { validUntilMs: state.commitTimeMs + 99 })
    const execution = commit([take(late)], 100)
    expect([outcomes(execution), ignoredCodes(execution)]).toEqual([[], ['EXPIRED']])
  })

  it('a transaction that paid is never paid again, before or after its id is forgotten', () => {
    const { commit, tx, take, of, state } = aliceAndBob()
    const validUntilMs = startTimeMs + 90_000
    const payment = take(tx(alice, 0, [transfer(bob, ruv)], { validUntilMs }))
    commit([payment])
    const paid = of(bob).balanceMicroRuv
    const seen = new Set<string>()
    for (let i = 0; i < 40; i++) for (const code of ignoredCodes(commit([payment], 5_000))) seen.add(code)
    expect([of(bob).balanceMicroRuv, state.paid.ids.size, [...seen]]).toEqual([paid, 0, ['DUPLICATE', 'EXPIRED']])
  })

  it('VALID_UNTIL_TOO_FAR: more than 24 hours after the commit; exactly 24 hours is taken', () => {
    const { commit, tx, take, state } = aliceAndBob()
    const until = (validUntilMs: number) => take(tx(alice, 0, [transfer(bob, 1n)], { validUntilMs }))
    expect(ignoredCodes(commit([until(state.commitTimeMs + 100 + dayMs + 1)]))).toEqual(['VALID_UNTIL_TOO_FAR'])
    expect(outcomes(commit([until(state.commitTimeMs + 100 + dayMs)]))).toEqual(['ok'])
  })

  it('CHAIN_MISMATCH: signed for another chain', () => {
    const { commit, take, of } = aliceAndBob()
    const other = aliceAndBob({ bytePriceMicroRuv: 2n })
    const foreign = other.tx(alice, 0, [transfer(bob, ruv)])
    expect(outcomes(other.commit([other.take(foreign)]))).toEqual(['ok'])
    expect(ignoredCodes(commit([take(foreign)]))).toEqual(['CHAIN_MISMATCH'])
    expect(of(alice)).toMatchObject({ nonce: 0, balanceMicroRuv: 100n * ruv })
  })

  it('SIGNATURE_INVALID: a bad signature, or one checked under another key, leaves the id free for the sound copy', () => {
    const { commit, tx, take } = aliceAndBob()
    const payment = tx(alice, 0, [transfer(bob, ruv)])
    const execution = commit([candidate(payment, null), candidate(payment, bob.publicKey), take(payment)])
    expect([ignoredCodes(execution), outcomes(execution)]).toEqual([['SIGNATURE_INVALID', 'SIGNATURE_INVALID'], ['ok']])
  })

  it('PUBLIC_KEY_REQUIRED: the ledger has no key and the transaction carries none', () => {
    const { commit, tx, take } = aliceAndBob()
    expect(ignoredCodes(commit([take(tx(alice, 0, [transfer(bob, 1n)], { key: null }))]))).toEqual([
      'PUBLIC_KEY_REQUIRED',
    ])
  })

  it('MAX_FEE_TOO_LOW: one µrUv below the fee; at the fee it executes', () => {
    const { commit, tx, take, feeOf } = aliceAndBob()
    const fee = feeOf(tx(alice, 0, [transfer(bob, 1n)], { maxFeeMicroRuv: 5_000n }))
    const offering = (maxFeeMicroRuv: bigint) => take(tx(alice, 0, [transfer(bob, 1n)], { maxFeeMicroRuv }))
    expect(ignoredCodes(commit([offering(fee - 1n)]))).toEqual(['MAX_FEE_TOO_LOW'])
    expect(outcomes(commit([offering(fee)]))).toEqual(['ok'])
  })

  it('a copy that breaks a rule of form, by the code of the rule', () => {
    const { commit, tx, take } = aliceAndBob()
    const execution = commit([
      take(tx(alice, 0, [])),
      take(tx(alice, 0, [transfer(bob, 0n)])),
      take(tx(alice, 0, [transfer(alice, 1n)])),
      take(tx(alice, 0, [transfer(bob, maxU64)])),
      take(tx(alice, 0, [transfer(bob, 1n, 'm'.repeat(257))])),
      take(tx(alice, 0, [transfer(bob, 1n)], { key: { suite: 9, publicKey: alice.publicKey } })),
      take(tx(alice, 0, [transfer(bob, 1n)], { key: { suite: 1, publicKey: bob.publicKey } }), bob),
    ])
    expect(outcomes(execution)).toEqual([])
    expect(ignoredCodes(execution)).toEqual([
      'OPERATION_COUNT',
      'AMOUNT_ZERO',
      'SELF_TRANSFER',
      'AMOUNT_OUT_OF_RANGE',
      'MEMO_TOO_LONG',
      'SUITE_UNKNOWN',
      'PUBLIC_KEY_MISMATCH',
    ])
  })

  it('an account that is not on the ledger leaves no trace there, whatever nonce it tries', () => {
    const { commit, tx, state, take } = aliceAndBob()
    const before = toHex(stateRoot(state))
    const attempts = [0, 1, 7].map((nonce) => take(tx(carol, nonce, [transfer(bob, 1n)]), carol))
    const parkedFaucet = take(tx(carol, 3, [faucet(ruv)]), carol)
    const execution = commit([...attempts, parkedFaucet])
    expect(ignoredCodes(execution)).toEqual(Array.from({ length: 4 }, () => 'INSUFFICIENT_BALANCE'))
    expect([state.paid.ids.size, state.accounts.size, toHex(stateRoot(state))]).toEqual([0, 2, before])
  })

  it('one that was credited earlier in the same commit is on the ledger', () => {
    const { commit, tx, take, of } = aliceAndBob()
    const execution = commit([
      take(tx(alice, 0, [transfer(carol, 5n * ruv)])),
      take(tx(carol, 0, [transfer(bob, ruv)]), carol),
    ])
    expect(outcomes(execution)).toEqual(['ok', 'ok'])
    expect(of(bob).balanceMicroRuv).toBe(11n * ruv)
  })
})

describe('execution: nonces out of order', () => {
  it('one ahead is parked, pays its fee, and runs right after its predecessor', () => {
    const { commit, tx, take, of, feeOf } = aliceAndBob()
    const [third, second, first] = [2, 1, 0].map((nonce) => tx(alice, nonce, [transfer(bob, ruv)])) as [
      SignedTransaction,
      SignedTransaction,
      SignedTransaction,
    ]
    const fee = feeOf(first)
    const waiting = commit([take(third), take(second)])
    expect([outcomes(waiting), waiting.parked]).toEqual([[], [third.txId, second.txId]])
    expect(of(alice)).toMatchObject({ nonce: 0, balanceMicroRuv: 100n * ruv - 2n * fee })
    expect(of(alice).parked.map(({ nonce }) => nonce)).toEqual([1, 2])

    const other = take(tx(bob, 0, [transfer(alice, 1n)]), bob)
    const execution = commit([take(first), other])
    expect(execution.results.map(({ txId }) => toHex(txId))).toEqual(
      [first, second, third, other.transaction].map(({ txId }) => toHex(txId)),
    )
    expect(execution.results.map(({ position }) => position)).toEqual([0, 1, 2, 3])
    expect(execution.results.map(({ feeMicroRuv }) => feeMicroRuv).slice(0, 3)).toEqual([fee, fee, fee])
    expect(of(alice)).toMatchObject({ nonce: 3, balanceMicroRuv: 97n * ruv - 3n * fee + 1n, parked: [] })
  })

  it('a parked one names the vertex that carried it, not the one that released it', () => {
    const { commit, tx, take } = aliceAndBob()
    const waiting = take(tx(alice, 1, [transfer(bob, 1n)]))
    const first = take(tx(alice, 0, [transfer(bob, 1n)]))
    commit([waiting])
    const { results } = commit([first])
    expect(results.map(({ origin }) => origin)).toEqual([first.origin, waiting.origin])
  })

  it('a gap in the middle holds back what stands behind it', () => {
    const { commit, tx, take, of } = aliceAndBob()
    const pay = (nonce: number) => take(tx(alice, nonce, [transfer(bob, 1n)]))
    commit([pay(1), pay(3), pay(4)])
    expect(outcomes(commit([pay(0)]))).toEqual(['ok', 'ok'])
    expect(of(alice).parked.map(({ nonce }) => nonce)).toEqual([3, 4])
    expect(outcomes(commit([pay(2)]))).toEqual(['ok', 'ok', 'ok'])
    expect(of(alice).nonce).toBe(5)
  })

  it('a parked one that fails uses its nonce and lets its successor run', () => {
    const { commit, tx, take, of } = aliceAndBob()
    commit([take(tx(alice, 1, [transfer(bob, 500n * ruv)])), take(tx(alice, 2, [transfer(bob, 2n)]))])
    const execution = commit([take(tx(alice, 0, [transfer(bob, 1n)]))])
    expect(outcomes(execution)).toEqual(['ok', 'failed INSUFFICIENT_BALANCE', 'ok'])
    expect([of(alice).nonce, of(bob).balanceMicroRuv]).toEqual([3, 10n * ruv + 3n])
  })

  it('SIBLING_WON: the nonce was used, or is held by the first that was parked; the loser pays its fee', () => {
    const { commit, tx, take, of, feeOf } = aliceAndBob()
    const winner = tx(alice, 0, [transfer(bob, 1n)])
    const loser = tx(alice, 0, [transfer(carol, 2n * ruv)])
    const same = commit([take(winner), take(loser)])
    expect(outcomes(same)).toEqual(['ok', 'rejected SIBLING_WON'])
    expect(same.results[1]?.feeMicroRuv).toBe(feeOf(loser))

    const [held, late] = [tx(alice, 2, [transfer(bob, 1n)]), tx(alice, 2, [transfer(carol, 1n)])]
    expect(outcomes(commit([take(held), take(late)]))).toEqual(['rejected SIBLING_WON'])
    expect(ignoredCodes(commit([take(late), take(loser)]))).toEqual(['DUPLICATE', 'DUPLICATE'])
    expect(outcomes(commit([take(tx(alice, 1, [transfer(bob, 1n)]))]))).toEqual(['ok', 'ok'])
    expect([of(carol).balanceMicroRuv, of(alice).nonce]).toEqual([0n, 3])
    const fees = [winner, loser, held, late].reduce((sum, one) => sum + feeOf(one), 0n)
    const release = feeOf(tx(alice, 1, [transfer(bob, 1n)]))
    expect(of(alice).balanceMicroRuv).toBe(100n * ruv - 3n - fees - release)
  })

  it('PARKED_LIMIT: 64 wait, the 65th pays its fee and leaves; one expired makes room', () => {
    const { commit, tx, take, of, feeOf } = aliceAndBob()
    const pay = (nonce: number, overrides: Partial<Transaction> = {}) =>
      tx(alice, nonce, [transfer(bob, 1n)], overrides)
    const soon = { validUntilMs: startTimeMs + 1_000 }
    const parking = Array.from({ length: 64 }, (_, index) => take(pay(index + 1, index === 63 ? soon : {})))
    const waiting = commit(parking)
    expect([waiting.parked.length, outcomes(waiting)]).toEqual([64, []])
    const before = of(alice).balanceMicroRuv
    const excess = pay(65)
    const full = commit([take(excess)])
    expect([outcomes(full), before - of(alice).balanceMicroRuv]).toEqual([['rejected PARKED_LIMIT'], feeOf(excess)])
    // The next nonce is not parked, so it runs, and takes 63 with it once the last has expired.
    const execution = commit([take(pay(66))], 1_000)
    expect([outcomes(execution), execution.parked.length]).toEqual([['rejected EXPIRED'], 1])
    expect(outcomes(commit([take(pay(0))])).length).toBe(64)
    expect(of(alice)).toMatchObject({ nonce: 64 })
    expect(of(alice).parked.map(({ nonce }) => nonce)).toEqual([66])
  })

  it('INSUFFICIENT_FEE: what cannot pay its whole fee is not parked, and pays what it has; the fee itself is enough', () => {
    const poor = testAccount(9)
    for (const missing of [1n, 0n]) {
      const rich = testChain(testGenesis([[poor, ruv]]))
      const { length } = unsigned(rich.rules, poor, 1, [transfer(bob, 1n)]).bytes
      const balance = networkFeeMicroRuv(length, poor.suite, rich.rules.parameters) - missing
      const chain = testChain(testGenesis([[poor, balance]]))
      const execution = chain.commit([candidate(unsigned(chain.rules, poor, 1, [transfer(bob, 1n)]), poor.publicKey)])
      const isParked = missing === 0n
      expect(outcomes(execution)).toEqual(isParked ? [] : ['rejected INSUFFICIENT_FEE'])
      expect(execution.parked.length).toBe(isParked ? 1 : 0)
      expect(accountOf(chain.state, poor.id)).toMatchObject({ nonce: 0, balanceMicroRuv: 0n })
      expect(accountOf(chain.state, poor.id).parked.length).toBe(isParked ? 1 : 0)
    }
  })

  it('EXPIRED: a parked one waits to the moment of validUntil and leaves after it; its fee stays paid', () => {
    for (const [afterMs, expected] of [
      [1_000, ['ok', 'ok']],
      [1_001, ['rejected EXPIRED', 'ok']],
    ] as const) {
      const { commit, tx, take, of, feeOf, state } = aliceAndBob()
      commit([])
      const parked = tx(alice, 1, [transfer(bob, ruv)], { validUntilMs: state.commitTimeMs + 100 + 1_000 })
      commit([take(parked)])
      const first = tx(alice, 0, [transfer(bob, 1n)])
      const execution = commit([take(first)], afterMs)
      expect(outcomes(execution)).toEqual(expected)
      const moved = expected[0] === 'ok' ? ruv : 0n
      expect(of(alice).balanceMicroRuv).toBe(100n * ruv - 1n - moved - feeOf(parked) - feeOf(first))
      expect([of(alice).parked, isConserved(state)]).toEqual([[], true])
    }
  })

  it('an expired one leaves without a commit that concerns its account, and frees its nonce in the same commit', () => {
    const { commit, tx, take, of } = aliceAndBob()
    const pay = (amount: bigint, validUntilMs: number) => take(tx(alice, 1, [transfer(bob, amount)], { validUntilMs }))
    commit([pay(1n, startTimeMs + 30_000)])
    expect(outcomes(commit([], 30_000))).toEqual(['rejected EXPIRED'])
    commit([pay(2n, startTimeMs + 60_000)])
    const execution = commit([pay(3n, startTimeMs + 10 * minuteMs)], 40_000)
    expect([outcomes(execution), execution.parked.length]).toEqual([['rejected EXPIRED'], 1])
    expect(outcomes(commit([take(tx(alice, 0, [transfer(bob, 10n)]))]))).toEqual(['ok', 'ok'])
    expect(of(bob).balanceMicroRuv).toBe(10n * ruv + 13n)
  })

  it('several that expire at once leave in the order of accounts, then nonces, whenever they came', () => {
    const run = (order: readonly number[]) => {
      const { commit, tx, state } = aliceAndBob()
      const validUntilMs = startTimeMs + 500
      const all = [
        candidate(tx(alice, 2, [transfer(bob, 1n)], { validUntilMs }), alice.publicKey),
        candidate(tx(alice, 1, [transfer(bob, 1n)], { validUntilMs: validUntilMs + 1 }), alice.publicKey),
        candidate(tx(bob, 4, [transfer(alice, 1n)], { validUntilMs }), bob.publicKey),
      ]
      for (const index of order) commit([all[index] as (typeof all)[number]], 10)
      const execution = commit([], 1_000)
      expect(outcomes(execution)).toEqual(Array.from({ length: 3 }, () => 'rejected EXPIRED'))
      return [execution.results.map(({ txId }) => toHex(txId)), toHex(historyRoot(state.history))]
    }
    expect(run([0, 1, 2])).toEqual(run([2, 1, 0]))
  })
})

describe('an operation that moves nothing', () => {
  it('uses the nonce and pays the fee, and concerns nobody else', () => {
    const { commit, tx, take, of, feeOf, state } = aliceAndBob()
    const before = [of(alice).balanceMicroRuv, of(bob).balanceMicroRuv] as const
    const nothing = tx(alice, 0, [noop])
    const execution = commit([take(nothing)])
    expect(outcomes(execution)).toEqual(['ok'])
    expect(execution.results[0]?.parties).toEqual([alice.id])
    expect(of(alice)).toMatchObject({ nonce: 1, balanceMicroRuv: before[0] - feeOf(nothing) })
    expect([of(bob).balanceMicroRuv, state.totals.burnedMicroRuv]).toEqual([before[1], feeOf(nothing)])
    expect(isConserved(state)).toBe(true)
  })

  it('lets what waits behind its nonce run in the same commit', () => {
    const { commit, tx, take, of } = aliceAndBob()
    const waiting = [
      tx(alice, 1, [transfer(bob, ruv)]),
      tx(alice, 2, [noop]),
      tx(alice, 3, [transfer(carol, 2n * ruv)]),
    ]
    expect(commit(waiting.map((one) => take(one))).parked).toHaveLength(3)
    expect(outcomes(commit([take(tx(alice, 0, [noop]))]))).toEqual(['ok', 'ok', 'ok', 'ok'])
    expect([of(alice).nonce, of(carol).balanceMicroRuv]).toEqual([4, 2n * ruv])
  })

  it('keeps a payment with its nonce from executing, and loses to one that came first', () => {
    const { commit, tx, take, of } = aliceAndBob()
    const before = of(bob).balanceMicroRuv
    const payment = tx(alice, 0, [transfer(bob, ruv)])
    expect(outcomes(commit([take(tx(alice, 0, [noop])), take(payment)]))).toEqual(['ok', 'rejected SIBLING_WON'])
    expect(of(bob).balanceMicroRuv).toBe(before)
    const second = tx(alice, 1, [transfer(bob, ruv)])
    expect(outcomes(commit([take(second), take(tx(alice, 1, [noop]))]))).toEqual(['ok', 'rejected SIBLING_WON'])
    expect(of(bob).balanceMicroRuv).toBe(before + ruv)
  })

  it('fails for want of its fee as any other does', () => {
    const poor = testAccount(9)
    const chain = testChain(testGenesis([[poor, 100n]]))
    const execution = chain.commit([candidate(unsigned(chain.rules, poor, 0, [noop]), poor.publicKey)])
    expect(outcomes(execution)).toEqual(['failed INSUFFICIENT_FEE'])
    expect(accountOf(chain.state, poor.id)).toMatchObject({ nonce: 1, balanceMicroRuv: 0n })
  })

  it('leaves an account that is not on the ledger where it is', () => {
    const chain = testChain(testGenesis([]))
    const execution = chain.commit([candidate(unsigned(chain.rules, bob, 0, [noop]), bob.publicKey)])
    expect(execution.ignored.map(({ code }) => code)).toEqual(['INSUFFICIENT_BALANCE'])
    expect(chain.state.accounts.size).toBe(0)
  })
})

describe('what admission reserves', () => {
  it('is all an account can lose: fee and amounts; nothing for the faucet', () => {
    const { tx } = aliceAndBob()
    const bundle = tx(alice, 0, [transfer(bob, 3n), transfer(carol, 4n)], { maxFeeMicroRuv: 10n })
    expect(reserveMicroRuv(bundle)).toBe(17n)
    expect(reserveMicroRuv(tx(alice, 0, [faucet(5n)], { maxFeeMicroRuv: 10n }))).toBe(0n)
    expect(reserveMicroRuv(tx(alice, 0, [noop], { maxFeeMicroRuv: 10n }))).toBe(10n)
  })
})
