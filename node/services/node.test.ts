import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { checkpointMessage } from '../consensus/index.ts'
import { fromHex, toHex } from '../core/bytes.ts'
import { canonicalDecode } from '../core/canonical.ts'
import { defaultSignatureBackend, generateKeyPair } from '../crypto/index.ts'
import {
  accountCodec,
  accountIdOf,
  accountTreeKey,
  attachSignature,
  chainIdOf,
  formatAddress,
  maxAccountBytes,
  type Operation,
  parseAddress,
  parseGenesis,
  stateValueHash,
  type Transaction,
  transactionMessage,
  verifyStateProof,
} from '../ledger/index.ts'
import type { Node } from '../node.ts'
import { codeOf, ended, passwordBytes, startTestNode, temporaryDataDir, testPassword } from './test-support.ts'

const ruv = 1_000_000n
const bytesOf = (hex: string): Uint8Array => fromHex(hex) as Uint8Array

describe('a node of one validator', () => {
  const folder = temporaryDataDir()
  let node: Node
  let alice = ''
  let bob = ''

  beforeAll(async () => {
    node = await startTestNode(folder.path)
    await node.services.vault.init({ password: passwordBytes() })
    alice = (await node.services.accounts.create({ label: 'alice' })).address
    bob = (await node.services.accounts.create({ label: 'bob' })).address
    await ended(node, (await node.services.transactions.faucet({ account: 'alice', amountMicroRuv: 500n * ruv })).txId)
  })
  afterAll(async () => {
    await node.stop()
    folder.remove()
  })

  const available = async (account: string): Promise<bigint> =>
    (await node.services.accounts.show(account)).balance.availableMicroRuv

  it('moves exactly amount and fee, and shows every state in order with the record behind it', async () => {
    const [aliceBefore, bobBefore] = [await available(alice), await available(bob)]
    const sent = await node.services.transactions.pay({
      from: 'alice',
      transfers: [{ to: bob, amountMicroRuv: 3n * ruv, memo: 'rent' }],
    })
    const view = await ended(node, sent.txId)
    expect(view.outcome).toBe('ok')
    expect(view.states.map(({ state }) => state)).toEqual([
      'Created',
      'Signed',
      'Broadcast',
      'Validating',
      'Voting',
      'Confirming',
      'Confirmed',
      'Finalized',
    ])
    const times = view.states.map(({ atMs }) => atMs)
    expect(times).toEqual([...times].sort((a, b) => a - b))
    for (const { record } of view.states) expect(record).toMatch(/^(intent|admission|vertex|commit):[0-9a-f]+$/)
    expect(await available(alice)).toBe(aliceBefore - 3n * ruv - view.feeMicroRuv)
    expect(await available(bob)).toBe(bobBefore + 3n * ruv)
  })

  it('answers the same idempotency key with the same transaction, and another request under it with a refusal', async () => {
    const request = { from: 'alice', transfers: [{ to: bob, amountMicroRuv: ruv }], idempotencyKey: 'invoice-7' }
    const [first, second] = await Promise.all([
      node.services.transactions.pay(request),
      node.services.transactions.pay(request),
    ])
    expect(second.txId).toBe(first.txId)
    await ended(node, first.txId)
    expect((await node.services.transactions.pay(request)).txId).toBe(first.txId)
    const other = { ...request, transfers: [{ to: bob, amountMicroRuv: 2n * ruv }] }
    expect(await codeOf(node.services.transactions.pay(other))).toBe('IDEMPOTENCY_KEY_REUSED')
  })

  it('refuses what the ledger would refuse before anything is signed, each with its code', async () => {
    const pay = (amountMicroRuv: bigint, to = bob, more: object = {}) =>
      codeOf(node.services.transactions.pay({ from: 'alice', transfers: [{ to, amountMicroRuv }], ...more }))
    expect(await pay(0n)).toBe('AMOUNT_ZERO')
    expect(await pay(10_000_000n * ruv)).toBe('INSUFFICIENT_BALANCE')
    expect(await pay(0xffff_ffff_ffff_ffffn)).toBe('AMOUNT_OUT_OF_RANGE')
    expect(await pay(ruv, alice)).toBe('SELF_TRANSFER')
    expect(await pay(ruv, `${bob.slice(0, -1)}${bob.endsWith('q') ? 'p' : 'q'}`)).toBe('ADDRESS_INVALID')
    const foreign = formatAddress('main', accountIdOf('ML-DSA-65', generateKeyPair('ML-DSA-65').publicKey))
    expect(await pay(ruv, foreign)).toBe('ADDRESS_WRONG_NETWORK')
    expect(await pay(ruv, bob, { maxFeeMicroRuv: 10n })).toBe('MAX_FEE_TOO_LOW')
    const memo = 'ü'.repeat(129)
    expect(
      await codeOf(
        node.services.transactions.pay({ from: 'alice', transfers: [{ to: bob, amountMicroRuv: 1n, memo }] }),
      ),
    ).toBe('MEMO_TOO_LONG')
    const halfSurrogate = { from: 'alice', transfers: [{ to: bob, amountMicroRuv: 1n, memo: 'x\ud800' }] }
    expect(await codeOf(node.services.transactions.pay(halfSurrogate))).toBe('MEMO_INVALID')
    expect(await codeOf(node.services.transactions.pay({ from: 'alice', transfers: [] }))).toBe('OPERATION_COUNT')
    expect(await codeOf(node.services.transactions.pay({ from: 'nobody', transfers: [] }))).toBe('ACCOUNT_UNKNOWN')
    expect(await codeOf(node.services.transactions.faucet({ account: 'bob', amountMicroRuv: 1_001n * ruv }))).toBe(
      'FAUCET_LIMIT',
    )
  })

  it('takes foreign transactions by their bytes, once, and refuses mended ones', async () => {
    const backend = defaultSignatureBackend()
    const keys = generateKeyPair('ML-DSA-44')
    const id = accountIdOf('ML-DSA-44', keys.publicKey)
    const address = formatAddress('development', id)
    await ended(
      node,
      (await node.services.transactions.pay({ from: 'alice', transfers: [{ to: address, amountMicroRuv: 9n * ruv }] }))
        .txId,
    )
    const draft = (change: Partial<Transaction> = {}): Transaction => ({
      chainId: bytesOf(node.info.chainId),
      account: id,
      key: { suite: 1, publicKey: keys.publicKey },
      nonce: 0,
      operations: [{ kind: 'transfer', to: accountIdOf('ML-DSA-65', keys.publicKey), amountMicroRuv: ruv, memo: null }],
      maxFeeMicroRuv: ruv,
      validUntilMs: Date.now() + 60_000,
      ...change,
    })
    const sign = (transaction: Transaction): Uint8Array =>
      attachSignature(transaction, backend.sign('ML-DSA-44', keys.seed, transactionMessage(transaction))).bytes
    const submit = (bytes: Uint8Array) => node.services.transactions.submit(bytes)

    const faucet: Operation = { kind: 'faucet', amountMicroRuv: ruv }
    const refusals: [Partial<Transaction>, string][] = [
      [{ chainId: new Uint8Array(32) }, 'CHAIN_MISMATCH'],
      [{ nonce: 64 }, 'NONCE_TOO_FAR'],
      [{ validUntilMs: Date.now() - 1 }, 'EXPIRED'],
      [{ validUntilMs: Date.now() + 25 * 3_600_000 }, 'VALID_UNTIL_TOO_FAR'],
      [{ maxFeeMicroRuv: 1n }, 'MAX_FEE_TOO_LOW'],
      [{ key: null }, 'PUBLIC_KEY_REQUIRED'],
      [{ key: { suite: 9, publicKey: keys.publicKey } }, 'SUITE_UNKNOWN'],
      [{ key: { suite: 2, publicKey: keys.publicKey } }, 'PUBLIC_KEY_LENGTH'],
      [{ key: { suite: 1, publicKey: keys.publicKey.map((byte) => byte ^ 1) } }, 'PUBLIC_KEY_MISMATCH'],
      [{ operations: [faucet, faucet] }, 'FAUCET_ALONE'],
    ]
    for (const [change, code] of refusals)
      expect([code, await codeOf(submit(sign(draft(change))))]).toEqual([code, code])
    const good = sign(draft())
    expect(await codeOf(submit(good.map((byte, index) => (index === good.length - 1 ? byte ^ 1 : byte))))).toBe(
      'SIGNATURE_INVALID',
    )
    expect(await codeOf(submit(Uint8Array.of(...good, 0)))).toBe('ENCODING_MALFORMED')
    expect(await codeOf(submit(new Uint8Array(40_000)))).toBe('TRANSACTION_TOO_LARGE')

    const first = await submit(good)
    expect((await submit(good)).txId).toBe(first.txId)
    expect((await ended(node, first.txId)).states[0]?.state).toBe('Validating')
    expect((await submit(good)).state).toBe('Finalized')
    expect(await codeOf(submit(sign(draft({ maxFeeMicroRuv: 2n * ruv }))))).toBe('NONCE_USED')
  })

  it('pages the history without a gap or a repeat, newest first, by account', async () => {
    for (let round = 0; round < 3; round++) {
      const sent = await Promise.all(
        [1n, 2n, 3n].map((amount) =>
          node.services.transactions.pay({ from: 'alice', transfers: [{ to: bob, amountMicroRuv: amount }] }),
        ),
      )
      for (const { txId } of sent) await ended(node, txId)
    }
    const all = (await node.services.transactions.list({ account: 'bob', limit: 200 })).items.map(({ txId }) => txId)
    const paged: string[] = []
    let cursor: string | undefined
    do {
      const page = await node.services.transactions.list({ account: 'bob', limit: 4, cursor })
      paged.push(...page.items.map(({ txId }) => txId))
      cursor = page.cursor ?? undefined
    } while (cursor !== undefined)
    expect(paged).toEqual(all)
    expect(new Set(all).size).toBe(all.length)
    expect(await codeOf(node.services.transactions.list({ cursor: 'no-cursor' }))).toBe('CURSOR_INVALID')
  })

  it('proves balances to somebody who knows the genesis alone, and absence too', async () => {
    // A checkpoint comes with the first commit past each two seconds of ledger time.
    let proof = await node.services.network.accountProof(alice).catch(() => null)
    for (let attempt = 0; attempt < 40 && proof === null; attempt++) {
      await ended(
        node,
        (await node.services.transactions.pay({ from: 'alice', transfers: [{ to: bob, amountMicroRuv: 1n }] })).txId,
      )
      proof = await node.services.network.accountProof(alice).catch(() => null)
    }
    const { checkpoint } = proof as NonNullable<typeof proof>
    for (const address of [alice, formatAddress('development', accountIdOf('ML-DSA-65', new Uint8Array(1_952)))]) {
      const shown = await node.services.network.accountProof(address)
      const verdict = verifyStateProof(bytesOf(shown.checkpoint.stateRoot), bytesOf(shown.key), {
        siblings: shown.siblings.map(bytesOf),
        end: shown.end === null ? null : { key: bytesOf(shown.end.key), valueHash: bytesOf(shown.end.valueHash) },
      })
      if (address === alice) {
        const id = parseAddress('development', alice)
        expect(id.ok && toHex(accountTreeKey(id.value))).toBe(shown.key)
        const account = canonicalDecode(accountCodec, bytesOf(shown.account as string), maxAccountBytes)
        expect(account.ok && account.value.balanceMicroRuv > 0n).toBe(true)
        expect(toHex(verdict as Uint8Array)).toBe(toHex(stateValueHash(bytesOf(shown.account as string))))
      } else expect([verdict, shown.account]).toEqual(['absent', null])
    }
    const genesis = parseGenesis(readFileSync(join(folder.path, 'genesis.json'), 'utf8'))
    if (!genesis.ok) throw new Error(genesis.error.code)
    expect(toHex(chainIdOf(genesis.value))).toBe(node.info.chainId)
    const message = checkpointMessage(bytesOf(node.info.chainId), {
      ...checkpoint,
      stateRoot: bytesOf(checkpoint.stateRoot),
      historyRoot: bytesOf(checkpoint.historyRoot),
      consensusRoot: bytesOf(checkpoint.consensusRoot),
      nextValidatorsHash: bytesOf(checkpoint.nextValidatorsHash),
      previous: bytesOf(checkpoint.previous),
    })
    const signature = bytesOf(checkpoint.certificate[0]?.signature as string)
    const { publicKey } = genesis.value.validators[0] as { publicKey: Uint8Array }
    expect(defaultSignatureBackend().verify('ML-DSA-65', publicKey, message, signature)).toBe(true)
    const again = await node.services.network.checkpoint(checkpoint.seq)
    expect(again).toEqual(checkpoint)
    expect(await codeOf(node.services.network.checkpoint(1_000_000))).toBe('CHECKPOINT_UNKNOWN')
  })

  it('signs nothing while the vault is locked, and says so', async () => {
    await node.services.vault.lock()
    const pay = node.services.transactions.pay({ from: 'alice', transfers: [{ to: bob, amountMicroRuv: 1n }] })
    expect(await codeOf(pay)).toBe('VAULT_LOCKED')
    await node.services.vault.unlock({ password: passwordBytes() })
  })

  it('finds nothing wrong when everything is replayed from the genesis', async () => {
    const verdict = await node.services.storage.verify()
    expect(verdict).toMatchObject({ ok: true, problems: [] })
    expect(verdict.transactions).toBeGreaterThan(10)
    expect(await node.services.audit.verify()).toMatchObject({ ok: true })
  })

  it('announces balances and payments with the right amounts, and takes up where a reader left off', async () => {
    const { position, subscribe } = node.services.events
    const after = position()
    const sent = await node.services.transactions.pay({ from: 'alice', transfers: [{ to: bob, amountMicroRuv: 7n }] })
    await ended(node, sent.txId)
    const read = async (from: typeof after, count: number) => {
      const seen: { sequence: number; type: string; change?: unknown }[] = []
      for await (const delivery of subscribe({ after: from, accounts: ['bob'] })) {
        if (delivery.kind === 'gap') continue
        seen.push({ sequence: delivery.sequence, type: delivery.event.type, change: delivery.event.data.change })
        if (seen.length === count) break
      }
      return seen
    }
    const all = await read(after, 9)
    expect(all.map(({ type }) => type)).toEqual([
      'transaction.created',
      'transaction.signed',
      'transaction.broadcast',
      'transaction.validating',
      'transaction.voting',
      'transaction.confirming',
      'transaction.confirmed',
      'transaction.finalized',
      'account.balance.changed',
    ])
    expect(all.at(-1)?.change).toBe('7')
    const resumed = await read({ run: after.run, sequence: all[3]?.sequence as number }, 5)
    expect(resumed).toEqual(all.slice(4))
    const stranger = subscribe({ after: { run: 'another', sequence: 1 } })[Symbol.asyncIterator]()
    expect((await stranger.next()).value).toMatchObject({ kind: 'gap' })
    await stranger.return?.()
  })
})

describe('a node that is started again', () => {
  it('has the same balances, history, checkpoints and root; another vault of the phrase has the same addresses', async () => {
    const [first, second] = [temporaryDataDir(), temporaryDataDir()]
    let node = await startTestNode(first.path)
    const { phrase } = await node.services.vault.init({ password: passwordBytes() })
    await node.services.accounts.create({ label: 'a' })
    await node.services.accounts.create({ label: 'b' })
    await ended(node, (await node.services.transactions.faucet({ account: 'a' })).txId)
    await ended(
      node,
      (await node.services.transactions.pay({ from: 'a', transfers: [{ to: 'b', amountMicroRuv: 5n }] })).txId,
    )
    const snapshot = async () => ({
      accounts: await node.services.accounts.list(),
      history: await node.services.transactions.list({}),
    })
    const before = await snapshot()
    const { stateRoot } = await node.services.node.status()
    await node.stop()
    node = await startTestNode(first.path)
    expect(await snapshot()).toEqual(before)
    expect((await node.services.node.status()).stateRoot).toBe(stateRoot)
    expect(await codeOf(startTestNode(first.path))).toBe('DATA_FOLDER_IN_USE')
    await node.stop()

    const other = await startTestNode(second.path)
    const restored = await other.services.vault.restorePhrase({
      phrase,
      password: passwordBytes(testPassword),
      accounts: 2,
    })
    expect(restored.accounts.map(({ address }) => address)).toEqual(before.accounts.map(({ address }) => address))
    await other.stop()
    first.remove()
    second.remove()
  })
})
