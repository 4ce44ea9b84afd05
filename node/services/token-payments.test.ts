/** Tokens at a real node: what the vault signs for them, what it refuses, and what is counted. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { createEngine, type EngineOptions } from '../consensus/index.ts'
import type { Node } from '../node.ts'
import { codeOf, ended, passwordBytes, startTestNode, temporaryDataDir } from './test-support.ts'
import type { SpendLimits, TokenView } from './types.ts'

const ruv = 1_000_000n
const folder = temporaryDataDir()
let node: Node
let alice = ''
let bob = ''
let carol = ''
/** Asks for room in the engine that are answered truly before all further ones find none. */
let roomAnswers = Number.POSITIVE_INFINITY

const startNode = (): Promise<Node> =>
  startTestNode(folder.path, {
    createEngine(options: EngineOptions) {
      const engine = createEngine(options)
      return {
        handle: (input) => engine.handle(input),
        withdraw: (txId) => engine.withdraw(txId),
        get status() {
          return engine.status
        },
        get room() {
          roomAnswers -= 1
          return roomAnswers >= 0 ? engine.room : 0
        },
      }
    },
  })

beforeAll(async () => {
  node = await startNode()
  const { phrase } = await node.services.vault.init({ password: passwordBytes() })
  phrase.fill(0)
  const addresses: string[] = []
  for (const label of ['alice', 'bob', 'carol'])
    addresses.push((await node.services.accounts.create({ label })).address)
  ;[alice, bob, carol] = addresses as [string, string, string]
  await ended(node, (await node.services.transactions.faucet({ account: 'alice', amountMicroRuv: 500n * ruv })).txId)
})
afterEach(() => {
  roomAnswers = Number.POSITIVE_INFINITY
})
afterAll(async () => {
  await node.stop()
  folder.remove()
})

let tokenCount = 0
async function newToken(limits?: SpendLimits): Promise<string> {
  tokenCount += 1
  return (await node.services.tokens.create({ label: `token ${tokenCount}`, scopes: ['spend'], limits })).view.id
}

const viewOf = async (id: string): Promise<TokenView> =>
  (await node.services.tokens.list()).find((token) => token.id === id) as TokenView
const spentOf = async (id: string): Promise<bigint> => (await viewOf(id)).spentTodayMicroRuv

const pay = (
  tokenId: string,
  amountMicroRuv: bigint,
  more: { to?: string; key?: string; maxFeeMicroRuv?: bigint } = {},
) =>
  node.services.transactions.pay({
    from: 'alice',
    transfers: [{ to: more.to ?? bob, amountMicroRuv }],
    maxFeeMicroRuv: more.maxFeeMicroRuv,
    tokenId,
    idempotencyKey: more.key,
  })

const balanceOf = async (account: string): Promise<bigint> =>
  (await node.services.accounts.show(account)).balance.availableMicroRuv

describe('a payment by a token', () => {
  it('counts amounts and the most its fee may be, and is in the audit log with the token’s name', async () => {
    const id = await newToken({ perDayMicroRuv: 10n * ruv })
    const view = await pay(id, ruv, { maxFeeMicroRuv: ruv / 2n })
    expect(await spentOf(id)).toBe(ruv + ruv / 2n)
    expect((await ended(node, view.txId)).outcome).toBe('ok')
    const two = await node.services.transactions.pay({
      from: 'alice',
      transfers: [bob, carol].map((to) => ({ to, amountMicroRuv: ruv })),
      maxFeeMicroRuv: ruv / 2n,
      tokenId: id,
    })
    expect(await spentOf(id)).toBe(4n * ruv)
    await ended(node, two.txId)
    const { entries } = await node.services.audit.show({})
    const signed = entries.filter(({ action, details }) => action === 'transaction.signed' && details.token === id)
    expect(signed.map(({ details }) => details.txId)).toEqual([view.txId, two.txId])
  })

  it('ends at each limit with its code, and then nothing is signed, sent or counted', async () => {
    const id = await newToken({
      perTransactionMicroRuv: 2n * ruv,
      perDayMicroRuv: 3n * ruv,
      recipients: [bob],
    })
    const before = await balanceOf(alice)
    expect(await codeOf(pay(id, ruv, { to: carol }))).toBe('TOKEN_RECIPIENT')
    // Also where the balance would not do: a token's own limits come first.
    expect(await codeOf(pay(id, 10_000n * ruv))).toBe('TOKEN_LIMIT_TRANSACTION')
    expect(await codeOf(pay(id, 2n * ruv))).toBe('TOKEN_LIMIT_TRANSACTION')
    expect(await codeOf(pay(id, ruv, { maxFeeMicroRuv: ruv + 1n }))).toBe('TOKEN_LIMIT_TRANSACTION')
    expect(await spentOf(id)).toBe(0n)
    expect(await balanceOf(alice)).toBe(before)
    await ended(node, (await pay(id, ruv, { to: 'bob', maxFeeMicroRuv: ruv })).txId)
    await expect(pay(id, ruv, { maxFeeMicroRuv: 1n + ruv / 2n })).rejects.toMatchObject({
      code: 'TOKEN_LIMIT_DAY',
      details: { remainingMicroRuv: String(ruv) },
    })
    const reader = await node.services.tokens.create({ label: 'reader', scopes: ['read', 'submit'] })
    expect(await codeOf(pay(reader.view.id, 1n))).toBe('TOKEN_SCOPE')
    expect(await codeOf(node.services.transactions.faucet({ account: 'bob', tokenId: reader.view.id }))).toBe(
      'TOKEN_SCOPE',
    )
    expect(await spentOf(id)).toBe(2n * ruv)
    const { entries } = await node.services.audit.show({})
    const refused = entries.filter(({ action, details }) => action === 'token.refused' && details.token === id)
    expect(refused.map(({ details }) => details.code)).toEqual([
      'TOKEN_RECIPIENT',
      'TOKEN_LIMIT_TRANSACTION',
      'TOKEN_LIMIT_DAY',
    ])
  })

  it('from the faucet costs the token its fee', async () => {
    const id = await newToken({ perTransactionMicroRuv: ruv, recipients: [bob] })
    const view = await node.services.transactions.faucet({ account: 'carol', amountMicroRuv: 20n * ruv, tokenId: id })
    const final = await ended(node, view.txId)
    expect(final.outcome).toBe('ok')
    expect(await spentOf(id)).toBe(final.feeMicroRuv)
    const tight = await newToken({ perTransactionMicroRuv: 1n })
    const refused = node.services.transactions.faucet({ account: 'carol', amountMicroRuv: ruv, tokenId: tight })
    expect(await codeOf(refused)).toBe('TOKEN_LIMIT_TRANSACTION')
  })

  it('of 40 at once: not one more than the day allows is signed', async () => {
    const maxFeeMicroRuv = ruv / 10n
    const id = await newToken({ perDayMicroRuv: 7n * (ruv + maxFeeMicroRuv) + 1n })
    const before = await balanceOf(bob)
    const attempts = await Promise.allSettled(Array.from({ length: 40 }, () => pay(id, ruv, { maxFeeMicroRuv })))
    const sent = attempts.filter((attempt) => attempt.status === 'fulfilled')
    expect(sent).toHaveLength(7)
    for (const attempt of attempts) {
      if (attempt.status === 'rejected') expect(attempt.reason).toMatchObject({ code: 'TOKEN_LIMIT_DAY' })
    }
    for (const { value } of sent) await ended(node, value.txId)
    expect(await balanceOf(bob)).toBe(before + 7n * ruv)
    expect(await spentOf(id)).toBe(7n * (ruv + maxFeeMicroRuv))
  })

  it('counts once for its key, also after a restart; keys of others are other keys', async () => {
    const id = await newToken({ perDayMicroRuv: 3n * ruv })
    const other = await newToken()
    const request = { key: 'order-1', maxFeeMicroRuv: ruv }
    const [first, again] = await Promise.all([pay(id, ruv, request), pay(id, ruv, request)])
    expect(again.txId).toBe(first.txId)
    await ended(node, first.txId)
    expect((await pay(id, ruv, request)).txId).toBe(first.txId)
    expect(await codeOf(pay(id, 2n * ruv, request))).toBe('IDEMPOTENCY_KEY_REUSED')
    expect(await spentOf(id)).toBe(2n * ruv)

    await node.stop()
    node = await startNode()
    expect(await codeOf(pay(id, ruv / 2n, { maxFeeMicroRuv: ruv / 5n }))).toBe('VAULT_LOCKED')
    // Locked or not: it was sent before.
    expect((await pay(id, ruv, request)).txId).toBe(first.txId)
    await node.services.vault.unlock({ password: passwordBytes() })
    expect((await pay(id, ruv, request)).txId).toBe(first.txId)
    expect(await spentOf(id)).toBe(2n * ruv)
    const theirs = await pay(other, ruv, request)
    const owners = await node.services.transactions.pay({
      from: 'alice',
      transfers: [{ to: bob, amountMicroRuv: ruv }],
      maxFeeMicroRuv: ruv,
      idempotencyKey: request.key,
    })
    expect(new Set([first, theirs, owners].map(({ txId }) => txId)).size).toBe(3)
    for (const { txId } of [theirs, owners]) await ended(node, txId)
    expect(await spentOf(id)).toBe(2n * ruv)
  })

  it('is not counted where the vault is locked or the ledger would refuse it', async () => {
    const id = await newToken({ perDayMicroRuv: 20_000n * ruv })
    expect(await codeOf(pay(id, 10_000n * ruv))).toBe('INSUFFICIENT_BALANCE')
    await node.services.vault.lock()
    expect(await codeOf(pay(id, ruv))).toBe('VAULT_LOCKED')
    await node.services.vault.unlock({ password: passwordBytes() })
    expect(await spentOf(id)).toBe(0n)
  })

  it('that was signed and then not admitted is given back, and counts again when it is sent after all', async () => {
    const id = await newToken({ perDayMicroRuv: 2n * ruv })
    const request = { key: 'late', maxFeeMicroRuv: ruv / 2n }
    // The look before the signature finds room, the admission none.
    roomAnswers = 1
    expect(await codeOf(pay(id, ruv, request))).toBe('MEMPOOL_FULL')
    expect(roomAnswers).toBeLessThan(0)
    expect(await spentOf(id)).toBe(0n)
    roomAnswers = Number.POSITIVE_INFINITY
    // Meanwhile another payment takes the room in the limit, so the signed one is refused without being sent …
    const between = await pay(id, ruv, { maxFeeMicroRuv: ruv / 2n })
    await ended(node, between.txId)
    const before = await balanceOf(alice)
    expect(await codeOf(pay(id, ruv, request))).toBe('TOKEN_LIMIT_DAY')
    expect(await balanceOf(alice)).toBe(before)
    expect(await spentOf(id)).toBe(ruv + ruv / 2n)

    // … while where the limit has room for it, it goes out, and counts.
    const roomy = await newToken({ perDayMicroRuv: 2n * ruv })
    roomAnswers = 1
    expect(await codeOf(pay(roomy, ruv, request))).toBe('MEMPOOL_FULL')
    roomAnswers = 0
    expect(await codeOf(pay(roomy, ruv, request))).toBe('MEMPOOL_FULL')
    expect(await spentOf(roomy)).toBe(0n)
    roomAnswers = Number.POSITIVE_INFINITY
    const view = await pay(roomy, ruv, request)
    expect(await spentOf(roomy)).toBe(ruv + ruv / 2n)
    expect((await ended(node, view.txId)).outcome).toBe('ok')
    expect((await pay(roomy, ruv, request)).txId).toBe(view.txId)
    expect(await spentOf(roomy)).toBe(ruv + ruv / 2n)
  })

  it('stops with the token: nothing is paid, repeated or told', async () => {
    const { token, view } = await node.services.tokens.create({ label: 'short-lived', scopes: ['spend'] })
    const sent = await pay(view.id, ruv, { key: 'k' })
    await node.services.tokens.revoke(view.id)
    expect(await node.services.tokens.authenticate(token)).toBeNull()
    expect(await codeOf(pay(view.id, ruv))).toBe('TOKEN_REVOKED')
    expect(await codeOf(pay(view.id, ruv, { key: 'k' }))).toBe('TOKEN_REVOKED')
    expect((await ended(node, sent.txId)).outcome).toBe('ok')
  })
})
