import { describe, expect, it } from 'vitest'
import { maxU64 } from '../core/amount.ts'
import { signatureSuites } from '../crypto/suites.ts'
import { ledgerLimits } from './limits.ts'
import { developmentParameters } from './parameters.ts'
import { type ChainRules, checkRules, checkSignatureLength, outgoingMicroRuv, signingKeyOf } from './rules.ts'
import { faucet, noop, rulesOf, testAccount, testGenesis, transfer, unsigned } from './test-support.ts'
import { decodeSignedTransaction, type Operation, type Transaction } from './transaction.ts'

const [alice, bob] = [testAccount(1), testAccount(2)]
const chain = rulesOf(testGenesis([]))
const pay = transfer(bob, 1n)

function check(
  operations: readonly Operation[],
  overrides: Partial<Transaction> = {},
  rules: ChainRules = chain,
): unknown {
  const result = checkRules(unsigned(chain, alice, 0, operations, overrides), rules)
  return result.ok ? 'ok' : result.error
}

describe('checkRules', () => {
  it('takes a plain transfer, with its key and without', () => {
    expect(check([pay])).toBe('ok')
    expect(check([pay], { key: null })).toBe('ok')
  })

  it('CHAIN_MISMATCH: signed for another chain', () => {
    const chainId = chain.chainId.map((byte, index) => (index === 31 ? byte ^ 1 : byte))
    expect(check([pay], { chainId })).toEqual({ code: 'CHAIN_MISMATCH' })
    expect(check([pay], {}, rulesOf(testGenesis([], {}, { salt: new Uint8Array(32) })))).toEqual({
      code: 'CHAIN_MISMATCH',
    })
  })

  it('OPERATION_COUNT: none, or 65; 64 are taken', () => {
    const many = (count: number) => Array.from({ length: count }, () => pay)
    expect(check([])).toEqual({ code: 'OPERATION_COUNT', count: 0, max: 64 })
    expect(check(many(64))).toBe('ok')
    expect(check(many(65))).toEqual({ code: 'OPERATION_COUNT', count: 65, max: 64 })
  })

  it('AMOUNT_ZERO: a transfer or faucet of nothing, wherever it stands', () => {
    expect(check([pay, transfer(bob, 0n)])).toEqual({ code: 'AMOUNT_ZERO', operation: 1 })
    expect(check([faucet(0n)])).toEqual({ code: 'AMOUNT_ZERO', operation: 0 })
  })

  it('asks nothing of an operation that moves nothing, alone or beside others, but counts it', () => {
    expect(check([noop])).toBe('ok')
    expect(check([noop, pay, noop])).toBe('ok')
    expect(check([noop], { maxFeeMicroRuv: maxU64 })).toBe('ok')
    expect(check(Array.from({ length: 65 }, () => noop))).toMatchObject({ code: 'OPERATION_COUNT', count: 65 })
    expect(check([noop, transfer(alice, 1n)])).toEqual({ code: 'SELF_TRANSFER', operation: 1 })
  })

  it('AMOUNT_OUT_OF_RANGE: amounts and fee together above 2^64 − 1', () => {
    const half = transfer(bob, 2n ** 63n)
    expect(check([transfer(bob, maxU64)], { maxFeeMicroRuv: 0n })).toBe('ok')
    expect(check([transfer(bob, maxU64)], { maxFeeMicroRuv: 1n })).toEqual({ code: 'AMOUNT_OUT_OF_RANGE' })
    expect(check([half, transfer(bob, 2n ** 63n - 1n)], { maxFeeMicroRuv: 0n })).toBe('ok')
    expect(check([half, half], { maxFeeMicroRuv: 0n })).toEqual({ code: 'AMOUNT_OUT_OF_RANGE' })
    expect(check([faucet(1n)], { maxFeeMicroRuv: maxU64 })).toBe('ok')
  })

  it('SELF_TRANSFER', () => {
    expect(check([pay, transfer(alice, 1n)])).toEqual({ code: 'SELF_TRANSFER', operation: 1 })
  })

  it('ADDRESS_INVALID: a recipient of an unknown version', () => {
    const id = bob.id.slice()
    id[0] = 1
    expect(check([pay, pay, transfer({ id }, 1n)])).toEqual({ code: 'ADDRESS_INVALID', operation: 2 })
  })

  it('MEMO_TOO_LONG: 257 bytes of UTF-8; 256 are taken', () => {
    const error = { code: 'MEMO_TOO_LONG', operation: 0, maxBytes: 256 }
    expect(check([transfer(bob, 1n, 'm'.repeat(256))])).toBe('ok')
    expect(check([transfer(bob, 1n, 'm'.repeat(257))])).toEqual(error)
    expect(check([transfer(bob, 1n, '€'.repeat(85))])).toBe('ok')
    expect(check([transfer(bob, 1n, '€'.repeat(86))])).toEqual(error)
    expect(check([transfer(bob, 1n, '')])).toBe('ok')
  })

  it('MEMO_INVALID: text that no decoder gives back', () => {
    // Such a transaction cannot be encoded, so it is met before it is signed.
    const draft = { ...unsigned(chain, alice, 0, [pay]) }
    for (const memo of ['\ud800', 'a\udc00', '\ufeffa']) {
      const result = checkRules({ ...draft, operations: [transfer(bob, 1n, memo)] }, chain)
      expect(result).toEqual({ ok: false, error: { code: 'MEMO_INVALID', operation: 0 } })
    }
    expect(check([transfer(bob, 1n, 'a\ufeff😀')])).toBe('ok')
  })

  it('FAUCET_UNAVAILABLE: on any network but a development one', () => {
    for (const kind of ['main', 'test'] as const) {
      expect(check([faucet(1n)], {}, { ...chain, kind })).toEqual({ code: 'FAUCET_UNAVAILABLE' })
    }
    expect(check([faucet(1n)])).toBe('ok')
  })

  it('FAUCET_ALONE: with any other operation, before or behind it', () => {
    for (const operations of [
      [faucet(1n), pay],
      [pay, faucet(1n)],
      [faucet(1n), faucet(1n)],
      [noop, faucet(1n)],
      [faucet(1n), noop],
    ]) {
      expect(check(operations)).toEqual({ code: 'FAUCET_ALONE' })
    }
  })

  it('FAUCET_LIMIT: above what one window gives', () => {
    const maxMicroRuv = developmentParameters.faucetWindowMicroRuv
    expect(check([faucet(maxMicroRuv)])).toBe('ok')
    expect(check([faucet(maxMicroRuv + 1n)])).toEqual({ code: 'FAUCET_LIMIT', maxMicroRuv })
  })

  it('SUITE_UNKNOWN: a byte outside the closed set', () => {
    for (const suite of [0, 5, 255]) {
      expect(check([pay], { key: { suite, publicKey: alice.publicKey } })).toEqual({ code: 'SUITE_UNKNOWN', suite })
    }
  })

  it.each(['ML-DSA-44', 'ML-DSA-65', 'ML-DSA-87'] as const)('PUBLIC_KEY_LENGTH: of %s', (suite) => {
    const owner = testAccount(3, suite)
    const { wire, publicKeyBytes } = signatureSuites[suite]
    const withKey = (publicKey: Uint8Array) => {
      const result = checkRules(unsigned(chain, owner, 0, [pay], { key: { suite: wire, publicKey } }), chain)
      return result.ok ? 'ok' : result.error
    }
    expect(withKey(owner.publicKey)).toBe('ok')
    const error = { code: 'PUBLIC_KEY_LENGTH', expectedBytes: publicKeyBytes }
    expect(withKey(owner.publicKey.slice(1))).toEqual(error)
    expect(withKey(new Uint8Array(publicKeyBytes + 1))).toEqual(error)
    expect(withKey(new Uint8Array())).toEqual(error)
  })

  it("PUBLIC_KEY_MISMATCH: somebody else's key, or an account no key can have", () => {
    const error = { code: 'PUBLIC_KEY_MISMATCH' }
    expect(check([pay], { key: { suite: 1, publicKey: bob.publicKey } })).toEqual(error)
    const account = alice.id.slice()
    account[0] = 1
    expect(check([pay], { account, key: null })).toEqual(error)
    expect(check([pay], { account })).toEqual(error)
  })

  it('the largest transaction the rules allow fits the limit on its bytes', () => {
    const owner = testAccount(4, 'ML-DSA-87')
    const operations = Array.from({ length: 64 }, () => transfer(bob, 2n ** 57n, 'm'.repeat(256)))
    const largest = unsigned(chain, owner, Number.MAX_SAFE_INTEGER, operations, {
      maxFeeMicroRuv: 2n ** 62n,
      validUntilMs: Number.MAX_SAFE_INTEGER,
    })
    expect(checkRules(largest, chain).ok).toBe(true)
    expect(largest.bytes.length).toBeLessThanOrEqual(ledgerLimits.maxTransactionBytes)
    expect(decodeSignedTransaction(largest.bytes).ok).toBe(true)
  })
})

describe('the key a signature is checked under', () => {
  const stored = { suite: 'ML-DSA-44', publicKey: alice.publicKey } as const
  const carrying = unsigned(chain, alice, 0, [pay])

  it('is the stored one, else the carried one', () => {
    expect(signingKeyOf(unsigned(chain, alice, 0, [pay], { key: null }), stored)).toEqual({ ok: true, value: stored })
    expect(signingKeyOf(carrying, null)).toEqual({ ok: true, value: stored })
    const other = { suite: 'ML-DSA-65', publicKey: bob.publicKey } as const
    expect(signingKeyOf(carrying, other)).toEqual({ ok: true, value: other })
  })

  it('PUBLIC_KEY_REQUIRED: neither', () => {
    const bare = unsigned(chain, alice, 0, [pay], { key: null })
    expect(signingKeyOf(bare, null)).toEqual({ ok: false, error: { code: 'PUBLIC_KEY_REQUIRED' } })
  })

  it('SUITE_UNKNOWN: a carried byte outside the closed set', () => {
    const strange = unsigned(chain, alice, 0, [pay], { key: { suite: 9, publicKey: alice.publicKey } })
    expect(signingKeyOf(strange, null)).toEqual({ ok: false, error: { code: 'SUITE_UNKNOWN', suite: 9 } })
  })

  it('SIGNATURE_LENGTH: of any other length than its suite has', () => {
    for (const [suite, { signatureBytes }] of Object.entries(signatureSuites)) {
      for (const length of [0, signatureBytes - 1, signatureBytes, signatureBytes + 1]) {
        const result = checkSignatureLength({ ...carrying, signature: new Uint8Array(length) }, suite as 'ML-DSA-44')
        if (length === signatureBytes) expect(result.ok).toBe(true)
        else expect(result).toEqual({ ok: false, error: { code: 'SIGNATURE_LENGTH', expectedBytes: signatureBytes } })
      }
    }
  })
})

it('what goes out is the sum of the transfers, the faucet apart', () => {
  expect(outgoingMicroRuv({ operations: [transfer(bob, 3n), faucet(5n), transfer(bob, maxU64)] })).toBe(maxU64 + 3n)
  expect(outgoingMicroRuv({ operations: [] })).toBe(0n)
})
