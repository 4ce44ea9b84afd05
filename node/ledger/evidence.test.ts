import { describe, expect, it } from 'vitest'
import type { Offence } from './evidence.ts'
import { oldestEvidenceEpoch } from './evidence.ts'
import { ledgerLimits } from './limits.ts'
import { accountOf, isConserved, stakeOf } from './state.ts'
import {
  bond,
  candidate,
  evidence,
  ignoredCodes,
  outcomes,
  type TestAccount,
  testAccount,
  testChain,
  testGenesis,
  testValidator,
  unbond,
  unsigned,
} from './test-support.ts'
import type { EvidenceOperation, Operation } from './transaction.ts'

const [alice, reporter] = [testAccount(1), testAccount(2)]
const [large, small, own, stranger] = [testValidator(1), testValidator(2), testValidator(3), testValidator(4)]
const ruv = 1_000_000n
const epochMs = 1_000
/** Epochs whose offences count beside the running one. */
const rememberedEpochs = 5

function offenceChain() {
  const chain = testChain(
    testGenesis(
      [
        [alice, 100n * ruv],
        [reporter, 100n * ruv],
      ],
      {
        bytePriceMicroRuv: 0n,
        unitPriceMicroRuv: 0n,
        epochMs,
        unbondingMs: rememberedEpochs * epochMs,
        minValidatorStakeMicroRuv: ruv,
        maxStakeChangePpm: 1_000_000,
        slashPpm: 50_000,
      },
      {
        validators: [
          { publicKey: large.publicKey, stakeMicroRuv: 700n * ruv },
          { publicKey: small.publicKey, stakeMicroRuv: 300n * ruv },
        ],
      },
    ),
  )
  const { state, rules } = chain
  const send = (from: TestAccount, operations: readonly Operation[]): string => {
    const transaction = unsigned(rules, from, accountOf(state, from.id).nonce, operations)
    const execution = chain.commit([candidate(transaction, from.publicKey)], 1)
    expect(isConserved(state)).toBe(true)
    return [...outcomes(execution), ...ignoredCodes(execution)].join()
  }
  const passEpochs = (count: number): void => {
    for (let passed = 0; passed < count; passed++) chain.commit([], state.epoch.endsAtMs - state.commitTimeMs)
  }
  const of = ({ id }: { readonly id: Uint8Array }) => stakeOf(state, id)
  const committee = () => state.epoch.committee.map(({ stakeMicroRuv }) => stakeMicroRuv).sort()
  return { ...chain, send, passEpochs, of, committee }
}

const twice = (epoch: number, position = 7, kind: Offence['kind'] = 'vertex'): Offence => ({ kind, epoch, position })
const changed = (operation: EvidenceOperation, at: number): EvidenceOperation => ({
  ...operation,
  evidence: operation.evidence.map((byte, index) => (index === at ? byte ^ 1 : byte)),
})

describe('evidence', () => {
  it('burns its share of the stake at once, and takes the validator out of the next committee', () => {
    const { send, of, state, committee, passEpochs } = offenceChain()
    const burned = state.totals.burnedMicroRuv
    expect(send(reporter, [evidence(small, twice(0))])).toBe('ok')
    expect(of(small)).toMatchObject({ bondedMicroRuv: 285n * ruv, jailedFromEpoch: 1, offences: [twice(0)] })
    expect([state.totals.burnedMicroRuv - burned, state.totals.stakedMicroRuv]).toEqual([15n * ruv, 985n * ruv])
    expect(committee()).toEqual([300n * ruv, 700n * ruv])
    expect(accountOf(state, reporter.id).balanceMicroRuv).toBe(100n * ruv)
    passEpochs(1)
    expect(committee()).toEqual([700n * ruv])
    expect(of(small)?.activeMicroRuv).toBe(0n)
  })

  it('costs each validator its share of what it has, however unequal', () => {
    const { send, of, committee, passEpochs } = offenceChain()
    expect(send(alice, [bond.call(null, offenceChain().rules, alice, own, 10n * ruv + 1n)])).toBe('ok')
    passEpochs(1)
    expect(send(reporter, [evidence(large, twice(0)), evidence(own, twice(1))])).toBe('ok')
    // Rounded up, so that nothing is too small to be slashed.
    expect([of(large)?.bondedMicroRuv, of(own)?.bondedMicroRuv]).toEqual([665n * ruv, 9_500_000n])
    passEpochs(1)
    expect(committee()).toEqual([300n * ruv])
  })

  it('counts once for an offence, whoever submits it, and again for another', () => {
    const { send, of } = offenceChain()
    expect(send(reporter, [evidence(small, twice(0)), evidence(small, twice(0))])).toBe('failed EVIDENCE_KNOWN')
    expect(of(small)).toMatchObject({ bondedMicroRuv: 300n * ruv, jailedFromEpoch: null, offences: [] })
    expect(send(reporter, [evidence(small, twice(0))])).toBe('ok')
    expect(send(alice, [evidence(small, twice(0))])).toBe('failed EVIDENCE_KNOWN')
    expect(of(small)?.bondedMicroRuv).toBe(285n * ruv)
    expect(send(alice, [evidence(small, twice(0, 8))])).toBe('ok')
    expect(send(alice, [evidence(small, twice(0, 7, 'checkpoint'))])).toBe('ok')
    expect(of(small)?.bondedMicroRuv).toBe(257_212_500n)
  })

  it('takes from what is on its way out as well, and what is left is paid out in its time', () => {
    const { send, of, passEpochs, state, rules } = offenceChain()
    send(alice, [bond(rules, alice, own, 40n * ruv)])
    passEpochs(1)
    send(alice, [unbond(own, 40n * ruv)])
    passEpochs(1)
    expect(of(own)).toMatchObject({ bondedMicroRuv: 0n, activeMicroRuv: 0n })
    expect(send(reporter, [evidence(own, twice(1))])).toBe('ok')
    expect(of(own)?.unbonding).toMatchObject([{ amountMicroRuv: 38n * ruv }])
    passEpochs(rememberedEpochs + 1)
    expect(accountOf(state, alice.id).balanceMicroRuv).toBe(98n * ruv)
    // The key is remembered: it does not come back.
    expect(of(own)).toMatchObject({ unbonding: [], jailedFromEpoch: 3, offences: [] })
    expect(send(alice, [bond(rules, alice, own, 40n * ruv)])).toBe('failed VALIDATOR_JAILED')
  })

  it('lets a jailed validator take back what is left', () => {
    const { send, of, passEpochs, state, rules } = offenceChain()
    send(alice, [bond(rules, alice, own, 40n * ruv)])
    passEpochs(1)
    send(reporter, [evidence(own, twice(1))])
    expect(send(alice, [unbond(own, 38n * ruv)])).toBe('ok')
    passEpochs(rememberedEpochs + 2)
    expect([accountOf(state, alice.id).balanceMicroRuv, of(own)?.bondedMicroRuv]).toEqual([98n * ruv, 0n])
  })

  it('fails against a validator that is not on the ledger, or no longer', () => {
    const { send, passEpochs, rules } = offenceChain()
    expect(send(reporter, [evidence(stranger, twice(0))])).toBe('failed VALIDATOR_UNKNOWN')
    send(alice, [bond(rules, alice, own, 40n * ruv)])
    passEpochs(1)
    send(alice, [unbond(own, 40n * ruv)])
    passEpochs(rememberedEpochs + 2)
    expect(send(reporter, [evidence(own, twice(4))])).toBe('failed VALIDATOR_UNKNOWN')
  })

  it('is too old once what was bonded then may have been paid out', () => {
    const { send, passEpochs, state, rules } = offenceChain()
    passEpochs(rememberedEpochs)
    expect(oldestEvidenceEpoch(state.epoch.epoch, rules.parameters)).toBe(0)
    expect(send(reporter, [evidence(small, twice(0))])).toBe('ok')
    passEpochs(1)
    expect(send(reporter, [evidence(large, twice(0))])).toBe('failed EVIDENCE_TOO_OLD')
    expect(send(reporter, [evidence(large, twice(1))])).toBe('ok')
    // An offence is forgotten when it could not be submitted again, and not before.
    expect(send(reporter, [evidence(small, twice(0))])).toBe('failed EVIDENCE_TOO_OLD')
    expect(send(reporter, [evidence(large, twice(1))])).toBe('failed EVIDENCE_KNOWN')
  })

  it('counts 16 offences of a validator, and not a seventeenth', () => {
    const { send, of } = offenceChain()
    const max = ledgerLimits.maxOffencesPerValidator
    const each = Array.from({ length: max + 1 }, (_, position) => evidence(small, twice(0, position)))
    expect(send(reporter, each.slice(0, max))).toBe('ok')
    expect(send(reporter, each.slice(max))).toBe('failed EVIDENCE_LIMIT')
    expect(of(small)?.offences.length).toBe(max)
  })

  it('changed in any byte does nothing: it does not read, is another’s, or its signatures do not hold', () => {
    const good = evidence(small, twice(0))
    for (let at = 0; at < good.evidence.length; at += 131) {
      const { send, of } = offenceChain()
      expect(send(reporter, [changed(good, at)])).toMatch(
        /^(EVIDENCE_INVALID|failed (EVIDENCE_SIGNATURE_INVALID|VALIDATOR_UNKNOWN|EVIDENCE_TOO_OLD))$/,
      )
      expect(of(small)).toMatchObject({ bondedMicroRuv: 300n * ruv, jailedFromEpoch: null })
    }
  })
})
