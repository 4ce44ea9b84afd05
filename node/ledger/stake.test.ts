import { ml_dsa65 } from '@noble/post-quantum/ml-dsa.js'
import { describe, expect, it } from 'vitest'
import { concatBytes, utf8 } from '../core/bytes.ts'
import { ledgerLimits } from './limits.ts'
import type { NetworkParameters } from './parameters.ts'
import { possessionMessage, type StakeRecord } from './stake.ts'
import { accountOf, isConserved, stakedBy, stakeOf, sumOfStakes } from './state.ts'
import {
  bond,
  candidate,
  entryDisk,
  ignoredCodes,
  outcomes,
  startTimeMs,
  type TestAccount,
  testAccount,
  testChain,
  testGenesis,
  testValidator,
  transfer,
  unbond,
  unsigned,
} from './test-support.ts'
import type { Operation } from './transaction.ts'

const [alice, bob] = [testAccount(1), testAccount(2)]
const [first, second] = [testValidator(1), testValidator(2)]
const ruv = 1_000_000n
const epochMs = 1_000

function stakeChain(parameters: Partial<NetworkParameters> = {}) {
  const genesis = testGenesis(
    [
      [alice, 100n * ruv],
      [bob, 100n * ruv],
    ],
    {
      bytePriceMicroRuv: 0n,
      unitPriceMicroRuv: 0n,
      epochMs,
      unbondingMs: 5 * epochMs,
      minValidatorStakeMicroRuv: 10n * ruv,
      maxStakeChangePpm: 1_000_000,
      ...parameters,
    },
    { validators: [{ publicKey: testValidator(9).publicKey, stakeMicroRuv: 1_000n * ruv }] },
  )
  const chain = testChain(genesis)
  const { state, rules } = chain
  /** One transaction in one commit; what became of it. */
  const send = (from: TestAccount, operations: readonly Operation[], afterMs = 10): string => {
    const transaction = unsigned(rules, from, accountOf(state, from.id).nonce, operations)
    const execution = chain.commit([candidate(transaction, from.publicKey)], afterMs)
    expect(isConserved(state)).toBe(true)
    return [...outcomes(execution), ...ignoredCodes(execution)].join()
  }
  /** Commits that close the running epoch, so many times. */
  const passEpochs = (count: number): void => {
    for (let passed = 0; passed < count; passed++) {
      const { nextValidators } = chain.commit([], state.epoch.endsAtMs - state.commitTimeMs)
      expect(nextValidators).not.toBeNull()
      expect(isConserved(state)).toBe(true)
    }
  }
  const of = ({ id }: { readonly id: Uint8Array }) => stakeOf(state, id)
  const balance = (account: TestAccount) => accountOf(state, account.id).balanceMicroRuv
  return { ...chain, genesis, send, passEpochs, of, balance, bond: bond.bind(null, rules) }
}

describe('bonding', () => {
  it('moves rUv from the balance into a record that belongs to the sender, and counts from the next epoch on', () => {
    const { send, bond, of, balance, state, passEpochs } = stakeChain()
    expect(send(alice, [bond(alice, first, 30n * ruv)])).toBe('ok')
    expect(of(first)).toEqual<StakeRecord>({
      publicKey: first.publicKey,
      owner: alice.id,
      bondedMicroRuv: 30n * ruv,
      unbonding: [],
      activeMicroRuv: 0n,
      waitingSinceMs: startTimeMs + 10,
      jailedFromEpoch: null,
      offences: [],
    })
    expect([balance(alice), stakedBy(state, alice.id), sumOfStakes(state)]).toEqual([
      70n * ruv,
      30n * ruv,
      1_030n * ruv,
    ])
    passEpochs(1)
    expect(of(first)).toMatchObject({ activeMicroRuv: 30n * ruv, waitingSinceMs: null })
    expect(send(alice, [bond(alice, first, 1n)])).toBe('ok')
    expect(of(first)).toMatchObject({ bondedMicroRuv: 30n * ruv + 1n, activeMicroRuv: 30n * ruv })
  })

  it('needs the least stake at once, and one µrUv less fails', () => {
    const { send, bond, of, balance } = stakeChain()
    expect(send(alice, [bond(alice, first, 10n * ruv - 1n)])).toBe('failed STAKE_BELOW_MINIMUM')
    expect([of(first), balance(alice)]).toEqual([undefined, 100n * ruv])
    expect(send(alice, [bond(alice, first, 10n * ruv)])).toBe('ok')
  })

  it('takes what the balance has, and not more', () => {
    const { send, bond } = stakeChain()
    expect(send(alice, [bond(alice, first, 100n * ruv + 1n)])).toBe('failed INSUFFICIENT_BALANCE')
    expect(send(alice, [bond(alice, first, 100n * ruv)])).toBe('ok')
  })

  it('is for the one who bonded first, whatever proof another brings', () => {
    const { send, bond, of } = stakeChain()
    expect(send(alice, [bond(alice, first, 20n * ruv)])).toBe('ok')
    expect(send(bob, [bond(bob, first, 20n * ruv)])).toBe('failed VALIDATOR_NOT_OWNED')
    expect(send(bob, [bond(bob, testValidator(9), 20n * ruv)])).toBe('failed VALIDATOR_NOT_OWNED')
    expect(of(first)).toMatchObject({ owner: alice.id, bondedMicroRuv: 20n * ruv })
  })

  it('happens wholly or not at all beside other operations', () => {
    const { send, bond, of, balance } = stakeChain()
    const operations = [bond(alice, first, 20n * ruv), transfer(bob, 5n * ruv), unbond(second, 1n)]
    expect(send(alice, operations)).toBe('failed VALIDATOR_UNKNOWN')
    expect([of(first), balance(alice), balance(bob)]).toEqual([undefined, 100n * ruv, 100n * ruv])
    expect(send(alice, operations.slice(0, 2))).toBe('ok')
    expect([balance(alice), balance(bob)]).toEqual([75n * ruv, 105n * ruv])
  })

  it('is ignored unpaid with the proof of another account, of another chain, or changed anywhere', () => {
    const { send, bond, rules } = stakeChain()
    const own = bond(alice, first, 20n * ruv)
    const flawed = [
      { ...own, proof: bond(bob, first, 1n).proof },
      { ...own, proof: stakeChain({ slashPpm: 1 }).bond(alice, first, 1n).proof },
      { ...own, proof: own.proof.map((byte, index) => (index === 7 ? byte ^ 1 : byte)) },
      { ...own, publicKey: second.publicKey },
    ]
    for (const operation of flawed) expect(send(alice, [transfer(bob, 1n), operation])).toBe('STAKE_PROOF_INVALID')
    expect(send(alice, [own])).toBe('ok')
    expect(possessionMessage(rules.chainId, alice.id)).toEqual(
      concatBytes(utf8('qudag/v1/validator-possession\0'), rules.chainId, alice.id),
    )
  })

  it('takes a proof that an ML-DSA-65 key made', () => {
    const { publicKey, secretKey } = ml_dsa65.keygen(new Uint8Array(32).fill(5))
    const { rules } = stakeChain()
    const proof = ml_dsa65.sign(possessionMessage(rules.chainId, alice.id), secretKey)
    const verify: typeof rules.verifyValidator = (key, message, signature) => ml_dsa65.verify(signature, message, key)
    const take = (operation: Operation) => {
      const chain = testChain(stakeChain().genesis)
      Object.assign(chain.rules, { verifyValidator: verify })
      const execution = chain.commit([candidate(unsigned(chain.rules, alice, 0, [operation]), alice.publicKey)])
      return [...outcomes(execution), ...ignoredCodes(execution)].join()
    }
    const operation = { kind: 'stake.bond', publicKey, proof, amountMicroRuv: 20n * ruv } as const
    expect(take(operation)).toBe('ok')
    expect(take({ ...operation, proof: proof.map((byte, index) => (index === 99 ? byte ^ 1 : byte)) })).toBe(
      'STAKE_PROOF_INVALID',
    )
  })
})

describe('unbonding', () => {
  it('counts until the epoch ends, stays slashable for the unbonding time from then on, and is paid out by the first commit at its end', () => {
    const { send, bond, of, balance, state, passEpochs, commit } = stakeChain()
    send(alice, [bond(alice, first, 30n * ruv)])
    passEpochs(1)
    expect(send(alice, [unbond(first, 20n * ruv)])).toBe('ok')
    expect(of(first)).toMatchObject({
      bondedMicroRuv: 10n * ruv,
      activeMicroRuv: 30n * ruv,
      unbonding: [{ amountMicroRuv: 20n * ruv, releaseAtMs: null }],
    })
    expect([balance(alice), stakedBy(state, alice.id)]).toEqual([70n * ruv, 30n * ruv])
    passEpochs(1)
    const releaseAtMs = state.commitTimeMs + 5 * epochMs
    expect(of(first)).toMatchObject({ activeMicroRuv: 10n * ruv, unbonding: [{ releaseAtMs }] })
    commit([], releaseAtMs - 1 - state.commitTimeMs)
    expect(balance(alice)).toBe(70n * ruv)
    commit([], 1)
    expect([balance(alice), of(first)?.unbonding, isConserved(state)]).toEqual([90n * ruv, [], true])
  })

  it('of everything leaves nothing behind, and the same key may be bonded again by another', () => {
    const { send, bond, of, balance, passEpochs, state } = stakeChain()
    send(alice, [bond(alice, first, 30n * ruv)])
    passEpochs(1)
    send(alice, [unbond(first, 30n * ruv)])
    passEpochs(7)
    expect([of(first), balance(alice), state.stakes.size]).toEqual([undefined, 100n * ruv, 1])
    expect(send(bob, [bond(bob, first, 30n * ruv)])).toBe('ok')
  })

  it('fails for what is not there, not bonded, not one’s own, and for what would leave too little', () => {
    const { send, bond } = stakeChain()
    send(alice, [bond(alice, first, 30n * ruv)])
    expect(send(alice, [unbond(second, 1n)])).toBe('failed VALIDATOR_UNKNOWN')
    expect(send(alice, [unbond(first, 30n * ruv + 1n)])).toBe('failed STAKE_INSUFFICIENT')
    expect(send(bob, [unbond(first, 1n)])).toBe('failed VALIDATOR_NOT_OWNED')
    expect(send(bob, [unbond(testValidator(9), 1n)])).toBe('failed VALIDATOR_NOT_OWNED')
    expect(send(alice, [unbond(first, 20n * ruv + 1n)])).toBe('failed STAKE_BELOW_MINIMUM')
    expect(send(alice, [unbond(first, 0n)])).toBe('AMOUNT_ZERO')
    expect(send(alice, [unbond(first, 20n * ruv)])).toBe('ok')
  })

  it('has room for 16 amounts of a validator, and the next waits until one is paid out', () => {
    const { send, bond, passEpochs } = stakeChain()
    send(alice, [bond(alice, first, 90n * ruv)])
    const max = ledgerLimits.maxUnbondingPerValidator
    const many = Array.from({ length: max }, () => unbond(first, 1n))
    expect(send(alice, many)).toBe('ok')
    expect(send(alice, [unbond(first, 1n)])).toBe('failed UNBONDING_LIMIT')
    passEpochs(6)
    expect(send(alice, [unbond(first, 1n)])).toBe('ok')
  })

  it('the owner that a genesis names may take back what it bonded there, and nobody may where it names none', () => {
    const owned = { publicKey: first.publicKey, stakeMicroRuv: 50n * ruv, owner: alice.id }
    const base = stakeChain().genesis
    const chain = testChain({ ...base, validators: [...base.validators, owned] })
    const send = (operation: Operation, nonce: number) =>
      outcomes(chain.commit([candidate(unsigned(chain.rules, alice, nonce, [operation]), alice.publicKey)]))
    expect(stakedBy(chain.state, alice.id)).toBe(50n * ruv)
    expect(send(unbond(first, 50n * ruv), 0)).toEqual(['ok'])
    expect(send(unbond(testValidator(9), 1n), 1)).toEqual(['failed VALIDATOR_NOT_OWNED'])
    expect(isConserved(chain.state)).toBe(true)
  })
})

it('stake, epoch and what is on its way are read back from disk as they were, and go on', () => {
  const { send, bond, passEpochs, state, genesis } = stakeChain()
  send(alice, [bond(alice, first, 30n * ruv)])
  passEpochs(1)
  const disk = entryDisk()
  disk.save(state)
  send(alice, [unbond(first, 30n * ruv)])
  passEpochs(1)
  disk.save(state)
  const again = testChain(genesis, disk.load())
  expect(again.state.stakes).toEqual(state.stakes)
  expect([again.state.epoch, again.state.nextReleaseMs]).toEqual([state.epoch, state.nextReleaseMs])
  again.commit([], 6 * epochMs)
  disk.save(again.state)
  const last = disk.load()
  expect([last.stakes.size, accountOf(last, alice.id).balanceMicroRuv]).toEqual([1, 100n * ruv])
})
