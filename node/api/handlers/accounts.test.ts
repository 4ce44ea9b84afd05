import { createRouterClient } from '@orpc/server'
import { describe, expect, it } from 'vitest'
import { createFakeServices, fakeAddress } from '../test-support/fake-services.ts'
import { type ApiContext, createRouter, ownerContext } from './index.ts'

async function setUp(context: ApiContext = ownerContext) {
  const fake = createFakeServices()
  await fake.services.vault.init({ password: new TextEncoder().encode('correct horse') })
  const asked: { name: string; input: unknown }[] = []
  const { accounts } = fake.services
  const recorded = {
    ...accounts,
    create: (input: Parameters<typeof accounts.create>[0]) => {
      asked.push({ name: 'create', input })
      return accounts.create(input)
    },
    watch: (input: Parameters<typeof accounts.watch>[0]) => {
      asked.push({ name: 'watch', input })
      return accounts.watch(input)
    },
    balanceHistory: (input: Parameters<typeof accounts.balanceHistory>[0]) => {
      asked.push({ name: 'balanceHistory', input })
      return accounts.balanceHistory(input)
    },
  }
  const info = { pid: 1, chainId: 'c', network: 'dev', apiUrl: null, tokenFile: null, socket: '/s', dataDir: '/d' }
  const faults: unknown[] = []
  const services = { ...fake.services, accounts: recorded }
  const router = createRouter(services, { info: () => info, reportFault: (fault) => faults.push(fault) })
  return { fake, asked, faults, client: createRouterClient(router, { context }) }
}

describe('accounts.create', () => {
  it('makes one, or watches a key or an address, for whoever asks', async () => {
    const { client, asked } = await setUp({ scopes: ['spend'], secretChannel: false, tokenId: 't1' })
    const made = await client.accounts.create({ label: 'till', suite: 'ML-DSA-44', idempotencyKey: 'k' })
    expect(made).toMatchObject({ kind: 'vault', label: 'till' })
    const byAddress = await client.accounts.create({ address: fakeAddress(9), label: 'shop' })
    expect(byAddress).toMatchObject({ kind: 'watched', address: fakeAddress(9), label: 'shop' })
    expect(await client.accounts.create({ publicKey: '0aFF', suite: 'ML-DSA-87' })).toMatchObject({ kind: 'watched' })
    expect(asked).toEqual([
      { name: 'create', input: { label: 'till', suite: 'ML-DSA-44', idempotencyKey: 'k', tokenId: 't1' } },
      { name: 'watch', input: { address: fakeAddress(9), label: 'shop', tokenId: 't1' } },
      { name: 'watch', input: { publicKey: Uint8Array.of(0x0a, 0xff), suite: 'ML-DSA-87', tokenId: 't1' } },
    ])
  })

  it.each([
    { publicKey: '00' },
    { publicKey: '0', suite: 'ML-DSA-44' },
    { publicKey: 'zz', suite: 'ML-DSA-44' },
    { publicKey: '', suite: 'ML-DSA-44' },
    { publicKey: '00', suite: 'ML-DSA-45' },
    { address: fakeAddress(1), publicKey: '00', suite: 'ML-DSA-44' },
    { address: fakeAddress(1), suite: 'ML-DSA-44' },
    { address: '' },
    { label: '' },
    { label: 'x'.repeat(129) },
    { idempotencyKey: 'two words' },
  ])('INPUT_INVALID: %j', async (input) => {
    const { client, asked } = await setUp()
    await expect(client.accounts.create(input as never)).rejects.toMatchObject({ code: 'INPUT_INVALID' })
    expect(asked).toEqual([])
  })
})

describe('the lists', () => {
  it('rename, unwatch and export tell what became of an account', async () => {
    const { client } = await setUp()
    await client.accounts.create({ address: fakeAddress(9), label: 'shop' })
    await client.accounts.create({ label: 'main' })
    expect((await client.accounts.list()).map(({ kind, label }) => [kind, label])).toEqual([
      ['vault', 'main'],
      ['watched', 'shop'],
    ])
    expect((await client.accounts.exportPublic({ account: 'main' })).path).toMatch(/^m\//)
    expect((await client.accounts.exportPublic({ account: 'shop' })).path).toBeNull()
    expect(await client.accounts.rename({ account: 'shop', label: 'store' })).toMatchObject({ label: 'store' })
    await expect(client.accounts.rename({ account: 'store', label: 'main' })).rejects.toMatchObject({
      code: 'ACCOUNT_LABEL_TAKEN',
      status: 409,
    })
    await expect(client.accounts.unwatch({ account: 'main' })).rejects.toMatchObject({
      code: 'ACCOUNT_IN_VAULT',
      status: 409,
    })
    expect(await client.accounts.unwatch({ account: 'store' })).toEqual({ address: fakeAddress(9) })
  })

  it('balances over time come as texts, of a time that there is', async () => {
    const { client, asked, faults } = await setUp()
    const from = '2026-01-02T03:04:05.678Z'
    const history = await client.accounts.balanceHistory({ from, points: 2 })
    expect(history).toEqual({
      points: [
        { at: from, balance: '0' },
        { at: '2026-01-02T03:04:06.678Z', balance: '1000000' },
      ],
      commitIndex: 42,
    })
    expect(asked).toEqual([{ name: 'balanceHistory', input: { fromMs: Date.parse(from), points: 2 } }])
    for (const input of [{ from: '2026-13-02T03:04:05.678Z' }, { from: 'now' }, { points: 1 }, { points: 1_001 }]) {
      await expect(client.accounts.balanceHistory(input)).rejects.toMatchObject({ code: 'INPUT_INVALID' })
    }
    expect(faults).toEqual([])
  })
})

describe('labels.*', () => {
  it('go in and come out as entries', async () => {
    const { client } = await setUp()
    const note = { type: 'tx' as const, ref: 'ab'.repeat(32), label: 'rent' }
    const name = { type: 'address' as const, ref: fakeAddress(1), label: 'Power' }
    expect(await client.labels.put(note)).toEqual(note)
    expect(await client.labels.import({ items: [name] })).toEqual({ imported: 1 })
    expect(await client.labels.list({})).toEqual({ items: [note, name] })
    expect(await client.labels.list({ type: 'address' })).toEqual({ items: [name] })
    expect(await client.labels.remove({ type: 'tx', ref: note.ref })).toEqual({ removed: true })
    expect(await client.labels.remove({ type: 'tx', ref: note.ref })).toEqual({ removed: false })
  })

  it('a refused entry keeps its code and its number', async () => {
    const { client } = await setUp()
    const items = [{ type: 'tx' as const, ref: 'x', label: 'y' }]
    await expect(client.labels.import({ items })).rejects.toMatchObject({
      code: 'TRANSACTION_ID_INVALID',
      status: 400,
      data: { details: { entry: 1 } },
    })
    await expect(client.labels.put({ type: 'word' as 'tx', ref: 'x', label: 'y' })).rejects.toMatchObject({
      code: 'INPUT_INVALID',
    })
  })
})
