import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { concatBytes, toHex, utf8 } from '../core/bytes.ts'
import { canonicalEncode } from '../core/canonical.ts'
import type { Codec } from '../core/codec.ts'
import { sha256 } from '../crypto/hash.ts'
import { accountCodec } from './account.ts'
import type { Candidate, Execution } from './execution.ts'
import { historyRoot } from './history.ts'
import { type LedgerModel, ledgerModel } from './model-test-support.ts'
import { isConserved, type LedgerState, stateRoot, sumOfBalances } from './state.ts'
import {
  candidate,
  dayMs,
  entryDisk,
  faucet,
  ignoredCodes,
  minuteMs,
  naiveStateRoot,
  noop,
  rulesOf,
  startTimeMs,
  type TestAccount,
  type TestChain,
  testAccount,
  testChain,
  testGenesis,
  transfer,
  unsigned,
} from './test-support.ts'
import type { Operation } from './transaction.ts'

const seed = 20_251_122
const ruv = 1_000_000n

/** Rich, rich with another suite, poor, two that start with nothing, and three that nobody pays but the faucet. */
const owners = [
  testAccount(1),
  testAccount(2, 'ML-DSA-65'),
  testAccount(3),
  testAccount(4),
  testAccount(5),
  testAccount(6, 'ML-DSA-87'),
  testAccount(7),
  testAccount(8),
]
const paidByOthers = owners.slice(0, 5)
const genesis = testGenesis(
  [
    [owners[0] as TestAccount, 100n * ruv],
    [owners[1] as TestAccount, 5n * ruv],
    [owners[2] as TestAccount, 12_000n],
  ],
  { faucetWindowMicroRuv: 2n * ruv, faucetCapMicroRuv: 5n * ruv, faucetWindowMs: 5 * minuteMs },
)
const chain = rulesOf(genesis)
const foreign = rulesOf(testGenesis([], {}, { salt: new Uint8Array(32) }))

interface Action {
  readonly sender: number
  /** Away from the next nonce, counted on through a commit. */
  readonly ahead: number
  readonly amounts: readonly bigint[]
  readonly to: number
  readonly isFaucet: boolean
  /** Something that moves nothing stands beside the transfers, or alone. */
  readonly noop: 'none' | 'beside' | 'alone'
  readonly validForMs: number
  readonly flaw: 'none' | 'badSignature' | 'otherKey' | 'otherChain' | 'lowFee' | 'noKey'
  /** Copies of it, with nonces one after the other. */
  readonly burst: number
  /** Instead of a new one: a copy of an earlier one of the history. */
  readonly repeat: number | null
}

const anyAction: fc.Arbitrary<Action> = fc.record({
  sender: fc.nat(owners.length - 1),
  ahead: fc.oneof(
    { weight: 12, arbitrary: fc.constant(0) },
    { weight: 5, arbitrary: fc.integer({ min: 1, max: 4 }) },
    { weight: 2, arbitrary: fc.constantFrom(-1, -2) },
    { weight: 1, arbitrary: fc.constant(70) },
  ),
  amounts: fc.oneof(
    { weight: 6, arbitrary: fc.array(fc.bigInt({ min: 1n, max: ruv }), { minLength: 1, maxLength: 4 }) },
    { weight: 2, arbitrary: fc.array(fc.bigInt({ min: 1n, max: 60n * ruv }), { minLength: 1, maxLength: 2 }) },
    { weight: 1, arbitrary: fc.constantFrom([1n], [3_000n]) },
    {
      weight: 1,
      arbitrary: fc.array(fc.bigInt({ min: 1n, max: 2n * ruv }), { minLength: 60, maxLength: 64, size: 'max' }),
    },
  ),
  to: fc.nat(paidByOthers.length - 1),
  isFaucet: fc.oneof({ weight: 4, arbitrary: fc.constant(false) }, { weight: 1, arbitrary: fc.constant(true) }),
  noop: fc.oneof(
    { weight: 10, arbitrary: fc.constant('none' as const) },
    { weight: 1, arbitrary: fc.constantFrom('beside' as const, 'alone' as const) },
  ),
  validForMs: fc.oneof(
    { weight: 8, arbitrary: fc.constant(30 * minuteMs) },
    { weight: 4, arbitrary: fc.integer({ min: -5, max: 2 * minuteMs }) },
    { weight: 1, arbitrary: fc.constantFrom(dayMs, dayMs + 1) },
  ),
  flaw: fc.oneof(
    { weight: 20, arbitrary: fc.constant('none' as const) },
    {
      weight: 4,
      arbitrary: fc.constantFrom(
        'badSignature' as const,
        'otherKey' as const,
        'otherChain' as const,
        'lowFee' as const,
        'noKey' as const,
      ),
    },
  ),
  burst: fc.oneof(
    { weight: 25, arbitrary: fc.constant(1) },
    { weight: 1, arbitrary: fc.integer({ min: 30, max: 66 }) },
  ),
  repeat: fc.oneof({ weight: 8, arbitrary: fc.constant(null) }, { weight: 1, arbitrary: fc.nat(200) }),
})
const anyHistory = fc.array(
  fc.record({
    afterMs: fc.oneof(
      { weight: 6, arbitrary: fc.integer({ min: 1, max: 5_000 }) },
      { weight: 3, arbitrary: fc.integer({ min: 1, max: 3 * minuteMs }) },
      { weight: 1, arbitrary: fc.constant(40 * minuteMs) },
    ),
    actions: fc.array(anyAction, { maxLength: 14, size: 'max' }),
    save: fc.boolean(),
  }),
  { minLength: 1, maxLength: 8, size: 'max' },
)

/** The transactions that the actions come to, given where the accounts' nonces are. */
function candidatesOf(
  actions: readonly Action[],
  nextNonce: (owner: TestAccount) => number,
  commitTimeMs: number,
  earlier: Candidate[],
): Candidate[] {
  const made = new Map<number, number>()
  const candidates: Candidate[] = []
  for (const action of actions) {
    const { sender, flaw } = action
    const owner = owners[sender] as TestAccount
    const known = action.repeat === null ? undefined : earlier[action.repeat % Math.max(1, earlier.length)]
    if (known !== undefined) {
      candidates.push(known)
      continue
    }
    const others = paidByOthers.filter((other) => other !== owner)
    const operations: Operation[] = action.isFaucet
      ? [faucet((action.amounts[0] as bigint) > 2n * ruv ? 2n * ruv : (action.amounts[0] as bigint))]
      : action.noop === 'alone'
        ? [noop]
        : action.amounts.map((amount, index) =>
            transfer(others[(action.to + index) % others.length] as TestAccount, amount),
          )
    if (action.noop === 'beside' && !action.isFaucet && operations.length < 64)
      operations.splice(operations.length >> 1, 1, noop)
    for (let copy = 0; copy < action.burst; copy++) {
      const nonce = nextNonce(owner) + (made.get(sender) ?? 0) + action.ahead + copy
      if (nonce < 0) continue
      const transaction = unsigned(flaw === 'otherChain' ? foreign : chain, owner, nonce, operations, {
        validUntilMs: commitTimeMs + action.validForMs,
        ...(flaw === 'lowFee' ? { maxFeeMicroRuv: 1_000n } : {}),
        ...(flaw === 'noKey' ? { key: null } : {}),
      })
      const verifiedUnder =
        flaw === 'badSignature' ? null : flaw === 'otherKey' ? (others[0] as TestAccount).publicKey : owner.publicKey
      const one = candidate(transaction, verifiedUnder, candidates.length)
      candidates.push(one)
      earlier.push(one)
    }
    if (action.ahead === 0 && flaw === 'none') made.set(sender, (made.get(sender) ?? 0) + action.burst)
  }
  return candidates
}

const asItIs: Codec<unknown> = { encode: (value) => value, decode: (raw) => raw }

/** The root over everything, from the definition of each entry and nothing that was kept on the way. */
function rootByDefinition(state: LedgerState, model: LedgerModel): Uint8Array {
  const key = (...parts: readonly Uint8Array[]) => sha256(concatBytes(utf8('qudag/v1/state-key\0'), ...parts))
  const value = (bytes: Uint8Array) => sha256(concatBytes(utf8('qudag/v1/state-value\0'), bytes))
  const entries: [Uint8Array, Uint8Array][] = []
  for (const [id, account] of state.accounts) {
    const idBytes = Uint8Array.from(id, (unit) => unit.charCodeAt(0))
    entries.push([key(Uint8Array.of(1), idBytes), value(canonicalEncode(accountCodec, account))])
  }
  const chains = new Map<number, Uint8Array>()
  for (const { txId, validUntilMs } of model.paid.values()) {
    const minute = Math.floor(validUntilMs / minuteMs)
    if ((minute + 1) * minuteMs <= state.commitTimeMs) continue
    const link = concatBytes(utf8('qudag/v1/paid-transactions\0'), chains.get(minute) ?? new Uint8Array(32), txId)
    chains.set(minute, sha256(link))
  }
  for (const [minute, tip] of chains) {
    const id = new DataView(new ArrayBuffer(8))
    id.setBigUint64(0, BigInt(minute))
    entries.push([key(Uint8Array.of(2), new Uint8Array(id.buffer)), value(tip)])
  }
  const { genesisMicroRuv, mintedMicroRuv, burnedMicroRuv, stakedMicroRuv } = state.totals
  const totals = canonicalEncode(asItIs, [genesisMicroRuv, mintedMicroRuv, burnedMicroRuv, stakedMicroRuv])
  entries.push([key(Uint8Array.of(3)), value(totals)])
  for (const [id, stake] of state.stakes) {
    const { publicKey, owner, bondedMicroRuv, unbonding, activeMicroRuv, waitingSinceMs, jailedFromEpoch } = stake
    expect([unbonding, stake.offences]).toEqual([[], []])
    const idBytes = Uint8Array.from(id, (unit) => unit.charCodeAt(0))
    const fields = [publicKey, owner, bondedMicroRuv, [], activeMicroRuv, waitingSinceMs, jailedFromEpoch, []]
    entries.push([key(Uint8Array.of(6), idBytes), value(canonicalEncode(asItIs, fields))])
  }
  const { epoch, startMs, endsAtMs, committee } = state.epoch
  const members = committee.map(({ id, stakeMicroRuv }) => [id, stakeMicroRuv])
  entries.push([key(Uint8Array.of(7)), value(canonicalEncode(asItIs, [epoch, startMs, endsAtMs, members]))])
  return naiveStateRoot(entries)
}

function summaryOf(execution: Execution) {
  return {
    results: execution.results.map(({ txId, account, nonce, outcome, code, feeMicroRuv }) => ({
      txId: toHex(txId),
      account: toHex(account),
      nonce,
      outcome,
      code,
      fee: feeMicroRuv,
    })),
    parked: execution.parked.map(toHex),
    ignored: ignoredCodes(execution),
  }
}

function expectSameAccounts(state: LedgerState, model: LedgerModel): void {
  expect(state.accounts.size).toBe(model.accounts.size)
  for (const [key, account] of state.accounts) {
    const expected = model.accounts.get(toHex(Uint8Array.from(key, (unit) => unit.charCodeAt(0))))
    expect(account.balanceMicroRuv).toBe(expected?.balance)
    expect(account.balanceMicroRuv >= 0n).toBe(true)
    expect(account.nonce).toBe(expected?.nonce)
    expect(account.key !== null).toBe(expected?.hasKey)
    const waiting = [...(expected?.parked ?? [])].sort(([a], [b]) => a - b)
    expect(account.parked.map(({ nonce, txId, feeMicroRuv }) => [nonce, toHex(txId), feeMicroRuv])).toEqual(
      waiting.map(([nonce, { transaction, fee }]) => [nonce, toHex(transaction.txId), fee]),
    )
    for (const { nonce, validUntilMs } of account.parked) {
      expect(nonce).toBeGreaterThan(account.nonce)
      expect(validUntilMs).toBeGreaterThanOrEqual(state.commitTimeMs)
    }
    expect(account.parked.length).toBeLessThanOrEqual(64)
  }
  expect([state.totals.mintedMicroRuv, state.totals.burnedMicroRuv]).toEqual([model.minted, model.burned])
}

const rootsOf = ({ state }: TestChain) => [toHex(stateRoot(state)), toHex(historyRoot(state.history))]

describe('random histories', () => {
  it('do what the rules say, lose and make no rUv, and go on from disk as if nothing had been', {
    timeout: 60_000,
  }, () => {
    const met = new Set<string>()
    fc.assert(
      fc.property(anyHistory, (history) => {
        const live = testChain(genesis)
        const model = ledgerModel(genesis, owners)
        const disk = entryDisk()
        /** Read back at some checkpoint, and run beside the live one from there on. */
        let reloaded: TestChain | undefined
        const earlier: Candidate[] = []
        const ended = new Set<string>()
        const nextNonce = new Map<string, number>()

        for (const { afterMs, actions, save } of history) {
          const commitTimeMs = live.state.commitTimeMs + afterMs
          const nonceOf = (owner: TestAccount) => model.accounts.get(toHex(owner.id))?.nonce ?? 0
          const candidates = candidatesOf(actions, nonceOf, commitTimeMs, earlier)
          const execution = live.commit(candidates, afterMs)
          const summary = summaryOf(execution)
          expect(summary).toEqual(model.commit(commitTimeMs, candidates))
          expectSameAccounts(live.state, model)

          expect(isConserved(live.state)).toBe(true)
          const started = genesis.allocations.reduce((sum, { balanceMicroRuv }) => sum + balanceMicroRuv, 0n)
          expect(sumOfBalances(live.state)).toBe(started + model.minted - model.burned)
          for (const { txId, account, nonce, outcome, code } of summary.results) {
            expect(ended.has(txId)).toBe(false)
            ended.add(txId)
            met.add(`${outcome} ${code}`)
            if (outcome === 'rejected') continue
            expect(nonce).toBe(nextNonce.get(account) ?? 0)
            nextNonce.set(account, nonce + 1)
          }
          for (const code of summary.ignored) met.add(`ignored ${code}`)

          expect(toHex(stateRoot(live.state))).toBe(toHex(rootByDefinition(live.state, model)))
          if (reloaded !== undefined) {
            expect(summaryOf(reloaded.commit(candidates, afterMs))).toEqual(summary)
            expect(rootsOf(reloaded)).toEqual(rootsOf(live))
          }
          if (save) {
            disk.save(live.state)
            const again = testChain(genesis, disk.load())
            expect(rootsOf(again)).toEqual(rootsOf(live))
            expect([again.state.commitIndex, again.state.commitTimeMs]).toEqual([
              live.state.commitIndex,
              live.state.commitTimeMs,
            ])
            reloaded = again
          }
        }

        const [balances, minted] = [sumOfBalances(live.state), live.state.totals.mintedMicroRuv]
        const replay = live.commit(
          earlier.filter(({ transaction }) => ended.has(toHex(transaction.txId))),
          1,
        )
        expect(replay.results.every(({ code }) => code === 'EXPIRED')).toBe(true)
        expect([sumOfBalances(live.state), live.state.totals.mintedMicroRuv]).toEqual([balances, minted])
        for (const code of ignoredCodes(replay)) expect(['DUPLICATE', 'EXPIRED']).toContain(code)

        const other = testChain(
          testGenesis([[owners[0] as TestAccount, ruv]], {}, { salt: new Uint8Array(32).fill(3) }),
        )
        const abroad = other.commit(earlier, live.state.commitTimeMs - startTimeMs)
        expect([abroad.results, sumOfBalances(other.state)]).toEqual([[], ruv])
      }),
      { seed, numRuns: 400 },
    )
    // What never happened was not tested: each of these must have.
    expect([...met].sort()).toEqual([
      'failed FAUCET_CAP',
      'failed FAUCET_LIMIT',
      'failed INSUFFICIENT_BALANCE',
      'failed INSUFFICIENT_FEE',
      'ignored CHAIN_MISMATCH',
      'ignored DUPLICATE',
      'ignored EXPIRED',
      'ignored FAUCET_CAP',
      'ignored INSUFFICIENT_BALANCE',
      'ignored INSUFFICIENT_FEE',
      'ignored MAX_FEE_TOO_LOW',
      'ignored PUBLIC_KEY_REQUIRED',
      'ignored SIGNATURE_INVALID',
      'ignored VALID_UNTIL_TOO_FAR',
      'ok null',
      'rejected EXPIRED',
      'rejected INSUFFICIENT_FEE',
      'rejected PARKED_LIMIT',
      'rejected SIBLING_WON',
    ])
  })

  it('one order gives one state however it is cut into commits, as long as nothing in it depends on the time', () => {
    const anyCalm = fc.array(
      anyAction.map((action) => ({ ...action, isFaucet: false, validForMs: 30 * minuteMs, repeat: null })),
      { minLength: 2, maxLength: 20 },
    )
    fc.assert(
      fc.property(anyCalm, fc.array(fc.nat(20), { maxLength: 4 }), (actions, cuts) => {
        const made = new Map<TestAccount, number>()
        const candidates = candidatesOf(actions, (owner) => made.get(owner) ?? 0, startTimeMs, [])
        const whole = testChain(genesis)
        const pieces = testChain(genesis)
        const together = whole.commit(candidates, 1_000)
        const apart: Execution[] = []
        const edges = [0, ...cuts.map((cut) => cut % candidates.length).sort((a, b) => a - b), candidates.length]
        for (let i = 1; i < edges.length; i++) apart.push(pieces.commit(candidates.slice(edges[i - 1], edges[i]), 1))
        expect(toHex(stateRoot(pieces.state))).toBe(toHex(stateRoot(whole.state)))
        expect(apart.flatMap((execution) => summaryOf(execution).results)).toEqual(summaryOf(together).results)
      }),
      { seed, numRuns: 100 },
    )
  })

  it('accounts that do not meet may be ordered either way', () => {
    const anyPair = fc.tuple(
      fc.array(fc.tuple(fc.nat(3), fc.bigInt({ min: 1n, max: 80n * ruv })), { minLength: 1, maxLength: 8 }),
      fc.array(fc.tuple(fc.nat(3), fc.bigInt({ min: 1n, max: 80n * ruv })), { minLength: 1, maxLength: 8 }),
    )
    fc.assert(
      fc.property(anyPair, ([ones, others]) => {
        const [a, b, sinkA, sinkB] = owners as [TestAccount, TestAccount, TestAccount, TestAccount]
        const make = (
          from: TestAccount,
          to: TestAccount,
          moves: readonly (readonly [number, bigint])[],
          minute: number,
        ) =>
          moves.map(([nonce, amount]) =>
            candidate(
              // Ids that expire in one minute form one chain, in the order they came; these are of two minutes.
              unsigned(chain, from, nonce, [transfer(to, amount)], { validUntilMs: startTimeMs + minute * minuteMs }),
              from.publicKey,
            ),
          )
        const [left, right] = [make(a, sinkA, ones, 10), make(b, sinkB, others, 20)]
        const [first, second] = [testChain(genesis), testChain(genesis)]
        first.commit([...left, ...right])
        second.commit([...right, ...left])
        expect(toHex(stateRoot(first.state))).toBe(toHex(stateRoot(second.state)))
      }),
      { seed, numRuns: 150 },
    )
  })
})
