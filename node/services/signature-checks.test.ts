/**
 * What comes of a transaction must not depend on what a node knew when its vertex arrived: verdicts made under older keys, or none at
 * all, settle to the same, and execute to the same root.
 */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { equalBytes } from '../core/bytes.ts'
import { seededRng } from '../core/rng.ts'
import type { Verifier } from '../crypto/index.ts'
import {
  type AccountKey,
  accountOf,
  attachSignature,
  type Candidate,
  executeCommit,
  type LedgerState,
  type Operation,
  type SignedTransaction,
  signersName,
  signersOf,
  transactionToSign,
} from '../ledger/index.ts'
import {
  candidate,
  consenting,
  keySignature,
  noop,
  outcomes,
  testAccount,
  testChain,
  testGenesis,
  transfer,
  unsigned,
} from '../ledger/test-support.ts'
import { namesOf, runSignatureChecks, settleCandidates, signatureCheckOf } from './signature-checks.ts'

const ruv = 1_000_000n
const [alice, bob, next, token, other] = [1, 2, 3, 4, 5].map((seed) => testAccount(seed)) as [
  AccountKey & { id: Uint8Array },
  AccountKey & { id: Uint8Array },
  AccountKey & { id: Uint8Array },
  AccountKey & { id: Uint8Array },
  AccountKey & { id: Uint8Array },
]

/** Counts what it is asked. */
function countingVerifier(): { verify: Verifier['verify']; asked: number } {
  const counter = {
    asked: 0,
    verify: async (jobs: Parameters<Verifier['verify']>[0]) => {
      counter.asked += jobs.length
      return jobs.map(({ suite, publicKey, message, signature }) =>
        equalBytes(signature, keySignature(suite, publicKey, message)),
      )
    },
  }
  return counter
}

const signedBy = (transaction: SignedTransaction, key: AccountKey, second?: AccountKey): SignedTransaction => {
  const by = ({ suite, publicKey }: AccountKey) => keySignature(suite, publicKey, transactionToSign(suite, transaction))
  return attachSignature(transaction, by(key), second === undefined ? undefined : by(second))
}

function chainOf() {
  const chain = testChain(testGenesis([alice, bob].map((account) => [account, 1_000n * ruv] as const)))
  const make = (nonce: number, operations: readonly Operation[], by: AccountKey, second?: AccountKey) =>
    signedBy(
      unsigned(chain.rules, alice, nonce, operations, second === undefined ? {} : { coSigned: true }),
      by,
      second,
    )
  const consent = (key: typeof alice, role: 'key' | 'limit', nonce: number) =>
    consenting(chain.rules, key, { account: alice.id, role, nonce })
  const setKey = (nonce: number, key: typeof alice): Operation => ({
    kind: 'account.update',
    change: { kind: 'key', key: consent(key, 'key', nonce) },
  })
  const setLimit = (nonce: number, key: typeof alice): Operation => ({
    kind: 'account.update',
    change: { kind: 'limit', key: consent(key, 'limit', nonce), dailyLimitMicroRuv: ruv },
  })
  return { ...chain, make, setKey, setLimit }
}

const verdictNow = async (transaction: SignedTransaction, state: LedgerState): Promise<Uint8Array | null> => {
  const { verify } = countingVerifier()
  const [name = null] = await runSignatureChecks(
    [signatureCheckOf(transaction, accountOf(state, transaction.account))],
    verify,
  )
  return name
}

describe('signatures of a transaction', () => {
  it('are one or two, and all have to be good', async () => {
    const { state, commit, make, setLimit } = chainOf()
    commit([candidate(make(0, [setLimit(0, token)], alice), alice.publicKey)])
    const signers = signersOf(make(1, [noop], alice, token), accountOf(state, alice.id))
    expect(signers.ok && (await verdictNow(make(1, [noop], alice, token), state))).toEqual(
      signers.ok && signersName(signers.value),
    )
    expect(await verdictNow(make(1, [noop], alice), state)).toEqual(alice.publicKey)
    for (const [key, second] of [
      [alice, other],
      [other, token],
      [token, alice],
      [token, token],
      [alice, alice],
    ] as const) {
      expect(await verdictNow(make(1, [noop], key, second), state)).toBeNull()
    }
  })

  it('get a name of verdicts in order, and none where one is missing', () => {
    const job = { suite: 'ML-DSA-44' as const, publicKey: alice.publicKey, message: alice.id, signature: alice.id }
    const one = { jobs: [job], name: Uint8Array.of(1) }
    const two = { jobs: [job, job], name: Uint8Array.of(2) }
    expect(namesOf([one, null, two, one], [true, true, true, false])).toEqual([one.name, null, two.name, null])
    expect(namesOf([two, one], [true, false, true])).toEqual([null, one.name])
    expect(namesOf([one, two], [true, true])).toEqual([one.name, null])
  })
})

describe('settling', () => {
  it('asks about nothing that is under the present keys, and gives the very list back', async () => {
    const { state, make } = chainOf()
    const { verify } = countingVerifier()
    const candidates = [0, 1].map((nonce) => candidate(make(nonce, [noop], alice), alice.publicKey))
    expect(settleCandidates(candidates, state, verify)).toBe(candidates)
  })

  it('checks again what was good under a key that is no more, and what was bad under it', async () => {
    const { state, commit, make, setKey } = chainOf()
    commit([candidate(make(0, [setKey(0, next)], alice), alice.publicKey)])
    const [old, fresh] = [make(1, [noop], alice), make(1, [noop], next)]
    const counter = countingVerifier()
    const settled = await settleCandidates(
      [candidate(old, alice.publicKey), candidate(fresh, null)],
      state,
      counter.verify,
    )
    expect(settled.map(({ verifiedUnder }) => verifiedUnder)).toEqual([alice.publicKey, next.publicKey])
    expect(counter.asked).toBe(2)
    expect(outcomes(commit(settled))).toEqual(['ok'])
  })

  it('whatever was known before, the commit is the same (property)', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(), fc.array(fc.nat(3), { minLength: 8, maxLength: 8 }), async (seed, known) => {
        const { state, commit, rules, make, setKey, setLimit } = chainOf()
        const before = { ...state, accounts: new Map(state.accounts) }
        const start = seededRng(seed).bytes(1)[0] as number
        const keyed = (start & 1) === 1
        const limited = (start & 2) === 2
        let nonce = 0
        if (limited) commit([candidate(make(nonce, [setLimit(nonce++, token)], alice), alice.publicKey)])
        const both = signersOf(make(nonce, [noop], alice, token), accountOf(state, alice.id))
        const changing = make(nonce, [setKey(nonce, next)], alice, limited ? token : undefined)
        if (keyed) {
          commit([candidate(changing, limited && both.ok ? signersName(both.value) : alice.publicKey)])
          nonce += 1
        }
        const transactions = [
          make(nonce, [transfer(bob, ruv / 4n)], alice),
          make(nonce, [transfer(bob, ruv / 2n)], next),
          make(nonce + 1, [noop], keyed ? next : alice, token),
          make(nonce + 2, [setKey(nonce + 2, other)], keyed ? next : alice, limited ? token : undefined),
          make(nonce + 3, [noop], other),
          make(nonce + 3, [noop], keyed ? next : alice),
          make(nonce + 4, [transfer(bob, 5n * ruv)], other, token),
          make(nonce + 4, [noop], alice, other),
        ]
        const commitTimeMs = state.commitTimeMs + 100
        const execute = (candidates: readonly Candidate[]) =>
          executeCommit(state, { commitIndex: state.commitIndex + 1, commitTimeMs, candidates }, rules)
        const { verify } = countingVerifier()
        const views = [
          transactions.map((transaction) => candidate(transaction, null)),
          await Promise.all(transactions.map(async (one) => candidate(one, await verdictNow(one, state)))),
          await Promise.all(transactions.map(async (one) => candidate(one, await verdictNow(one, before)))),
          // Some of each.
          await Promise.all(
            transactions.map(async (one, index) => {
              const from = [null, await verdictNow(one, state), await verdictNow(one, before), null][
                known[index] as number
              ]
              return candidate(one, from ?? null)
            }),
          ),
        ]
        const executions = []
        for (const view of views) executions.push(execute(await settleCandidates(view, state, verify)))
        for (const execution of executions.slice(1)) expect(execution).toEqual(executions[0])
        expect(executions[0]?.results.length).toBeGreaterThan(0)
      }),
      { seed: 4, numRuns: 40 },
    )
  })
})
