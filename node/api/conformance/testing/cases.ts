/**
 * What every way to a node must do alike. A case names what it needs of a way; a way that has it must pass. Amounts are in
 * µrUv; every case leaves the world as others need it, and may run in any order.
 */
import { expect } from 'vitest'
import type { NodeClient } from '../../client/index.ts'
import { contractLimits, type NodeEventMessage, type Transaction } from '../../contract/index.ts'
import type { Door, Feature, House } from './doors.ts'
import { createForeignAccount } from './foreign-account.ts'

export interface World extends House {
  /** Labels of the vault; the first has plenty. */
  readonly alice: string
  readonly bob: string
  readonly password: string
  /** Transactions of alice in the history, at least; the first of them. */
  readonly history: number
  readonly firstTxId: string
  /** Events that are followed now, over all ways. */
  readonly followers: () => number
}

export interface ConformanceCase {
  readonly name: string
  readonly needs: readonly Feature[]
  readonly run: (door: Door, world: World) => Promise<void>
}

const stateOrder = [
  'Created',
  'Signed',
  'Broadcast',
  'Validating',
  'Voting',
  'Confirming',
  'Confirmed',
  'Finalized',
] as const

/** Of an error, what every way must say alike. */
interface Told {
  readonly code: string
  readonly status: number
  readonly data: { readonly hint?: string; readonly details: Record<string, unknown> }
}

async function failure(work: Promise<unknown>): Promise<Told> {
  const error = await work.then(
    () => undefined,
    (thrown: unknown) => thrown as Told,
  )
  if (error === undefined) throw new Error('the call was answered')
  return error
}

async function ended(api: NodeClient, txId: string): Promise<Transaction> {
  for (;;) {
    const view = await api.transactions.show({ txId })
    if (view.state === 'Finalized' || view.state === 'Rejected') return view
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)
const pay = (world: World, amount: string, more: object = {}) => ({
  from: world.alice,
  transfers: [{ to: world.bob, amount }],
  ...more,
})

/** Refusals of the real node: what is asked, and the code, status and facts that must come back. */
const refusals: readonly [
  name: string,
  ask: (api: NodeClient, world: World) => Promise<unknown>,
  told: { code: string; status: number; details?: Record<string, unknown> },
][] = [
  [
    'a field that is missing',
    (api) => api.transactions.create({ transfers: [{ to: 'x' } as { to: string; amount: string }] }),
    { code: 'INPUT_INVALID', status: 400 },
  ],
  [
    'an amount with a fraction',
    (api, world) => api.transactions.create(pay(world, '1.5')),
    { code: 'INPUT_INVALID', status: 400 },
  ],
  [
    'an unknown transaction',
    (api) => api.transactions.show({ txId: '0'.repeat(64) }),
    { code: 'TRANSACTION_UNKNOWN', status: 404 },
  ],
  ['a cursor of nobody', (api) => api.transactions.list({ cursor: 'x' }), { code: 'CURSOR_INVALID', status: 400 }],
  [
    'an address that is none',
    (api) => api.accounts.show({ account: 'ruvd1nothing' }),
    { code: 'ADDRESS_INVALID', status: 422 },
  ],
  [
    'a payer who is nobody',
    (api, world) => api.transactions.create({ ...pay(world, '1'), from: 'nobody' }),
    { code: 'ACCOUNT_UNKNOWN', status: 404 },
  ],
  [
    'several accounts and none named',
    (api, { bob }) => api.transactions.create({ transfers: [{ to: bob, amount: '1' }] }),
    { code: 'ACCOUNT_AMBIGUOUS', status: 422 },
  ],
  ['nothing', (api, world) => api.transactions.create(pay(world, '0')), { code: 'AMOUNT_ZERO', status: 422 }],
  [
    'more than there is',
    (api, world) => api.transactions.create(pay(world, '999999999999')),
    { code: 'INSUFFICIENT_BALANCE', status: 422 },
  ],
  [
    'more than the ledger counts',
    (api, world) => api.transactions.create(pay(world, '18446744073709551615')),
    { code: 'AMOUNT_OUT_OF_RANGE', status: 422 },
  ],
  [
    'a payment to oneself',
    (api, { alice }) => api.transactions.create({ from: alice, transfers: [{ to: alice, amount: '1' }] }),
    { code: 'SELF_TRANSFER', status: 422 },
  ],
  [
    'a fee that is too low',
    (api, world) => api.transactions.create(pay(world, '1', { maxFee: '1' })),
    { code: 'MAX_FEE_TOO_LOW', status: 422 },
  ],
  [
    'a memo that is too long',
    (api, { alice, bob }) =>
      api.transactions.create({ from: alice, transfers: [{ to: bob, amount: '1', memo: 'm'.repeat(257) }] }),
    { code: 'MEMO_TOO_LONG', status: 422 },
  ],
  [
    'too many transfers',
    (api, { alice, bob }) =>
      api.transactions.create({ from: alice, transfers: Array.from({ length: 65 }, () => ({ to: bob, amount: '1' })) }),
    { code: 'OPERATION_COUNT', status: 422 },
  ],
  ['bytes that are no transaction', (api) => api.transactions.create({ signed: '00' }), { code: '', status: 422 }],
  [
    'a transaction of another chain',
    (api, { bob }) => {
      const other = createForeignAccount('11'.repeat(32))
      return api.transactions.create({ signed: other.transfer(bob, 1n, 0) })
    },
    { code: 'CHAIN_MISMATCH', status: 422 },
  ],
  [
    'more than the faucet gives',
    (api, { bob }) => api.transactions.faucet({ account: bob, amount: '1001000000' }),
    { code: 'FAUCET_LIMIT', status: 422 },
  ],
  [
    'a peer, where there is no network',
    (api) => api.network.addPeer({ address: '/ip4/127.0.0.1/tcp/4001' }),
    { code: 'PEERS_UNAVAILABLE', status: 409 },
  ],
  [
    'a peer at no address',
    (api) => api.network.addPeer({ address: 'localhost:4001' }),
    { code: 'PEER_ADDRESS_INVALID', status: 422 },
  ],
  [
    'a ban of nobody',
    (api) => api.network.banPeer({ id: 'everybody', hours: null }),
    { code: 'PEER_ID_INVALID', status: 422 },
  ],
  [
    'a ban that lasts no time',
    (api) => api.network.banPeer({ id: 'everybody', hours: 0 }),
    { code: 'INPUT_INVALID', status: 400 },
  ],
  [
    'a ban to be lifted that there is not',
    (api) => api.network.unbanPeer({ id: '12D3KooWDpJ7As7BWAwRMfu1VU2WCqNjvq387JEYKDBj4kx6nXTN' }),
    { code: 'PEER_NOT_BANNED', status: 404 },
  ],
  [
    'a vertex of nobody',
    (api) => api.network.vertex({ hash: '0'.repeat(64) }),
    { code: 'VERTEX_UNKNOWN', status: 404 },
  ],
  [
    'a checkpoint of the future',
    (api) => api.network.checkpoint({ seq: 1_000_000 }),
    { code: 'CHECKPOINT_UNKNOWN', status: 404 },
  ],
]

const nodeStatusFields = [
  'chainId',
  'checkpoint',
  'commitIndex',
  'finalityMs',
  'mempool',
  'network',
  'peers',
  'pid',
  'role',
  'round',
  'stateRoot',
  'storage',
  'validators',
]

/** What the network's status has beyond the node's. */
const networkStatusFields = [
  'asOf',
  'committee',
  'commits',
  'committedLeaderRound',
  'epoch',
  'lastCommitAt',
  'leader',
  'quorum',
  'skips',
  'standstill',
  'sync',
  'toleratedFaults',
  'totalStake',
]

/** What the local socket was told, first of all ways: the others must be told the same. */
const reference = new Map<string, unknown>()

function sameAsFirst(what: string, value: unknown): void {
  const plain: unknown = JSON.parse(JSON.stringify(value))
  if (reference.has(what)) expect(plain).toEqual(reference.get(what))
  else reference.set(what, plain)
}

async function take(events: AsyncGenerator<NodeEventMessage>, count: number): Promise<NodeEventMessage[]> {
  const taken: NodeEventMessage[] = []
  while (taken.length < count) {
    const step = await events.next()
    if (step.done === true) break
    taken.push(step.value)
  }
  return taken
}

export const conformanceCases: readonly ConformanceCase[] = [
  {
    name: 'reads: accounts, history, network, checkpoints, proofs, the same everywhere',
    needs: [],
    async run({ api }, { alice, bob, firstTxId, info }) {
      const { seq } = await api.network.checkpoint({ seq: 'latest' })
      expect(seq).toBeGreaterThan(0)
      sameAsFirst('checkpoint 1', await api.network.checkpoint({ seq: 1 }))
      const [account] = (await api.accounts.list()).filter(({ label }) => label === 'alice')
      expect(account?.address).toBe(alice)
      expect(await api.accounts.show({ account: 'alice' })).toMatchObject({ address: alice, suite: 'ML-DSA-65' })
      const proof = await api.network.accountProof({ account: bob })
      expect(proof.account).toMatch(/^[0-9a-f]+$/)
      expect(proof.siblings.length).toBeGreaterThan(0)
      const { items } = await api.transactions.list({ account: alice, limit: 1 })
      expect(items[0]?.txId).toMatch(/^[0-9a-f]{64}$/)
      sameAsFirst('a transaction', stable(await api.transactions.show({ txId: firstTxId })))
      expect(await api.network.stats()).toMatchObject({ validators: 1, peers: 0 })
      const status = await api.network.status()
      expect(status).toMatchObject({ network: info.network, role: 'validator', validators: 1, toleratedFaults: 0 })
      expect(Object.keys(status).sort()).toEqual(
        [...nodeStatusFields, ...networkStatusFields].toSorted((a, b) => (a < b ? -1 : 1)),
      )
      expect(await api.network.sync()).toMatchObject({ phase: 'live', anchor: { kind: 'genesis', hash: info.chainId } })
      expect(await api.network.peers()).toMatchObject({ self: null, items: [], bans: [] })
      expect(await api.network.reachability()).toMatchObject({ state: 'offline', reason: 'LISTENS_NOWHERE' })
      expect(await api.network.bootstrap()).toEqual({ items: [] })
      expect((await api.network.stats()).traffic).toEqual(await api.network.traffic())
      const { items: validators, totalStake } = await api.network.validators()
      expect(validators).toMatchObject([{ name: 'Validator 1', isSelf: true, stake: totalStake, sharePpm: 1_000_000 }])
      const { vertices, toRound } = await api.network.graph({ limit: 20 })
      expect(vertices.at(-1)?.round).toBe(toRound)
      const newest = vertices.at(-1)?.hash as string
      expect(await api.network.vertex({ hash: newest })).toMatchObject({ author: 0, authorId: validators[0]?.id })
    },
  },
  {
    name: 'reads without a route: audit, storage, public keys',
    needs: ['all'],
    async run({ api }, { alice, info }) {
      expect(Object.keys(await api.node.status()).sort()).toEqual(nodeStatusFields)
      expect(await api.node.info()).toMatchObject({ chainId: info.chainId, apiUrl: info.apiUrl, socket: info.socket })
      const { entries } = await api.audit.show({ limit: 3 })
      expect(entries).toHaveLength(3)
      expect(await api.audit.verify()).toMatchObject({ ok: true })
      expect((await api.storage.status()).transactions).toBeGreaterThan(0)
      sameAsFirst('public key', await api.accounts.exportPublic({ account: alice }))
    },
  },
  {
    name: 'a payment: every state in order, amount and fee exact',
    needs: [],
    async run({ api }, world) {
      const before = await api.accounts.show({ account: world.bob })
      const sent = await api.transactions.create(pay(world, '1234567'))
      expect(stateOrder.indexOf(sent.state as 'Created')).toBeLessThan(stateOrder.indexOf('Finalized'))
      const view = await ended(api, sent.txId)
      expect(view).toMatchObject({ state: 'Finalized', outcome: 'ok', account: world.alice, nonce: sent.nonce })
      expect(view.states.map(({ state }) => state)).toEqual(stateOrder)
      expect(view.states.map(({ at }) => at)).toEqual(view.states.map(({ at }) => at).toSorted())
      expect(view.operations).toEqual([{ kind: 'transfer', to: world.bob, amount: '1234567' }])
      const after = await api.accounts.show({ account: world.bob })
      expect(BigInt(after.balance.available) - BigInt(before.balance.available)).toBe(1_234_567n)
    },
  },
  {
    name: 'an idempotency key: one payment, whatever ways it is sent by',
    needs: [],
    async run({ api }, world) {
      const request = pay(world, '7', { idempotencyKey: 'one-order-over-all-ways' })
      const { txId } = await api.transactions.create(request)
      expect((await api.transactions.create(request)).txId).toBe(txId)
      sameAsFirst('idempotent payment', txId)
      expect(
        await failure(api.transactions.create(pay(world, '8', { idempotencyKey: 'one-order-over-all-ways' }))),
      ).toMatchObject({ code: 'IDEMPOTENCY_KEY_REUSED', status: 422 })
    },
  },
  {
    name: 'a transaction signed elsewhere, and the same bytes again',
    needs: [],
    async run({ api }, { info, alice, bob }) {
      const foreign = createForeignAccount(info.chainId)
      const given = await api.transactions.create({
        from: alice,
        transfers: [{ to: foreign.address, amount: '2000000' }],
      })
      await ended(api, given.txId)
      const signed = foreign.transfer(bob, 5n, 0)
      const mended = `${signed.slice(0, -2)}${signed.endsWith('00') ? '01' : '00'}`
      expect(await failure(api.transactions.create({ signed: mended }))).toMatchObject({
        code: 'SIGNATURE_INVALID',
        status: 422,
      })
      const { txId } = await api.transactions.create({ signed })
      expect(await ended(api, txId)).toMatchObject({ outcome: 'ok', account: foreign.address })
      expect((await api.transactions.create({ signed })).txId).toBe(txId)
      const again = foreign.transfer(bob, 6n, 0, { key: null })
      expect(await failure(api.transactions.create({ signed: again }))).toMatchObject({
        code: 'NONCE_USED',
        status: 409,
      })
    },
  },
  ...refusals.map(
    ([name, ask, told]): ConformanceCase => ({
      name: `refusal of ${name}`,
      needs: [],
      async run({ api }, world) {
        const { code, status, data } = await failure(ask(api, world))
        if (told.code === '') expect(code).toMatch(/^ENCODING_/)
        else expect(code).toBe(told.code)
        expect(status).toBe(told.status)
        // The reasons of a schema, and where in the input they are, are put differently by REST.
        if (told.code !== 'INPUT_INVALID') {
          // What is left of a balance differs from one moment to the next; which facts are told does not.
          const { details, ...rest } = data
          const kinds = Object.entries(details).map(([key, value]) => `${key}: ${typeof value}`)
          sameAsFirst(`refusal of ${name}`, { code, ...rest, kinds })
        } else expect(Object.keys(data.details)).toEqual(['field', 'reason'])
      },
    }),
  ),
  {
    name: 'scopes: a token may do what they say and no more',
    needs: ['tokens'],
    async run(door, world) {
      const reader = await door.asToken(['read'])
      expect((await reader.accounts.show({ account: world.alice })).address).toBe(world.alice)
      const refused = { code: 'SCOPE_REQUIRED', status: 403 }
      expect(await failure(reader.transactions.create(pay(world, '1')))).toMatchObject(refused)
      expect(await failure(reader.accounts.create({ label: 'never' }))).toMatchObject(refused)
      expect(await failure(reader.transactions.faucet({ account: world.bob }))).toMatchObject(refused)
      const submitter = await door.asToken(['submit'])
      expect(await failure(submitter.accounts.list())).toMatchObject(refused)
      expect(await failure(submitter.transactions.create(pay(world, '1')))).toMatchObject(refused)
      expect((await failure(submitter.transactions.create({ signed: '00' }))).code).toMatch(/^ENCODING_/)
      const spender = await door.asToken(['read', 'spend'])
      const { txId } = await spender.transactions.create(pay(world, '3'))
      expect(await ended(spender, txId)).toMatchObject({ outcome: 'ok' })
    },
  },
  {
    name: 'secrets and what is the owner’s alone: no token has a way to them',
    needs: ['tokens'],
    async run(door) {
      const everything = await door.asToken(['read', 'submit', 'spend'])
      const refused = { code: 'SECRET_CHANNEL_REQUIRED', status: 403 }
      const owners = { code: 'SCOPE_REQUIRED', status: 403, data: { details: { scope: 'owner' } } }
      const password = (): { password: Uint8Array } => ({ password: bytes('x') })
      expect(await failure(everything.vault.unlock(password()))).toMatchObject(refused)
      expect(await failure(everything.vault.backup(password()))).toMatchObject(refused)
      expect(await failure(everything.tokens.list())).toMatchObject(refused)
      expect(await failure(everything.node.browserLink())).toMatchObject(refused)
      expect(await failure(everything.node.stop())).toMatchObject(owners)
      expect(await failure(everything.vault.lock())).toMatchObject(owners)
      expect(await failure(everything.settings.list())).toMatchObject(owners)
      expect(await failure(everything.settings.set({ values: { apiPort: 1 } }))).toMatchObject(owners)
    },
  },
  {
    name: 'the owner’s own: options, and a vault that stays open',
    needs: ['secrets'],
    async run({ api }) {
      const { file, items } = await api.settings.list()
      expect(file).toMatch(/config\.json$/)
      sameAsFirst(
        'options',
        items.map(({ name }) => name),
      )
      expect(await failure(api.settings.set({ values: { dataDir: '/elsewhere' } }))).toMatchObject({
        code: 'SETTING_UNKNOWN',
        status: 404,
      })
      expect(await failure(api.settings.set({ values: { roundIntervalMs: 1 } }))).toMatchObject({
        code: 'SETTING_INVALID',
        status: 422,
        data: { details: { name: 'roundIntervalMs' } },
      })
      expect((await api.vault.keepOpen()).locked).toBe(false)
    },
  },
  {
    name: 'secrets travel as bytes both ways',
    needs: ['secrets'],
    async run({ api }, { password }) {
      const { backup } = await api.vault.backup({ password: bytes(password) })
      expect(backup).toBeInstanceOf(Uint8Array)
      expect(JSON.parse(new TextDecoder().decode(backup))).toMatchObject({ kind: 'qudag-vault-backup' })
      expect(await failure(api.vault.unlock({ password: bytes('not the password') }))).toMatchObject({
        code: 'VAULT_WRONG_PASSWORD',
        status: 403,
      })
      expect(await api.vault.unlock({ password: bytes(password) })).toEqual({})
      expect(
        await failure(api.vault.unlock({ password: new Uint8Array(contractLimits.maxPasswordBytes + 1) })),
      ).toMatchObject({ code: 'INPUT_INVALID', data: { details: { field: 'password' } } })
    },
  },
  {
    name: 'a stream: a transaction to its end, then the stream ends',
    needs: ['streams'],
    async run({ api }, world) {
      const { txId } = await api.transactions.create(pay(world, '11'))
      const states: string[] = []
      for await (const view of await api.transactions.watch({ txId })) states.push(view.state)
      expect(states.at(-1)).toBe('Finalized')
      expect(states.map((state) => stateOrder.indexOf(state as 'Created'))).toEqual(
        states.map((state) => stateOrder.indexOf(state as 'Created')).toSorted((a, b) => a - b),
      )
      expect(await failure(api.transactions.watch({ txId: '0'.repeat(64) }))).toMatchObject({
        code: 'TRANSACTION_UNKNOWN',
        status: 404,
      })
    },
  },
  {
    name: 'a stream that is cancelled frees what it held, and the way goes on',
    needs: ['streams'],
    async run({ api }, { followers }) {
      const before = followers()
      const cancelled = await api.events.subscribe({})
      expect((await cancelled.next()).value).toMatchObject({ type: 'subscribed' })
      const aborted = new AbortController()
      const stream = await api.events.subscribe({}, { signal: aborted.signal })
      await stream.next()
      expect(followers()).toBe(before + 2)
      await cancelled.return?.()
      aborted.abort()
      await expect.poll(followers).toBe(before)
      expect((await api.network.status()).role).toBe('validator')
    },
  },
  {
    name: 'events: a payment as it happens, and again from a cursor',
    needs: ['events'],
    async run({ api, events }, world) {
      const over = new AbortController()
      const query = { types: ['transaction.*', 'account.balance.changed'], accounts: [world.bob] }
      const live = events(query, over.signal)
      const first = live.next()
      await expect.poll(world.followers).toBeGreaterThan(0)
      const { txId } = await api.transactions.create(pay(world, '21'))
      const seen: NodeEventMessage[] = []
      for (let step = await first; step.done !== true; step = await live.next()) {
        seen.push(step.value)
        if (step.value.type === 'account.balance.changed') break
      }
      const own = seen.filter(({ subject }) => subject === txId)
      expect(own.find(({ type }) => type === 'transaction.confirmed')?.data).toMatchObject({ provisional: true })
      expect(own.map(({ type }) => type)).toContain('transaction.confirming')
      expect(own.map(({ sequence }) => sequence)).toEqual(own.map(({ sequence }) => sequence).toSorted((a, b) => a - b))
      const rest = own.some(({ type }) => type === 'transaction.finalized') ? [] : await take(live, 1)
      expect([...own, ...rest].find(({ type }) => type === 'transaction.finalized')?.data).toMatchObject({
        txId,
        outcome: 'ok',
      })
      over.abort()
      const all = [...seen, ...rest]
      const again = new AbortController()
      const replayed = await take(
        events({ ...query, after: (all[0] as NodeEventMessage).id }, again.signal),
        all.length - 1,
      )
      expect(replayed).toEqual(all.slice(1))
      again.abort()
      await expect.poll(world.followers).toBe(0)
    },
  },
  {
    name: 'large pages: all of a long history, no gap and no repeat, the same everywhere',
    needs: [],
    async run({ api }, { alice, history }) {
      const seen: string[] = []
      let cursor: string | undefined
      do {
        const page = await api.transactions.list({ account: alice, limit: contractLimits.maxPageEntries, cursor })
        if (page.cursor !== null) expect(page.items).toHaveLength(contractLimits.maxPageEntries)
        seen.push(...page.items.map(({ txId }) => txId))
        cursor = page.cursor ?? undefined
      } while (cursor !== undefined)
      expect(new Set(seen).size).toBe(seen.length)
      expect(seen.length).toBeGreaterThanOrEqual(history)
      sameAsFirst('the oldest of the history', seen.slice(-history))
      expect(await failure(api.transactions.list({ limit: contractLimits.maxPageEntries + 1 }))).toMatchObject({
        code: 'INPUT_INVALID',
        status: 400,
      })
    },
  },
  {
    name: 'limits: no more than 64 calls are outstanding, and each end frees a place',
    needs: ['streams'],
    async run({ api }) {
      const streams = await Promise.all(Array.from({ length: 64 }, () => api.events.subscribe({})))
      await Promise.all(streams.map((stream) => stream.next()))
      expect(await failure(api.network.status())).toMatchObject({
        code: 'TOO_MANY_CALLS',
        status: 429,
        data: { details: { maxCalls: 64 } },
      })
      for (const stream of streams) await stream.return?.()
      await expect
        .poll(() =>
          api.network.status().then(
            ({ role }) => role,
            () => 'refused',
          ),
        )
        .toBe('validator')
    },
  },
  {
    name: 'limits: a submission longer than the contract takes is refused by the field',
    needs: ['all'],
    async run({ api }) {
      const signed = '00'.repeat(contractLimits.maxSubmittedBytes + 1)
      expect(await failure(api.transactions.create({ signed }))).toMatchObject({ code: 'INPUT_INVALID', status: 400 })
    },
  },
]

/** Without what goes on changing after the end: the checkpoint that covers it. */
function stable({ checkpoint: _, ...view }: Transaction): Omit<Transaction, 'checkpoint'> {
  return view
}
