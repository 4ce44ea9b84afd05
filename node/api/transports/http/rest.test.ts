import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { toHex } from '../../../core/bytes.ts'
import { defaultSignatureBackend, signatureSuites, systemRng } from '../../../crypto/index.ts'
import { accountIdOf, attachSignature, formatAddress, transactionMessage } from '../../../ledger/index.ts'
import type { Node } from '../../../node.ts'
import { checkpointed, ended, passwordBytes, startTestNode, temporaryDataDir } from '../../../services/test-support.ts'
import { contractLimits } from '../../contract/index.ts'
import type { Answered } from './listener.ts'
import { type Ask, ask, type Reply } from './test-support.ts'

const folder = temporaryDataDir()
const answered: Answered[] = []
const faults: unknown[] = []
let node: Node
let owner: string
let address: string

const deps = {
  onAnswered: (answer: Answered) => answered.push(answer),
  reportFault: (fault: unknown) => faults.push(fault),
}
const rest = (path: string, more: Ask = {}): Promise<Reply> =>
  ask(node.info.apiUrl, `/api/v1${path}`, { token: owner, ...more })
const post = (path: string, body: unknown, more: Ask = {}): Promise<Reply> =>
  rest(path, { method: 'POST', body, ...more })
const key = (text: string) => ({ 'idempotency-key': text })

async function start(): Promise<void> {
  node = await startTestNode(folder.path, deps, { idleHeartbeatSeconds: 1 })
  owner = readFileSync(node.info.tokenFile, 'utf8')
}

beforeAll(async () => {
  await start()
  await node.services.vault.init({ password: passwordBytes() })
  const made = await post('/accounts', { label: 'main' })
  expect(made.status).toBe(201)
  address = String(made.body.address)
  const given = await post('/faucet', { account: 'main', amount: '900000000' })
  await ended(node, String(given.body.txId))
  await checkpointed(node)
})

afterAll(async () => {
  await node.stop()
  folder.remove()
})

describe('accounts', () => {
  it('are made, listed and shown', async () => {
    const made = await post('/accounts', {})
    expect(made).toMatchObject({ status: 201, body: { label: 'account-1', suite: 'ML-DSA-65', nonce: 0 } })
    const shown = await rest(`/accounts/${String(made.body.address)}`)
    expect(shown.body).toEqual(made.body)
    const listed = await rest('/accounts')
    expect(JSON.parse(listed.text)).toHaveLength(2)
    expect((await rest('/accounts/main')).body).toMatchObject({
      address,
      balance: { pending: '0', escrowed: '0', staked: '0' },
    })
  })

  it.each([
    [{ label: 7 }, '#/label'],
    [{ lable: 'x' }, '#/lable'],
    [{ suite: 'RSA' }, '#/suite'],
    [[], '#'],
    [null, '#'],
    ['"x"', '#'],
  ])('are not made from %j, and the answer points at what is wrong', async (body, pointer) => {
    const refused = await post('/accounts', body)
    expect(refused.headers['content-type']).toBe('application/problem+json')
    expect(refused.body).toMatchObject({ status: 400, code: 'INPUT_INVALID', errors: [{ pointer }] })
  })

  it('whose keys are elsewhere are watched, by key or address, and stay what they are when that is asked again', async () => {
    const suite = 'ML-DSA-65'
    const { publicKey: bytes } = defaultSignatureBackend().keygen(suite, systemRng.bytes(32))
    const publicKey = toHex(bytes)
    const watched = await post('/accounts', { publicKey, suite, label: 'elsewhere' })
    expect(watched).toMatchObject({ status: 201, body: { kind: 'watched', label: 'elsewhere', suite } })
    expect((await post('/accounts', { publicKey, suite })).body).toEqual(watched.body)
    expect((await post('/accounts', { address: String(watched.body.address) })).body).toEqual(watched.body)
    expect(watched.body.address).toBe(formatAddress('development', accountIdOf(suite, bytes)))
    expect((await post('/accounts', { address })).body).toMatchObject({ status: 409, code: 'ACCOUNT_IN_VAULT' })
    await node.services.accounts.unwatch('elsewhere')
  })

  it.each([
    [{ publicKey: 'zz', suite: 'ML-DSA-65' }, '#/publicKey'],
    [{ publicKey: '00', suite: 'ML-DSA-65', adress: 'x' }, '#/adress'],
    [{ publicKey: '00' }, '#/suite'],
    [{ address: 7 }, '#/address'],
    [{ address: 'x', publicKey: '00' }, '#/publicKey'],
  ])(
    'are not watched by %j, and the answer points at what is wrong with the kind that was meant',
    async (body, pointer) => {
      const refused = await post('/accounts', body)
      expect(refused.body).toMatchObject({ status: 400, code: 'INPUT_INVALID', errors: [{ pointer }] })
    },
  )

  it('are made once a key, and the key is a header', async () => {
    const headers = key('an-account')
    const made = await post('/accounts', { label: 'keyed' }, { headers })
    expect(made.status).toBe(201)
    const count = JSON.parse((await rest('/accounts')).text).length as number
    expect((await post('/accounts', { label: 'keyed' }, { headers })).body).toEqual(made.body)
    expect((await post('/accounts', { label: 'other' }, { headers })).body).toMatchObject({
      status: 422,
      code: 'IDEMPOTENCY_KEY_REUSED',
    })
    expect(JSON.parse((await rest('/accounts')).text)).toHaveLength(count)
    expect((await post('/accounts', {}, { headers: key('with space') })).body).toMatchObject({
      code: 'INPUT_INVALID',
      errors: [{ parameter: 'Idempotency-Key' }],
    })
  })

  it('keep their labels apart', async () => {
    expect((await post('/accounts', { label: 'main' })).body).toMatchObject({
      status: 409,
      code: 'ACCOUNT_LABEL_TAKEN',
    })
  })

  it('are named by what could be an address, or not at all', async () => {
    expect((await rest('/accounts/nobody')).body).toMatchObject({ code: 'ADDRESS_INVALID' })
    expect((await rest(`/accounts/${'x'.repeat(129)}`)).body).toMatchObject({
      code: 'INPUT_INVALID',
      errors: [{ parameter: 'account' }],
    })
  })
})

describe('transactions', () => {
  it('are paid from the vault and followed to their end', async () => {
    const sent = await post('/transactions', { transfers: [{ to: address.replace('main', ''), amount: '1' }] })
    // Sender and recipient are the same: refused by the ledger's rule, before anything is signed.
    expect(sent.body).toMatchObject({ status: 422, code: 'ACCOUNT_AMBIGUOUS' })
    const other = await strangerAddress()
    const paid = await post('/transactions', {
      from: 'main',
      transfers: [{ to: other, amount: '1500000', memo: 'tea' }],
    })
    expect(paid).toMatchObject({
      status: 202,
      body: { account: address, operations: [{ kind: 'transfer', to: other, amount: '1500000', memo: 'tea' }] },
    })
    await ended(node, String(paid.body.txId))
    expect((await rest(`/transactions/${String(paid.body.txId)}`)).body).toMatchObject({
      state: 'Finalized',
      outcome: 'ok',
    })
    expect((await rest(`/accounts/${other}`)).body).toMatchObject({ balance: { available: '1500000' } })
  })

  it('are searched for by the longest query there can be', async () => {
    const { maxAccountCharacters, maxSearchCharacters, maxCursorCharacters } = contractLimits
    const query = {
      search: '\u2602'.repeat(maxSearchCharacters),
      state: 'Confirming',
      direction: 'received',
      since: '2026-11-01T00:00:00.000Z',
      until: '2026-11-22T17:03:05.123Z',
      limit: '200',
    }
    const found = await rest(`/transactions?${new URLSearchParams(query)}`)
    expect(found).toMatchObject({ status: 200, body: { items: [], cursor: null } })
    const account = '\u2602'.repeat(maxAccountCharacters)
    const longest = new URLSearchParams({ ...query, account, cursor: 'c'.repeat(maxCursorCharacters) })
    // Answered by the list itself: its address is not too long.
    expect((await rest(`/transactions?${longest}`)).body.code).toMatch(/^(ADDRESS|CURSOR)_INVALID$/)
  })

  it('are listed page by page, by account and state', async () => {
    const page = await rest(`/transactions?limit=1&account=${address}&state=Finalized`)
    const { items, cursor } = page.body as { items: { txId: string }[]; cursor: string }
    expect(items).toHaveLength(1)
    const next = await rest(`/transactions?limit=1&cursor=${encodeURIComponent(cursor)}`)
    expect((next.body.items as { txId: string }[])[0]?.txId).not.toBe(items[0]?.txId)
  })

  it.each([
    ['limit=0', 'limit'],
    ['limit=201', 'limit'],
    ['limit=1.0', 'limit'],
    ['limit=+1', 'limit'],
    ['limit=1e1', 'limit'],
    ['limit=1&limit=2', 'limit'],
    ['state=finalized', 'state'],
    ['cursor=', 'cursor'],
    ['account[]=x', 'account[]'],
    ['unknown=1', 'unknown'],
    ['__proto__=1', '__proto__'],
  ])('are not listed for "%s"', async (query, parameter) => {
    expect((await rest(`/transactions?${query}`)).body).toMatchObject({
      code: 'INPUT_INVALID',
      errors: [{ parameter }],
    })
  })

  it('are not found under ids that are none, or unknown, or cursors of others', async () => {
    expect((await rest('/transactions/x')).body).toMatchObject({
      code: 'INPUT_INVALID',
      errors: [{ parameter: 'txId' }],
    })
    expect((await rest(`/transactions/${'0'.repeat(64)}`)).body).toMatchObject({
      status: 404,
      code: 'TRANSACTION_UNKNOWN',
    })
    expect((await rest('/transactions?cursor=abc')).body).toMatchObject({ status: 400, code: 'CURSOR_INVALID' })
  })

  it.each([
    [{ transfers: [] }, '#/transfers'],
    [{ transfers: [{ to: 'x', amount: 5 }] }, '#/transfers/0/amount'],
    [{ transfers: [{ to: 'x', amount: '1.5' }] }, '#/transfers/0/amount'],
    [{ transfers: [{ to: 'x', amount: '1', extra: 1 }] }, '#/transfers/0/extra'],
    [{ transfers: [{ to: 'x', amount: '18446744073709551616' }] }, '#/transfers/0/amount'],
    [{ signed: 'zz' }, '#/signed'],
    [{ signed: '00', from: 'main' }, '#/from'],
  ])('are not made from %j', async (body, pointer) => {
    const refused = await post('/transactions', body)
    expect(refused.body).toMatchObject({ status: 400, code: 'INPUT_INVALID' })
    expect((refused.body.errors as { pointer: string }[]).map((error) => error.pointer)).toContain(pointer)
  })

  it('signed elsewhere are taken in hex and base64, and the same bytes are the same transaction', async () => {
    const { bytes, txId } = await signedBySomebody()
    const signed = toHex(bytes)
    const first = await post('/transactions', { signed }, { headers: key('signed-1') })
    expect(first).toMatchObject({ status: 202, body: { txId } })
    expect((await post('/transactions', { signed }, { headers: key('signed-1') })).body.txId).toBe(txId)
    expect((await post('/transactions', { signed: Buffer.from(bytes).toString('base64') })).body.txId).toBe(txId)
    const other = await signedBySomebody()
    const reused = await post('/transactions', { signed: toHex(other.bytes) }, { headers: key('signed-1') })
    expect(reused.body).toMatchObject({ status: 422, code: 'IDEMPOTENCY_KEY_REUSED' })
    expect((await post('/transactions', { signed: '8201' })).body).toMatchObject({
      status: 422,
      code: 'ENCODING_MALFORMED',
    })
  })
})

describe('Idempotency-Key', () => {
  const intent = (to: string, amount = '7') => ({ from: 'main', transfers: [{ to, amount }] })

  it('gives the same payment for the same request, and 422 for another', async () => {
    const to = await strangerAddress()
    const first = await post('/transactions', intent(to), { headers: key('pay-1') })
    expect(first.status).toBe(202)
    const again = await post('/transactions', intent(to), { headers: key('"pay-1"') })
    expect(again.body.txId).toBe(first.body.txId)
    const other = await post('/transactions', intent(to, '8'), { headers: key('pay-1') })
    expect(other.body).toMatchObject({ status: 422, code: 'IDEMPOTENCY_KEY_REUSED' })
    await ended(node, String(first.body.txId))
  })

  it('belongs to the token that chose it', async () => {
    const to = await strangerAddress()
    const { token } = await node.services.tokens.create({ label: 'till', scopes: ['read', 'spend'] })
    const own = await post('/transactions', intent(to), { headers: key('shared') })
    await ended(node, String(own.body.txId))
    const others = await post('/transactions', intent(to, '9'), { token, headers: key('shared') })
    expect(others.status).toBe(202)
    expect(others.body.txId).not.toBe(own.body.txId)
    await ended(node, String(others.body.txId))
  })

  it('is checked like everything else', async () => {
    const to = await strangerAddress()
    for (const bad of ['', 'with space', 'x'.repeat(129)]) {
      const refused = await post('/transactions', intent(to), { headers: key(bad) })
      expect(refused.body.code).toBe('INPUT_INVALID')
      expect(refused.body.errors).toContainEqual(expect.objectContaining({ parameter: 'Idempotency-Key' }))
    }
    const twice = await post('/transactions', intent(to), { headers: { 'idempotency-key': ['a', 'b'] } })
    expect(twice.body.code).toBe('INPUT_INVALID')
    const unlike = await post('/transactions', { ...intent(to), idempotencyKey: 'a' }, { headers: key('b') })
    expect(unlike.body).toMatchObject({ code: 'INPUT_INVALID', errors: [{ parameter: 'Idempotency-Key' }] })
  })

  it('holds for the faucet too, and over a restart', async () => {
    const ask = (amount: string) => post('/faucet', { account: 'main', amount }, { headers: key('faucet-1') })
    const first = await ask('1000')
    expect(first.status).toBe(202)
    await ended(node, String(first.body.txId))
    await node.stop()
    await start()
    expect((await ask('1000')).body.txId).toBe(first.body.txId)
    expect((await ask('2000')).body).toMatchObject({ status: 422, code: 'IDEMPOTENCY_KEY_REUSED' })
    const locked = await post('/transactions', intent(await strangerAddress()))
    expect(locked.body).toMatchObject({ status: 403, code: 'VAULT_LOCKED' })
    await node.services.vault.unlock({ password: passwordBytes() })
  })
})

describe('tokens', () => {
  it('do what their scopes say, and no more', async () => {
    const to = await strangerAddress()
    const intent = { from: 'main', transfers: [{ to, amount: '5' }] }
    const reader = (await node.services.tokens.create({ label: 'reader', scopes: ['read'] })).token
    const submitter = (await node.services.tokens.create({ label: 'submitter', scopes: ['submit'] })).token
    const spender = (
      await node.services.tokens.create({ label: 'spender', scopes: ['spend'], limits: { perTransactionMicroRuv: 1n } })
    ).token
    const signed = toHex((await signedBySomebody()).bytes)
    const status = async (token: string) => [
      (await rest('/accounts', { token })).status,
      (await post('/transactions', { signed }, { token })).status,
      (await post('/transactions', intent, { token })).status,
      (await post('/faucet', { account: 'main', amount: '1' }, { token })).status,
    ]
    expect(await status(reader)).toEqual([200, 403, 403, 403])
    expect(await status(submitter)).toEqual([403, 202, 403, 403])
    const [accounts, handedIn, paid] = await status(spender)
    expect([accounts, handedIn, paid]).toEqual([403, 403, 403])
    const overLimit = await post('/transactions', intent, { token: spender })
    expect(overLimit.body.code).toMatch(/^TOKEN_LIMIT|^TOKEN_/)
    expect((await rest('/metrics', { token: submitter })).status).toBe(403)
    expect((await rest('/openapi.json', { token: submitter })).status).toBe(200)
  })
})

describe('secrets', () => {
  it('have no place in REST: their procedures say so, whatever the token', async () => {
    for (const name of ['init', 'unlock', 'restorePhrase', 'restoreBackup', 'changePassword', 'backup']) {
      for (const method of ['GET', 'POST']) {
        const refused = await rest(`/vault/${name}`, {
          method,
          ...(method === 'POST' ? { body: { password: 'a long enough password' } } : {}),
        })
        expect(refused.body).toMatchObject({ status: 403, code: 'SECRET_CHANNEL_REQUIRED' })
        expect(refused.text).not.toContain('a long enough')
      }
    }
    for (const path of ['/node/stop', '/vault/lock', '/vault/keepOpen', '/settings/list', '/settings/set']) {
      const refused = await post(path, { values: { apiPort: 1 } })
      expect(refused.body).toMatchObject({ status: 403, code: 'SCOPE_REQUIRED', details: { scope: 'owner' } })
    }
    expect((await rest('/settings/list')).body).toMatchObject({ code: 'SCOPE_REQUIRED' })
    expect((await post('/node/browserLink', {})).body).toMatchObject({ code: 'SECRET_CHANNEL_REQUIRED' })
    for (const path of ['/vault/status', '/audit/show', '/tokens/create', '/transactions/watch']) {
      expect([403, 404, 405, 400]).toContain((await post(path, {})).status)
    }
    expect((await node.services.vault.status()).locked).toBe(false)
  })
})

describe('network', () => {
  it('shows the validators and the newest rounds of the vertex graph', async () => {
    const { committee, toleratedFaults } = (await rest('/network/status')).body
    expect((await rest('/network/validators')).body.items).toHaveLength((committee as unknown[]).length)
    expect(toleratedFaults).toBe(0)
    const { body } = await rest('/network/graph?limit=3')
    const [vertex] = body.vertices as { hash: string }[]
    expect((await rest(`/network/vertices/${vertex?.hash}`)).body).toMatchObject({ ...vertex, author: 0 })
    expect((await rest(`/network/vertices/${'0'.repeat(64)}`)).body).toMatchObject({ code: 'VERTEX_UNKNOWN' })
    for (const query of ['limit=0', 'limit=2001', 'fromRound=-1', 'round=1']) {
      expect((await rest(`/network/graph?${query}`)).body).toMatchObject({ status: 400, code: 'INPUT_INVALID' })
    }
  })

  it('shows status, peers and counts', async () => {
    expect((await rest('/network/status')).body).toMatchObject({
      chainId: node.info.chainId,
      validators: 1,
      role: 'validator',
    })
    expect((await rest('/network/peers')).body).toEqual({
      asOf: expect.stringMatching(/Z$/),
      self: null,
      items: [],
      bans: [],
    })
    const { commits, transactions } = (await rest('/network/stats')).body
    expect(Number(commits)).toBeGreaterThan(0)
    expect(Number(transactions)).toBeGreaterThan(0)
  })

  it('shows checkpoints, and proofs against them', async () => {
    const latest = await rest('/checkpoints/latest')
    expect(latest).toMatchObject({
      status: 200,
      body: { certificate: [{ validator: expect.stringMatching(/^[0-9a-f]{64}$/) }] },
    })
    expect((await rest(`/checkpoints/${Number(latest.body.seq)}`)).body).toEqual(latest.body)
    expect((await rest('/checkpoints/999999999')).body).toMatchObject({ status: 404, code: 'CHECKPOINT_UNKNOWN' })
    for (const seq of ['-1', '01', '1.5', 'newest', '9'.repeat(30)]) {
      expect((await rest(`/checkpoints/${seq}`)).body).toMatchObject({
        code: 'INPUT_INVALID',
        errors: [{ parameter: 'seq' }],
      })
    }
    const proof = await rest(`/proofs/accounts/${address}`)
    expect(proof.body).toMatchObject({ address, account: expect.stringMatching(/^[0-9a-f]+$/) })
    expect((await rest(`/proofs/accounts/${await strangerAddress()}`)).body).toMatchObject({ account: null })
  })
})

describe('operations', () => {
  it('answers probes without a token, at the root and below the prefix', async () => {
    for (const path of ['/livez', '/readyz', '/api/v1/livez', '/api/v1/readyz']) {
      expect(await ask(node.info.apiUrl, path)).toMatchObject({ status: 200, body: { status: 'ok' } })
    }
    for (const path of ['/metrics', '/openapi.json', '/docs', '/api/v1/accounts']) {
      expect(await ask(node.info.apiUrl, path)).toMatchObject({ status: 401, body: { code: 'TOKEN_REQUIRED' } })
    }
  })

  it('has metrics whose labels are templates', async () => {
    const { text } = await rest('/metrics')
    expect(text).toContain('route="/api/v1/transactions/{txId}"')
    expect(text).toMatch(/^qudag_commits_total [1-9]/m)
    expect(text).not.toContain(address)
    expect(text).not.toContain('0'.repeat(64))
  })

  it('describes what it serves, and nothing secret', async () => {
    const { openapi, paths } = (await rest('/openapi.json')).body as { openapi: string; paths: Record<string, object> }
    expect(openapi).toMatch(/^3\.1\./)
    const described = Object.entries(paths).flatMap(([path, item]) =>
      Object.keys(item).map((method) => `${method.toUpperCase()} ${path}`),
    )
    expect(described.sort()).toEqual([
      'DELETE /network/bans/{id}',
      'GET /accounts',
      'GET /accounts/{account}',
      'GET /accounts/{account}/policy',
      'GET /checkpoints/{seq}',
      'GET /events',
      'GET /livez',
      'GET /metrics',
      'GET /network/bootstrap',
      'GET /network/graph',
      'GET /network/peers',
      'GET /network/reachability',
      'GET /network/stats',
      'GET /network/status',
      'GET /network/sync',
      'GET /network/traffic',
      'GET /network/validators',
      'GET /network/vertices/{hash}',
      'GET /openapi.json',
      'GET /proofs/accounts/{account}',
      'GET /readyz',
      'GET /transactions',
      'GET /transactions/{txId}',
      'GET /validators',
      'POST /accounts',
      'POST /faucet',
      'POST /network/bans',
      'POST /network/peers',
      'POST /transactions',
    ])
    expect(JSON.stringify(paths)).not.toMatch(/password|phrase|vault\.(?!changed)/i)
  })

  it('ships the pages that browsers open, and all they load', async () => {
    const docs = await ask(node.info.apiUrl, '/docs', { headers: { accept: 'text/html' } })
    expect(docs).toMatchObject({ status: 401, headers: { 'content-type': 'text/html; charset=utf-8' } })
    expect((await ask(node.info.apiUrl, '/docs', { token: owner, headers: { accept: 'text/html' } })).status).toBe(200)
    for (const [, path] of docs.text.matchAll(/(?:src|href)="(\/[^"]*)"/g)) {
      expect((await ask(node.info.apiUrl, path ?? '')).status).toBe(200)
    }
    expect(docs.headers['content-security-policy']).not.toMatch(/unsafe|https?:/)
    const errors = await ask(node.info.apiUrl, '/docs/errors')
    expect(errors.text).toContain('<tr id="VAULT_LOCKED">')
  })

  it('opens the browser interface by a code that works once', async () => {
    const exchange = (code: string, origin = node.info.apiUrl) =>
      ask(node.info.apiUrl, '/api/v1/session', { method: 'POST', body: { code }, headers: { origin } })
    const code = node.issueBrowserCode()
    expect((await exchange(code, 'https://foreign.example')).body.code).toBe('ORIGIN_REFUSED')
    const { token } = (await exchange(code)).body
    expect((await rest('/accounts', { token: String(token) })).status).toBe(200)
    expect((await exchange(code)).body).toMatchObject({ status: 401, code: 'SESSION_CODE_INVALID' })
    expect((await exchange('x'.repeat(500))).body.code).toBe('INPUT_INVALID')
  })
})

describe('records', () => {
  it('has every change in the audit log, by route and token, and refusals as numbers', async () => {
    const { entries } = await node.services.audit.show({ limit: 1_000 })
    const changes = entries.filter(({ action }) => action === 'api.change')
    expect(changes).toContainEqual(
      expect.objectContaining({ details: { route: '/api/v1/accounts', token: 'owner', subject: address } }),
    )
    expect(changes.filter(({ details }) => details.route === '/api/v1/transactions').length).toBeGreaterThan(3)
    expect(entries.some(({ action, details }) => action === 'api.refused' && details.code === 'INPUT_INVALID')).toBe(
      true,
    )
    expect(JSON.stringify(entries)).not.toContain(owner)
  })

  it('has met no fault of its own, and logs neither tokens nor paths', () => {
    expect(faults).toEqual([])
    const log = JSON.stringify(answered)
    for (const secret of [owner, address, '?', 'qudag_']) expect(log).not.toContain(secret)
    expect(answered.length).toBeGreaterThan(100)
  })
})

const backend = defaultSignatureBackend()

/** Of an account that nobody here has. */
async function strangerAddress(): Promise<string> {
  const { publicKey } = backend.keygen('ML-DSA-65', systemRng.bytes(32))
  return formatAddress('development', accountIdOf('ML-DSA-65', publicKey))
}

/** A faucet transaction of a fresh key: what a wallet elsewhere hands in. */
async function signedBySomebody(): Promise<{ bytes: Uint8Array; txId: string }> {
  const seed = systemRng.bytes(32)
  const { publicKey } = backend.keygen('ML-DSA-65', seed)
  const draft = {
    chainId: Buffer.from(node.info.chainId, 'hex'),
    account: accountIdOf('ML-DSA-65', publicKey),
    key: { suite: signatureSuites['ML-DSA-65'].wire, publicKey },
    nonce: 0,
    operations: [{ kind: 'faucet', amountMicroRuv: 1_000_000n }],
    maxFeeMicroRuv: 100_000n,
    validUntilMs: Date.now() + 600_000,
  } as const
  const signed = attachSignature(draft, backend.sign('ML-DSA-65', seed, transactionMessage(draft)))
  return { bytes: signed.bytes, txId: toHex(signed.txId) }
}
