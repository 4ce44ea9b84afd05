/** Policies of accounts at a node: by the vault's keys, from the first limit to a recovery, and across a restart. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { fromHex } from '../core/bytes.ts'
import type { Node } from '../node.ts'
import { codeOf, ended, passwordBytes, startTestNode, temporaryDataDir } from './test-support.ts'

const ruv = 1_000_000n

describe('policies at a node', () => {
  const folder = temporaryDataDir()
  let node: Node
  let aheadMs = 0
  const clock = { nowMs: () => Date.now() + aheadMs }
  const address = new Map<string, string>()

  const start = async () => {
    node = await startTestNode(folder.path, { clock })
  }
  beforeAll(async () => {
    await start()
    await node.services.vault.init({ password: passwordBytes() })
    for (const label of ['alice', 'bob', 'token', 'new', 'spare']) {
      const suite = label === 'token' ? ('ML-DSA-65+P-256' as const) : ('ML-DSA-65' as const)
      address.set(label, (await node.services.accounts.create({ label, suite })).address)
    }
    for (const account of ['alice', 'spare']) {
      await ended(node, (await node.services.transactions.faucet({ account, amountMicroRuv: 400n * ruv })).txId)
    }
  })
  afterAll(async () => {
    await node.stop()
    folder.remove()
  })

  const done = async (sent: Promise<{ txId: string }>) => ended(node, (await sent).txId)
  const pay = (amount: bigint, coSign = false, from = 'alice') =>
    node.services.transactions.pay({ from, transfers: [{ to: 'bob', amountMicroRuv: amount }], coSign })
  const policies = () => node.services.policies

  it('shows an account without one', async () => {
    expect(await policies().show('alice')).toMatchObject({
      address: address.get('alice'),
      key: { address: address.get('alice'), label: 'alice', isInVault: true },
      limit: null,
      recovery: null,
    })
    expect(await codeOf(pay(ruv, true))).toBe('COSIGNATURE_UNEXPECTED')
    for (const part of ['limit', 'recovery'] as const) {
      expect(await codeOf(policies().clear({ account: 'alice', part }))).toBe('POLICY_NOT_SET')
    }
  })

  it('sets a limit, keeps to it, and goes beyond with both keys, one of them composite', async () => {
    const sent = policies().setLimit({ account: 'alice', key: 'token', dailyLimitMicroRuv: 10n * ruv })
    expect(await done(sent)).toMatchObject({
      outcome: 'ok',
      operations: [
        { kind: 'account.update', change: 'limit', key: address.get('token'), dailyLimitMicroRuv: 10n * ruv },
      ],
    })
    expect(await done(pay(7n * ruv))).toMatchObject({ outcome: 'ok' })
    expect(await codeOf(pay(4n * ruv))).toBe('DAILY_LIMIT')
    expect(await done(pay(20n * ruv, true))).toMatchObject({ outcome: 'ok' })
    expect(await policies().show('alice')).toMatchObject({
      limit: {
        spentMicroRuv: 7n * ruv,
        allowanceMicroRuv: 3n * ruv,
        key: { label: 'token', suite: 'ML-DSA-65+P-256' },
      },
    })
    expect((await node.services.accounts.show('bob')).balance.availableMicroRuv).toBe(27n * ruv)
  })

  it('counts what is in flight, and tells a preview from what would be refused', async () => {
    const transfers = (amountMicroRuv: bigint) => [{ to: 'bob', amountMicroRuv }]
    const preview = (amount: bigint, coSign = false) =>
      node.services.transactions.preview({ from: 'alice', transfers: transfers(amount), coSign })
    expect(await codeOf(preview(4n * ruv))).toBe('DAILY_LIMIT')
    const [alone, both] = [await preview(3n * ruv), await preview(3n * ruv, true)]
    // A second signature of 3,373 bytes, its head, and 12 verification units at 500.
    expect(both.feeMicroRuv - alone.feeMicroRuv).toBeGreaterThan(3_373n + 6_000n)
  })

  it('changes the limit with both keys, and sets a recovery key', async () => {
    expect(await done(policies().setLimit({ account: 'alice', dailyLimitMicroRuv: 12n * ruv }))).toMatchObject({
      outcome: 'ok',
    })
    expect(await codeOf(policies().setRecovery({ account: 'alice', key: 'token', delayMs: 60_000 }))).toBe('KEY_REUSED')
    expect(await codeOf(policies().setRecovery({ account: 'alice', key: 'spare', delayMs: 1_000 }))).toBe(
      'RECOVERY_DELAY',
    )
    expect(await done(policies().setRecovery({ account: 'alice', key: 'spare', delayMs: 60_000 }))).toMatchObject({
      outcome: 'ok',
      operations: [{ change: 'recovery', key: address.get('spare'), delayMs: 60_000 }],
    })
  })

  it('replaces the key: the address stays, the new key signs, and messages are signed with it', async () => {
    expect(await done(policies().setKey({ account: 'alice', key: 'new' }))).toMatchObject({ outcome: 'ok' })
    expect(await policies().show('alice')).toMatchObject({ address: address.get('alice'), key: { label: 'new' } })
    expect(await done(pay(ruv))).toMatchObject({ outcome: 'ok', account: address.get('alice') })
    const signed = await node.services.messages.sign({ account: 'alice', message: 'mine' })
    const { signature, publicKey, suite } = signed
    const proof = { address: signed.address, message: 'mine', signature: fromHex(signature) as Uint8Array }
    expect(await node.services.messages.verify(proof)).toEqual({ valid: true })
    const withKey = { ...proof, suite, publicKey: fromHex(publicKey) as Uint8Array }
    expect(await node.services.messages.verify(withKey)).toEqual({ valid: true })
    const old = await node.services.accounts.exportPublic('alice')
    const withOld = { ...proof, suite: old.suite, publicKey: fromHex(old.publicKey) as Uint8Array }
    expect(await node.services.messages.verify(withOld)).toMatchObject({ reason: 'PUBLIC_KEY_MISMATCH' })
  })

  it('is the owner’s to change: a token gets TOKEN_SCOPE, by whatever way', async () => {
    const { view } = await node.services.tokens.create({ label: 'shop', scopes: ['read', 'spend'] })
    const tokenId = view.id
    expect(await codeOf(policies().setKey({ account: 'alice', key: 'bob', tokenId }))).toBe('TOKEN_SCOPE')
    expect(await codeOf(policies().recover({ account: 'alice', tokenId }))).toBe('TOKEN_SCOPE')
    const transfers = [{ to: 'bob', amountMicroRuv: ruv }]
    expect(await codeOf(node.services.transactions.pay({ from: 'alice', transfers, coSign: true, tokenId }))).toBe(
      'TOKEN_SCOPE',
    )
  })

  it('cancels a recovery, starts it again, and finishes it when its delay is over', async () => {
    expect(await codeOf(policies().cancelRecovery({ account: 'alice' }))).toBe('RECOVERY_NOT_STARTED')
    expect(await done(policies().recover({ account: 'alice' }))).toMatchObject({
      outcome: 'ok',
      account: address.get('spare'),
      operations: [{ kind: 'account.recover', change: 'start', to: address.get('alice') }],
    })
    expect(await codeOf(policies().recover({ account: 'alice' }))).toBe('RECOVERY_TOO_EARLY')
    expect(await done(policies().cancelRecovery({ account: 'alice' }))).toMatchObject({ outcome: 'ok' })
    expect(await done(policies().recover({ account: 'alice' }))).toMatchObject({ outcome: 'ok' })
    expect((await policies().show('alice')).recovery?.takesOverAtMs).not.toBeNull()
    aheadMs += 61_000
    expect(await done(policies().recover({ account: 'alice' }))).toMatchObject({
      outcome: 'ok',
      operations: [{ change: 'finish' }],
    })
    expect(await policies().show('alice')).toMatchObject({ key: { label: 'spare' }, limit: null, recovery: null })
    expect(await done(pay(100n * ruv))).toMatchObject({ outcome: 'ok' })
    const { items } = await node.services.transactions.list({ account: 'alice', limit: 50 })
    expect(items.filter(({ operations }) => operations[0]?.kind === 'account.recover')).toHaveLength(3)
  })

  it('comes to the same state when everything is replayed, and after a restart', { timeout: 60_000 }, async () => {
    expect(await node.services.storage.verify()).toMatchObject({ ok: true })
    const { stateRoot } = await node.services.node.status()
    await node.stop()
    await start()
    expect((await node.services.node.status()).stateRoot).toBe(stateRoot)
    await node.services.vault.unlock({ password: passwordBytes() })
    expect(await policies().show('alice')).toMatchObject({ key: { label: 'spare' } })
    expect(await done(pay(ruv))).toMatchObject({ outcome: 'ok' })
  })
})
