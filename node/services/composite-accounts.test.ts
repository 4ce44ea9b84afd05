/** Accounts with one key in the vault and one in a token, on a real node: what is paid with them, and what never is. */
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
import { requireFaultyToken, rightPin } from '../vault/pkcs11/testing/faulty-token.ts'
import { P256Token } from '../vault/pkcs11/testing/p256-token.ts'
import { officerPin, type RealToken, softHsm, userPin } from '../vault/pkcs11/testing/real-tokens.ts'
import { codeOf, ended, passwordBytes, startTestNode, temporaryDataDir } from './test-support.ts'

let nowMs = 1_796_000_000_000
/** One pairing after another: that is how they are listed. */
const clock: Clock = { nowMs: () => nowMs++ }
/** One module's hang takes what a signature may take, 20 s. */
const hangTestMs = 180_000

describe('an account with one key in the vault and one in a token', () => {
  let dataDir: { path: string; remove(): void }
  let node: Node | undefined
  let token: RealToken | P256Token | undefined
  beforeEach(() => {
    dataDir = temporaryDataDir()
  })
  afterEach(async () => {
    await node?.stop()
    node = undefined
    token?.remove()
    dataDir.remove()
  })

  const pair = async (
    module: ModuleProcess,
    options: ModuleOptions,
    pin: string,
    { kind = 'ec', label = 'card' }: { kind?: 'ec' | 'aes'; label?: string } = {},
  ) => {
    const facts = await chooseToken(module, undefined)
    await logIn(module, facts, utf8(pin))
    const wish = { kind, keyId: undefined, generate: !(token instanceof P256Token), label, numbers: undefined }
    const pairings = createPairings(dataDir.path)
    return pairKey(module, options, facts, wish, {
      pairings,
      verify: nodeVaultKeys().verify,
      clock,
      rng: systemRng,
    })
  }
  const pairFaulty = async (): Promise<P256Token> => {
    const faulty = new P256Token()
    token = faulty
    const module = await faulty.start()
    await pair(module, faulty.options(), rightPin)
    module.stop()
    return faulty
  }

  const unlock = async (pin: string): Promise<void> => {
    const asked = await node?.services.hsm.unlock('card')
    await sendPin(asked?.pin?.socket ?? '', fromHex(asked?.pin?.ticket ?? '') ?? new Uint8Array(), [utf8(pin)])
  }
  const start = async (): Promise<Node['services']> => {
    node = await startTestNode(dataDir.path)
    return node.services
  }
  const done = async (sent: Promise<{ txId: string }>) => ended(node as Node, (await sent).txId)

  /** A vault with `main`, which has money, and `savings`, which has 50 rUv and the token's key. */
  const open = async () => {
    const services = await start()
    await services.vault.init({ password: passwordBytes() })
    const main = await services.accounts.create({ label: 'main' })
    const card = await services.accounts.create({ label: 'savings', hardware: 'card' })
    await done(services.transactions.faucet({ account: main.address, amountMicroRuv: 90_000_000n }))
    await done(
      services.transactions.pay({ from: 'main', transfers: [{ to: card.address, amountMicroRuv: 50_000_000n }] }),
    )
    const back = (idempotencyKey: string) =>
      services.transactions.pay({
        from: 'savings',
        transfers: [{ to: main.address, amountMicroRuv: 1_000_000n }],
        idempotencyKey,
      })
    return { services, main, card, back }
  }

  const initialiseSoftHsm = async (real: RealToken): Promise<ModuleProcess> => {
    const module = await real.start()
    const empty = await chooseToken(module, undefined)
    await initialiseToken(module, empty, 'wallet', { officer: utf8(officerPin), user: utf8(userPin) })
    return module
  }

  it(
    'pays by both, and says which keys there are and what the vault is sealed by',
    async (context) => {
      const real = softHsm(context)
      token = real
      const module = await initialiseSoftHsm(real)
      const { id } = await pair(module, real.options, userPin)
      const safe = await pair(module, real.options, userPin, { kind: 'aes', label: 'safe' })
      module.stop()

      const { services, main, card, back } = await open()
      expect(card).toMatchObject({ kind: 'vault', suite: 'ML-DSA-65+P-256', signer: 'composite' })
      expect(main).toMatchObject({ kind: 'vault', suite: 'ML-DSA-65', signer: 'software' })
      expect((await services.accounts.create({ hardware: 'card' })).address).toBe(card.address)
      const key = { id, label: 'card', use: 'co-signs', suite: 'ML-DSA-65+P-256' }
      const aes = { id: safe.id, label: 'safe', use: 'seals', suite: null, state: 'locked' }
      expect(await services.vault.status()).toMatchObject({
        sealedBy: null,
        hardwareKeys: [{ ...key, state: 'locked' }, aes],
      })

      expect(await codeOf(back('first'))).toBe('HSM_PIN_REQUIRED')
      await unlock(userPin)
      expect(await done(back('first'))).toMatchObject({ outcome: 'ok', nonce: 0 })
      expect((await back('first')).nonce).toBe(0)
      expect((await services.accounts.show('savings')).nonce).toBe(1)
      const signed = await services.messages.sign({ account: 'savings', message: 'mine' })
      const [signature, publicKey] = [fromHex(signed.signature), fromHex(signed.publicKey)] as [Uint8Array, Uint8Array]
      expect(await services.messages.verify({ ...signed, signature, publicKey })).toEqual({ valid: true })

      await services.vault.seal({ password: passwordBytes(), hardware: 'safe' })
      const sealedBy = { pairing: safe.id, label: 'safe', serial: safe.token.serial }
      expect(await services.vault.status()).toMatchObject({ locked: false, sealedBy })
      await node?.stop()
      const after = await start()
      expect(await after.vault.status()).toMatchObject({ locked: true, sealedBy })
      await unlock(userPin)
      await after.vault.unlock({ password: passwordBytes() })
      const again = await after.transactions.pay({
        from: 'savings',
        transfers: [{ to: main.address, amountMicroRuv: 1n }],
      })
      expect(await ended(node as Node, again.txId)).toMatchObject({ outcome: 'ok', nonce: 1 })
    },
    hangTestMs,
  )

  it(
    'stands behind the daily limit of another account as its second key',
    async (context) => {
      const real = softHsm(context)
      token = real
      const module = await initialiseSoftHsm(real)
      await pair(module, real.options, userPin)
      module.stop()
      const { services, card } = await open()
      await unlock(userPin)
      // Above its limit `main` needs the token.
      const limited = await done(
        services.policies.setLimit({ account: 'main', key: 'savings', dailyLimitMicroRuv: 2_000_000n }),
      )
      expect(limited.outcome).toBe('ok')
      expect((await services.policies.show('main')).limit).toMatchObject({
        key: { suite: 'ML-DSA-65+P-256', label: 'savings', isInVault: true },
      })
      const much = (more: object) =>
        services.transactions.pay({
          from: 'main',
          transfers: [{ to: card.address, amountMicroRuv: 5_000_000n }],
          ...more,
        })
      expect(await codeOf(much({}))).toBe('DAILY_LIMIT')
      await services.vault.lock()
      await services.vault.unlock({ password: passwordBytes() })
      const before = (await services.accounts.show('main')).nonce
      expect(await codeOf(much({ coSign: true, idempotencyKey: 'much' }))).toBe('HSM_PIN_REQUIRED')
      expect(await services.accounts.show('main')).toMatchObject({ nonce: before, balance: { pendingMicroRuv: 0n } })
      await unlock(userPin)
      expect(await done(much({ coSign: true, idempotencyKey: 'much' }))).toMatchObject({ outcome: 'ok', nonce: before })
      // Lifting the limit needs the token too.
      await services.vault.lock()
      await services.vault.unlock({ password: passwordBytes() })
      expect(await codeOf(services.policies.clear({ account: 'main', part: 'limit' }))).toBe('HSM_PIN_REQUIRED')
      await unlock(userPin)
      expect((await done(services.policies.clear({ account: 'main', part: 'limit' }))).outcome).toBe('ok')
    },
    hangTestMs,
  )

  it(
    'takes the place of the key of another account, and is needed from then on',
    async (context) => {
      const real = softHsm(context)
      token = real
      const module = await initialiseSoftHsm(real)
      await pair(module, real.options, userPin)
      module.stop()
      const { services, main, card } = await open()
      // Both words are asked for before anything is sent: the old key's signature, and the new key's agreement.
      expect(await codeOf(services.policies.setKey({ account: 'main', key: 'savings' }))).toBe('HSM_PIN_REQUIRED')
      await unlock(userPin)
      expect((await done(services.policies.setKey({ account: 'main', key: 'savings' }))).outcome).toBe('ok')
      const byBoth = { from: main.address, transfers: [{ to: card.address, amountMicroRuv: 1n }] }
      expect((await done(services.transactions.pay(byBoth))).outcome).toBe('ok')
      await services.vault.lock()
      await services.vault.unlock({ password: passwordBytes() })
      expect(await codeOf(services.transactions.pay(byBoth))).toBe('HSM_PIN_REQUIRED')
    },
    hangTestMs,
  )

  it(
    'sends nothing where the token fails, and pays once when it does not',
    async (context) => {
      requireFaultyToken(context)
      const faulty = await pairFaulty()
      const { services, back } = await open()
      const untouched = async () => {
        const { nonce, balance } = await services.accounts.show('savings')
        expect([nonce, balance.pendingMicroRuv]).toEqual([0, 0n])
      }
      const payFails = async (code: string) => {
        expect(await codeOf(back('one'))).toBe(code)
        await untouched()
      }

      await payFails('HSM_PIN_REQUIRED')
      expect(await codeOf(unlock('9999'))).toBe('HSM_PIN_FEW_TRIES')
      expect(await codeOf(unlock('9999'))).toBe('HSM_PIN_LAST_TRY')
      await payFails('HSM_PIN_REQUIRED')
      expect(await codeOf(unlock('9999'))).toBe('HSM_PIN_LOCKED')
      expect(await codeOf(unlock(rightPin))).toBe('HSM_PIN_LOCKED')
      await payFails('HSM_PIN_REQUIRED')
      faulty.set({ tries: 9 })

      await unlock(rightPin)
      faulty.answer = (signature) => signature.with(9, (signature[9] as number) ^ 1)
      await payFails('SIGNATURE_SELF_CHECK_FAILED')
      faulty.answer = (signature) => signature
      faulty.set({ sign: 'remove' })
      await payFails('HSM_TOKEN_ABSENT')
      faulty.set({ sign: 'ask', slots: '0009@5' })
      await payFails('HSM_TOKEN_ABSENT')
      // Back in another slot: found by its serial number, and locked.
      faulty.set({ slots: '0009@5,0001@8' })
      await payFails('HSM_PIN_REQUIRED')
      await unlock(rightPin)
      faulty.set({ sign: 'crash' })
      await payFails('HSM_MODULE_CRASHED')
      await payFails('HSM_PIN_REQUIRED')
      await unlock(rightPin)
      faulty.set({ sign: 'hang' })
      await payFails('HSM_MODULE_HANGS')
      await unlock(rightPin)
      // Locked while the token works: whatever it answers then is not taken.
      const signs = faulty.calls('C_Sign').length
      const caught = codeOf(back('one'))
      await faulty.called('C_Sign', signs + 1)
      await services.vault.lock()
      expect(await caught).toMatch(/^(HSM_STOPPED|VAULT_LOCKED)$/)
      await services.vault.unlock({ password: passwordBytes() })
      await untouched()

      await unlock(rightPin)
      faulty.set({ sign: 'ask' })
      expect(await done(back('one'))).toMatchObject({ outcome: 'ok', nonce: 0 })
      const made = faulty.digests.length
      expect((await back('one')).nonce).toBe(0)
      expect((await services.accounts.show('savings')).nonce).toBe(1)
      // The same payment again is the one that was sent: the token is not asked a second time.
      expect(faulty.digests).toHaveLength(made)
    },
    hangTestMs,
  )

  it(
    'waits for the PIN of each signature where its key wants one',
    async (context) => {
      requireFaultyToken(context)
      const faulty = await pairFaulty()
      faulty.set({ 'always-authenticate': 1 })
      const { services, back } = await open()
      await unlock(rightPin)
      const waiting = async (what: string) => {
        for (;;) {
          const asked = await services.hsm.unlock('card')
          if (asked.pin?.purpose === what) return asked.pin
          await new Promise((resolve) => setTimeout(resolve, 20))
        }
      }
      const answer = async (pin: string): Promise<void> => {
        const { socket, ticket, unsigned } = await waiting('transaction')
        // What the owner is shown is what the token signs, the composite message around it included.
        const shown = await services.transactions.inspect(fromHex(unsigned ?? '') ?? new Uint8Array())
        expect(shown.operations).toMatchObject([{ kind: 'transfer', amountMicroRuv: 1_000_000n }])
        await sendPin(socket, fromHex(ticket) ?? new Uint8Array(), [utf8(pin)])
      }
      const before = faulty.digests.length
      const refused = codeOf(back('one'))
      expect(await codeOf(answer('9999'))).toMatch(/^HSM_PIN_/)
      expect(await refused).toMatch(/^HSM_PIN_/)
      expect(faulty.digests).toHaveLength(before)
      expect((await services.accounts.show('savings')).nonce).toBe(0)

      const paid = back('one')
      await answer(rightPin)
      expect(await done(paid)).toMatchObject({ outcome: 'ok', nonce: 0 })
      expect(faulty.digests).toHaveLength(before + 1)
    },
    hangTestMs,
  )
})
