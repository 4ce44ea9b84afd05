import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { createEngine, type Engine, type EngineOptions } from '../consensus/index.ts'
import { fromHex, toHex } from '../core/bytes.ts'
import { createStorage, type StorageReader } from '../storage/index.ts'
import { ended, passwordBytes, startTestNode, temporaryDataDir } from './test-support.ts'
import type { StateStep, TransactionView } from './types.ts'

const ruv = 1_000_000n

/** An engine whose commits can be held back: all else it does goes on. */
function withholdingEngine() {
  let isWithholding = false
  let withheld = 0
  let whenCarried = Promise.withResolvers<void>()
  return {
    /** From now on; resolves when a commit that carries transactions has been held back. */
    withhold(): Promise<void> {
      isWithholding = true
      whenCarried = Promise.withResolvers()
      return whenCarried.promise
    },
    get withheld() {
      return withheld
    },
    createEngine(options: EngineOptions): Engine {
      const engine = createEngine(options)
      return {
        handle(input) {
          const effects = engine.handle(input)
          if (!isWithholding) return effects
          return effects.filter((effect) => {
            if (effect.type !== 'commit') return true
            withheld += 1
            if (effect.vertices.some(({ transactionCount }) => transactionCount > 0)) whenCarried.resolve()
            return false
          })
        },
        withdraw: (txId) => engine.withdraw(txId),
        get room() {
          return engine.room
        },
        get status() {
          return engine.status
        },
      }
    },
  }
}

const closers: (() => unknown)[] = []
afterEach(async () => {
  for (let close = closers.pop(); close !== undefined; close = closers.pop()) await close()
})

function dataDir(): string {
  const folder = temporaryDataDir()
  closers.push(() => folder.remove())
  return folder.path
}

async function fundedNode(path: string, deps: Parameters<typeof startTestNode>[1] = {}) {
  const node = await startTestNode(path, deps)
  closers.push(() => node.stop())
  const { phrase } = await node.services.vault.init({ password: passwordBytes() })
  phrase.fill(0)
  await node.services.accounts.create({ label: 'sender' })
  await node.services.accounts.create({ label: 'recipient' })
  const { txId } = await node.services.transactions.faucet({ account: 'sender', amountMicroRuv: 100n * ruv })
  await ended(node, txId)
  return node
}

const names = (view: TransactionView): string[] => view.states.map(({ state }) => state)

describe('a commit that is withheld', () => {
  it('leaves a transfer at Confirmed: no balance moves and nothing is called final', async () => {
    const path = dataDir()
    const engine = withholdingEngine()
    const node = await fundedNode(path, { createEngine: engine.createEngine })
    const { services } = node
    const before = { sender: await services.accounts.show('sender'), status: await services.node.status() }
    const carried = engine.withhold()
    const { txId } = await services.transactions.pay({
      from: 'sender',
      transfers: [{ to: 'recipient', amountMicroRuv: 7n * ruv }],
    })
    const seen: string[] = []
    const watching = new AbortController()
    const watched = (async () => {
      for await (const view of services.transactions.watch(txId, watching.signal)) seen.push(view.state)
    })()
    await carried

    const view = await services.transactions.show(txId)
    expect(names(view)).toEqual(['Created', 'Signed', 'Broadcast', 'Validating', 'Voting', 'Confirming', 'Confirmed'])
    expect(view).not.toHaveProperty('outcome')
    expect(view).not.toHaveProperty('checkpoint')
    const sender = await services.accounts.show('sender')
    const total = (account: typeof sender): bigint =>
      account.balance.availableMicroRuv + account.balance.pendingMicroRuv
    expect(total(sender)).toBe(total(before.sender))
    expect(sender.nonce).toBe(before.sender.nonce)
    // The amount and the fee are spoken for, and still the sender's.
    expect(sender.balance.pendingMicroRuv).toBe(7n * ruv + view.feeMicroRuv)
    expect(total(await services.accounts.show('recipient'))).toBe(0n)

    // A second one goes as far, and no further; the first has not moved meanwhile.
    const carriedAgain = engine.withhold()
    const second = await services.transactions.pay({
      from: 'sender',
      transfers: [{ to: 'recipient', amountMicroRuv: 1n }],
    })
    await carriedAgain
    for (const id of [txId, second.txId]) expect((await services.transactions.show(id)).state).toBe('Confirmed')
    expect((await services.transactions.list({ state: 'Finalized' })).items).toHaveLength(1)
    const { stateRoot, commitIndex, mempool } = await services.node.status()
    expect({ stateRoot, commitIndex, mempool }).toEqual({
      stateRoot: before.status.stateRoot,
      commitIndex: before.status.commitIndex,
      mempool: 2,
    })
    expect(engine.withheld).toBeGreaterThan(1)
    watching.abort()
    await watched
    expect(seen.at(-1)).toBe('Confirmed')
    expect(seen).not.toContain('Finalized')
    await node.stop()

    // What was held back was decided all the same: a restart carries it out, once.
    const again = await startTestNode(path)
    closers.push(() => again.stop())
    for (const id of [txId, second.txId]) expect(await ended(again, id)).toMatchObject({ outcome: 'ok' })
    expect(total(await again.services.accounts.show('recipient'))).toBe(7n * ruv + 1n)
    expect(await again.services.storage.verify()).toMatchObject({ ok: true, transactions: 3, problems: [] })
  })
})

describe('the states of a transaction', () => {
  it('come in order, none earlier than the one before, each with a record that is in storage', async () => {
    const path = dataDir()
    const node = await fundedNode(path)
    const key = 'order-17'
    const payment = await node.services.transactions.pay({
      from: 'sender',
      transfers: [{ to: 'recipient', amountMicroRuv: ruv }],
      idempotencyKey: key,
    })
    const seen: string[][] = []
    for await (const view of node.services.transactions.watch(payment.txId)) seen.push(names(view))
    const order = ['Created', 'Signed', 'Broadcast', 'Validating', 'Voting', 'Confirming', 'Confirmed', 'Finalized']
    // Each look shows a beginning of the same list, never shorter than the look before.
    for (const [index, states] of seen.entries()) {
      expect(states).toEqual(order.slice(0, states.length))
      expect(states.length).toBeGreaterThan(seen[index - 1]?.length ?? 0)
    }
    expect(seen.at(-1)).toEqual(order)
    const { states, txId } = await node.services.transactions.show(payment.txId)
    const times = states.map(({ atMs }) => atMs)
    expect(times).toEqual([...times].sort((a, b) => a - b))
    await node.stop()

    const storage = await createStorage({ file: join(path, 'qudag.db') })
    closers.push(() => storage.close())
    for (const step of states) expect(await isRecorded(storage.read, step, { txId, key }), step.record).toBe(true)
    const other = { txId: toHex(new Uint8Array(32)), key }
    for (const step of states.slice(0, 4)) expect(await isRecorded(storage.read, step, other), step.record).toBe(false)
  })
})

/** Whether what a step names is in the database, and is about this transaction. */
async function isRecorded(
  read: StorageReader,
  { state, record }: StateStep,
  { txId, key }: { txId: string; key: string },
): Promise<boolean> {
  const [kind, name = ''] = record.split(':')
  const final = await read.final(fromHex(txId) as Uint8Array)
  const commit = (await read.commits({ afterIndex: (final?.commitIndex ?? 1) - 1, limit: 1 }))[0]
  switch (kind) {
    case 'intent': {
      const intent = await read.intent(key)
      const signed = intent?.txId === null || intent === null ? '' : toHex(intent.txId)
      return signed === txId && signed.startsWith(name) && (state === 'Created' || intent?.signedAtMs !== null)
    }
    case 'admission':
      return final?.admission?.seq === Number(name)
    case 'vertex': {
      const vertex = await read.journalByHash(fromHex(name) as Uint8Array)
      return vertex !== null && (state !== 'Voting' || toHex(final?.vertexHash ?? new Uint8Array()) === name)
    }
    case 'commit':
      return final?.commitIndex === Number(name) && commit !== undefined && commit.transactions > 0
    default:
      return false
  }
}
