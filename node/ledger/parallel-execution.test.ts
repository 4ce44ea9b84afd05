import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { toHex } from '../core/bytes.ts'
import { planCommit } from './commit-plan.ts'
import { type Candidate, executeCommit } from './execution.ts'
import { historyRoot } from './history.ts'
import { executeInGroups, groupSteps } from './parallel-execution.ts'
import { accountOf, applyDelta, genesisState, isConserved, stateRoot } from './state.ts'
import {
  bond,
  candidate,
  evidence,
  faucet,
  noop,
  rulesOf,
  type TestAccount,
  testAccount,
  testGenesis,
  testValidator,
  transfer,
  unbond,
  unsigned,
} from './test-support.ts'
import type { Operation } from './transaction.ts'

const ruv = 1_000_000n
/** The last three start with nothing. */
const owners = Array.from({ length: 12 }, (_, index) => testAccount(index))
const validators = [1, 2, 3].map(testValidator)
const epochMs = 10_000
const genesis = testGenesis(
  owners.slice(0, 9).map((owner, index) => [owner, BigInt(index + 1) * ruv] as const),
  {
    faucetWindowMicroRuv: ruv,
    faucetCapMicroRuv: 3n * ruv,
    epochMs,
    unbondingMs: 2 * epochMs,
    minValidatorStakeMicroRuv: 1_000n,
    maxStakeChangePpm: 300_000,
    slashPpm: 100_000,
  },
)
const chain = rulesOf(genesis)
const ownerOf = (index: number) => owners[index % owners.length] as TestAccount

const anyAction = fc.record({
  sender: fc.nat(owners.length - 1),
  kind: fc.oneof(
    { weight: 8, arbitrary: fc.constant('transfer' as const) },
    { weight: 3, arbitrary: fc.constantFrom('faucet' as const, 'noop' as const) },
    { weight: 4, arbitrary: fc.constantFrom('bond' as const, 'unbond' as const, 'evidence' as const) },
  ),
  to: fc.array(fc.nat(owners.length - 1), { minLength: 1, maxLength: 3 }),
  amount: fc.bigInt({ min: 1n, max: 3n * ruv }),
  validator: fc.nat(validators.length - 1),
  /** Away from the next nonce: parked, or taken already. */
  ahead: fc.constantFrom(0, 0, 0, 0, 1, 2, -1),
  validForMs: fc.constantFrom(60_000, 60_000, 4_000, 0),
  isGood: fc.constantFrom(true, true, true, true, true, false),
  repeat: fc.constantFrom(false, false, false, false, false, false, true),
  position: fc.nat(4),
})
type Action = typeof anyAction extends fc.Arbitrary<infer T> ? T : never

const anyLoad = fc.array(
  fc.record({
    afterMs: fc.constantFrom(100, 1_000, 5_000, epochMs),
    actions: fc.array(anyAction, { maxLength: 24, size: 'max' }),
  }),
  { minLength: 3, maxLength: 8, size: 'max' },
)

/** Few bond, so that they come back to what they have bonded. */
function senderOf({ kind, sender }: Action): number {
  return kind === 'bond' || kind === 'unbond' ? sender % 4 : sender
}

function operationsOf(action: Action, epoch: number): Operation[] {
  const { kind, to, amount, validator, position } = action
  const of = validators[validator] as (typeof validators)[number]
  const owner = ownerOf(senderOf(action))
  switch (kind) {
    case 'transfer': {
      const others = to.map(ownerOf).filter((other) => other !== owner)
      return others.length === 0 ? [noop] : others.map((other) => transfer(other, amount / 4n + 1n))
    }
    case 'faucet':
      return [faucet(amount > ruv ? ruv : amount)]
    case 'noop':
      return [noop]
    case 'bond':
      return [bond(chain, owner, of, amount)]
    case 'unbond':
      return [unbond(of, amount / 2n + 1n)]
    case 'evidence':
      return [evidence(of, { kind: 'vertex', epoch: Math.max(0, epoch - position), position })]
  }
}

describe('execution by groups', () => {
  it('is the serial one, down to the order of entries, on loads with conflicts of every kind (property)', {
    timeout: 60_000,
  }, () => {
    const met = new Set<string>()
    let [most, closings] = [0, 0]
    fc.assert(
      fc.property(anyLoad, (load) => {
        const [serial, grouped] = [genesisState(genesis), genesisState(genesis)]
        const earlier: Candidate[] = []
        for (const { afterMs, actions } of load) {
          const commitTimeMs = serial.commitTimeMs + afterMs
          const made = new Map<number, number>()
          const candidates = actions.map((action, index) => {
            const known = action.repeat ? earlier[index % Math.max(1, earlier.length)] : undefined
            if (known !== undefined) return known
            const sender = senderOf(action)
            const owner = ownerOf(sender)
            const next = accountOf(serial, owner.id).nonce + (made.get(sender) ?? 0)
            if (action.ahead === 0) made.set(sender, (made.get(sender) ?? 0) + 1)
            const operations = operationsOf(action, serial.epoch.epoch)
            const validUntilMs = commitTimeMs + action.validForMs
            const transaction = unsigned(chain, owner, Math.max(0, next + action.ahead), operations, { validUntilMs })
            const one = candidate(transaction, action.isGood ? owner.publicKey : null, index)
            earlier.push(one)
            return one
          })
          const commit = { commitIndex: serial.commitIndex + 1, commitTimeMs, candidates }
          const expected = executeCommit(serial, commit, chain)
          const actual = executeInGroups(grouped, commit, chain)
          expect(actual).toEqual(expected)
          expect([...actual.delta.accounts.keys()]).toEqual([...expected.delta.accounts.keys()])
          expect([...actual.delta.stakes.keys()]).toEqual([...expected.delta.stakes.keys()])
          most = Math.max(most, groupSteps(serial, planCommit(serial, commit)).length)
          if (expected.nextValidators !== null) closings += 1
          for (const { outcome, code } of expected.results) met.add(`${outcome} ${code}`)
          applyDelta(serial, expected.delta)
          applyDelta(grouped, actual.delta)
          expect(toHex(stateRoot(grouped))).toBe(toHex(stateRoot(serial)))
          expect(toHex(historyRoot(grouped.history))).toBe(toHex(historyRoot(serial.history)))
          expect(isConserved(grouped)).toBe(true)
        }
      }),
      { seed: 7, numRuns: 60 },
    )
    expect(most).toBeGreaterThan(3)
    expect(closings).toBeGreaterThan(20)
    expect([...met].sort()).toEqual(
      expect.arrayContaining([
        'failed EVIDENCE_KNOWN',
        'failed EVIDENCE_TOO_OLD',
        'failed FAUCET_CAP',
        'failed FAUCET_LIMIT',
        'failed INSUFFICIENT_BALANCE',
        'failed INSUFFICIENT_FEE',
        'failed STAKE_INSUFFICIENT',
        'failed VALIDATOR_JAILED',
        'failed VALIDATOR_NOT_OWNED',
        'failed VALIDATOR_UNKNOWN',
        'ok null',
        'rejected EXPIRED',
        'rejected SIBLING_WON',
      ]),
    )
  })

  it('has a group for each pair that pays only itself, and one for a chain of payments', () => {
    const state = genesisState(genesis)
    const pay = (from: number, to: number) =>
      candidate(unsigned(chain, ownerOf(from), 0, [transfer(ownerOf(to), 1n)]), ownerOf(from).publicKey)
    const groupsOf = (candidates: readonly Candidate[]) =>
      groupSteps(state, planCommit(state, { commitIndex: 1, commitTimeMs: state.commitTimeMs + 1, candidates }))
    expect(groupsOf([pay(0, 1), pay(2, 3), pay(4, 5)]).map(({ places }) => places)).toEqual([[0], [1], [2]])
    expect(groupsOf([pay(0, 1), pay(2, 3), pay(1, 2)]).map(({ places }) => places)).toEqual([[0, 1, 2]])
    expect(groupsOf([pay(0, 1), pay(2, 3), pay(1, 4)]).map(({ places }) => places)).toEqual([[0, 2], [1]])
  })

  it('joins all who ask the faucet, and all who change stake, and nobody else', () => {
    const state = genesisState(genesis)
    const send = (from: number, operation: Operation) =>
      candidate(unsigned(chain, ownerOf(from), 0, [operation]), ownerOf(from).publicKey)
    const [first, second] = validators as [(typeof validators)[number], (typeof validators)[number]]
    const candidates = [
      send(0, faucet(1n)),
      send(1, bond(chain, ownerOf(1), first, ruv)),
      send(2, faucet(1n)),
      send(3, unbond(second, 1n)),
      send(4, noop),
    ]
    const plan = planCommit(state, { commitIndex: 1, commitTimeMs: state.commitTimeMs + epochMs, candidates })
    expect(groupSteps(state, plan).map(({ places }) => places)).toEqual([[0, 2], [1, 3, 5], [4]])
  })

  it('follows a sender to those whom its parked transactions pay', () => {
    const [serial, grouped] = [genesisState(genesis), genesisState(genesis)]
    const send = (from: number, nonce: number, to: number, amount: bigint) =>
      candidate(unsigned(chain, ownerOf(from), nonce, [transfer(ownerOf(to), amount)]), ownerOf(from).publicKey)
    const commits = [
      [send(8, 1, 10, 5n * ruv)],
      // What 10 pays is covered only by what the parked transaction of 8 brings, in this very commit.
      [send(8, 0, 1, 1n), send(10, 0, 11, 4n * ruv)],
    ]
    for (const [index, candidates] of commits.entries()) {
      const commit = { commitIndex: index + 1, commitTimeMs: serial.commitTimeMs + 100, candidates }
      const [expected, actual] = [executeCommit(serial, commit, chain), executeInGroups(grouped, commit, chain)]
      expect(actual).toEqual(expected)
      applyDelta(serial, expected.delta)
      applyDelta(grouped, actual.delta)
    }
    expect(accountOf(grouped, ownerOf(11).id).balanceMicroRuv).toBe(4n * ruv)
  })
})
