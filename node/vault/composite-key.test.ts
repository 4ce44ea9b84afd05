/** The vault's half of a composite key, with a token's half that is made here: which key it is, and what both sign. */
import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto'
import fc from 'fast-check'
import { beforeEach, describe, expect, it } from 'vitest'
import { equalBytes, toHex, utf8 } from '../core/bytes.ts'
import { NodeError } from '../core/node-error.ts'
import { seededRng } from '../core/rng.ts'
import { compositeHalf, compositeMessage, compositeSuite, joinComposite, splitCompositeKey } from '../crypto/index.ts'
import { compositeKeyBesideToken, pathBesideToken, seedBesideToken } from './composite-key.ts'
import { parsePath } from './derivation.ts'
import { lowS } from './pkcs11/ecdsa.ts'
import { SecretBytes } from './secrets.ts'
import { createHarness, password } from './testing/harness.ts'
import { nobleKeys } from './testing/noble-keys.ts'
import { refusal } from './testing/refusal.ts'
import type { HardwareSealer, HardwareSigner, TokenKey } from './types.ts'

const dsaEncoding = 'ieee-p1363' as const
const binding = { pairing: 'ab'.repeat(16), serial: '0001', keyId: 'abcd' }
const masterSeed = (): SecretBytes => new SecretBytes(Uint8Array.from({ length: 64 }, (_, index) => index))

function pointOfKey(key: KeyObject): Uint8Array {
  const { x = '', y = '' } = key.export({ format: 'jwk' })
  return Uint8Array.from(Buffer.concat([Buffer.of(4), Buffer.from(x, 'base64url'), Buffer.from(y, 'base64url')]))
}

/** A token with one P-256 key that does what a test tells it. */
function testToken(): HardwareSigner &
  HardwareSealer & { asked: Uint8Array[]; answer: (made: Uint8Array) => Uint8Array } & {
    before: () => void
    readonly point: Uint8Array
  } {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const point = pointOfKey(publicKey)
  const never = (): Promise<never> => Promise.reject(new NodeError('HSM_NOT_PAIRED', 'no such key'))
  return {
    point,
    asked: [],
    answer: (made) => made,
    before: () => undefined,
    async bind() {
      return { binding, algorithm: 'P-256', publicKey: point }
    },
    async sign(key: TokenKey, message: Uint8Array) {
      expect(key).toEqual({ binding, algorithm: 'P-256', publicKey: point })
      this.asked.push(Uint8Array.from(message))
      this.before()
      return this.answer(lowS(sign('sha256', message, { key: privateKey, dsaEncoding })) as Uint8Array)
    },
    lock: () => undefined,
    bindSeal: never,
    crypt: never,
  }
}

describe('the half of a composite key that the vault has', () => {
  it('has a place of its own for each token key, below a role that no account of one key has (property)', () => {
    const points = fc.uint8Array({ minLength: 65, maxLength: 65 })
    fc.assert(
      fc.property(points, points, (one, other) => {
        const path = pathBesideToken(one)
        expect(parsePath(path)).toMatchObject({ ok: true })
        expect(path).toMatch(/^m\/204'\/7492982'\/\d+'\/1'\/\d+'$/)
        expect(pathBesideToken(one)).toBe(path)
        expect(pathBesideToken(other) === path).toBe(equalBytes(one, other))
      }),
    )
  })

  it('is what docs/key-derivation.md says', () => {
    // The generator of the group (SP 800-186 §3.2.1.3) stands for a token's key.
    const point = Uint8Array.from(
      Buffer.from(
        '046b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c2964fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5',
        'hex',
      ),
    )
    const seed = seedBesideToken(masterSeed(), point)
    expect([pathBesideToken(point), seed.use(toHex)]).toEqual([
      `m/204'/7492982'/1604933435'/1'/1698525409'`,
      '684150edfee2d836def9933fd852dc95f9dfc71952e29f05d0075d7a6a9e2e43',
    ])
    const whole = compositeKeyBesideToken(masterSeed(), point, nobleKeys)
    const halves = splitCompositeKey(whole)
    expect(halves.p256).toEqual(point)
    expect(halves.mlDsa).toEqual(seed.use((bytes) => nobleKeys.publicKeyOfSeed(compositeHalf, bytes)))
  })
})

describe('an account with one key in the vault and one in a token', () => {
  let token: ReturnType<typeof testToken>
  let harness: ReturnType<typeof createHarness>
  beforeEach(() => {
    token = testToken()
    harness = createHarness({ deps: { hardware: token } })
  })
  const message = utf8('chain, account and hash')

  it('signs with both over the one message, and lists itself once', async () => {
    const { vault } = harness
    await vault.init({ password: password() })
    const account = await vault.createAccount({ label: 'both', hardware: 'card' })
    expect(account).toMatchObject({ suite: compositeSuite, index: null, path: null, hardware: binding })
    expect((await vault.createAccount({ label: 'again', hardware: 'card' })).address).toBe(account.address)
    expect(await vault.accounts()).toHaveLength(1)
    const signer = vault.signer(account.address)
    expect(signer.kind).toBe('composite')
    const signature = await signer.sign(message)
    expect(token.asked).toEqual([compositeMessage(message)])
    expect(nobleKeys.verify(compositeSuite, account.publicKey, message, signature)).toBe(true)
  })

  it('comes back by phrase and token in either order, and in a backup; another phrase gives another account', async () => {
    const { phrase } = await harness.vault.init({ password: password() })
    const words = Uint8Array.from(phrase)
    await harness.vault.createAccount({ label: 'main' })
    const { address } = await harness.vault.createAccount({ label: 'both', hardware: 'card' })
    const { backup } = await harness.vault.backup({ password: password() })

    const restored = createHarness({ rng: seededRng(2), deps: { hardware: token } })
    const { accounts } = await restored.vault.restorePhrase({ phrase: words, password: password() })
    expect(accounts.map((account) => account.address)).not.toContain(address)
    expect((await restored.vault.createAccount({ hardware: 'card' })).address).toBe(address)
    await restored.vault.signer(address).sign(message)

    const copied = createHarness({ rng: seededRng(3), deps: { hardware: token } })
    await copied.vault.restoreBackup({ backup, password: password() })
    expect((await copied.vault.accounts()).map((account) => account.address)).toContain(address)
    await copied.vault.signer(address).sign(message)

    const other = createHarness({ rng: seededRng(4), deps: { hardware: token } })
    await other.vault.init({ password: password() })
    expect((await other.vault.createAccount({ hardware: 'card' })).address).not.toBe(address)
  })

  it('shares its key with no account of the vault', async () => {
    const { vault } = harness
    await vault.init({ password: password() })
    const { publicKey } = await vault.createAccount({ label: 'both', hardware: 'card' })
    const half = toHex(splitCompositeKey(publicKey).mlDsa)
    for (const suite of ['ML-DSA-65', compositeSuite] as const) {
      for (const label of [`${suite} one`, `${suite} two`]) {
        const other = await vault.createAccount({ label, suite })
        expect(toHex(other.publicKey)).not.toContain(half)
      }
    }
  })

  it('hands out nothing where the token answers wrongly, refuses, or the vault is locked meanwhile', async () => {
    const { vault, audit } = harness
    await vault.init({ password: password() })
    const { address } = await vault.createAccount({ hardware: 'card' })
    const sign = () => vault.signer(address).sign(message)
    const answers: readonly ((made: Uint8Array) => Uint8Array)[] = [
      (made) => made.with(63, (made[63] as number) ^ 1),
      (made) => made.subarray(0, 63),
      (made) => new Uint8Array(made.length),
      () => new Uint8Array(),
      highS,
    ]
    for (const answer of answers) {
      token.answer = answer
      expect((await refusal(sign())).code).toBe('SIGNATURE_SELF_CHECK_FAILED')
    }
    token.answer = (made) => made
    token.before = () => {
      throw new NodeError('HSM_TOKEN_ABSENT', 'it is not there')
    }
    expect((await refusal(sign())).code).toBe('HSM_TOKEN_ABSENT')
    token.before = () => vault.lockNow('user')
    expect((await refusal(sign())).code).toBe('VAULT_LOCKED')
    expect(audit.filter(({ action }) => action === 'signature.made')).toEqual([])
    expect(audit.filter(({ action }) => action === 'signature.refused')).toHaveLength(answers.length + 2)
  })

  it('makes halves that are worth nothing by themselves, in another order, or with another message', async () => {
    const { vault } = harness
    await vault.init({ password: password() })
    const { address, publicKey } = await vault.createAccount({ hardware: 'card' })
    const signature = await vault.signer(address).sign(message)
    const mlDsa = signature.subarray(0, -64)
    const p256 = signature.subarray(-64)
    const half = splitCompositeKey(publicKey).mlDsa
    const isGood = (made: Uint8Array, of = message) => nobleKeys.verify(compositeSuite, publicKey, of, made)
    expect(isGood(signature)).toBe(true)
    // Neither half alone, nor swapped, nor with the other s, nor longer or shorter, nor over another message.
    const other = await vault.signer(address).sign(utf8('another chain'))
    const none = [
      mlDsa,
      p256,
      joinComposite({ mlDsa, p256: new Uint8Array(64) }),
      joinComposite({ mlDsa: new Uint8Array(mlDsa.length), p256 }),
      Uint8Array.from([...p256, ...mlDsa]),
      joinComposite({ mlDsa, p256: highS(p256) }),
      joinComposite({ mlDsa, p256: other.subarray(-64) }),
      joinComposite({ mlDsa: other.subarray(0, -64), p256 }),
      signature.subarray(1),
      Uint8Array.from([...signature, 0]),
    ]
    expect(none.map((made) => isGood(made))).toEqual(none.map(() => false))
    expect(isGood(signature, utf8('another chain'))).toBe(false)
    // Downgrade: what the vault's half signed is nothing that a single key would have signed of it.
    expect(nobleKeys.verify('ML-DSA-65', half, message, mlDsa)).toBe(false)
    expect(nobleKeys.verify('ML-DSA-65', half, compositeMessage(message), mlDsa)).toBe(true)
  })
})

/** The other s, which ECDSA would take. */
function highS(signature: Uint8Array): Uint8Array {
  const order = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n
  const s = BigInt(`0x${toHex(signature.subarray(32))}`)
  const other = (order - s).toString(16).padStart(64, '0')
  return Uint8Array.from([...signature.subarray(0, 32), ...Buffer.from(other, 'hex')])
}
