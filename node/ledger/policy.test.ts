/** Account policies on the ledger: keys replaced, the daily limit, recovery; what is parked, and nonces, across all of it. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { bytesKey, concatBytes, equalBytes, toHex } from '../core/bytes.ts'
import { canonicalDecode, canonicalEncode } from '../core/canonical.ts'
import type { SignatureSuite } from '../crypto/suites.ts'
import { type Account, accountCodec, emptyAccount, maxAccountBytes } from './account.ts'
import { type AccountKey, type keyRoles, shareKey } from './account-keys.ts'
import { checkAdmission, checkForm, nothingInFlight } from './admission.ts'
import { type Candidate, executeCommit, reserveMicroRuv } from './execution.ts'
import { ledgerLimits } from './limits.ts'
import { networkFeeMicroRuv } from './network-fee.ts'
import { executeInGroups } from './parallel-execution.ts'
import { allowanceMicroRuv } from './policy.ts'
import { checkRules } from './rules.ts'
import { signersName, signersOf } from './signers.ts'
import { accountOf, isConserved, stateRoot } from './state.ts'
import {
  bond,
  candidate,
  consenting,
  dayMs,
  entryDisk,
  ignoredCodes,
  keySignature,
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
import {
  type AccountChange,
  type AccountRecoverOperation,
  attachSignature,
  decodeSignedTransaction,
  type Operation,
  type SignedTransaction,
  type Transaction,
} from './transaction.ts'

const hourMs = 60 * 60 * 1_000
const ruv = 1_000_000n
const [alice, bob, friend] = [testAccount(1), testAccount(2), testAccount(3)]
const [next, token, spare, other] = [testAccount(11), testAccount(12, 'ML-DSA-65'), testAccount(13), testAccount(14)]
const validator = { publicKey: new Uint8Array(1_952).fill(9) }

/** A chain on which alice, bob and friend have 1,000 rUv, with her transactions as her keys of the moment would sign them. */
function ledger(rich: bigint = 1_000n * ruv) {
  const chain = testChain(
    testGenesis(
      [alice, bob, friend].map((account) => [account, rich] as const),
      { minValidatorStakeMicroRuv: 1n },
    ),
  )
  const { rules, state } = chain
  const keyNow = (): AccountKey => accountOf(state, alice.id).key ?? alice
  const draft = (
    operations: readonly Operation[],
    {
      nonce = accountOf(state, alice.id).nonce,
      coSigned,
      from = alice,
      ...rest
    }: Partial<Transaction> & { from?: TestAccount } = {},
  ): SignedTransaction => {
    const { key, policy } = accountOf(state, from.id)
    const suite = key?.suite ?? from.suite
    const second = policy?.limit?.key.suite ?? suite
    const flags = coSigned === true ? { coSigned } : {}
    const validUntilMs = state.commitTimeMs + dayMs / 2
    const stored = key === null ? {} : { key: null }
    return unsigned(rules, { ...from, suite, second }, nonce, operations, {
      validUntilMs,
      ...stored,
      ...flags,
      ...rest,
    })
  }
  /** Verified under whatever keys the ledger has now. */
  const good = (transaction: SignedTransaction): Candidate => {
    const signers = signersOf(transaction, accountOf(state, transaction.account))
    return candidate(transaction, signers.ok ? signersName(signers.value) : null)
  }
  const run = (operations: readonly Operation[], options: Parameters<typeof draft>[1] = {}, afterMs = 100) =>
    outcomes(
      chain.commit([good(draft(operations, { validUntilMs: state.commitTimeMs + afterMs, ...options }))], afterMs),
    )
  const consent = (key: TestAccount, role: keyof typeof keyRoles, nonce = accountOf(state, alice.id).nonce) =>
    consenting(rules, key, { account: alice.id, role, nonce })
  const update = (change: AccountChange): Operation => ({ kind: 'account.update', change })
  const setLimit = (dailyLimitMicroRuv: bigint, key = token): Operation =>
    update({ kind: 'limit', key: consent(key, 'limit'), dailyLimitMicroRuv })
  const setKey = (key: TestAccount): Operation => update({ kind: 'key', key: consent(key, 'key') })
  const setRecovery = (key: TestAccount, delayMs = dayMs): Operation =>
    update({ kind: 'recovery', key: consent(key, 'recovery'), delayMs })
  const recover = (key: TestAccount | null, from: TestAccount = friend): AccountRecoverOperation => ({
    kind: 'account.recover',
    account: alice.id,
    key:
      key === null
        ? null
        : consenting(rules, key, {
            account: alice.id,
            role: 'recover',
            sender: from.id,
            nonce: accountOf(state, from.id).nonce,
          }),
  })
  const byFriend = (operation: Operation, afterMs = 100) =>
    run([operation], { from: friend, nonce: accountOf(state, friend.id).nonce }, afterMs)
  return { ...chain, keyNow, draft, good, run, update, setLimit, setKey, setRecovery, recover, byFriend }
}

describe('replacing the key', () => {
  it('needs both keys: the old one signs the transaction, the new one its word for account, purpose, sender and nonce', () => {
    const { rules, draft, update, setKey, run, state } = ledger()
    const sound = draft([setKey(next)])
    expect(checkRules(sound, rules).ok).toBe(true)
    const proofs = [
      { role: 'key', nonce: 1 },
      { role: 'limit', nonce: 0 },
      { role: 'recovery', nonce: 0 },
      { role: 'recover', nonce: 0 },
      { role: 'key', nonce: 0, account: bob.id },
      { role: 'key', nonce: 0, sender: bob.id },
    ] as const
    for (const proof of proofs) {
      const key = consenting(rules, next, { account: alice.id, ...proof })
      expect(checkRules(draft([update({ kind: 'key', key })]), rules)).toMatchObject({
        error: { code: 'KEY_PROOF_INVALID' },
      })
    }
    const key = consenting(rules, next, { account: alice.id, role: 'key', nonce: 0 })
    const elsewhere = consenting({ ...rules, chainId: new Uint8Array(32) }, next, {
      account: alice.id,
      role: 'key',
      nonce: 0,
    })
    for (const broken of [
      { ...key, publicKey: other.publicKey },
      { ...key, proof: key.proof.subarray(1) },
      { ...key, proof: elsewhere.proof },
    ]) {
      expect(checkRules(draft([update({ kind: 'key', key: broken })]), rules)).toMatchObject({
        error: { code: 'KEY_PROOF_INVALID' },
      })
    }
    expect(checkRules(draft([update({ kind: 'key', key: { ...key, suite: 9 } })]), rules)).toMatchObject({
      error: { code: 'SUITE_UNKNOWN' },
    })
    expect(checkRules(draft([update({ kind: 'key', key: { ...key, suite: 2 } })]), rules)).toMatchObject({
      error: { code: 'PUBLIC_KEY_LENGTH' },
    })
    expect(run([setKey(next)])).toEqual(['ok'])
    expect(accountOf(state, alice.id)).toMatchObject({ nonce: 1, key: { publicKey: next.publicKey } })
  })

  it('leaves address, balance and nonce, and the old key signs no more', () => {
    const { run, setKey, good, draft, commit, state } = ledger()
    const before = good(draft([transfer(bob, ruv)], { nonce: 1 }))
    expect(run([setKey(next)])).toEqual(['ok'])
    expect(ignoredCodes(commit([before]))).toEqual(['SIGNATURE_INVALID'])
    expect(run([transfer(bob, ruv)])).toEqual(['ok'])
    expect(accountOf(state, alice.id).nonce).toBe(2)
    // Back again is a change like any other.
    expect(run([setKey(alice)])).toEqual(['ok'])
    expect(run([noop])).toEqual(['ok'])
  })

  it('with it go the parked transactions that the old key signed, their fee paid', () => {
    const { run, setKey, good, draft, commit, state } = ledger()
    const parked = [2, 3, 1].map((nonce) => good(draft([transfer(bob, 500n * ruv)], { nonce })))
    commit(parked)
    expect(accountOf(state, alice.id).parked).toHaveLength(3)
    const execution = commit([good(draft([setKey(next)]))])
    expect(outcomes(execution)).toEqual(['ok', 'rejected KEY_CHANGED', 'rejected KEY_CHANGED', 'rejected KEY_CHANGED'])
    expect(execution.results.map(({ nonce }) => nonce)).toEqual([0, 1, 2, 3])
    expect(accountOf(state, alice.id).parked).toEqual([])
    expect(accountOf(state, bob.id).balanceMicroRuv).toBe(1_000n * ruv)
    expect(run([transfer(bob, ruv)])).toEqual(['ok'])
    expect(isConserved(state)).toBe(true)
  })

  it('one that fails leaves key and parked as they were', () => {
    const { setKey, good, draft, commit, state, update } = ledger()
    commit([good(draft([transfer(bob, ruv)], { nonce: 1 }))])
    const mine = { ...alice, id: alice.id }
    expect(outcomes(commit([good(draft([setKey(mine)]))]))).toEqual(['failed KEY_REUSED', 'ok'])
    expect(accountOf(state, alice.id)).toMatchObject({ nonce: 2, key: { publicKey: alice.publicKey } })
    expect(outcomes(commit([good(draft([update({ kind: 'clearLimit' })]))]))).toEqual(['failed POLICY_NOT_SET'])
    expect(outcomes(commit([good(draft([update({ kind: 'clearRecovery' })]))]))).toEqual(['failed POLICY_NOT_SET'])
  })

  it('a parked change runs in its turn', () => {
    const { setKey, good, draft, commit, state, rules, update } = ledger()
    const key = consenting(rules, next, { account: alice.id, role: 'key', nonce: 1 })
    commit([good(draft([update({ kind: 'key', key })], { nonce: 1 })), good(draft([transfer(bob, ruv)], { nonce: 2 }))])
    expect(outcomes(commit([good(draft([noop]))]))).toEqual(['ok', 'ok', 'rejected KEY_CHANGED'])
    expect(accountOf(state, alice.id).key?.publicKey).toEqual(next.publicKey)
    expect(setKey(next)).toBeDefined()
  })

  it('KEY_REUSED between a composite key and a single one that share a half, both ways, and among the keys of an account', () => {
    const composite = testAccount(21, 'ML-DSA-65+P-256')
    const half: TestAccount = { ...testAccount(22, 'ML-DSA-65'), publicKey: composite.publicKey.slice(0, 1_952) }
    const sibling: TestAccount = {
      ...testAccount(23, 'ML-DSA-65+P-256'),
      publicKey: concatBytes(testAccount(23, 'ML-DSA-65').publicKey, composite.publicKey.slice(1_952)),
    }
    for (const [from, to] of [
      [composite, half],
      [half, composite],
      [composite, sibling],
      [composite, composite],
    ] as const) {
      const { run, setKey } = ledger()
      expect(run([setKey(from)])).toEqual(['ok'])
      expect(run([setKey(to)])).toEqual(['failed KEY_REUSED'])
      expect(shareKey(from, to)).toBe(true)
    }
    expect(shareKey(half, sibling)).toBe(false)
    const { run, setLimit, setRecovery, setKey } = ledger()
    expect(run([setLimit(ruv, alice)])).toEqual(['failed KEY_REUSED'])
    expect(run([setRecovery(alice)])).toEqual(['failed KEY_REUSED'])
    expect(run([setRecovery(spare)])).toEqual(['ok'])
    expect(run([setLimit(ruv, spare)])).toEqual(['failed KEY_REUSED'])
    expect(run([setLimit(ruv)])).toEqual(['ok'])
    for (const key of [token, spare]) expect(run([setKey(key)], { coSigned: true })).toEqual(['failed KEY_REUSED'])
    expect(run([setRecovery(token)], { coSigned: true })).toEqual(['failed KEY_REUSED'])
  })

  it('UPDATE_ALONE, SELF_RECOVERY, RECOVERY_DELAY, ADDRESS_INVALID', () => {
    const { rules, draft, setKey, setRecovery, recover } = ledger()
    const codeOf = (operations: readonly Operation[]) => {
      const checked = checkRules(draft(operations), rules)
      return checked.ok ? 'ok' : checked.error.code
    }
    expect(codeOf([setKey(next), noop])).toBe('UPDATE_ALONE')
    expect(codeOf([transfer(bob, 1n), recover(null)])).toBe('UPDATE_ALONE')
    expect(codeOf([recover(null)])).toBe('SELF_RECOVERY')
    expect(codeOf([{ kind: 'account.recover', account: new Uint8Array(33).fill(7), key: null }])).toBe(
      'ADDRESS_INVALID',
    )
    const { minRecoveryDelayMs, maxRecoveryDelayMs } = ledgerLimits
    for (const [delayMs, code] of [
      [minRecoveryDelayMs, 'ok'],
      [minRecoveryDelayMs - 1, 'RECOVERY_DELAY'],
      [maxRecoveryDelayMs, 'ok'],
      [maxRecoveryDelayMs + 1, 'RECOVERY_DELAY'],
    ] as const) {
      expect(codeOf([setRecovery(spare, delayMs)])).toBe(code)
    }
  })
})

describe('the daily limit', () => {
  it('lets the key spend up to it by itself, and more with the second key', () => {
    const { run, setLimit, state } = ledger()
    expect(run([setLimit(10n * ruv)])).toEqual(['ok'])
    expect(run([transfer(bob, 6n * ruv)])).toEqual(['ok'])
    expect(run([transfer(bob, 3n * ruv), transfer(friend, 1n * ruv + 1n)])).toEqual(['failed DAILY_LIMIT'])
    expect(run([transfer(bob, 4n * ruv)])).toEqual(['ok'])
    expect(run([transfer(bob, 1n)])).toEqual(['failed DAILY_LIMIT'])
    expect(run([transfer(bob, 100n * ruv)], { coSigned: true })).toEqual(['ok'])
    expect(run([noop])).toEqual(['ok'])
    expect(accountOf(state, bob.id).balanceMicroRuv).toBe(1_110n * ruv)
    expect(isConserved(state)).toBe(true)
  })

  it('counts bonds, and not what failed, fees, or what the second key signed', () => {
    const { run, setLimit, state, rules } = ledger()
    run([setLimit(10n * ruv)])
    expect(run([bond(rules, alice, validator, 10n * ruv + 1n)])).toEqual(['failed DAILY_LIMIT'])
    expect(run([bond(rules, alice, validator, 7n * ruv)])).toEqual(['ok'])
    expect(run([transfer(bob, 3n * ruv), transfer(bob, 5_000n * ruv)], { coSigned: true })).toEqual([
      'failed INSUFFICIENT_BALANCE',
    ])
    expect(allowanceMicroRuv(accountOf(state, alice.id).policy, state.commitTimeMs)).toBe(3n * ruv)
    expect(run([transfer(bob, 3n * ruv)])).toEqual(['ok'])
  })

  it('lets go of an amount after 24 hours, and at most an hour later, in ledger time', () => {
    const { run, setLimit } = ledger()
    run([setLimit(10n * ruv)])
    expect(run([transfer(bob, 10n * ruv)])).toEqual(['ok'])
    expect(run([transfer(bob, 1n)], {}, dayMs - 1_000)).toEqual(['failed DAILY_LIMIT'])
    expect(run([transfer(bob, 10n * ruv)], {}, hourMs)).toEqual(['ok'])
  })

  it('a limit of 0 lets nothing go without the second key', () => {
    const { run, setLimit } = ledger()
    run([setLimit(0n)])
    expect(run([transfer(bob, 1n)])).toEqual(['failed DAILY_LIMIT'])
    expect(run([transfer(bob, 1n)], { coSigned: true })).toEqual(['ok'])
  })

  it('needs the second key for every change of keys and policy', () => {
    const { run, setLimit, setKey, setRecovery, update } = ledger()
    run([setLimit(10n * ruv)])
    const changes = [
      () => setLimit(20n * ruv),
      () => setLimit(20n * ruv, other),
      () => setKey(next),
      () => setRecovery(spare),
      () => update({ kind: 'clearLimit' }),
    ]
    for (const change of changes) expect(run([change()])).toEqual(['failed COSIGNATURE_REQUIRED'])
    expect(run([setLimit(20n * ruv)], { coSigned: true })).toEqual(['ok'])
    expect(run([update({ kind: 'clearLimit' })], { coSigned: true })).toEqual(['ok'])
    expect(run([transfer(bob, 500n * ruv)])).toEqual(['ok'])
  })

  it('keeps what was spent when the limit or the second key changes', () => {
    const { run, setLimit } = ledger()
    run([setLimit(10n * ruv)])
    run([transfer(bob, 9n * ruv)])
    run([setLimit(10n * ruv, other)], { coSigned: true })
    expect(run([transfer(bob, 2n * ruv)])).toEqual(['failed DAILY_LIMIT'])
  })

  it('pays for the second signature', () => {
    const { run, setLimit, draft, good, commit, rules } = ledger()
    run([setLimit(10n * ruv)])
    const transaction = draft([transfer(bob, 1n)], { coSigned: true })
    const [result] = commit([good(transaction)]).results
    const { parameters } = rules
    const size = transaction.bytes.length
    expect(result?.feeMicroRuv).toBe(
      networkFeeMicroRuv(size, 'ML-DSA-44', parameters, transaction.operations, 'ML-DSA-65'),
    )
    expect(result?.feeMicroRuv).toBe(BigInt(size) * parameters.bytePriceMicroRuv + 5n * parameters.unitPriceMicroRuv)
  })

  it('a parked transaction signed by a second key that is no more leaves; one of the first key alone stays and is limited', () => {
    const { run, setLimit, good, draft, commit } = ledger()
    run([setLimit(10n * ruv)])
    commit([
      good(draft([transfer(bob, 50n * ruv)], { nonce: 2, coSigned: true })),
      good(draft([transfer(bob, 20n * ruv)], { nonce: 3 })),
    ])
    expect(outcomes(commit([good(draft([setLimit(15n * ruv, other)], { coSigned: true }))]))).toEqual([
      'ok',
      'rejected KEY_CHANGED',
    ])
    expect(outcomes(commit([good(draft([noop]))]))).toEqual(['ok', 'failed DAILY_LIMIT'])
  })

  it('a parked transaction with both signatures runs as one', () => {
    const { run, setLimit, good, draft, commit } = ledger()
    run([setLimit(10n * ruv)])
    commit([good(draft([transfer(bob, 50n * ruv)], { nonce: 2, coSigned: true }))])
    expect(outcomes(commit([good(draft([noop]))]))).toEqual(['ok', 'ok'])
  })
})

describe('the second signature', () => {
  const limited = () => {
    const made = ledger()
    made.run([made.setLimit(10n * ruv)])
    return made
  }

  it('taken away, added or exchanged makes no transaction: nothing is charged and the nonce stays free', () => {
    const { draft, good, commit, state } = limited()
    const both = draft([transfer(bob, 50n * ruv)], { coSigned: true })
    const stripped = attachSignature(both, both.signature)
    expect(stripped.txId).toEqual(both.txId)
    expect(ignoredCodes(commit([candidate(stripped, null), candidate(both, alice.publicKey)]))).toEqual([
      'SIGNATURE_INVALID',
      'SIGNATURE_INVALID',
    ])
    expect(outcomes(commit([good(both)]))).toEqual(['ok'])
    expect(accountOf(state, alice.id).nonce).toBe(2)
  })

  it('of an account without a second key is COSIGNATURE_UNEXPECTED', () => {
    const { draft, commit, rules, state } = ledger()
    const transaction = draft([noop], { coSigned: true })
    expect(checkForm(transaction, accountOf(state, alice.id), rules)).toMatchObject({
      error: { code: 'COSIGNATURE_UNEXPECTED' },
    })
    expect(ignoredCodes(commit([candidate(transaction, alice.publicKey)]))).toEqual(['COSIGNATURE_UNEXPECTED'])
  })

  it('of the wrong length, or none yet, is SIGNATURE_LENGTH', () => {
    const { draft, rules, state } = limited()
    const transaction = draft([noop], { coSigned: true })
    const account = accountOf(state, alice.id)
    expect(checkForm(transaction, account, rules).ok).toBe(true)
    for (const coSignature of [new Uint8Array(), new Uint8Array(7)]) {
      const short = attachSignature(transaction, transaction.signature, coSignature)
      expect(checkForm(short, account, rules)).toMatchObject({ error: { code: 'SIGNATURE_LENGTH' } })
    }
  })

  it('has one encoding, where the body asks for it and nowhere else; the id does not depend on it', () => {
    const { draft } = limited()
    const plain = draft([transfer(bob, 1n)])
    const both = draft([transfer(bob, 1n)], { coSigned: true })
    expect(toHex(both.txId)).not.toBe(toHex(plain.txId))
    for (const transaction of [plain, both]) {
      expect(decodeSignedTransaction(transaction.bytes)).toEqual({ ok: true, value: transaction })
    }
    expect(attachSignature(both, both.signature, new Uint8Array(3)).txId).toEqual(both.txId)
    const second = both.bytes.subarray(both.bytes.length - 3_309 - 3)
    const grown = concatBytes(Uint8Array.of(0x83), plain.bytes.subarray(1), second)
    const shrunk = concatBytes(Uint8Array.of(0x82), both.bytes.subarray(1, both.bytes.length - second.length))
    for (const bytes of [grown, shrunk]) {
      expect(decodeSignedTransaction(bytes)).toMatchObject({ error: { code: 'ENCODING_SCHEMA' } })
    }
    // The flag is 1 and nothing else.
    const at = both.bytes.length - both.signature.length - 3 - second.length - 1
    expect(both.bytes[at]).toBe(1)
    for (const flag of [0x00, 0x02, 0xf5, 0xf6]) {
      const changed = both.bytes.slice()
      changed[at] = flag
      expect(decodeSignedTransaction(changed).ok).toBe(false)
    }
  })
})

describe('recovery', () => {
  const recoverable = (delayMs = dayMs) => {
    const made = ledger()
    expect(made.run([made.setRecovery(spare, delayMs)])).toEqual(['ok'])
    return made
  }

  it('takes over after the delay, in ledger time, whoever sends it', () => {
    const { byFriend, recover, run, state, draft, commit } = recoverable()
    const old = candidate(draft([transfer(bob, ruv)], { nonce: 1 }), alice.publicKey)
    expect(byFriend(recover(null))).toEqual(['failed RECOVERY_NOT_STARTED'])
    expect(byFriend(recover(spare))).toEqual(['ok'])
    expect(byFriend(recover(spare))).toEqual(['failed RECOVERY_RUNNING'])
    expect(byFriend(recover(null), dayMs - 1_000)).toEqual(['failed RECOVERY_TOO_EARLY'])
    expect(accountOf(state, alice.id).key?.publicKey).toEqual(alice.publicKey)
    expect(byFriend(recover(null), 1_000)).toEqual(['ok'])
    expect(accountOf(state, alice.id)).toMatchObject({ nonce: 1, key: { publicKey: spare.publicKey } })
    expect(accountOf(state, alice.id).policy).toBeUndefined()
    expect(outcomes(commit([old]))).toEqual([])
    expect(run([transfer(bob, ruv)])).toEqual(['ok'])
    expect(byFriend(recover(null))).toEqual(['failed RECOVERY_NOT_SET'])
  })

  it('is stopped by the present key meanwhile, and begun again only with a fresh word', () => {
    const { byFriend, recover, run, update, rules, draft, state } = recoverable()
    const used = recover(spare)
    expect(byFriend(used)).toEqual(['ok'])
    expect(run([update({ kind: 'cancelRecovery' })])).toEqual(['ok'])
    expect(run([update({ kind: 'cancelRecovery' })])).toEqual(['failed RECOVERY_NOT_STARTED'])
    expect(byFriend(recover(null), 2 * dayMs)).toEqual(['failed RECOVERY_NOT_STARTED'])
    // The word that was used lies open in the history: neither its sender nor another can use it again.
    const nonce = accountOf(state, friend.id).nonce
    expect(checkRules(draft([used], { from: friend, nonce }), rules)).toMatchObject({
      error: { code: 'KEY_PROOF_INVALID' },
    })
    expect(checkRules(draft([used], { from: bob, nonce: 0 }), rules)).toMatchObject({
      error: { code: 'KEY_PROOF_INVALID' },
    })
    expect(byFriend(recover(spare))).toEqual(['ok'])
  })

  it('takes no other key, and none where none is registered', () => {
    const { byFriend, recover } = recoverable()
    expect(byFriend(recover(other))).toEqual(['failed RECOVERY_KEY_WRONG'])
    const bare = ledger()
    expect(bare.byFriend(bare.recover(spare))).toEqual(['failed RECOVERY_NOT_SET'])
    const unknown: Operation = { kind: 'account.recover', account: testAccount(77).id, key: null }
    expect(bare.byFriend(unknown)).toEqual(['failed RECOVERY_NOT_SET'])
    expect(accountOf(bare.state, testAccount(77).id)).toEqual(emptyAccount)
  })

  it('lifts a limit whose second key may be lost, and is stopped by the first key alone', () => {
    const { byFriend, recover, run, setLimit, update } = recoverable()
    run([setLimit(10n * ruv)])
    byFriend(recover(spare))
    expect(run([update({ kind: 'cancelRecovery' })])).toEqual(['ok'])
    byFriend(recover(spare))
    expect(byFriend(recover(null), dayMs)).toEqual(['ok'])
    expect(run([transfer(bob, 500n * ruv)])).toEqual(['ok'])
  })

  it('ends with a new key, and is replaced by another recovery', () => {
    const { byFriend, recover, run, setKey, setRecovery } = recoverable()
    byFriend(recover(spare))
    expect(run([setKey(next)])).toEqual(['ok'])
    expect(byFriend(recover(null), dayMs)).toEqual(['failed RECOVERY_NOT_STARTED'])
    byFriend(recover(spare))
    expect(run([setRecovery(other)])).toEqual(['ok'])
    expect(byFriend(recover(null), dayMs)).toEqual(['failed RECOVERY_NOT_STARTED'])
    expect(byFriend(recover(spare))).toEqual(['failed RECOVERY_KEY_WRONG'])
  })

  it('rejects what the lost key has parked, and names both accounts as parties', () => {
    const { recover, good, draft, commit, byFriend, state } = recoverable()
    byFriend(recover(spare))
    expect(byFriend(recover(null), dayMs - 1)).toEqual(['failed RECOVERY_TOO_EARLY'])
    commit([good(draft([transfer(bob, ruv)], { nonce: 4 }))], 1)
    const again = draft([recover(null)], { from: friend, nonce: accountOf(state, friend.id).nonce })
    const done = commit([good(again)])
    expect(outcomes(done).slice(-2)).toEqual(['ok', 'rejected KEY_CHANGED'])
    expect(done.results.at(-2)?.parties.map(toHex)).toEqual([friend.id, alice.id].map(toHex))
    expect(done.results.at(-1)).toMatchObject({ account: alice.id, nonce: 4 })
  })
})

describe('admission', () => {
  const admit = (
    transaction: SignedTransaction,
    account: Account,
    inFlight = nothingInFlight,
    nowMs = startTimeMs + 200,
  ) => {
    const checked = checkAdmission(transaction, account, inFlight, nowMs)
    return checked.ok ? 'ok' : checked.error
  }

  it('counts what is in flight against the limit', () => {
    const { run, setLimit, draft, state } = ledger()
    run([setLimit(10n * ruv)])
    run([transfer(bob, 4n * ruv)])
    const account = accountOf(state, alice.id)
    const inFlight = { nonces: new Set([2]), reservedMicroRuv: ruv, aloneMicroRuv: 5n * ruv }
    expect(admit(draft([transfer(bob, 1n * ruv)], { nonce: 3 }), account, inFlight)).toBe('ok')
    expect(admit(draft([transfer(bob, 1n * ruv + 1n)], { nonce: 3 }), account, inFlight)).toEqual({
      code: 'DAILY_LIMIT',
      availableMicroRuv: ruv,
      neededMicroRuv: ruv + 1n,
    })
    expect(admit(draft([transfer(bob, 9n * ruv)], { nonce: 3, coSigned: true }), account, inFlight)).toBe('ok')
    expect(admit(draft([noop], { nonce: 3 }), account, { ...inFlight, aloneMicroRuv: 50n * ruv })).toBe('ok')
    expect(admit(draft([setLimit(50n * ruv)]), account)).toEqual({ code: 'COSIGNATURE_REQUIRED' })
  })

  it('takes nothing behind a change of the key that is in flight', () => {
    const { draft, state } = ledger()
    const inFlight = { nonces: new Set([1]), reservedMicroRuv: 0n, keyChangeNonce: 1 }
    const account = accountOf(state, alice.id)
    expect(admit(draft([noop], { nonce: 2 }), account, inFlight)).toEqual({ code: 'KEY_CHANGE_PENDING', nonce: 1 })
    expect(admit(draft([noop], { nonce: 0 }), account, inFlight)).toBe('ok')
  })

  it('reserves for a change of keys its fee alone', () => {
    const { draft, setKey } = ledger()
    const transaction = draft([setKey(next)])
    expect(reserveMicroRuv(transaction)).toBe(transaction.maxFeeMicroRuv)
  })
})

describe('the account entry', () => {
  const key = (seed: number, suite: SignatureSuite): AccountKey => testAccount(seed, suite)
  const anyKey = fc
    .tuple(fc.nat(50), fc.constantFrom<SignatureSuite>('ML-DSA-44', 'ML-DSA-65', 'ML-DSA-87', 'ML-DSA-65+P-256'))
    .map(([seed, suite]) => {
      const { publicKey } = key(seed, suite)
      return { suite, publicKey }
    })
  const anyAmount = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n })
  const anyPolicy = fc.record({
    limit: fc.option(
      fc.record({
        key: anyKey,
        dailyLimitMicroRuv: anyAmount,
        spent: fc.array(fc.record({ hour: fc.maxSafeNat(), amountMicroRuv: anyAmount }), { maxLength: 25 }),
      }),
    ),
    recovery: fc.option(
      fc.record({ key: anyKey, delayMs: fc.maxSafeNat(), takesOverAtMs: fc.option(fc.maxSafeNat()) }),
    ),
  })

  it('decode(encode(x)) = x, and without a policy the bytes are those of before there were any (property)', () => {
    fc.assert(
      fc.property(
        fc.nat(),
        anyAmount,
        fc.option(anyKey),
        fc.option(anyPolicy, { nil: undefined }),
        (nonce, balance, own, policy) => {
          const account: Account = {
            ...emptyAccount,
            nonce,
            balanceMicroRuv: balance,
            key: own,
            ...(policy === undefined ? {} : { policy }),
          }
          const bytes = canonicalEncode(accountCodec, account)
          expect(canonicalDecode(accountCodec, bytes, maxAccountBytes)).toEqual({ ok: true, value: account })
          expect(bytes[0]).toBe(policy === undefined ? 0x85 : 0x86)
        },
      ),
      { numRuns: 100 },
    )
  })

  it('never throws on damaged bytes, and reads nothing that it would write otherwise (property)', () => {
    const account: Account = {
      ...emptyAccount,
      key: key(1, 'ML-DSA-44'),
      policy: {
        limit: { key: key(2, 'ML-DSA-65'), dailyLimitMicroRuv: 5n, spent: [{ hour: 3, amountMicroRuv: 4n }] },
        recovery: { key: key(3, 'ML-DSA-44'), delayMs: 60_000, takesOverAtMs: null },
      },
    }
    const bytes = canonicalEncode(accountCodec, account)
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), fc.nat(bytes.length), fc.nat(bytes.length), (noise, from, to) => {
        const damaged = concatBytes(bytes.slice(0, from), noise, bytes.slice(to))
        const decoded = canonicalDecode(accountCodec, damaged, maxAccountBytes)
        if (decoded.ok) expect(equalBytes(canonicalEncode(accountCodec, decoded.value), damaged)).toBe(true)
      }),
      { numRuns: 1_000 },
    )
  })

  it('is read from disk as it was written, parked second signatures included', () => {
    const { run, setLimit, setRecovery, good, draft, commit, state } = ledger()
    const disk = entryDisk()
    run([setRecovery(spare)])
    run([setLimit(10n * ruv)])
    run([transfer(bob, ruv)])
    commit([good(draft([transfer(bob, 50n * ruv)], { nonce: 5, coSigned: true }))])
    disk.save(state)
    const loaded = disk.load()
    expect(stateRoot(loaded)).toEqual(stateRoot(state))
    expect(accountOf(loaded, alice.id)).toEqual(accountOf(state, alice.id))
  })
})

describe('histories', () => {
  /** What some of alice's and her friend's transactions try; most of it is refused in one way or another. */
  const attempts = [
    'transfer',
    'bigTransfer',
    'bond',
    'key',
    'limit',
    'clearLimit',
    'recovery',
    'clearRecovery',
    'cancelRecovery',
    'start',
    'finish',
    'noop',
  ] as const
  const anyStep = fc.record({
    what: fc.constantFrom(...attempts),
    key: fc.integer({ min: 11, max: 14 }),
    coSigned: fc.boolean(),
    ahead: fc.constantFrom(0, 0, 0, 1, 2),
    afterMs: fc.constantFrom(100, 60_000, hourMs, 5 * hourMs, dayMs),
    together: fc.boolean(),
  })

  it('conserve rUv, keep the limit in any 24 hours, and are the same by groups as in turn (property)', {
    timeout: 120_000,
  }, () => {
    fc.assert(
      fc.property(fc.array(anyStep, { minLength: 1, maxLength: 25 }), (steps) => {
        const { rules, state, good, draft, commit } = ledger(200n * ruv)
        const spentAlone: { atMs: number; amount: bigint; limit: bigint }[] = []
        let waiting: Candidate[] = []
        for (const { what, key: seed, coSigned, ahead, afterMs, together } of steps) {
          const key = testAccount(seed)
          const account = accountOf(state, alice.id)
          const byFriend = what === 'start' || what === 'finish'
          const from = byFriend ? friend : alice
          const nonce = accountOf(state, from.id).nonce + ahead
          const consent = (role: keyof typeof keyRoles) =>
            consenting(rules, key, { account: alice.id, role, nonce, sender: from.id })
          const update = (change: AccountChange): Operation => ({ kind: 'account.update', change })
          const operations: Record<(typeof attempts)[number], () => Operation> = {
            transfer: () => transfer(bob, ruv),
            bigTransfer: () => transfer(friend, 4n * ruv),
            bond: () => bond(rules, alice, validator, ruv),
            key: () => update({ kind: 'key', key: consent('key') }),
            limit: () => update({ kind: 'limit', key: consent('limit'), dailyLimitMicroRuv: 5n * ruv }),
            clearLimit: () => update({ kind: 'clearLimit' }),
            recovery: () => update({ kind: 'recovery', key: consent('recovery'), delayMs: 60_000 }),
            clearRecovery: () => update({ kind: 'clearRecovery' }),
            cancelRecovery: () => update({ kind: 'cancelRecovery' }),
            start: () => ({ kind: 'account.recover', account: alice.id, key: consent('recover') }),
            finish: () => ({ kind: 'account.recover', account: alice.id, key: null }),
            noop: () => noop,
          }
          const both = coSigned && !byFriend && account.policy?.limit != null
          const flags = both ? { coSigned: true as const } : {}
          waiting.push(good(draft([operations[what]()], { from, nonce, ...flags })))
          // Somebody else's, in the same commit and apart from it.
          waiting.push(good(draft([transfer(friend, 1n)], { from: bob, nonce: accountOf(state, bob.id).nonce })))
          if (together) continue
          const candidates = waiting
          waiting = []
          const commitTimeMs = state.commitTimeMs + afterMs
          const next = { commitIndex: state.commitIndex + 1, commitTimeMs, candidates }
          const serial = executeCommit(state, next, rules)
          expect(executeInGroups(state, next, rules)).toEqual(serial)
          const limitBefore = account.policy?.limit ?? null
          commit(candidates, afterMs)
          expect(isConserved(state)).toBe(true)
          const after = accountOf(state, alice.id)
          expect(after.policy?.limit?.spent.length ?? 0).toBeLessThanOrEqual(ledgerLimits.maxSpentHours)
          if (after.policy?.limit == null || limitBefore === null) spentAlone.length = 0
          else {
            for (const { txId, outcome } of serial.results) {
              const sent = candidates.find(
                ({ transaction }) => bytesKey(transaction.txId) === bytesKey(txId),
              )?.transaction
              if (outcome !== 'ok' || sent?.coSigned === true) continue
              if (sent === undefined || bytesKey(sent.account) !== bytesKey(alice.id)) continue
              for (const operation of sent.operations) {
                if (!('amountMicroRuv' in operation)) continue
                spentAlone.push({
                  atMs: commitTimeMs,
                  amount: operation.amountMicroRuv,
                  limit: limitBefore.dailyLimitMicroRuv,
                })
              }
            }
          }
          const lastDay = spentAlone.filter(({ atMs }) => atMs > commitTimeMs - dayMs)
          expect(lastDay.reduce((sum, { amount }) => sum + amount, 0n) <= 5n * ruv).toBe(true)
        }
      }),
      { seed: 8, numRuns: 150 },
    )
  })

  it('signatures of made-up keys differ by key and message, or the tests above would show nothing', () => {
    const message = Uint8Array.of(1)
    expect(keySignature('ML-DSA-44', alice.publicKey, message)).not.toEqual(
      keySignature('ML-DSA-44', bob.publicKey, message),
    )
    expect(keySignature('ML-DSA-44', alice.publicKey, message)).not.toEqual(
      keySignature('ML-DSA-44', alice.publicKey, Uint8Array.of(2)),
    )
  })
})
