import { describe, expect, it } from 'vitest'
import { type Account, emptyAccount, type ParkedTransaction } from './account.ts'
import { checkAdmission, checkForm, type InFlight, nothingInFlight } from './admission.ts'
import { networkFeeMicroRuv } from './network-fee.ts'
import { dayMs, faucet, rulesOf, startTimeMs, testAccount, testGenesis, transfer, unsigned } from './test-support.ts'
import { attachSignature, type Operation, type SignedTransaction, type Transaction } from './transaction.ts'

const [alice, bob] = [testAccount(1), testAccount(2)]
const chain = rulesOf(testGenesis([]))
const nowMs = startTimeMs
const rich: Account = { ...emptyAccount, nonce: 5, balanceMicroRuv: 1_000_000n }
const pay = [transfer(bob, 400n)]

function admit(
  nonce: number,
  options: {
    operations?: readonly Operation[]
    overrides?: Partial<Transaction>
    account?: Account
    inFlight?: InFlight
    rival?: SignedTransaction
  } = {},
): unknown {
  const { operations = pay, overrides = {}, account = rich, inFlight = nothingInFlight, rival = null } = options
  const transaction = unsigned(chain, alice, nonce, operations, { maxFeeMicroRuv: 600n, ...overrides })
  const result = checkAdmission(transaction, account, inFlight, nowMs, rival)
  return result.ok ? 'ok' : result.error
}

describe('checkForm', () => {
  const form = (transaction: ReturnType<typeof unsigned>, account: Account = rich): unknown => {
    const result = checkForm(transaction, account, chain)
    return result.ok ? 'ok' : result.error
  }

  it('gives the keys the signatures are to be checked under', () => {
    const key = { suite: 'ML-DSA-44', publicKey: alice.publicKey } as const
    expect(checkForm(unsigned(chain, alice, 5, pay), rich, chain)).toEqual({ ok: true, value: { key, second: null } })
    const known = { ...rich, key }
    expect(checkForm(unsigned(chain, alice, 5, pay, { key: null }), known, chain)).toEqual({
      ok: true,
      value: { key, second: null },
    })
  })

  it('asks the rules first', () => {
    expect(form(unsigned(chain, alice, 5, []))).toMatchObject({ code: 'OPERATION_COUNT' })
  })

  it('PUBLIC_KEY_REQUIRED and SIGNATURE_LENGTH before anything is verified', () => {
    expect(form(unsigned(chain, alice, 5, pay, { key: null }))).toEqual({ code: 'PUBLIC_KEY_REQUIRED' })
    const short = attachSignature(unsigned(chain, alice, 5, pay), new Uint8Array(2_419))
    expect(form(short)).toEqual({ code: 'SIGNATURE_LENGTH', expectedBytes: 2_420 })
  })

  it('MAX_FEE_TOO_LOW: one µrUv below the fee; the fee itself is enough', () => {
    const size = unsigned(chain, alice, 5, pay, { maxFeeMicroRuv: 5_000n }).bytes.length
    const feeMicroRuv = networkFeeMicroRuv(size, 'ML-DSA-44', chain.parameters)
    expect(form(unsigned(chain, alice, 5, pay, { maxFeeMicroRuv: feeMicroRuv }))).toBe('ok')
    expect(form(unsigned(chain, alice, 5, pay, { maxFeeMicroRuv: feeMicroRuv - 1n }))).toEqual({
      code: 'MAX_FEE_TOO_LOW',
      feeMicroRuv,
      maxFeeMicroRuv: feeMicroRuv - 1n,
    })
  })
})

describe('checkAdmission', () => {
  it('takes the next nonce', () => expect(admit(5)).toBe('ok'))

  it('EXPIRED: validUntil is now or past; one millisecond ahead is taken', () => {
    expect(admit(5, { overrides: { validUntilMs: nowMs - 1 } })).toEqual({ code: 'EXPIRED' })
    expect(admit(5, { overrides: { validUntilMs: nowMs } })).toEqual({ code: 'EXPIRED' })
    expect(admit(5, { overrides: { validUntilMs: nowMs + 1 } })).toBe('ok')
  })

  it('VALID_UNTIL_TOO_FAR: more than 24 hours ahead, less a minute in which ledger time may lag', () => {
    const maxValidityMs = dayMs - 60_000
    expect(admit(5, { overrides: { validUntilMs: nowMs + maxValidityMs } })).toBe('ok')
    const error = { code: 'VALID_UNTIL_TOO_FAR', maxValidityMs }
    expect(admit(5, { overrides: { validUntilMs: nowMs + maxValidityMs + 1 } })).toEqual(error)
  })

  it('NONCE_USED: below the next', () => {
    expect(admit(4)).toEqual({ code: 'NONCE_USED', nextNonce: 5 })
    expect(admit(0)).toEqual({ code: 'NONCE_USED', nextNonce: 5 })
  })

  it('NONCE_TOO_FAR: 64 or more ahead of the next; 63 are taken', () => {
    expect(admit(68)).toBe('ok')
    expect(admit(69)).toEqual({ code: 'NONCE_TOO_FAR', nextNonce: 5, maxInFlight: 64 })
    expect(admit(Number.MAX_SAFE_INTEGER)).toMatchObject({ code: 'NONCE_TOO_FAR' })
  })

  it('NONCE_IN_FLIGHT: taken here, or parked on the ledger', () => {
    const inFlight = { nonces: new Set([5, 7]), reservedMicroRuv: 0n }
    expect(admit(7, { inFlight })).toEqual({ code: 'NONCE_IN_FLIGHT', nonce: 7 })
    expect(admit(6, { inFlight })).toBe('ok')
    const parked = { nonce: 9 } as ParkedTransaction
    expect(admit(9, { account: { ...rich, parked: [parked] } })).toEqual({ code: 'NONCE_IN_FLIGHT', nonce: 9 })
  })

  it('IN_FLIGHT_LIMIT: 64 are on their way, some of them executed and not yet taken off', () => {
    const nonces = (from: number, count: number) => new Set(Array.from({ length: count }, (_, i) => from + i))
    expect(admit(68, { inFlight: { nonces: nonces(5, 63), reservedMicroRuv: 0n } })).toBe('ok')
    expect(admit(68, { inFlight: { nonces: nonces(4, 64), reservedMicroRuv: 0n } })).toEqual({
      code: 'IN_FLIGHT_LIMIT',
      max: 64,
    })
  })

  it('INSUFFICIENT_BALANCE: fee, amounts and what is in flight come out of one balance', () => {
    const account = { ...rich, balanceMicroRuv: 1_000n }
    const reserved = (reservedMicroRuv: bigint): InFlight => ({ nonces: new Set([5]), reservedMicroRuv })
    expect(admit(5, { account })).toBe('ok')
    expect(admit(5, { account, overrides: { maxFeeMicroRuv: 601n } })).toEqual({
      code: 'INSUFFICIENT_BALANCE',
      availableMicroRuv: 1_000n,
      neededMicroRuv: 1_001n,
    })
    const wide = { ...rich, balanceMicroRuv: 1_500n }
    expect(admit(6, { account: wide, inFlight: reserved(500n) })).toBe('ok')
    expect(admit(6, { account: wide, inFlight: reserved(501n) })).toEqual({
      code: 'INSUFFICIENT_BALANCE',
      availableMicroRuv: 999n,
      neededMicroRuv: 1_000n,
    })
    expect(admit(6, { account: wide, inFlight: reserved(9_999n) })).toMatchObject({ availableMicroRuv: 0n })
    const bundle = [transfer(bob, 200n), transfer(bob, 201n)]
    expect(admit(5, { account, operations: bundle })).toMatchObject({ neededMicroRuv: 1_001n })
  })

  it('a second one for a nonce: taken where it names its rival, and reserves no more than the larger of the two', () => {
    const rival = unsigned(chain, alice, 5, [transfer(bob, 400n)], { maxFeeMicroRuv: 600n })
    const account = { ...rich, balanceMicroRuv: 1_200n }
    const inFlight = { nonces: new Set([5]), reservedMicroRuv: 1_000n }
    expect(admit(5, { account, inFlight })).toEqual({ code: 'NONCE_IN_FLIGHT', nonce: 5 })
    expect(admit(5, { account, inFlight, rival })).toBe('ok')
    expect(admit(5, { account, inFlight, rival, operations: [transfer(bob, 600n)] })).toBe('ok')
    expect(admit(5, { account, inFlight, rival, operations: [transfer(bob, 601n)] })).toEqual({
      code: 'INSUFFICIENT_BALANCE',
      availableMicroRuv: 200n,
      neededMicroRuv: 201n,
    })
    const parked = { nonce: 5 } as ParkedTransaction
    expect(admit(5, { account: { ...account, nonce: 4, parked: [parked] }, inFlight, rival })).toBe('ok')
    expect(admit(5, { account: { ...account, nonce: 6 }, inFlight, rival })).toMatchObject({ code: 'NONCE_USED' })
  })

  it('a second one for a nonce takes no further place of the 64', () => {
    const rival = unsigned(chain, alice, 68, pay, { maxFeeMicroRuv: 600n })
    const inFlight = { nonces: new Set(Array.from({ length: 64 }, (_, i) => 5 + i)), reservedMicroRuv: 1_000n }
    expect(admit(68, { inFlight, rival })).toBe('ok')
    expect(admit(69, { inFlight, rival })).toMatchObject({ code: 'NONCE_TOO_FAR' })
  })

  it('asks no balance of a faucet transaction, whose fee comes out of its credit', () => {
    const account = { ...emptyAccount, nonce: 0 }
    const inFlight = { nonces: new Set<number>(), reservedMicroRuv: 5n }
    expect(admit(0, { operations: [faucet(10n)], account, inFlight })).toBe('ok')
  })
})
