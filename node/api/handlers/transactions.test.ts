import { createRouterClient } from '@orpc/server'
import { beforeEach, describe, expect, it } from 'vitest'
import { NodeError } from '../../core/node-error.ts'
import { createFakeServices, type FakeServices, fakeAddress } from '../test-support/fake-services.ts'
import { type ApiContext, createRouter, ownerContext } from './index.ts'

const info = { pid: 1, chainId: 'c', network: 'dev', apiUrl: null, tokenFile: null, socket: '/s', dataDir: '/d' }
const recipient = fakeAddress(99)
let fake: FakeServices
const clientOf = (context: ApiContext = ownerContext) =>
  createRouterClient(createRouter(fake.services, { info: () => info, reportFault: () => undefined }), { context })

beforeEach(async () => {
  fake = createFakeServices()
  await fake.services.vault.init({ password: new TextEncoder().encode('correct horse') })
  await fake.services.accounts.create({ label: 'main' })
})

const intent = { from: 'main', transfers: [{ to: recipient, amount: '5', memo: 'rent' }] }

describe('transactions', () => {
  it('preview tells amounts as text, and takes the request of a payment', async () => {
    const preview = await clientOf().transactions.preview({ ...intent, maxFee: '700', nonce: 3 })
    expect(preview).toEqual({
      from: fakeAddress(0),
      nonce: 3,
      fee: '700',
      amount: '5',
      total: '705',
      remaining: String(12_500_000 - 705),
      to: [recipient],
    })
    expect(fake.payments).toEqual([])
    const withKey = { ...intent, idempotencyKey: 'k' } as typeof intent
    await expect(clientOf().transactions.preview(withKey)).rejects.toMatchObject({ code: 'INPUT_INVALID' })
    fake.failures.set('transactions.preview', new NodeError('NONCE_TOO_FAR', 'too far', { details: { nextNonce: 4 } }))
    await expect(clientOf().transactions.preview(intent)).rejects.toMatchObject({
      code: 'NONCE_TOO_FAR',
      data: { details: { nextNonce: 4 } },
    })
  })

  it('create hands the nonce on, and only where there is one', async () => {
    await clientOf().transactions.create(intent)
    await clientOf().transactions.create({ ...intent, nonce: 0 })
    expect(fake.payments.map(({ nonce }) => nonce)).toEqual([undefined, 0])
    for (const nonce of [-1, 0.5, 2 ** 53]) {
      await expect(clientOf().transactions.create({ ...intent, nonce })).rejects.toMatchObject({
        code: 'INPUT_INVALID',
      })
    }
  })

  it('build, inspect and sign tell the same of the same bytes, and a token signs under its own name', async () => {
    const document = await clientOf().transactions.build({ ...intent, maxFee: '700', nonce: 3 })
    expect(document).toMatchObject({
      account: fakeAddress(0),
      nonce: 3,
      maxFee: '700',
      operations: [{ kind: 'transfer', to: recipient, amount: '5', memo: 'rent' }],
      validUntil: expect.stringMatching(/^\d{4}-.*Z$/),
    })
    const { unsigned } = document
    expect(await clientOf().transactions.inspect({ unsigned })).toEqual(document)
    const asked: unknown[] = []
    const { sign } = fake.services.transactions
    fake.services.transactions.sign = (input) => {
      asked.push(input.tokenId)
      return sign(input)
    }
    const spender = clientOf({ scopes: ['spend'], tokenId: 't1', secretChannel: false })
    expect(await spender.transactions.sign({ unsigned })).toEqual({ txId: document.txId, signed: `${unsigned}40` })
    await clientOf().transactions.sign({ unsigned })
    expect(asked).toEqual(['t1', undefined])
    const reader = clientOf({ scopes: ['read', 'submit'], secretChannel: false })
    await expect(reader.transactions.sign({ unsigned })).rejects.toMatchObject({ code: 'SCOPE_REQUIRED' })
    for (const bad of ['', '8', 'AAAA', unsigned.toUpperCase()]) {
      await expect(clientOf().transactions.inspect({ unsigned: bad })).rejects.toMatchObject({ code: 'INPUT_INVALID' })
    }
  })

  it('list turns times into milliseconds, and refuses a day that there is not', async () => {
    const since = '2026-11-01T00:00:00.000Z'
    const until = '2026-11-22T17:03:05.123Z'
    await clientOf().transactions.list({ since, until, direction: 'sent', search: 'x', account: 'main', limit: 3 })
    expect(fake.listQueries).toEqual([
      {
        sinceMs: Date.parse(since),
        untilMs: Date.parse(until),
        direction: 'sent',
        search: 'x',
        account: 'main',
        limit: 3,
      },
    ])
    await expect(clientOf().transactions.list({ since: '2026-13-01T00:00:00.000Z' })).rejects.toMatchObject({
      code: 'INPUT_INVALID',
      data: { details: { field: 'since' } },
    })
  })

  it('raw gives hex that create takes again', async () => {
    const { txId } = await clientOf().transactions.create(intent)
    const { signed } = await clientOf().transactions.raw({ txId })
    await clientOf().transactions.create({ signed })
    const handedIn = fake.received.find(({ name }) => name === 'submitted')
    expect(Buffer.from(handedIn?.bytes ?? []).toString('hex')).toBe(signed)
    await expect(clientOf().transactions.raw({ txId: '0'.repeat(64) })).rejects.toMatchObject({
      code: 'TRANSACTION_UNKNOWN',
    })
  })

  it('nonces and cancel, which a token asks for in its own name', async () => {
    const shop = clientOf({ scopes: ['read', 'spend'], secretChannel: false, tokenId: 'shop' })
    const cancelled = await shop.transactions.cancel({ account: 'main', nonce: 7, maxFee: '9', idempotencyKey: 'k' })
    expect(cancelled).toMatchObject({ operations: [], account: fakeAddress(0) })
    expect(fake.cancellations).toEqual([
      { account: 'main', nonce: 7, maxFeeMicroRuv: 9n, tokenId: 'shop', idempotencyKey: 'k' },
    ])
    expect(await shop.transactions.nonces({ account: 'main' })).toEqual({
      next: 0,
      taken: [{ nonce: cancelled.nonce, txId: cancelled.txId, parked: false }],
      missing: [],
    })
  })
})

describe('messages', () => {
  it('are signed in the name of who asks, and verified from hex', async () => {
    const asked: unknown[] = []
    const { sign, verify } = fake.services.messages
    fake.services.messages.sign = (input) => {
      asked.push(input)
      return sign(input)
    }
    fake.services.messages.verify = (input) => {
      asked.push(input)
      return verify(input)
    }
    const shop = clientOf({ scopes: ['read', 'spend'], secretChannel: false, tokenId: 'shop' })
    const signed = await shop.messages.sign({ account: 'main', message: 'hello' })
    expect(await shop.messages.verify(signed)).toEqual({ valid: true })
    expect(await shop.messages.verify({ ...signed, message: 'hullo' })).toMatchObject({ reason: 'SIGNATURE_INVALID' })
    expect(asked.slice(0, 2)).toEqual([
      { account: 'main', message: 'hello', tokenId: 'shop' },
      {
        address: fakeAddress(0),
        message: 'hello',
        suite: 'ML-DSA-65',
        signature: Uint8Array.from(Buffer.from(signed.signature, 'hex')),
        publicKey: Uint8Array.from(Buffer.from(signed.publicKey, 'hex')),
      },
    ])
    for (const signature of ['abc', 'xy', '0'.repeat(20_000)]) {
      await expect(shop.messages.verify({ ...signed, signature })).rejects.toMatchObject({ code: 'INPUT_INVALID' })
    }
    await expect(shop.messages.sign({ account: 'main', message: 'x'.repeat(8_193) })).rejects.toMatchObject({
      code: 'INPUT_INVALID',
    })
  })
})
