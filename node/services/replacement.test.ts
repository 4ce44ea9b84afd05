/** One nonce, two transactions: what fills a gap, what competes, what becomes of the one that loses, and across restarts. */
import { afterEach, describe, expect, it } from 'vitest'
import { createEngine, type Engine, type EngineEffect, type EngineOptions } from '../consensus/index.ts'
import { toHex } from '../core/bytes.ts'
import { decodeSignedTransaction, parseAddress, type Transaction } from '../ledger/index.ts'
import type { Node } from '../node.ts'
import { type OfflineWallet, offlineWallet } from './offline-wallet-test-support.ts'
import { codeOf, ended, passwordBytes, startTestNode, temporaryDataDir } from './test-support.ts'
import type { TransactionView } from './types.ts'

const ruv = 1_000_000n
const closers: (() => unknown)[] = []
afterEach(async () => {
  for (let close = closers.pop(); close !== undefined; close = closers.pop()) await close()
})

/** An engine whose commits wait at a gate; all else it does goes on. */
function gatedEngine() {
  let isShut = false
  let held: EngineEffect[] = []
  let whenHeld = Promise.withResolvers<void>()
  return {
    /** Resolves when a commit that carries transactions stands at the gate. */
    shut(): Promise<void> {
      isShut = true
      whenHeld = Promise.withResolvers()
      return whenHeld.promise
    },
    /** What stood there goes on with the next input. */
    open(): void {
      isShut = false
    },
    createEngine(options: EngineOptions): Engine {
      const engine = createEngine(options)
      return {
        handle(input) {
          const effects = engine.handle(input)
          if (!isShut) {
            const late = held
            held = []
            return [...late, ...effects]
          }
          return effects.filter((effect) => {
            if (effect.type !== 'commit') return true
            held.push(effect)
            if (effect.vertices.some(({ transactionCount }) => transactionCount > 0)) whenHeld.resolve()
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

/** An engine whose next vertex with transactions is not signed while it is stalled, so that what comes meanwhile waits. */
function stalledEngine() {
  let isStalled = false
  let held: EngineEffect[] = []
  let whenHeld = Promise.withResolvers<void>()
  return {
    /** Resolves when a vertex waits for its signature. */
    stall(): Promise<void> {
      isStalled = true
      whenHeld = Promise.withResolvers()
      return whenHeld.promise
    },
    /** What waited goes on with the next input. */
    resume(): void {
      isStalled = false
    },
    createEngine(options: EngineOptions): Engine {
      const engine = createEngine(options)
      return {
        handle(input) {
          const waiting = engine.status.waiting + (input.type === 'transactions' ? input.proposals.length : 0)
          const effects = engine.handle(input)
          if (!isStalled) {
            const late = held
            held = []
            return [...late, ...effects]
          }
          return effects.filter((effect) => {
            // One without transactions, that was due just then, goes its way.
            const carries = engine.status.waiting < waiting
            if (effect.type !== 'sign' || effect.kind !== 'vertex' || !carries) return true
            held.push(effect)
            whenHeld.resolve()
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

interface Stage {
  readonly path: string
  readonly node: Node
  readonly elsewhere: OfflineWallet
  readonly bob: string
  pay(
    amountMicroRuv: bigint,
    more?: { nonce?: number; idempotencyKey?: string; maxFeeMicroRuv?: bigint },
  ): Promise<TransactionView>
}

async function stage(deps: Parameters<typeof startTestNode>[1] = {}): Promise<Stage> {
  const folder = temporaryDataDir()
  closers.push(() => folder.remove())
  const node = await startTestNode(folder.path, deps)
  closers.push(() => node.stop())
  const { phrase } = await node.services.vault.init({ password: passwordBytes() })
  const elsewhere = await offlineWallet(node, phrase)
  closers.push(() => elsewhere.close())
  await node.services.accounts.create({ label: 'alice' })
  const bob = (await node.services.accounts.create({ label: 'bob' })).address
  await ended(node, (await node.services.transactions.faucet({ account: 'alice', amountMicroRuv: 100n * ruv })).txId)
  return { path: folder.path, node, elsewhere, bob, pay: (amount, more) => payOn(node, bob, amount, more) }
}

const payOn = (node: Node, bob: string, amountMicroRuv: bigint, more: object = {}) =>
  node.services.transactions.pay({ from: 'alice', transfers: [{ to: bob, amountMicroRuv }], ...more })

/** Starts again on the same folder, with the vault open. */
async function restart({ path, node }: Stage, deps: Parameters<typeof startTestNode>[1] = {}): Promise<Node> {
  await node.stop()
  const again = await startTestNode(path, deps)
  closers.push(() => again.stop())
  await again.services.vault.unlock({ password: passwordBytes() })
  return again
}

const transferTo = (address: string, amountMicroRuv: bigint): Transaction['operations'] => {
  const to = parseAddress('development', address)
  if (!to.ok) throw new Error(to.error.code)
  return [{ kind: 'transfer', to: to.value, amountMicroRuv, memo: null }]
}

const totalOf = async (node: Node, account: string): Promise<bigint> => {
  const { balance } = await node.services.accounts.show(account)
  return balance.availableMicroRuv + balance.pendingMicroRuv
}

async function parked(node: Node, nonce: number): Promise<void> {
  for (;;) {
    const { taken } = await node.services.transactions.nonces('alice')
    if (taken.some((one) => one.nonce === nonce && one.parked)) return
    await new Promise((resolve) => setImmediate(resolve))
  }
}

describe('a nonce that is missing', () => {
  it('is shown, and filled by a transaction that moves nothing, so that what waits behind it goes on', async () => {
    const { node, elsewhere, bob } = await stage()
    const { transactions } = node.services
    expect(await transactions.nonces('alice')).toEqual({ next: 1, taken: [], missing: [] })
    const { txId } = await transactions.submit(await elsewhere.sign(3, transferTo(bob, 2n * ruv)))
    await parked(node, 3)
    expect(await transactions.nonces('alice')).toEqual({
      next: 1,
      taken: [{ nonce: 3, txId, parked: true }],
      missing: [1, 2],
    })
    const before = await totalOf(node, 'alice')
    const [first, second] = [
      await transactions.cancel({ account: 'alice', nonce: 2 }),
      await transactions.cancel({ account: 'alice', nonce: 1 }),
    ]
    const ends = await Promise.all([first, second, { txId }].map((one) => ended(node, one.txId)))
    expect(ends.map(({ outcome, nonce }) => [outcome, nonce])).toEqual([
      ['ok', 2],
      ['ok', 1],
      ['ok', 3],
    ])
    expect(ends[0]).toMatchObject({ operations: [] })
    const fees = (ends[0]?.feeMicroRuv ?? 0n) + (ends[1]?.feeMicroRuv ?? 0n)
    expect(before - (await totalOf(node, 'alice'))).toBe(fees + 2n * ruv)
    expect(await transactions.nonces(bob)).toEqual({ next: 0, taken: [], missing: [] })
    expect(await transactions.nonces('alice')).toEqual({ next: 4, taken: [], missing: [] })
    expect(await node.services.storage.verify()).toMatchObject({ ok: true, problems: [] })
  })

  it('is filled by a payment as well', async () => {
    const { node, elsewhere, bob, pay } = await stage()
    const { txId } = await node.services.transactions.submit(await elsewhere.sign(2, transferTo(bob, 2n * ruv)))
    await parked(node, 2)
    expect((await pay(ruv, { nonce: 1 })).nonce).toBe(1)
    expect(await ended(node, txId)).toMatchObject({ outcome: 'ok', nonce: 2 })
    expect(await totalOf(node, bob)).toBe(3n * ruv)
    // Without a nonce the next payment takes the next free one, as ever.
    expect((await pay(ruv)).nonce).toBe(3)
  })

  it('is filled by a token for no more than the fee, whomever it may pay', async () => {
    const { node, elsewhere, bob } = await stage()
    const stranger = (await node.services.accounts.create({ label: 'carol' })).address
    const { view } = await node.services.tokens.create({
      label: 'filler',
      scopes: ['spend'],
      limits: { perDayMicroRuv: 6_000n, recipients: [stranger] },
    })
    const { txId } = await node.services.transactions.submit(await elsewhere.sign(2, transferTo(bob, 2n * ruv)))
    await parked(node, 2)
    const cancel = (nonce: number) => node.services.transactions.cancel({ account: 'alice', nonce, tokenId: view.id })
    const filled = await ended(node, (await cancel(1)).txId)
    expect(await ended(node, txId)).toMatchObject({ outcome: 'ok' })
    const [token] = await node.services.tokens.list()
    expect(token?.spentTodayMicroRuv).toBe(filled.feeMicroRuv)
    expect(await codeOf(cancel(3))).toBe('TOKEN_LIMIT_DAY')
  })

  it('is not made: a nonce behind which others would be missing is refused, and one that is used', async () => {
    const { node, pay } = await stage()
    expect(await codeOf(pay(ruv, { nonce: 2 }))).toBe('NONCE_TOO_FAR')
    expect(await codeOf(pay(ruv, { nonce: 0 }))).toBe('NONCE_USED')
    expect(await codeOf(node.services.transactions.cancel({ account: 'alice', nonce: 2 }))).toBe('NONCE_TOO_FAR')
    expect(await codeOf(node.services.transactions.cancel({ account: 'bob', nonce: 0 }))).toBe('INSUFFICIENT_BALANCE')
    expect((await pay(ruv, { nonce: 1 })).nonce).toBe(1)
  })
})

describe('a nonce that is on its way', () => {
  it('goes to the one that was there; the other ends without a fee, and says why', async () => {
    const engine = gatedEngine()
    const { node, bob, pay } = await stage({ createEngine: engine.createEngine })
    const { transactions, accounts } = node.services
    const standing = engine.shut()
    const first = await pay(7n * ruv)
    await standing
    const before = await accounts.show('alice')
    const second = await transactions.cancel({ account: 'alice', nonce: first.nonce, idempotencyKey: 'stop' })
    expect(second).toMatchObject({ state: 'Validating', nonce: first.nonce, operations: [] })
    // The larger of the two is what both can cost.
    expect((await accounts.show('alice')).balance).toEqual(before.balance)
    expect((await transactions.nonces('alice')).taken.map(({ txId }) => txId)).toEqual([first.txId, second.txId])
    expect(await codeOf(transactions.cancel({ account: 'alice', nonce: first.nonce }))).toBe('NONCE_IN_FLIGHT')
    expect(await codeOf(pay(ruv, { nonce: first.nonce }))).toBe('NONCE_IN_FLIGHT')
    const again = await transactions.cancel({ account: 'alice', nonce: first.nonce, idempotencyKey: 'stop' })
    expect(again.txId).toBe(second.txId)

    const heard: string[] = []
    const listening = (async () => {
      for await (const view of transactions.watch(second.txId)) heard.push(view.state)
    })()
    engine.open()
    const next = await pay(ruv)
    expect(next.nonce).toBe(first.nonce + 1)
    const [won, lost] = [await ended(node, first.txId), await ended(node, second.txId)]
    expect([won.outcome, lost.state, lost.code, lost.feeMicroRuv]).toEqual(['ok', 'Rejected', 'SIBLING_WON', 0n])
    expect(lost.states.map(({ state }) => state)).toEqual(['Created', 'Signed', 'Broadcast', 'Validating', 'Rejected'])
    await listening
    expect(heard).toEqual(['Validating', 'Rejected'])
    await ended(node, next.txId)
    expect(await totalOf(node, bob)).toBe(8n * ruv)
    const { balance } = await accounts.show('alice')
    expect(balance.pendingMicroRuv).toBe(0n)

    // Asking again gives the same end, and the bytes are still there to be handed in: they are refused their effect.
    expect(await transactions.cancel({ account: 'alice', nonce: first.nonce, idempotencyKey: 'stop' })).toEqual(lost)
    const bytes = await transactions.raw(second.txId)
    expect(decodeSignedTransaction(bytes)).toMatchObject({ ok: true, value: { nonce: first.nonce } })
    expect(await transactions.submit(bytes)).toEqual(lost)
    expect(await node.services.storage.verify()).toMatchObject({ ok: true, problems: [] })
    expect((await transactions.list({ account: 'alice', state: 'Rejected' })).items).toEqual([lost])
  })

  it('is not taken from it by bytes signed elsewhere: only the owner’s vault says that a second one is meant', async () => {
    const engine = gatedEngine()
    const { node, elsewhere, bob, pay } = await stage({ createEngine: engine.createEngine })
    const standing = engine.shut()
    const first = await pay(ruv)
    await standing
    const rival = await elsewhere.sign(first.nonce, transferTo(bob, 2n * ruv))
    expect(await codeOf(node.services.transactions.submit(rival))).toBe('NONCE_IN_FLIGHT')
    engine.open()
    await pay(ruv)
    expect((await ended(node, first.txId)).outcome).toBe('ok')
    expect(await codeOf(node.services.transactions.submit(rival))).toBe('NONCE_USED')
  })

  it('asks for the balance once: a second payment of nearly all there is can stand behind the first', async () => {
    const engine = gatedEngine()
    const { node, pay } = await stage({ createEngine: engine.createEngine })
    const standing = engine.shut()
    const first = await pay(90n * ruv)
    await standing
    expect(await codeOf(pay(20n * ruv))).toBe('INSUFFICIENT_BALANCE')
    const { availableMicroRuv: free } = (await node.services.accounts.show('alice')).balance
    const second = await pay(95n * ruv, { nonce: first.nonce })
    expect((await node.services.accounts.show('alice')).balance.availableMicroRuv).toBe(free - 5n * ruv)
    expect(await codeOf(pay(200n * ruv, { nonce: first.nonce }))).toBe('NONCE_IN_FLIGHT')
    engine.open()
    await pay(1n)
    expect(await ended(node, second.txId)).toMatchObject({ code: 'SIBLING_WON', feeMicroRuv: 0n })
  })

  it('goes to the second where the first ends without having taken it', async () => {
    let aheadMs = 0
    const { node, elsewhere, bob, pay } = await stage({ clock: { nowMs: () => Date.now() + aheadMs } })
    const { transactions } = node.services
    const first = await transactions.submit(await elsewhere.sign(2, transferTo(bob, 50n * ruv)))
    await parked(node, 2)
    const second = await pay(3n * ruv, { nonce: 2 })
    expect(second.validUntilMs).toBeGreaterThan(first.validUntilMs)
    expect((await transactions.nonces('alice')).taken).toEqual([
      { nonce: 2, txId: first.txId, parked: true },
      { nonce: 2, txId: second.txId, parked: false },
    ])
    // Ledger time goes past the first one's validity, so that it leaves with the commit that fills the gap before it.
    aheadMs = first.validUntilMs - Date.now() + 1_000
    const filler = await transactions.cancel({ account: 'alice', nonce: 1 })
    expect(await ended(node, first.txId)).toMatchObject({ state: 'Rejected', code: 'EXPIRED' })
    expect(await ended(node, filler.txId)).toMatchObject({ outcome: 'ok' })
    expect(await ended(node, second.txId)).toMatchObject({ outcome: 'ok', nonce: 2 })
    expect(await totalOf(node, bob)).toBe(3n * ruv)
  })
})

describe('a nonce whose transaction still waits for a vertex', () => {
  /** A payment in a vertex that is not signed, and one behind it that waits. */
  async function waitingStage() {
    const engine = stalledEngine()
    const on = await stage({ createEngine: engine.createEngine })
    const stalled = engine.stall()
    const inVertex = await on.pay(ruv)
    await stalled
    const waits = await on.pay(7n * ruv, { idempotencyKey: 'waits' })
    return { ...on, engine, inVertex, waits }
  }

  it('goes to the replacement: the first ends without a fee at once, for good, and whatever is asked again', async () => {
    const { node, engine, bob, pay, inVertex, waits } = await waitingStage()
    const { transactions, accounts, storage } = node.services
    const bytes = await transactions.raw(waits.txId)
    const second = await pay(9n * ruv, { nonce: waits.nonce, idempotencyKey: 'instead' })
    const lost = await ended(node, waits.txId)
    expect([lost.state, lost.code, lost.feeMicroRuv]).toEqual(['Rejected', 'SIBLING_WON', 0n])
    // The vertex has not been signed yet: nothing of it has happened.
    expect((await transactions.nonces('alice')).taken.map(({ txId }) => txId)).toEqual([inVertex.txId, second.txId])
    expect(await transactions.submit(bytes)).toEqual(lost)
    expect(await pay(7n * ruv, { idempotencyKey: 'waits' })).toEqual(lost)
    expect((await accounts.show('alice')).balance.pendingMicroRuv).toBeLessThan(11n * ruv)

    // A third takes the place of the second, while that one waits; a fourth that of the third.
    const third = await transactions.cancel({ account: 'alice', nonce: waits.nonce })
    expect(await ended(node, second.txId)).toMatchObject({ state: 'Rejected', code: 'SIBLING_WON', feeMicroRuv: 0n })
    const fourth = await pay(2n * ruv, { nonce: waits.nonce })
    expect(await ended(node, third.txId)).toMatchObject({ state: 'Rejected', code: 'SIBLING_WON', feeMicroRuv: 0n })
    engine.resume()
    const next = await pay(1n)
    expect(next.nonce).toBe(fourth.nonce + 1)
    const ends = await Promise.all([inVertex, fourth, next].map(({ txId }) => ended(node, txId)))
    expect(ends.map(({ outcome }) => outcome)).toEqual(['ok', 'ok', 'ok'])
    expect(await totalOf(node, bob)).toBe(3n * ruv + 1n)
    expect(await transactions.submit(bytes)).toEqual(lost)
    expect(await storage.verify()).toMatchObject({ ok: true, problems: [] })
  })

  it('goes to the cancellation also where the first came signed from elsewhere', async () => {
    const { node, engine, bob, pay, waits, elsewhere } = await waitingStage()
    const { transactions } = node.services
    const first = await transactions.submit(await elsewhere.sign(waits.nonce + 1, transferTo(bob, 50n * ruv)))
    const second = await transactions.cancel({ account: 'alice', nonce: first.nonce })
    expect(await ended(node, first.txId)).toMatchObject({ state: 'Rejected', code: 'SIBLING_WON', feeMicroRuv: 0n })
    engine.resume()
    await pay(1n)
    expect(await ended(node, second.txId)).toMatchObject({ outcome: 'ok', operations: [] })
    expect(await totalOf(node, bob)).toBe(8n * ruv + 1n)
  })

  it('is not taken back by one that is in a vertex, nor by a token: those stand back as ever', async () => {
    const { node, engine, pay, inVertex, waits } = await waitingStage()
    const { transactions, tokens } = node.services
    const { view } = await tokens.create({ label: 'till', scopes: ['spend'], limits: { perDayMicroRuv: ruv } })
    const late = await transactions.cancel({ account: 'alice', nonce: inVertex.nonce })
    const ofToken = await transactions.cancel({ account: 'alice', nonce: waits.nonce, tokenId: view.id })
    expect((await transactions.nonces('alice')).taken).toHaveLength(4)
    engine.resume()
    await pay(1n)
    expect(await ended(node, inVertex.txId)).toMatchObject({ outcome: 'ok' })
    expect(await ended(node, waits.txId)).toMatchObject({ outcome: 'ok' })
    for (const { txId } of [late, ofToken]) {
      expect(await ended(node, txId)).toMatchObject({ state: 'Rejected', code: 'SIBLING_WON', feeMicroRuv: 0n })
    }
  })

  it('stays with the replacement across a restart, once the end of the first was told', async () => {
    const before = await waitingStage()
    const { bob, inVertex, waits } = before
    const second = await before.pay(9n * ruv, { nonce: waits.nonce, idempotencyKey: 'instead' })
    const lost = await ended(before.node, waits.txId)
    const node = await restart(before)
    expect(await node.services.transactions.show(waits.txId)).toEqual(lost)
    // The vertex was never signed: what it carried is proposed again, before the one behind it.
    expect(await ended(node, inVertex.txId)).toMatchObject({ outcome: 'ok' })
    expect(await ended(node, second.txId)).toMatchObject({ outcome: 'ok' })
    expect(await payOn(node, bob, 7n * ruv, { idempotencyKey: 'waits' })).toEqual(lost)
    expect(await totalOf(node, bob)).toBe(10n * ruv)
    expect(await node.services.storage.verify()).toMatchObject({ ok: true, problems: [] })
  })
})

describe('two with one nonce, across a restart', () => {
  it('stand as they stood: the first is carried out, the second ends without a fee', async () => {
    const engine = gatedEngine()
    const before = await stage({ createEngine: engine.createEngine })
    const { bob, pay } = before
    const standing = engine.shut()
    const first = await pay(7n * ruv)
    await standing
    const second = await pay(9n * ruv, { nonce: first.nonce, idempotencyKey: 'instead' })
    const node = await restart(before)
    expect(await ended(node, first.txId)).toMatchObject({ outcome: 'ok' })
    const lost = await ended(node, second.txId)
    expect(lost).toMatchObject({ state: 'Rejected', code: 'SIBLING_WON', feeMicroRuv: 0n })
    // What it would have done is still told: the vault kept what it signed.
    expect(lost.operations).toMatchObject([{ to: bob, amountMicroRuv: 9n * ruv }])
    const again = await payOn(node, bob, 9n * ruv, { nonce: first.nonce, idempotencyKey: 'instead' })
    expect(again).toEqual(lost)
    expect(await totalOf(node, bob)).toBe(7n * ruv)
    expect(await node.services.storage.verify()).toMatchObject({ ok: true, problems: [] })
  })

  it('one parked, the other behind it: neither is lost, and the first still takes the nonce', async () => {
    const before = await stage()
    const { bob, pay, elsewhere } = before
    const first = await before.node.services.transactions.submit(await elsewhere.sign(2, transferTo(bob, 2n * ruv)))
    await parked(before.node, 2)
    const second = await pay(3n * ruv, { nonce: 2 })
    const node = await restart(before)
    expect((await node.services.transactions.nonces('alice')).taken.map(({ txId }) => txId)).toEqual([
      first.txId,
      second.txId,
    ])
    const filler = await node.services.transactions.cancel({ account: 'alice', nonce: 1 })
    expect(await ended(node, filler.txId)).toMatchObject({ outcome: 'ok' })
    expect(await ended(node, first.txId)).toMatchObject({ outcome: 'ok' })
    expect(await ended(node, second.txId)).toMatchObject({ code: 'SIBLING_WON', feeMicroRuv: 0n })
    expect(toHex(await node.services.transactions.raw(first.txId))).toMatch(/^82/)
  })
})
