/** Accounts whose key is in a token, on a real node: what is paid with them, and what is not where the token fails. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { fromHex, utf8 } from '../core/bytes.ts'
import type { Clock } from '../core/clock.ts'
import { systemRng } from '../crypto/index.ts'
import { type Node, nodeVaultKeys } from '../node.ts'
import {
  chooseToken,
  createPairings,
  initialiseToken,
  logIn,
  type ModuleOptions,
  type ModuleProcess,
  pairKey,
  sendPin,
} from '../vault/pkcs11/index.ts'
import { FaultyToken, keyPair, requireFaultyToken, rightPin } from '../vault/pkcs11/testing/faulty-token.ts'
import { nssToken, officerPin, type RealToken, softHsm, userPin } from '../vault/pkcs11/testing/real-tokens.ts'
import { codeOf, ended, passwordBytes, startTestNode, temporaryDataDir } from './test-support.ts'

const clock: Clock = { nowMs: () => 1_796_000_000_000 }

describe('an account by a key of a token', () => {
  let dataDir: { path: string; remove(): void }
  let node: Node | undefined
  let token: RealToken | FaultyToken | undefined
  beforeEach(() => {
    dataDir = temporaryDataDir()
  })
  afterEach(async () => {
    await node?.stop()
    node = undefined
    token?.remove()
    dataDir.remove()
  })

  const pairNss = async (real: RealToken): Promise<void> => {
    const module = await real.start()
    const empty = await chooseToken(module, 'NSS Certificate DB')
    await initialiseToken(module, empty, '', { officer: new Uint8Array(), user: utf8(userPin) })
    const facts = await chooseToken(module, undefined)
    await logIn(module, facts, utf8(userPin))
    await pairKeyOf(module, real.options, facts, true)
    module.stop()
  }
  const pairKeyOf = (
    module: ModuleProcess,
    options: ModuleOptions,
    facts: Awaited<ReturnType<typeof chooseToken>>,
    generate: boolean,
  ) =>
    pairKey(
      module,
      options,
      facts,
      { kind: 'ml-dsa', keyId: undefined, generate, label: 'card', numbers: undefined },
      {
        pairings: createPairings(dataDir.path),
        // The faulty token has one signature for everything: what it signs is looked at by the node.
        verify: generate ? nodeVaultKeys().verify : () => true,
        clock,
        rng: systemRng,
      },
    )

  const unlock = async (pin: string): Promise<void> => {
    const asked = await node?.services.hsm.unlock('card')
    await sendPin(asked?.pin?.socket ?? '', fromHex(asked?.pin?.ticket ?? '') ?? new Uint8Array(), [utf8(pin)])
  }
  const start = async (): Promise<Node> => {
    node = await startTestNode(dataDir.path)
    return node
  }
  const open = async (): Promise<Node['services']> => {
    const { services } = await start()
    await services.vault.init({ password: passwordBytes() })
    return services
  }

  it('is made, pays once its token is unlocked, and is there after a restart', async (context) => {
    const real = nssToken(context)
    token = real
    await pairNss(real)
    let services = await open()
    const main = await services.accounts.create({ label: 'main' })
    const card = await services.accounts.create({ label: 'savings', hardware: 'card' })
    expect(card).toMatchObject({ kind: 'vault', label: 'savings', suite: 'ML-DSA-65' })
    expect(await services.accounts.create({ label: 'again', hardware: 'card' })).toMatchObject({
      address: card.address,
    })
    expect(await services.accounts.exportPublic('savings')).toMatchObject({ path: null })
    const given = await services.transactions.faucet({ account: main.address, amountMicroRuv: 90_000_000n })
    await ended(node as Node, given.txId)
    const filled = await services.transactions.pay({
      from: main.address,
      transfers: [{ to: card.address, amountMicroRuv: 50_000_000n }],
    })
    await ended(node as Node, filled.txId)

    const back = {
      from: 'savings',
      transfers: [{ to: main.address, amountMicroRuv: 1_000_000n }],
      idempotencyKey: 'back',
    }
    expect(await codeOf(services.transactions.pay(back))).toBe('HSM_PIN_REQUIRED')
    expect(await codeOf(unlock('not-the-pin'))).toMatch(/^HSM_PIN_/)
    await unlock(userPin)
    expect((await services.hsm.list())[0]).toMatchObject({ label: 'card', use: 'signs', state: 'unlocked' })
    // Refused before it was signed, so asked again under its key it is made now, and once.
    const paid = await services.transactions.pay(back)
    expect((await ended(node as Node, paid.txId)).outcome).toBe('ok')
    expect((await services.transactions.pay(back)).txId).toBe(paid.txId)
    expect((await services.accounts.show('savings')).nonce).toBe(1)

    const signed = await services.messages.sign({ account: 'savings', message: 'mine' })
    expect(
      await services.messages.verify({
        ...signed,
        signature: fromHex(signed.signature) as Uint8Array,
        publicKey: fromHex(signed.publicKey) as Uint8Array,
      }),
    ).toEqual({ valid: true })

    // Locking the vault ends the session with the token, and with it the module's process.
    await services.vault.lock()
    expect((await services.hsm.list())[0]?.state).toBe('locked')
    await services.vault.unlock({ password: passwordBytes() })
    expect(await codeOf(services.transactions.pay({ ...back, idempotencyKey: 'second' }))).toBe('HSM_PIN_REQUIRED')

    await node?.stop()
    services = (await start()).services
    expect(await services.accounts.list()).toContainEqual(expect.objectContaining({ address: card.address }))
    await services.vault.unlock({ password: passwordBytes() })
    await unlock(userPin)
    const again = await services.transactions.pay({ ...back, idempotencyKey: 'second' })
    expect((await ended(node as Node, again.txId)).outcome).toBe('ok')

    await node?.stop()
    node = undefined
    expect(filesWith(dataDir.path, userPin)).toEqual([])
    const audit = readFileSync(join(dataDir.path, 'audit', readdirSync(join(dataDir.path, 'audit'))[0] ?? ''), 'utf8')
    for (const action of ['hsm.unlocked', 'hsm.unlock.refused', 'hsm.module.ended', 'signature.refused']) {
      expect(audit).toContain(action)
    }
  })

  it('seals the vault, which then opens with password and token alone together', async (context) => {
    const real = softHsm(context)
    token = real
    const module = await real.start()
    const empty = await chooseToken(module, undefined)
    await initialiseToken(module, empty, 'wallet', { officer: utf8(officerPin), user: utf8(userPin) })
    const facts = await chooseToken(module, 'wallet')
    await logIn(module, facts, utf8(userPin))
    const wish = { kind: 'aes', keyId: undefined, generate: true, label: 'card', numbers: undefined } as const
    const pairings = createPairings(dataDir.path)
    await pairKey(module, real.options, facts, wish, { pairings, verify: () => false, clock, rng: systemRng })
    module.stop()

    let services = await open()
    const { address } = await services.accounts.create({ label: 'main' })
    expect(await codeOf(services.vault.seal({ password: passwordBytes(), hardware: 'card' }))).toBe('HSM_PIN_REQUIRED')
    await unlock(userPin)
    await services.vault.seal({ password: passwordBytes(), hardware: 'card' })
    expect(await codeOf(services.vault.seal({ password: passwordBytes(), hardware: 'card' }))).toBe('VAULT_SEALED')
    await services.vault.lock()
    expect(await codeOf(services.vault.unlock({ password: passwordBytes() }))).toBe('HSM_PIN_REQUIRED')

    await node?.stop()
    services = (await start()).services
    expect(await codeOf(services.vault.unlock({ password: passwordBytes() }))).toBe('HSM_PIN_REQUIRED')
    await unlock(userPin)
    expect(await codeOf(services.vault.unlock({ password: passwordBytes('another password') }))).toBe(
      'VAULT_WRONG_PASSWORD',
    )
    await services.vault.unlock({ password: passwordBytes() })
    expect((await services.messages.sign({ account: 'main', message: 'mine' })).address).toBe(address)

    await services.vault.unseal({ password: passwordBytes() })
    await services.vault.lock()
    await services.vault.unlock({ password: passwordBytes() })
  })

  it('sends nothing where the module crashes or signs wrongly, and the node goes on', async (context) => {
    requireFaultyToken(context)
    const faulty = new FaultyToken()
    token = faulty
    faulty.answers(utf8('something else'))
    const module = await faulty.start()
    const facts = await chooseToken(module, undefined)
    await logIn(module, facts, utf8(rightPin))
    await pairKeyOf(module, faulty.options(), facts, false)
    module.stop()

    const services = await open()
    const main = await services.accounts.create({ label: 'main' })
    const card = await services.accounts.create({ label: 'savings', hardware: 'card' })
    expect((await services.accounts.exportPublic('savings')).publicKey).toBe(
      Buffer.from(keyPair.publicKey).toString('hex'),
    )
    const given = await services.transactions.faucet({ account: main.address, amountMicroRuv: 90_000_000n })
    await ended(node as Node, given.txId)
    const transfers = [{ to: card.address, amountMicroRuv: 50_000_000n }]
    await ended(node as Node, (await services.transactions.pay({ from: 'main', transfers })).txId)

    const back = { from: 'savings', transfers: [{ to: main.address, amountMicroRuv: 1n }], idempotencyKey: 'back' }
    await unlock(rightPin)
    expect(await codeOf(services.transactions.pay(back))).toBe('SIGNATURE_SELF_CHECK_FAILED')
    faulty.set({ sign: 'crash' })
    expect(await codeOf(services.transactions.pay(back))).toBe('HSM_MODULE_CRASHED')
    expect(await codeOf(services.transactions.pay(back))).toBe('HSM_PIN_REQUIRED')
    expect((await services.accounts.show('savings')).nonce).toBe(0)
    expect((await services.accounts.show('savings')).balance.pendingMicroRuv).toBe(0n)
    const more = await services.transactions.pay({
      from: 'main',
      transfers: [{ to: card.address, amountMicroRuv: 1n }],
    })
    expect((await ended(node as Node, more.txId)).outcome).toBe('ok')
  })
})

/** Files below the folder that have the text in them. */
function filesWith(folder: string, text: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name))
    .filter((path) => readFileSync(path).includes(text))
}
