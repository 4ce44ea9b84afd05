/** What a payment would be, beside what it then is. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { generateKeyPair } from '../crypto/index.ts'
import { accountIdOf, formatAddress } from '../ledger/index.ts'
import type { Node } from '../node.ts'
import { codeOf, ended, passwordBytes, startTestNode, temporaryDataDir } from './test-support.ts'
import type { PaymentRequest } from './types.ts'

const ruv = 1_000_000n
const folder = temporaryDataDir()
let node: Node
let alice = ''
let bob = ''

beforeAll(async () => {
  node = await startTestNode(folder.path)
  const { phrase } = await node.services.vault.init({ password: passwordBytes() })
  phrase.fill(0)
  alice = (await node.services.accounts.create({ label: 'alice' })).address
  bob = (await node.services.accounts.create({ label: 'bob', suite: 'ML-DSA-87' })).address
  await ended(node, (await node.services.transactions.faucet({ account: 'alice', amountMicroRuv: 100n * ruv })).txId)
})
afterAll(async () => {
  await node.stop()
  folder.remove()
})

const toBob = (amountMicroRuv: bigint, more: Partial<PaymentRequest> = {}): PaymentRequest => ({
  from: 'alice',
  transfers: [{ to: 'bob', amountMicroRuv }],
  ...more,
})
const preview = (request: PaymentRequest) => node.services.transactions.preview(request)
const pay = (request: PaymentRequest) => node.services.transactions.pay(request)
const freeOf = async (account: string): Promise<bigint> =>
  (await node.services.accounts.show(account)).balance.availableMicroRuv

describe('a preview', () => {
  it('is what the payment then is: account, nonce, fee, recipients, and what is left', async () => {
    const request = toBob(3n * ruv, {
      transfers: [
        { to: 'bob', amountMicroRuv: 3n * ruv, memo: 'rent' },
        { to: bob, amountMicroRuv: 5n },
      ],
    })
    const seen = await preview(request)
    expect(seen).toMatchObject({ from: alice, amountMicroRuv: 3n * ruv + 5n, to: [bob, bob] })
    expect(seen.totalMicroRuv).toBe(seen.amountMicroRuv + seen.feeMicroRuv)
    const sent = await pay(request)
    expect([sent.nonce, sent.feeMicroRuv]).toEqual([seen.nonce, seen.feeMicroRuv])
    expect(await freeOf('alice')).toBe(seen.remainingMicroRuv)
    const end = await ended(node, sent.txId)
    expect(end.feeMicroRuv).toBe(seen.feeMicroRuv)
    expect(await freeOf('alice')).toBe(seen.remainingMicroRuv)
    expect((await preview(toBob(1n, { maxFeeMicroRuv: ruv }))).feeMicroRuv).toBe(ruv)
    // A first payment carries its key, and a larger suite costs more.
    const first = await preview({ from: 'bob', transfers: [{ to: alice, amountMicroRuv: 1n }] })
    expect(first.feeMicroRuv).toBeGreaterThan(seen.feeMicroRuv)
    expect(first.nonce).toBe(0)
  })

  it('records nothing: no transaction, no intent, no entry in the audit log, no reserve', async () => {
    const before = [await node.services.audit.show({ limit: 1 }), await node.services.accounts.show('alice')]
    for (let i = 0; i < 3; i++) await preview(toBob(ruv))
    expect([await node.services.audit.show({ limit: 1 }), await node.services.accounts.show('alice')]).toEqual(before)
    expect((await node.services.transactions.nonces('alice')).taken).toEqual([])
  })

  it('works while the vault is locked', async () => {
    await node.services.vault.lock()
    expect(await preview(toBob(ruv))).toMatchObject({ from: alice, to: [bob] })
    expect(await codeOf(pay(toBob(ruv)))).toBe('VAULT_LOCKED')
    await node.services.vault.unlock({ password: passwordBytes() })
  })

  it('fails as the payment fails, with the same code and words', async () => {
    const { publicKey } = generateKeyPair('ML-DSA-65')
    await node.services.accounts.watch({ publicKey, suite: 'ML-DSA-65', label: 'watched' })
    const foreign = formatAddress('main', accountIdOf('ML-DSA-65', publicKey))
    const { next } = await node.services.transactions.nonces('alice')
    const refused: [string, PaymentRequest][] = [
      ['AMOUNT_ZERO', toBob(0n)],
      ['INSUFFICIENT_BALANCE', toBob(10_000n * ruv)],
      ['AMOUNT_OUT_OF_RANGE', toBob(2n ** 64n - 1n)],
      ['MAX_FEE_TOO_LOW', toBob(1n, { maxFeeMicroRuv: 10n })],
      ['SELF_TRANSFER', { from: 'alice', transfers: [{ to: alice, amountMicroRuv: 1n }] }],
      ['ADDRESS_INVALID', { from: 'alice', transfers: [{ to: 'nobody', amountMicroRuv: 1n }] }],
      ['ADDRESS_WRONG_NETWORK', { from: 'alice', transfers: [{ to: foreign, amountMicroRuv: 1n }] }],
      ['MEMO_INVALID', { from: 'alice', transfers: [{ to: bob, amountMicroRuv: 1n, memo: '\ud800' }] }],
      ['MEMO_TOO_LONG', { from: 'alice', transfers: [{ to: bob, amountMicroRuv: 1n, memo: 'x'.repeat(257) }] }],
      ['OPERATION_COUNT', { from: 'alice', transfers: [] }],
      ['ACCOUNT_UNKNOWN', { from: 'nobody', transfers: [{ to: bob, amountMicroRuv: 1n }] }],
      ['ACCOUNT_AMBIGUOUS', { transfers: [{ to: bob, amountMicroRuv: 1n }] }],
      ['ACCOUNT_WATCHED', { from: 'watched', transfers: [{ to: bob, amountMicroRuv: 1n }] }],
      ['NONCE_USED', toBob(1n, { nonce: next - 1 })],
      ['NONCE_TOO_FAR', toBob(1n, { nonce: next + 1 })],
    ]
    const failureOf = (work: Promise<unknown>) =>
      work.then(
        () => 'no error',
        ({ code, message, hint, details }) => ({ code, message, hint, details }),
      )
    for (const [code, request] of refused) {
      const told = await failureOf(preview(request))
      expect(told).toMatchObject({ code })
      expect(await failureOf(pay(request))).toEqual(told)
    }
  })
})
