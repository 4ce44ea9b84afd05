/** Built on one machine, signed on another that knows nothing of the ledger, handed in on the first. */
import { cpSync } from 'node:fs'
import fc from 'fast-check'
import { afterEach, describe, expect, it } from 'vitest'
import { fromHex, toHex } from '../core/bytes.ts'
import { NodeError } from '../core/node-error.ts'
import { attachSignature, decodeSignedTransaction, type SignedTransaction } from '../ledger/index.ts'
import type { Node } from '../node.ts'
import { codeOf, ended, passwordBytes, startTestNode, temporaryDataDir } from './test-support.ts'
import type { UnsignedTransactionView } from './types.ts'

const ruv = 1_000_000n
const closers: (() => unknown)[] = []
afterEach(async () => {
  for (let close = closers.pop(); close !== undefined; close = closers.pop()) await close()
})

async function started(path: string, deps: Parameters<typeof startTestNode>[1] = {}): Promise<Node> {
  const node = await startTestNode(path, deps)
  closers.push(() => node.stop())
  await node.services.vault.init({ password: passwordBytes() })
  return node
}

function newFolder(): string {
  const folder = temporaryDataDir()
  closers.push(() => folder.remove())
  return folder.path
}

interface Stage {
  /** Has the ledger; watches `cold` and pays from `hot`. */
  readonly connected: Node
  /** The same network, whose ledger has not moved here; `cold` is in its vault. */
  readonly signer: Node
  readonly bob: string
  readonly cold: string
}

async function stage(deps: Parameters<typeof startTestNode>[1] = {}): Promise<Stage> {
  const [path, copy] = [newFolder(), newFolder()]
  await (await startTestNode(path)).stop()
  // The genesis and its validator: two machines of one network.
  cpSync(path, copy, { recursive: true })
  const [connected, signer] = [await started(path), await started(copy, deps)]
  const { address: cold } = await signer.services.accounts.create({ label: 'cold' })
  const { suite, publicKey } = await signer.services.accounts.exportPublic('cold')
  const { accounts, transactions } = connected.services
  await accounts.watch({ publicKey: fromHex(publicKey) as Uint8Array, suite, label: 'savings' })
  await accounts.create({ label: 'hot' })
  const bob = (await accounts.create({ label: 'bob' })).address
  await ended(connected, (await transactions.faucet({ account: 'hot', amountMicroRuv: 100n * ruv })).txId)
  const funding = { from: 'hot', transfers: [{ to: cold, amountMicroRuv: 50n * ruv }] }
  await ended(connected, (await transactions.pay(funding)).txId)
  return { connected, signer, bob, cold }
}

const build = (
  { connected, bob }: Stage,
  amountMicroRuv: bigint,
  more: { nonce?: number; maxFeeMicroRuv?: bigint } = {},
) =>
  connected.services.transactions.build({
    from: 'savings',
    transfers: [{ to: bob, amountMicroRuv, memo: 'invoice 7' }],
    ...more,
  })

const decoded = ({ bytes }: Pick<UnsignedTransactionView, 'bytes'>): SignedTransaction => {
  const read = decodeSignedTransaction(bytes)
  if (!read.ok) throw new Error(read.error.code)
  return read.value
}

/** The same document with other content, canonical again. */
const altered = (document: UnsignedTransactionView, change: Partial<SignedTransaction>): Uint8Array =>
  attachSignature({ ...decoded(document), ...change }, new Uint8Array()).bytes

describe('a payment built here and signed elsewhere', () => {
  it('is carried out as it was shown, and the machine that signs sends nothing', async () => {
    const on = await stage()
    const { connected, signer, bob, cold } = on
    const document = await build(on, 7n * ruv)
    expect(document).toMatchObject({
      chainId: connected.info.chainId,
      account: cold,
      nonce: 0,
      operations: [{ kind: 'transfer', to: bob, amountMicroRuv: 7n * ruv, memo: 'invoice 7' }],
    })
    expect(await connected.services.transactions.nonces(cold)).toEqual({ next: 0, taken: [], missing: [] })
    // That machine has never heard of the account's money.
    expect((await signer.services.accounts.show('cold')).balance.availableMicroRuv).toBe(0n)
    expect(await signer.services.transactions.inspect(document.bytes)).toEqual(document)
    const { txId, signed } = await signer.services.transactions.sign({ bytes: document.bytes })
    expect(txId).toBe(document.txId)
    expect((await signer.services.node.status()).mempool).toBe(0)
    expect(await codeOf(signer.services.transactions.show(txId))).toBe('TRANSACTION_UNKNOWN')
    const { entries } = await signer.services.audit.show({ limit: 1 })
    expect(entries).toMatchObject([{ action: 'transaction.signed', details: { account: cold, txId, sent: false } }])

    const { transactions, accounts } = connected.services
    expect(await ended(connected, (await transactions.submit(signed)).txId)).toMatchObject({ txId, outcome: 'ok' })
    expect((await accounts.show(bob)).balance.availableMicroRuv).toBe(7n * ruv)
    const { balance, nonce } = await accounts.show(cold)
    expect(nonce).toBe(1)
    // What was allowed is what it cost.
    expect(balance.availableMicroRuv).toBe(43n * ruv - document.maxFeeMicroRuv)
    // The key is on the ledger now: the next one is shorter, and names the next nonce.
    const next = await build(on, ruv)
    expect([next.nonce, decoded(next).key]).toEqual([1, null])
    expect(next.maxFeeMicroRuv).toBeLessThan(document.maxFeeMicroRuv)
  })

  it('several are built and signed together, in nonces one after the other', async () => {
    const on = await stage()
    const { connected, signer, bob } = on
    const documents = [
      await build(on, ruv),
      await build(on, 2n * ruv, { nonce: 1 }),
      await build(on, 3n * ruv, { nonce: 2 }),
    ]
    expect(documents.map(({ nonce }) => nonce)).toEqual([0, 1, 2])
    expect(await codeOf(build(on, ruv, { nonce: 64 }))).toBe('NONCE_TOO_FAR')
    const signed = await Promise.all(documents.map(({ bytes }) => signer.services.transactions.sign({ bytes })))
    const sent = await Promise.all(signed.map((one) => connected.services.transactions.submit(one.signed)))
    const ends = await Promise.all(sent.map(({ txId }) => ended(connected, txId)))
    expect(ends.map(({ outcome, nonce }) => [outcome, nonce])).toEqual([
      ['ok', 0],
      ['ok', 1],
      ['ok', 2],
    ])
    expect((await connected.services.accounts.show(bob)).balance.availableMicroRuv).toBe(6n * ruv)
  })

  it('is refused where the payment would be, before anybody carries it anywhere', async () => {
    const on = await stage()
    const { transactions, accounts } = on.connected.services
    expect(await codeOf(build(on, 50n * ruv))).toBe('INSUFFICIENT_BALANCE')
    expect(await codeOf(build(on, ruv, { maxFeeMicroRuv: 1n }))).toBe('MAX_FEE_TOO_LOW')
    const byAddress = (await on.signer.services.accounts.create({ label: 'second' })).address
    const transfers = [{ to: on.bob, amountMicroRuv: 1n }]
    expect(await codeOf(transactions.build({ from: byAddress, transfers }))).toBe('ACCOUNT_UNKNOWN')
    await accounts.watch({ address: byAddress })
    expect(await codeOf(transactions.build({ from: byAddress, transfers }))).toBe('ACCOUNT_WATCHED')
    expect(await codeOf(transactions.build({ transfers }))).toBe('ACCOUNT_AMBIGUOUS')
    // One of this vault can be built as well, also while it is locked.
    await on.connected.services.vault.lock()
    const own = await transactions.build({ from: 'hot', transfers })
    expect(await codeOf(transactions.sign(own))).toBe('VAULT_LOCKED')
    await on.connected.services.vault.unlock({ password: passwordBytes() })
    expect((await transactions.sign(own)).txId).toBe(own.txId)
  })
})

describe('a machine that is asked to sign', () => {
  it('signs for its own network and accounts alone', async () => {
    const on = await stage()
    const document = await build(on, ruv)
    const stranger = await started(newFolder())
    expect(await codeOf(stranger.services.transactions.inspect(document.bytes))).toBe('CHAIN_MISMATCH')
    expect(await codeOf(stranger.services.transactions.sign(document))).toBe('CHAIN_MISMATCH')
    expect(await codeOf(on.connected.services.transactions.sign(document))).toBe('ACCOUNT_WATCHED')
    const hot = await on.connected.services.transactions.build({
      from: 'hot',
      transfers: [{ to: on.bob, amountMicroRuv: 1n }],
    })
    expect(await codeOf(on.signer.services.transactions.sign(hot))).toBe('ACCOUNT_UNKNOWN')
    // Its own key under another's account.
    const { key } = decoded(document)
    expect(await codeOf(on.signer.services.transactions.sign({ bytes: altered(hot, { key }) }))).toBe(
      'PUBLIC_KEY_MISMATCH',
    )
  })

  it('signs nothing that is signed, over, good for too long, or cannot pay its fee', async () => {
    let aheadMs = 0
    const on = await stage({ clock: { nowMs: () => Date.now() + aheadMs } })
    const { transactions } = on.signer.services
    const document = await build(on, ruv)
    const { signed } = await transactions.sign(document)
    const codesOf = async (bytes: Uint8Array) => [
      await codeOf(transactions.inspect(bytes)),
      await codeOf(transactions.sign({ bytes })),
    ]
    expect(await codesOf(signed)).toEqual(['INPUT_INVALID', 'INPUT_INVALID'])
    expect(await codesOf(document.bytes.subarray(0, 99))).toEqual(['ENCODING_MALFORMED', 'ENCODING_MALFORMED'])
    const far = altered(document, { validUntilMs: Date.now() + 24 * 3_600_000 + 60_000 })
    expect(await codesOf(far)).toEqual(['VALID_UNTIL_TOO_FAR', 'VALID_UNTIL_TOO_FAR'])
    expect(await codesOf(altered(document, { validUntilMs: Number.MAX_SAFE_INTEGER }))).toContain('VALID_UNTIL_TOO_FAR')
    const poor = altered(document, { maxFeeMicroRuv: document.maxFeeMicroRuv - 2_000n })
    expect(await codesOf(poor)).toEqual(['no error', 'MAX_FEE_TOO_LOW'])
    aheadMs = document.validUntilMs - Date.now()
    expect(await codesOf(document.bytes)).toEqual(['EXPIRED', 'EXPIRED'])
  })

  it('tells of every altered byte: it cannot be read, or says something else (property)', async () => {
    const on = await stage()
    const document = await build(on, ruv)
    const { transactions } = on.signer.services
    const { txId: _, bytes: __, ...said } = document
    await fc.assert(
      fc.asyncProperty(fc.nat(document.bytes.length - 1), fc.integer({ min: 1, max: 255 }), async (at, change) => {
        const bytes = document.bytes.slice()
        bytes[at] = (bytes[at] as number) ^ change
        const shown = await transactions.inspect(bytes).catch((error: unknown) => error)
        if (shown instanceof NodeError) {
          expect(shown.code).toMatch(/^[A-Z_]+$/)
          return
        }
        expect(shown).not.toMatchObject(said)
        expect(shown).not.toMatchObject({ txId: document.txId })
      }),
      { seed: 20_261_122, numRuns: 300 },
    )
  })

  it('holds a token to its limits, and counts a payment once however often it is signed', async () => {
    const on = await stage()
    const { transactions, tokens } = on.signer.services
    const tokenOf = async (label: string, recipients: string[], scopes: ('spend' | 'submit')[] = ['spend']) =>
      (
        await tokens.create({
          label,
          scopes,
          ...(scopes.includes('spend') ? { limits: { perDayMicroRuv: 10n * ruv, recipients } } : {}),
        })
      ).view.id
    const document = await build(on, 7n * ruv)
    const elsewhere = await tokenOf('elsewhere', [on.cold])
    expect(await codeOf(transactions.sign({ ...document, tokenId: elsewhere }))).toBe('TOKEN_RECIPIENT')
    const submitter = await tokenOf('submitter', [], ['submit'])
    expect(await codeOf(transactions.sign({ ...document, tokenId: submitter }))).toBe('TOKEN_SCOPE')

    const tokenId = await tokenOf('signer', [on.bob])
    const spent = async () => (await tokens.list()).find(({ id }) => id === tokenId)?.spentTodayMicroRuv
    await on.signer.services.vault.lock()
    expect(await codeOf(transactions.sign({ ...document, tokenId }))).toBe('VAULT_LOCKED')
    expect(await spent()).toBe(0n)
    await on.signer.services.vault.unlock({ password: passwordBytes() })
    const twice = await Promise.all([1, 2].map(() => transactions.sign({ ...document, tokenId })))
    expect(new Set(twice.map(({ txId }) => txId)).size).toBe(1)
    expect(await spent()).toBe(7n * ruv + document.maxFeeMicroRuv)
    const more = await build(on, 4n * ruv, { nonce: 1 })
    expect(await codeOf(transactions.sign({ ...more, tokenId }))).toBe('TOKEN_LIMIT_DAY')
    expect(await spent()).toBe(7n * ruv + document.maxFeeMicroRuv)
    expect(toHex(twice[0]?.signed ?? new Uint8Array())).toMatch(/^82/)
  })
})
