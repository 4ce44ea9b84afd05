import { mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { contractLimits } from '../api/contract/index.ts'
import { fromHex, toHex } from '../core/bytes.ts'
import { generateKeyPair, type SignatureSuite } from '../crypto/index.ts'
import { accountIdOf, formatAddress } from '../ledger/index.ts'
import type { Node } from '../node.ts'
import { openDatabase } from '../storage/database.ts'
import { migrations } from '../storage/migrations/index.ts'
import { serviceLimits } from './limits.ts'
import { codeOf, ended, passwordBytes, startTestNode, temporaryDataDir } from './test-support.ts'
import type { EventView } from './types.ts'

const ruv = 1_000_000n

const closers: (() => unknown)[] = []
afterEach(async () => {
  for (let close = closers.pop(); close !== undefined; close = closers.pop()) await close()
})

function dataDir(): string {
  const folder = temporaryDataDir()
  closers.push(() => folder.remove())
  return folder.path
}

function elsewhere(suite: SignatureSuite = 'ML-DSA-44') {
  const { publicKey } = generateKeyPair(suite)
  return { suite, publicKey, address: formatAddress('development', accountIdOf(suite, publicKey)) }
}

async function openNode(path: string): Promise<Node> {
  const node = await startTestNode(path)
  closers.push(() => node.stop())
  return node
}

const actionsOf = async (node: Node): Promise<string[]> =>
  (await node.services.audit.show({ limit: 1_000 })).entries.map(({ action }) => action)

it('limits are those that the contract promises', () => {
  expect(serviceLimits).toMatchObject({
    maxLabels: contractLimits.maxLabels,
    maxLabelCharacters: contractLimits.maxLabelCharacters,
    maxWatchedAccounts: contractLimits.maxWatchedAccounts,
  })
})

describe('an account asked for under an idempotency key', () => {
  it('is made once, whoever repeats it and after a restart', async () => {
    const path = dataDir()
    let node = await startTestNode(path)
    await node.services.vault.init({ password: passwordBytes() })
    const request = { label: 'till', suite: 'ML-DSA-44', idempotencyKey: 'order-1' } as const
    const answers = await Promise.all([1, 2, 3].map(() => node.services.accounts.create(request)))
    expect(new Set(answers.map(({ address }) => address)).size).toBe(1)
    const [made] = answers as [(typeof answers)[number]]
    expect(made).toMatchObject({ kind: 'vault', label: 'till' })
    await node.services.accounts.rename({ account: 'till', label: 'shop' })
    await node.stop()

    node = await openNode(path)
    const { accounts } = node.services
    expect(await codeOf(accounts.create(request))).toBe('VAULT_LOCKED')
    await node.services.vault.unlock({ password: passwordBytes() })
    expect(await accounts.create(request)).toEqual({ ...made, label: 'shop' })
    for (const other of [
      { ...request, label: 'shop' },
      { ...request, suite: 'ML-DSA-65' as const },
    ]) {
      expect(await codeOf(accounts.create(other))).toBe('IDEMPOTENCY_KEY_REUSED')
    }
    expect(await accounts.list()).toHaveLength(1)
  })

  it('has a key that stands for nothing else: neither a payment, nor watching, and the other way round', async () => {
    const node = await openNode(dataDir())
    const { accounts, transactions, vault } = node.services
    await vault.init({ password: passwordBytes() })
    const main = await accounts.create({ label: 'main', suite: 'ML-DSA-44', idempotencyKey: 'made' })
    const { address } = elsewhere()
    await accounts.watch({ address, idempotencyKey: 'watched' })
    await ended(node, (await transactions.faucet({ account: 'main', idempotencyKey: 'given' })).txId)
    const pay = (idempotencyKey: string) =>
      codeOf(transactions.pay({ transfers: [{ to: address, amountMicroRuv: 1n }], idempotencyKey }))
    expect(await pay('made')).toBe('IDEMPOTENCY_KEY_REUSED')
    expect(await pay('watched')).toBe('IDEMPOTENCY_KEY_REUSED')
    for (const idempotencyKey of ['watched', 'given']) {
      expect(await codeOf(accounts.create({ idempotencyKey }))).toBe('IDEMPOTENCY_KEY_REUSED')
    }
    for (const idempotencyKey of ['made', 'given']) {
      const other = accounts.watch({ address: elsewhere().address, idempotencyKey })
      expect(await codeOf(other)).toBe('IDEMPOTENCY_KEY_REUSED')
    }
    expect((await accounts.list()).map((account) => account.address)).toEqual([main.address, address])
  })

  it('belongs to the token that chose the key', async () => {
    const node = await openNode(dataDir())
    const { accounts, vault } = node.services
    await vault.init({ password: passwordBytes() })
    const ask = (tokenId: string | undefined) =>
      accounts.create({ suite: 'ML-DSA-44', tokenId, idempotencyKey: 'first' }).then(({ address }) => address)
    const made = [await ask(undefined), await ask('one'), await ask('two')]
    expect(new Set(made).size).toBe(3)
    expect([await ask(undefined), await ask('one'), await ask('two')]).toEqual(made)
    expect(toHex(readFileSync(join(node.info.dataDir, 'vault.json')))).not.toContain(toHex(Buffer.from('first')))
  })

  it('that was refused may be asked for again with what was wrong mended', async () => {
    const node = await openNode(dataDir())
    const { accounts, vault } = node.services
    await vault.init({ password: passwordBytes() })
    await accounts.create({ label: 'main', suite: 'ML-DSA-44' })
    const ask = (label: string) => accounts.create({ label, suite: 'ML-DSA-44', idempotencyKey: 'k' })
    expect(await codeOf(ask('MAIN'))).toBe('ACCOUNT_LABEL_TAKEN')
    expect(await codeOf(ask('ruvd1main'))).toBe('LABEL_INVALID')
    expect((await ask('second')).label).toBe('second')
  })
})

describe('a watched account', () => {
  let node: Node
  const folder = temporaryDataDir()
  const shop = elsewhere('ML-DSA-87')
  beforeAll(async () => {
    node = await startTestNode(folder.path)
    await node.services.vault.init({ password: passwordBytes() })
    await node.services.accounts.create({ label: 'main', suite: 'ML-DSA-44' })
    await ended(node, (await node.services.transactions.faucet({ account: 'main' })).txId)
  })
  afterAll(async () => {
    await node.stop()
    folder.remove()
  })

  it('is listed after those of the vault with its balance, by address and then by its key too', async () => {
    const { accounts, transactions } = node.services
    const { address, publicKey, suite } = shop
    expect(await accounts.show(address)).toMatchObject({ kind: 'other', label: null, suite: null })
    const watched = await accounts.watch({ address: address.toUpperCase(), label: '  Shöp ' })
    expect(watched).toMatchObject({ address, kind: 'watched', label: 'Shöp', suite: null })
    expect(await codeOf(accounts.exportPublic('Shöp'))).toBe('ACCOUNT_WATCHED')
    expect(await accounts.watch({ publicKey, suite })).toEqual({ ...watched, suite })
    expect(await accounts.watch({ address })).toEqual({ ...watched, suite })
    expect(await accounts.watch({ address, label: 'shop' })).toMatchObject({ label: 'shop', suite })
    const sent = await transactions.pay({ from: 'main', transfers: [{ to: 'shop', amountMicroRuv: 3n * ruv }] })
    await ended(node, sent.txId)
    const [main, listed] = await accounts.list()
    expect(main).toMatchObject({ kind: 'vault', label: 'main' })
    expect(listed).toMatchObject({ address, kind: 'watched', label: 'shop', balance: { availableMicroRuv: 3n * ruv } })
    expect(await accounts.show('shop')).toEqual(listed)
    expect(await accounts.show(address.toUpperCase())).toEqual(listed)
    const exported = { address, suite, publicKey: toHex(publicKey), label: 'shop', path: null }
    expect(await accounts.exportPublic('shop')).toEqual(exported)
    expect((await actionsOf(node)).filter((action) => action.startsWith('account.watched'))).toHaveLength(3)
  })

  it('pays nothing from here', async () => {
    const { accounts, transactions } = node.services
    await accounts.watch({ address: shop.address })
    for (const from of ['shop', shop.address]) {
      const pay = transactions.pay({ from, transfers: [{ to: 'main', amountMicroRuv: 1n }] })
      expect(await codeOf(pay)).toBe('ACCOUNT_WATCHED')
      expect(await codeOf(transactions.faucet({ account: from }))).toBe('ACCOUNT_WATCHED')
    }
    // It does not make "the only account" of the vault ambiguous either.
    const sent = await transactions.pay({ transfers: [{ to: 'shop', amountMicroRuv: 1n }] })
    expect((await ended(node, sent.txId)).outcome).toBe('ok')
  })

  it('shares the names of the vault: no two accounts have one label', async () => {
    const { accounts, vault } = node.services
    const other = elsewhere()
    await accounts.watch({ address: other.address, label: 'account-1' })
    expect(await codeOf(accounts.watch({ address: elsewhere().address, label: 'MAIN' }))).toBe('ACCOUNT_LABEL_TAKEN')
    expect(await codeOf(accounts.watch({ address: elsewhere().address, label: 'Account-1' }))).toBe(
      'ACCOUNT_LABEL_TAKEN',
    )
    expect(await codeOf(accounts.create({ label: 'ACCOUNT-1', suite: 'ML-DSA-44' }))).toBe('ACCOUNT_LABEL_TAKEN')
    expect(await codeOf(accounts.rename({ account: 'main', label: 'account-1' }))).toBe('ACCOUNT_LABEL_TAKEN')
    expect(await codeOf(accounts.rename({ account: 'account-1', label: 'main' }))).toBe('ACCOUNT_LABEL_TAKEN')
    // Its own name in another case is free to it, and the vault's own names step around it.
    expect((await accounts.rename({ account: 'account-1', label: 'ACCOUNT-1' })).label).toBe('ACCOUNT-1')
    expect((await accounts.create({ suite: 'ML-DSA-44' })).label).toBe('account-2')
    for (const label of ['', ' ', 'a\u202eb', 'ruvd1x', 'x'.repeat(65)]) {
      expect(await codeOf(accounts.watch({ address: other.address, label }))).toBe('LABEL_INVALID')
      expect(await codeOf(accounts.rename({ account: 'ACCOUNT-1', label }))).toBe('LABEL_INVALID')
    }
    await vault.lock()
    expect((await accounts.rename({ account: 'ACCOUNT-1', label: 'savings' })).address).toBe(other.address)
    expect(await codeOf(accounts.rename({ account: 'main', label: 'household' }))).toBe('VAULT_LOCKED')
    await vault.unlock({ password: passwordBytes() })
    expect((await accounts.rename({ account: 'main', label: 'household' })).kind).toBe('vault')
    await accounts.rename({ account: 'household', label: 'main' })
    await accounts.unwatch('savings')
  })

  it('is refused where it is none, in the vault, or one too many', async () => {
    const { accounts } = node.services
    const [main] = await accounts.list()
    const { publicKey, suite } = await accounts.exportPublic('main')
    const own = fromHex(publicKey) as Uint8Array
    expect(await codeOf(accounts.watch({ address: main?.address ?? '' }))).toBe('ACCOUNT_IN_VAULT')
    expect(await codeOf(accounts.watch({ publicKey: own, suite }))).toBe('ACCOUNT_IN_VAULT')
    expect(await codeOf(accounts.unwatch('main'))).toBe('ACCOUNT_IN_VAULT')
    expect(await codeOf(accounts.watch({ publicKey: own, suite: 'ML-DSA-65' }))).toBe('PUBLIC_KEY_LENGTH')
    expect(await codeOf(accounts.watch({ address: `${shop.address.slice(0, -1)}!` }))).toBe('ADDRESS_INVALID')
    const foreign = formatAddress('main', accountIdOf('ML-DSA-44', elsewhere().publicKey))
    expect(await codeOf(accounts.watch({ address: foreign }))).toBe('ADDRESS_WRONG_NETWORK')
    for (const unknown of ['nobody', elsewhere().address, foreign]) {
      expect(await codeOf(accounts.unwatch(unknown))).toBe('ACCOUNT_UNKNOWN')
      expect(await codeOf(accounts.rename({ account: unknown, label: 'x' }))).toBe('ACCOUNT_UNKNOWN')
      expect(await codeOf(accounts.exportPublic(unknown))).toBe('ACCOUNT_UNKNOWN')
    }
  })

  it('is announced and followed by its label, and gone when it is not watched any more', async () => {
    const { accounts, events, transactions } = node.services
    const { address } = elsewhere()
    const stop = new AbortController()
    const seen: EventView[] = []
    const listening = (async () => {
      for await (const delivery of events.subscribe({ types: ['account.list.changed'] }, stop.signal)) {
        if (delivery.kind === 'event') seen.push(delivery.event)
      }
    })()
    await new Promise((resolve) => setImmediate(resolve))
    await accounts.watch({ address, label: 'friend' })
    await accounts.watch({ address })
    await accounts.rename({ account: 'friend', label: 'pal' })
    const balances = events.subscribe({ types: ['account.balance.changed'], accounts: ['pal'] }, stop.signal)
    const next = balances[Symbol.asyncIterator]().next()
    await ended(node, (await transactions.pay({ from: 'main', transfers: [{ to: address, amountMicroRuv: 7n }] })).txId)
    expect((await next).value).toMatchObject({ event: { subject: address, data: { change: '7' } } })
    const { points } = await accounts.balanceHistory({ account: 'pal' })
    expect(points.map(({ balanceMicroRuv }) => balanceMicroRuv)).toEqual([7n])
    expect(await accounts.unwatch('pal')).toEqual({ address })
    expect(await accounts.show(address)).toMatchObject({ kind: 'other', label: null })
    expect(await codeOf(accounts.show('pal'))).toBe('ADDRESS_INVALID')
    stop.abort()
    await listening
    expect(seen).toEqual([1, 2, 3].map(() => ({ type: 'account.list.changed', subject: address, data: { address } })))
  })

  it('once asked for under a key stays what became of it', async () => {
    const { accounts } = node.services
    const { address } = elsewhere()
    const request = { address, label: 'customer', idempotencyKey: 'watch-1' }
    const watched = await accounts.watch(request)
    await accounts.rename({ account: 'customer', label: 'debtor' })
    expect(await accounts.watch(request)).toEqual({ ...watched, label: 'debtor' })
    const other = accounts.watch({ ...request, label: 'debtor' })
    expect(await codeOf(other)).toBe('IDEMPOTENCY_KEY_REUSED')
    await accounts.unwatch('debtor')
    expect(await accounts.watch(request)).toMatchObject({ address, kind: 'other', label: null })
  })
})

it('watched accounts outlive a restart, and give way when their key comes into the vault', async () => {
  const [first, second] = [dataDir(), dataDir()]
  let node = await startTestNode(first)
  const { phrase } = await node.services.vault.init({ password: passwordBytes() })
  const mine = await node.services.accounts.create({ label: 'main' })
  await node.stop()

  const stranger = elsewhere()
  node = await startTestNode(second)
  await node.services.accounts.watch({ address: mine.address, label: 'my old wallet' })
  await node.services.accounts.watch({ publicKey: stranger.publicKey, suite: stranger.suite, label: 'stranger' })
  await node.stop()
  node = await openNode(second)
  const { accounts, vault } = node.services
  expect((await accounts.list()).map(({ kind, label }) => [kind, label])).toEqual([
    ['watched', 'my old wallet'],
    ['watched', 'stranger'],
  ])
  expect((await accounts.exportPublic('stranger')).publicKey).toBe(toHex(stranger.publicKey))
  await vault.restorePhrase({ phrase, password: passwordBytes() })
  expect((await accounts.list()).map(({ kind, address }) => [kind, address])).toEqual([
    ['vault', mine.address],
    ['watched', stranger.address],
  ])
  expect(await codeOf(accounts.show('my old wallet'))).toBe('ADDRESS_INVALID')
  expect(await codeOf(accounts.watch({ address: mine.address }))).toBe('ACCOUNT_IN_VAULT')
  // The name is free again.
  expect((await accounts.create({ label: 'my old wallet' })).address).toBe(mine.address)
  expect((await actionsOf(node)).filter((action) => action === 'account.unwatched')).toHaveLength(1)
})

it('WATCHED_COUNT: no more are watched than there is room for', async () => {
  const path = dataDir()
  await (await startTestNode(path)).stop()
  const db = new Database(join(path, 'qudag.db'))
  const insert = db.prepare<[Uint8Array, string]>(
    'INSERT INTO watched (account, label, created_at_ms) VALUES (?, ?, 1)',
  )
  for (let number = 0; number < serviceLimits.maxWatchedAccounts; number++) {
    const account = new Uint8Array(33)
    new DataView(account.buffer).setUint32(1, number)
    insert.run(account, `w${number}`)
  }
  db.close()
  const node = await openNode(path)
  const { accounts } = node.services
  expect(await accounts.list()).toHaveLength(serviceLimits.maxWatchedAccounts)
  const { address } = elsewhere()
  expect(await codeOf(accounts.watch({ address }))).toBe('WATCHED_COUNT')
  expect((await accounts.balanceHistory({})).points).toHaveLength(1)
  await accounts.unwatch('w7')
  expect((await accounts.watch({ address })).kind).toBe('watched')
})

describe('the balance over time of a node', () => {
  async function nodeWithHistory(path: string): Promise<Node> {
    const node = await startTestNode(path)
    const { accounts, transactions, vault } = node.services
    await vault.init({ password: passwordBytes() })
    await accounts.create({ label: 'main', suite: 'ML-DSA-44' })
    await accounts.create({ label: 'till', suite: 'ML-DSA-44' })
    await ended(node, (await transactions.faucet({ account: 'main', amountMicroRuv: 900n * ruv })).txId)
    for (const amountMicroRuv of [3n * ruv, 5n * ruv]) {
      await ended(node, (await transactions.pay({ from: 'main', transfers: [{ to: 'till', amountMicroRuv }] })).txId)
    }
    return node
  }
  const histories = (node: Node) =>
    Promise.all(
      [{}, { account: 'main' }, { account: 'till', points: 1_000 }].map((query) =>
        node.services.accounts.balanceHistory(query),
      ),
    )

  it('ends in what the accounts hold, fees and receipts counted', async () => {
    const node = await nodeWithHistory(dataDir())
    closers.push(() => node.stop())
    const held = (await node.services.accounts.list()).map(({ balance }) => balance.availableMicroRuv)
    const [both, main, till] = await histories(node)
    expect(main?.points.at(-1)?.balanceMicroRuv).toBe(held[0])
    expect(till?.points.map(({ balanceMicroRuv }) => balanceMicroRuv)).toEqual([3n * ruv, 8n * ruv])
    expect(both?.points.at(-1)?.balanceMicroRuv).toBe((held[0] as bigint) + 8n * ruv)
    const times = both?.points.map(({ atMs }) => atMs) ?? []
    expect(times).toEqual([...times].sort((a, b) => a - b))
    expect(await codeOf(node.services.accounts.balanceHistory({ account: 'nobody' }))).toBe('ADDRESS_INVALID')
  })

  it('is there for what a database of the second version had recorded, and carries on', async () => {
    const path = dataDir()
    const before = await nodeWithHistory(path)
    await before.stop()
    asVersionTwo(path)
    const node = await openNode(path)
    const expected = await histories(node)
    expect(expected[2]?.points.map(({ balanceMicroRuv }) => balanceMicroRuv)).toEqual([3n * ruv, 8n * ruv])
    expect(expected[1]?.points.at(-1)?.balanceMicroRuv).toBe(
      (await node.services.accounts.show('main')).balance.availableMicroRuv,
    )
    await node.services.vault.unlock({ password: passwordBytes() })
    const { transactions } = node.services
    await ended(node, (await transactions.pay({ from: 'main', transfers: [{ to: 'till', amountMicroRuv: 1n }] })).txId)
    const till = await node.services.accounts.balanceHistory({ account: 'till' })
    expect(till.points.at(-1)?.balanceMicroRuv).toBe(8n * ruv + 1n)
    expect(await node.services.storage.verify()).toMatchObject({ ok: true, problems: [] })
  })
})

/** Puts everything into a database made by the first two migrations alone, in the place of the present one. */
function asVersionTwo(path: string): void {
  const file = join(path, 'qudag.db')
  const folder = join(path, 'old')
  mkdirSync(folder)
  const old = openDatabase({ file: join(folder, 'qudag.db'), migrations: migrations.slice(0, 2) })
  old.exec(`ATTACH '${file}' AS present`)
  const tables = old
    .prepare<[], string>("SELECT name FROM main.sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")
    .pluck()
    .all()
  for (const table of tables) {
    const columns = old.prepare<[string], string>('SELECT name FROM pragma_table_info(?)').pluck().all(table).join(', ')
    old.exec(`INSERT INTO main.${table} (${columns}) SELECT ${columns} FROM present.${table}`)
  }
  old.exec("DELETE FROM main.meta WHERE key = 'balances-complete'; DETACH present")
  expect(old.pragma('user_version', { simple: true })).toBe(2)
  old.close()
  for (const suffix of ['-wal', '-shm']) rmSync(`${file}${suffix}`, { force: true })
  renameSync(join(folder, 'qudag.db'), file)
}
