import { createRouterClient } from '@orpc/server'
import { describe, expect, it } from 'vitest'
import { maxU64 } from '../../core/amount.ts'
import { NodeError } from '../../core/node-error.ts'
import { meaningOf } from '../contract/index.ts'
import { createFakeServices, fakeAddress } from '../test-support/fake-services.ts'
import { type ApiContext, createRouter, ownerContext } from './index.ts'

function setUp(context: ApiContext = ownerContext) {
  const fake = createFakeServices()
  const info = { pid: 1, chainId: 'c', network: 'dev', apiUrl: null, tokenFile: null, socket: '/s', dataDir: '/d' }
  const router = createRouter(fake.services, { info: () => info, reportFault: () => undefined })
  return { fake, client: createRouterClient(router, { context }) }
}

const perDay = '25000000'
const expiresAt = '2026-11-22T17:03:05.123Z'

describe('tokens', () => {
  it('are made with what was asked for, shown once, listed and revoked', async () => {
    const { client, fake } = setUp()
    const limits = { perTransaction: '1000000', perDay, recipients: [fakeAddress(1)] }
    const { token, ...view } = await client.tokens.create({
      label: 'shop',
      scopes: ['read', 'spend'],
      limits,
      expiresAt,
    })
    expect(token).toMatch(/^qdx_/)
    expect(fake.tokens.created).toEqual([
      {
        label: 'shop',
        scopes: ['read', 'spend'],
        limits: { perTransactionMicroRuv: 1_000_000n, perDayMicroRuv: 25_000_000n, recipients: [fakeAddress(1)] },
        expiresAtMs: Date.UTC(2026, 10, 22, 17, 3, 5, 123),
      },
    ])
    expect(view).toEqual({
      id: '000000000001',
      label: 'shop',
      scopes: ['read', 'spend'],
      limits,
      createdAt: '2025-06-15T15:06:40.000Z',
      expiresAt,
      spentToday: '0',
    })
    fake.tokens.setSpent(view.id, maxU64)
    expect(await client.tokens.list()).toEqual([{ ...view, spentToday: maxU64.toString() }])
    expect(await client.tokens.revoke({ id: view.id })).toEqual({ id: view.id })
    expect(await client.tokens.list()).toEqual([])
    await expect(client.tokens.revoke({ id: view.id })).rejects.toMatchObject({ code: 'TOKEN_UNKNOWN', status: 404 })
  })

  it('without limits or an end have none', async () => {
    const { client, fake } = setUp()
    expect(await client.tokens.create({ label: 'reader', scopes: ['read'] })).toMatchObject({
      limits: {},
      expiresAt: null,
    })
    expect(fake.tokens.created[0]).toMatchObject({ expiresAtMs: undefined })
  })

  it.each([
    ['no label', { label: '', scopes: ['read'] }],
    ['no scope', { label: 'x', scopes: [] }],
    ['a scope that no token has', { label: 'x', scopes: ['secret'] }],
    ['an amount that is none', { label: 'x', scopes: ['spend'], limits: { perDay: '1.5' } }],
    ['a limit that is mistyped', { label: 'x', scopes: ['spend'], limits: { perday: '1' } }],
    ['an empty list of recipients', { label: 'x', scopes: ['spend'], limits: { recipients: [] } }],
    ['101 recipients', { label: 'x', scopes: ['spend'], limits: { recipients: Array(101).fill('a') } }],
    ['a date without a time', { label: 'x', scopes: ['read'], expiresAt: '2026-11-22' }],
  ])('are not made of %s', async (_, input) => {
    const { client, fake } = setUp()
    await expect(client.tokens.create(input as { label: string; scopes: ['read'] })).rejects.toMatchObject({
      code: 'INPUT_INVALID',
    })
    expect(fake.tokens.created).toEqual([])
  })

  it('are nobody’s business but the owner’s, and no bearer makes another one', async () => {
    for (const context of [
      { ...ownerContext, secretChannel: false },
      { scopes: ['read', 'submit', 'spend'], secretChannel: true, tokenId: '000000000001' } as const,
    ]) {
      const { client, fake } = setUp(context)
      const code = context.secretChannel ? 'SCOPE_REQUIRED' : 'SECRET_CHANNEL_REQUIRED'
      await expect(client.tokens.create({ label: 'x', scopes: ['read'] })).rejects.toMatchObject({ code })
      await expect(client.tokens.list()).rejects.toMatchObject({ code })
      await expect(client.tokens.revoke({ id: 'x' })).rejects.toMatchObject({ code })
      expect(fake.tokens.created).toEqual([])
    }
  })
})

describe('payments by a token', () => {
  const context: ApiContext = { scopes: ['spend'], secretChannel: false, tokenId: '000000000001' }

  it('reach the service with the name of the token; the owner’s have none', async () => {
    const faucets: unknown[] = []
    for (const caller of [context, ownerContext]) {
      const { client, fake } = setUp(caller)
      await fake.services.vault.init({ password: new TextEncoder().encode('correct horse') })
      await fake.services.accounts.create({ label: 'main' })
      const { faucet } = fake.services.transactions
      Object.assign(fake.services.transactions, {
        faucet: (input: Parameters<typeof faucet>[0]) => {
          faucets.push(input.tokenId)
          return faucet(input)
        },
      })
      await client.transactions.create({ transfers: [{ to: fakeAddress(7), amount: '1' }] })
      await client.transactions.faucet({ account: 'main' })
      expect(fake.payments.map(({ tokenId }) => tokenId)).toEqual([caller.tokenId])
    }
    expect(faucets).toEqual(['000000000001', undefined])
  })

  it.each([
    ['TOKEN_LIMIT_DAY', { remainingMicroRuv: '5' }],
    ['TOKEN_LIMIT_TRANSACTION', { limitMicroRuv: '5' }],
    ['TOKEN_RECIPIENT', {}],
    ['TOKEN_SCOPE', {}],
    ['TOKEN_REVOKED', {}],
    ['TOKEN_EXPIRED', {}],
  ])('that end in %s say so as 403, with the facts', async (code, details) => {
    const { client, fake } = setUp(context)
    fake.failures.set('transactions.pay', new NodeError(code, 'refused', { details }))
    fake.failures.set('transactions.faucet', new NodeError(code, 'refused', { details }))
    const refusal = { code, status: 403, data: { details }, defined: true }
    const transfers = [{ to: fakeAddress(7), amount: '1' }]
    await expect(client.transactions.create({ transfers })).rejects.toMatchObject(refusal)
    await expect(client.transactions.faucet({ account: 'main' })).rejects.toMatchObject(refusal)
    expect(meaningOf(code)).toMatchObject({ status: 403, kind: 'locked' })
  })
})
