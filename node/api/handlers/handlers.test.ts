import { createRouterClient } from '@orpc/server'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { maxU64 } from '../../core/amount.ts'
import { type ProcedureMeta, type Scope, scopes } from '../contract/index.ts'
import { fakeGenesisChainId, fakeGenesisText } from '../test-support/fake-joining.ts'
import { createFakeServices } from '../test-support/fake-services.ts'
import { type ApiContext, createRouter, ownerContext, windowContext } from './index.ts'
import { accountShape, timestampOf, transactionShape } from './views.ts'

function setUp(context: ApiContext = ownerContext) {
  const fake = createFakeServices()
  const info = { pid: 1, chainId: 'c', network: 'dev', apiUrl: null, tokenFile: null, socket: '/s', dataDir: '/d' }
  const faults: unknown[] = []
  const router = createRouter(fake.services, { info: () => info, reportFault: (fault) => faults.push(fault) })
  return { fake, faults, router, client: createRouterClient(router, { context }) }
}

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)

interface Found {
  readonly path: string
  readonly scope: Scope
  readonly orScope?: Scope | undefined
  call(client: unknown, input: unknown): Promise<unknown>
}

/** Every procedure of the router, so that a new one is covered the day it is declared. */
function procedures(): Found[] {
  const { router } = setUp()
  return Object.entries(router).flatMap(([area, group]) =>
    Object.entries(group).map(([name, procedure]) => ({
      path: `${area}.${name}`,
      scope: (procedure['~orpc'].meta as ProcedureMeta).scope,
      orScope: (procedure['~orpc'].meta as ProcedureMeta).orScope,
      call: async (client: unknown, input: unknown) =>
        (client as Record<string, Record<string, (input: unknown) => Promise<unknown>>>)[area]?.[name]?.(input),
    })),
  )
}

describe('scopes', () => {
  const secretInput = () => ({
    password: bytes('pass'),
    newPassword: bytes('new'),
    phrase: bytes('phrase'),
    junk: bytes('x'),
  })

  it.each(procedures())(
    '$path is refused to a caller without $scope, before its input is looked at',
    async ({ scope, orScope, call }) => {
      const others = scopes.filter((other) => other !== scope && other !== orScope)
      const { client, fake } = setUp({ scopes: others, secretChannel: true })
      await expect(call(client, { no: 'such field' })).rejects.toMatchObject({
        code: 'SCOPE_REQUIRED',
        data: { details: { scope } },
      })
      expect(fake.received).toEqual([])
    },
  )

  it.each(procedures().filter(({ scope }) => scope === 'secret'))(
    '$path needs a secret channel, whatever the scopes, and its secrets are wiped',
    async ({ call }) => {
      const { client, fake } = setUp({ ...ownerContext, secretChannel: false })
      const input = secretInput()
      await expect(call(client, input)).rejects.toMatchObject({ code: 'SECRET_CHANNEL_REQUIRED', status: 403 })
      for (const value of Object.values(input)) expect([...value].every((byte) => byte === 0)).toBe(true)
      expect(fake.received).toEqual([])
    },
  )

  const withScope = (wanted: Scope): string[] =>
    procedures()
      .filter(({ scope }) => scope === wanted)
      .map(({ path }) => path)

  it('whatever takes or gives a secret is secret, what else is the owner’s alone is owner', () => {
    expect(withScope('owner')).toEqual([
      ...['node.stop', 'vault.lock', 'vault.keepOpen', 'hsm.list', 'hsm.unlock', 'hsm.cancel'],
      ...['hsm.lock', 'hsm.rename', 'hsm.forget', 'settings.list', 'settings.set'],
      ...['network.known', 'network.inspect', 'network.join'],
      ...['policies.setKey', 'policies.setLimit', 'policies.setRecovery'],
      ...['policies.clear', 'policies.cancelRecovery', 'policies.recover'],
    ])
    expect(withScope('secret')).toEqual([
      'node.browserLink',
      'vault.init',
      'vault.restorePhrase',
      'vault.restoreBackup',
      'vault.unlock',
      'vault.changePassword',
      'vault.seal',
      'vault.unseal',
      'vault.backup',
      ...['hsm.open', 'hsm.expectPin', 'hsm.pair', 'hsm.test', 'hsm.close'],
      'tokens.create',
      'tokens.list',
      'tokens.revoke',
    ])
  })

  it('nothing of the owner’s has a route, and what no secret is part of is open to the owner’s windows', async () => {
    const { router, client } = setUp(windowContext)
    for (const path of [...withScope('owner'), ...withScope('secret')]) {
      const [area, name] = path.split('.') as ['vault', keyof typeof router.vault]
      expect(router[area][name]['~orpc'].route).toEqual({})
    }
    expect(await client.vault.lock()).toEqual({})
    expect((await client.settings.list()).items).toHaveLength(2)
    await expect(client.node.browserLink()).rejects.toMatchObject({ code: 'SECRET_CHANNEL_REQUIRED' })
  })

  it('who decides about peers is the owner, over REST too', () => {
    expect(withScope('network')).toEqual(['network.addPeer', 'network.banPeer', 'network.unbanPeer'])
  })

  it('a token has neither of the owner’s scopes, whatever its own', async () => {
    const { client } = setUp({ scopes: ['read', 'submit', 'spend'], secretChannel: false, tokenId: 'x' })
    await expect(client.vault.lock()).rejects.toMatchObject({
      code: 'SCOPE_REQUIRED',
      data: { hint: expect.stringContaining('owner'), details: { scope: 'owner' } },
    })
    await expect(client.network.banPeer({ id: 'x', hours: null })).rejects.toMatchObject({
      code: 'SCOPE_REQUIRED',
      data: { hint: expect.stringContaining('owner'), details: { scope: 'network' } },
    })
  })

  it('wipes the secrets of a call that fails validation', async () => {
    const { client } = setUp()
    const input = { password: bytes('p'.repeat(2_000)) }
    await expect(client.vault.unlock(input)).rejects.toMatchObject({
      code: 'INPUT_INVALID',
      data: { details: { field: 'password' } },
    })
    expect(input.password.every((byte) => byte === 0)).toBe(true)
  })

  it('leaves a secret that the service has taken to the service', async () => {
    const { client, fake } = setUp()
    await client.vault.init({ password: bytes('correct horse') })
    expect(fake.received[0]?.name).toBe('password')
    await expect(client.vault.unlock({ password: bytes('wrong') })).rejects.toMatchObject({
      code: 'VAULT_WRONG_PASSWORD',
    })
  })
})

describe('input', () => {
  it.each([
    ['a fraction of a base unit', '1.5'],
    ['a sign', '-1'],
    ['leading zeros', '007'],
    ['more than 64 bits', (maxU64 + 1n).toString()],
    ['nothing', ''],
  ])('refuses an amount with %s', async (_, amount) => {
    const { client } = setUp()
    const call = client.transactions.create({ transfers: [{ to: 'x', amount }] })
    await expect(call).rejects.toMatchObject({ code: 'INPUT_INVALID', status: 400 })
  })

  it('hands amounts over as they were written, up to the largest (property)', async () => {
    await fc.assert(
      fc.asyncProperty(fc.bigInt({ min: 1n, max: maxU64 }), async (amount) => {
        const { client, fake } = setUp()
        await client.vault.init({ password: bytes('correct horse') })
        await client.accounts.create({})
        await client.transactions
          .create({ transfers: [{ to: 'ruvd1x', amount: amount.toString() }], maxFee: amount.toString() })
          .catch(() => undefined)
        expect(fake.payments[0]?.transfers[0]?.amountMicroRuv).toBe(amount)
        expect(fake.payments[0]?.maxFeeMicroRuv).toBe(amount)
      }),
      { numRuns: 30 },
    )
  })

  it('takes an intent with `spend` only, and signed bytes with `submit` only', async () => {
    const intent = { transfers: [{ to: 'ruvd1x', amount: '1' }] }
    const submitter = setUp({ scopes: ['submit'], secretChannel: false })
    await submitter.client.transactions.create({ signed: '00' })
    expect(submitter.fake.received).toHaveLength(1)
    await expect(submitter.client.transactions.create(intent)).rejects.toMatchObject({
      code: 'SCOPE_REQUIRED',
      data: { details: { scope: 'spend' } },
    })
    expect(submitter.fake.payments).toEqual([])
    const spender = setUp({ scopes: ['spend'], secretChannel: false })
    await expect(spender.client.transactions.create({ signed: '00' })).rejects.toMatchObject({
      code: 'SCOPE_REQUIRED',
      data: { details: { scope: 'submit' } },
    })
    expect(spender.fake.received).toEqual([])
  })

  it('takes signed bytes in base64 as well', async () => {
    const { client, fake } = setUp()
    await client.transactions.create({ signed: 'gqH/' })
    expect(fake.received.at(-1)?.bytes).toEqual(Uint8Array.of(0x82, 0xa1, 0xff))
    await expect(client.transactions.create({ signed: 'gqH' })).rejects.toMatchObject({ code: 'INPUT_INVALID' })
  })

  it('takes signed bytes in hex as they are', async () => {
    const { client, fake } = setUp()
    await client.transactions.create({ signed: '00A1ff' })
    expect([...(fake.received[0]?.bytes ?? [])]).toEqual([0x00, 0xa1, 0xff])
    await expect(client.transactions.create({ signed: '0' })).rejects.toMatchObject({ code: 'INPUT_INVALID' })
  })

  it('refuses fields that are not declared', async () => {
    const { client } = setUp()
    const input = { label: 'x', lable: 'typo' } as { label: string }
    await expect(client.accounts.create(input)).rejects.toMatchObject({ code: 'INPUT_INVALID' })
  })
})

describe('shapes', () => {
  it('times are RFC 3339 in UTC with milliseconds', () => {
    expect(timestampOf(1_750_000_000_000)).toBe('2025-06-15T15:06:40.000Z')
    expect(timestampOf(1_750_000_000_007)).toBe('2025-06-15T15:06:40.007Z')
  })

  it('an account has the fields that scripts rely on, amounts as decimal strings', () => {
    const balance = { availableMicroRuv: maxU64, escrowedMicroRuv: 0n, pendingMicroRuv: 1n, stakedMicroRuv: 2n }
    expect(
      accountShape({
        address: 'a',
        kind: 'vault',
        label: null,
        suite: 'ML-DSA-65',
        signer: 'software',
        nonce: 3,
        balance,
      }),
    ).toEqual({
      address: 'a',
      kind: 'vault',
      label: null,
      suite: 'ML-DSA-65',
      signer: 'software',
      nonce: 3,
      balance: { available: '18446744073709551615', escrowed: '0', pending: '1', staked: '2' },
    })
  })

  it('a transaction has the fields that scripts rely on, and leaves out what it does not have', () => {
    const view = {
      txId: 'ab'.repeat(32),
      state: 'Finalized' as const,
      account: 'a',
      nonce: 1,
      feeMicroRuv: 9n,
      states: [{ state: 'Finalized' as const, atMs: 1_750_000_000_000, record: 'commit:7' }],
      operations: [{ kind: 'transfer' as const, to: 'b', amountMicroRuv: 5n }],
      sizeBytes: 10,
      validUntilMs: 1_750_000_001_000,
    }
    const shape = {
      txId: 'ab'.repeat(32),
      state: 'Finalized',
      account: 'a',
      nonce: 1,
      fee: '9',
      states: [{ state: 'Finalized', at: '2025-06-15T15:06:40.000Z', record: 'commit:7' }],
      operations: [{ kind: 'transfer', to: 'b', amount: '5' }],
      size: 10,
      validUntil: '2025-06-15T15:06:41.000Z',
    }
    expect(transactionShape(view)).toStrictEqual(shape)
    expect(
      transactionShape({ ...view, outcome: 'failed', code: 'X', checkpoint: { seq: 1, hash: 'h' } }),
    ).toStrictEqual({ ...shape, outcome: 'failed', code: 'X', checkpoint: { seq: 1, hash: 'h' } })
  })

  it('what a service adds beyond the contract does not get out', async () => {
    const { client, fake, router } = setUp()
    Object.assign(fake.services.storage, {
      status: async () => ({
        bytes: 1,
        schemaVersion: 1,
        commits: 0,
        transactions: 0,
        journalRecords: 0,
        secretPath: '/x',
      }),
    })
    expect(router).toBeDefined()
    expect(await client.storage.status()).toEqual({
      bytes: 1,
      schemaVersion: 1,
      commits: 0,
      transactions: 0,
      journalRecords: 0,
    })
  })
})

describe('network', () => {
  it('shows the network: the node, its validators, the graph, a vertex', async () => {
    const { client, fake } = setUp()
    const status = await client.network.status()
    expect(status).toMatchObject({
      ...(await client.node.status()),
      epoch: { number: 2, endsAt: expect.stringMatching(/Z$/) },
      totalStake: '4000000000',
      skips: 2,
      standstill: null,
    })
    expect((await client.network.validators()).items).toEqual(status.committee)
    const graph = await client.network.graph({ limit: 10 })
    expect(fake.network.graphQueries).toEqual([{ limit: 10 }])
    expect(graph).toMatchObject({ fromRound: 1, toRound: 3, truncated: false, rounds: { length: 3 } })
    const [first] = graph.vertices
    expect(await client.network.vertex({ hash: first?.hash as string })).toMatchObject({ ...first, lastCommit: 41 })
    await expect(client.network.vertex({ hash: '0'.repeat(64) })).rejects.toMatchObject({ code: 'VERTEX_UNKNOWN' })
    await expect(client.network.graph({ limit: 2_001 })).rejects.toMatchObject({ code: 'INPUT_INVALID' })
  })

  it('shows peers and bans, and what is done about them', async () => {
    const { client, fake } = setUp()
    const { self, items, bans } = await client.network.peers()
    expect(self).toMatchObject({ role: 'validator', agent: 'qudag/0.1.0' })
    expect(items.map(({ validatorName, path, channel }) => [validatorName, path, channel])).toEqual([
      ['Validator 2', 'direct', 'hybrid'],
      ['Validator 3', 'direct', 'hybrid'],
      [null, 'direct', 'classical'],
      [null, 'relayed', 'hybrid'],
      [null, 'lan', 'hybrid'],
    ])
    expect(bans).toMatchObject([{ reason: 'FRAME_TOO_LONG', until: '2025-06-15T16:06:40.000Z' }])
    const id = items[0]?.id ?? ''
    expect(await client.network.banPeer({ id, hours: 2 })).toMatchObject({ id, reason: 'BY_HAND' })
    expect((await client.network.peers()).items).toHaveLength(4)
    expect(await client.network.unbanPeer({ id })).toEqual({ id })
    await expect(client.network.unbanPeer({ id })).rejects.toMatchObject({ code: 'PEER_NOT_BANNED' })
    const address = '/ip4/203.0.113.77/tcp/4001'
    expect(await client.network.addPeer({ address })).toMatchObject({ address, latencyMs: null })
    expect(fake.network.audited.map(([action]) => action)).toEqual(['peer.ban', 'peer.unban', 'peer.add'])
  })

  it('shows another network before it is joined, and joins the one that was agreed to', async () => {
    const { client } = setUp(windowContext)
    const source = { genesis: fakeGenesisText }
    const offer = await client.network.inspect({ source })
    expect(offer).toMatchObject({
      chainId: fakeGenesisChainId,
      kind: 'test',
      validators: 7,
      supply: '21000000000000',
      startedAt: expect.stringMatching(/Z$/),
    })
    await expect(client.network.join({ source, chainId: '0'.repeat(64) })).rejects.toMatchObject({
      code: 'GENESIS_MISMATCH',
    })
    expect((await client.network.known()).items).toHaveLength(1)
    expect(await client.network.join({ source, chainId: offer.chainId })).toMatchObject({ isNew: true })
    expect((await client.network.known()).items.map(({ isCurrent }) => isCurrent)).toEqual([true, false])
    await expect(client.network.inspect({ source: { link: 'http://example.org' } })).rejects.toMatchObject({
      code: 'LINK_MALFORMED',
    })
    const { client: shop } = setUp({ scopes: ['read', 'spend', 'network'], secretChannel: false, tokenId: 'x' })
    await expect(shop.network.join({ source, chainId: offer.chainId })).rejects.toMatchObject({
      code: 'SCOPE_REQUIRED',
    })
  })

  it('shows traffic in whole bytes, reachability, synchronisation and where it starts', async () => {
    const { client, fake } = setUp()
    fake.network.peers.setTraffic({ receivedBytesPerSecond: 1.5, maxSentBytesPerSecond: 1_000 })
    expect(await client.network.traffic()).toMatchObject({
      receivedBytesPerSecond: 2,
      maxReceivedBytesPerSecond: null,
      maxSentBytesPerSecond: 1_000,
    })
    expect((await client.network.stats()).traffic).toEqual(await client.network.traffic())
    fake.network.peers.setReachability({ state: 'relayed', reason: 'RELAY_RESERVED', relays: ['/ip4/1.2.3.4/tcp/1'] })
    expect(await client.network.reachability()).toMatchObject({ state: 'relayed', relays: { length: 1 } })
    fake.network.peers.setSync({ phase: 'snapshot', done: 10.5, total: 100, unit: 'bytes', remainingMs: 1_234.5 })
    const sync = await client.network.sync()
    expect(sync).toMatchObject({ phase: 'snapshot', done: 11, total: 100, remainingMs: 1_235 })
    expect((await client.network.status()).sync).toEqual(sync)
    expect((await client.network.bootstrap()).items).toHaveLength(1)
  })

  it('shows the stake behind a state, and that another transaction competes', () => {
    const support = { supportMicroRuv: 3n, totalStakeMicroRuv: 4n, supporters: 3, validators: 4 }
    const shape = transactionShape({
      txId: 'a'.repeat(64),
      state: 'Confirmed',
      account: 'ruvd1',
      nonce: 0,
      feeMicroRuv: 1n,
      states: [{ state: 'Confirmed', atMs: 1_750_000_000_000, record: 'vertex:1', support }],
      operations: [],
      sizeBytes: 1,
      validUntilMs: 1_750_000_000_000,
      contested: { isPreferred: true },
    })
    expect(shape.states[0]?.support).toEqual({ stake: '3', totalStake: '4', supporters: 3, validators: 4 })
    expect(shape.contested).toEqual({ preferred: true })
  })
})
