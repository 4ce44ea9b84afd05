import { afterEach, describe, expect, it, vi } from 'vitest'
import { utf8 } from '../core/bytes.ts'
import { ManualClock } from '../core/clock.ts'
import { seededRng } from '../core/rng.ts'
import { SecretBytes } from './secrets.ts'
import { createHarness, password, wrongPassword } from './testing/harness.ts'
import { nobleKeys } from './testing/noble-keys.ts'
import { refusal } from './testing/refusal.ts'
import type { VaultKeys } from './types.ts'

const isZero = (bytes: Uint8Array): boolean => bytes.every((byte) => byte === 0)
const phrase = (): Uint8Array => utf8(`${'abandon '.repeat(23)}art`)

async function openVault(options: Parameters<typeof createHarness>[0] = {}) {
  const harness = createHarness(options)
  await harness.vault.init({ password: password() })
  const account = await harness.vault.createAccount({ suite: 'ML-DSA-44' })
  return { ...harness, account, sign: async () => harness.vault.signer(account.address).sign(utf8('message')) }
}

describe('a locked vault', () => {
  it('signs nothing, also through a signer from before, which works again after unlock', async () => {
    const { vault, account } = await openVault()
    const signer = vault.signer(account.address)
    await signer.sign(utf8('one'))
    await vault.lock()
    await vault.lock()
    expect((await refusal(signer.sign(utf8('two')))).code).toBe('VAULT_LOCKED')
    expect(() => vault.signer(account.address)).toThrow('locked')
    for (const attempt of [
      vault.createAccount({}),
      vault.renameAccount({ address: account.address, label: 'x' }),
      vault.discoverAccounts(),
    ]) {
      expect((await refusal(attempt)).code).toBe('VAULT_LOCKED')
    }
    await vault.unlock({ password: password() })
    await signer.sign(utf8('three'))
  })

  it('locks at once, whatever is under way', async () => {
    let release: () => void = () => undefined
    const started = Promise.withResolvers<void>()
    const keys: VaultKeys = {
      ...nobleKeys,
      sign: async (suite, seed, message) => {
        const signature = nobleKeys.sign(suite, seed, message)
        started.resolve()
        await new Promise<void>((resolve) => {
          release = resolve
        })
        return signature
      },
    }
    const { vault, sign } = await openVault({ deps: { keys } })
    const signing = sign()
    await started.promise
    vault.lockNow('suspend')
    expect((await vault.status()).locked).toBe(true)
    release()
    expect((await refusal(signing)).code).toBe('VAULT_LOCKED')
  })

  it('stays locked when the lock comes while it is being unlocked', async () => {
    const { vault } = await openVault()
    vault.lockNow('user')
    const unlocking = refusal(vault.unlock({ password: password() }))
    await vault.lock()
    expect((await unlocking).code).toBe('VAULT_LOCKED')
    expect((await vault.status()).locked).toBe(true)
    await vault.unlock({ password: password() })
    expect((await vault.status()).locked).toBe(false)
  })

  it('gives the phrase of a new vault even so, and keeps an account that was being made', async () => {
    const { vault } = createHarness()
    const creating = vault.init({ password: password() })
    vault.lockNow('suspend')
    expect((await creating).phrase.length).toBeGreaterThan(24 * 3)
    expect(await vault.status()).toMatchObject({ exists: true, locked: true })
    await vault.unlock({ password: password() })
  })

  it('says why, once, in the audit', async () => {
    const { vault, audit } = await openVault()
    vault.lockNow('suspend')
    vault.lockNow('shutdown')
    expect(audit.filter(({ action }) => action === 'vault.locked').map(({ details }) => details)).toEqual([
      { reason: 'suspend' },
    ])
  })
})

describe('auto-lock', () => {
  it('comes after quiet time, and not before', async () => {
    const { vault, clock } = await openVault({ autoLockMs: 60_000 })
    expect((await vault.status()).autoLockAtMs).toBe(clock.nowMs() + 60_000)
    clock.advance(59_999)
    expect((await vault.status()).locked).toBe(false)
    clock.advance(1)
    expect(await vault.status()).toMatchObject({ locked: true, autoLockAtMs: null })
  })

  it('is postponed by signing, by making an account and by a touch, not by looking', async () => {
    const { vault, clock, sign } = await openVault({ autoLockMs: 60_000 })
    for (const activity of [sign, () => vault.createAccount({ suite: 'ML-DSA-44' }), async () => vault.touch()]) {
      clock.advance(40_000)
      await activity()
      clock.advance(40_000)
      expect((await vault.status()).locked).toBe(false)
      await vault.accounts()
      vault.touch()
    }
    clock.advance(30_000)
    await vault.status()
    await vault.accounts()
    clock.advance(30_000)
    expect((await vault.status()).locked).toBe(true)
    vault.touch()
    expect((await vault.status()).autoLockAtMs).toBe(null)
  })

  it('never comes at 0', async () => {
    const { vault, clock } = await openVault({ autoLockMs: 0 })
    clock.advance(1e12)
    expect(await vault.status()).toMatchObject({ locked: false, autoLockAtMs: null })
  })

  it('is not fooled by a machine that slept, nor put off by a clock set back', async () => {
    const { vault, clock, account, audit } = await openVault({ autoLockMs: 60_000 })
    const signer = vault.signer(account.address)
    // Timers stood still while time went on.
    clock.set(clock.nowMs() + 3_600_000)
    expect((await refusal(signer.sign(utf8('message')))).code).toBe('VAULT_LOCKED')
    expect(audit.at(-2)).toEqual({ action: 'vault.locked', details: { reason: 'idle' } })

    // The timer counts what passed, and fires although the clock says that it is far too early.
    const timers: { delayMs: number; callback: () => void }[] = []
    const wall = new ManualClock()
    const other = await openVault({
      autoLockMs: 60_000,
      clock: wall,
      deps: {
        scheduler: {
          after: (delayMs, callback) => {
            const timer = { delayMs, callback }
            timers.push(timer)
            return () => void timers.splice(timers.indexOf(timer), 1)
          },
        },
      },
    })
    wall.set(wall.nowMs() - 86_400_000)
    expect(timers.map(({ delayMs }) => delayMs)).toEqual([60_000])
    timers[0]?.callback()
    expect((await other.vault.status()).locked).toBe(true)
  })
})

describe('zeroing', () => {
  afterEach(() => {
    vi.restoreAllMocks()
  })

  /** Every buffer that any holder of a secret ever lent out or was a copy of. */
  function recordSecrets(): Set<Uint8Array> {
    const seen = new Set<Uint8Array>()
    const use = SecretBytes.prototype.use
    vi.spyOn(SecretBytes.prototype, 'use').mockImplementation(function (this: SecretBytes, read) {
      return use.call(this, (bytes: Uint8Array) => {
        seen.add(bytes)
        return read(bytes)
      })
    })
    const copyOf = SecretBytes.copyOf
    vi.spyOn(SecretBytes, 'copyOf').mockImplementation((bytes) => {
      const holder = copyOf(bytes)
      holder.use(() => undefined)
      return holder
    })
    return seen
  }

  it('leaves no secret behind after a lock', async () => {
    const seen = recordSecrets()
    const seeds: Uint8Array[] = []
    const keys: VaultKeys = {
      ...nobleKeys,
      publicKeyOfSeed: (suite, seed) => {
        seeds.push(seed)
        return nobleKeys.publicKeyOfSeed(suite, seed)
      },
      sign: (suite, seed, message) => {
        seeds.push(seed)
        return nobleKeys.sign(suite, seed, message)
      },
    }
    const { vault, sign } = await openVault({ deps: { keys } })
    await sign()
    await vault.changePassword({ password: password(), newPassword: wrongPassword() })
    await sign()
    await vault.lock()
    await vault.unlock({ password: wrongPassword() })
    await sign()
    await vault.createAccount({ suite: 'ML-DSA-44' })
    await vault.backup({ password: wrongPassword() })
    await refusal(vault.unlock({ password: password() }))
    const open = [...seen].filter((bytes) => !isZero(bytes))
    // The open vault holds entropy, seed, key and one account seed; whatever else was used is gone already.
    expect(open.map(({ length }) => length).sort()).toEqual([32, 32, 32, 64])
    await vault.lock()
    expect([...seen].filter((bytes) => !isZero(bytes))).toEqual([])
    expect(seen.size).toBeGreaterThan(30)
    expect(seeds.length).toBe(5)
    expect(seeds.every(isZero)).toBe(true)
  })

  it('leaves nothing behind of work on a vault that stays locked', async () => {
    const { vault } = await openVault()
    await vault.lock()
    const seen = recordSecrets()
    await vault.changePassword({ password: password(), newPassword: wrongPassword() })
    const { backup } = await vault.backup({ password: wrongPassword() })
    await refusal(vault.changePassword({ password: password(), newPassword: wrongPassword() }))
    const other = createHarness()
    await refusal(other.vault.restoreBackup({ backup, password: password() }))
    await other.vault.restoreBackup({ backup, password: wrongPassword() })
    await other.vault.lock()
    expect([...seen].filter((bytes) => !isZero(bytes))).toEqual([])
    expect(seen.size).toBeGreaterThan(20)
  })

  it('zeroes what it is given, whether the operation works or not', async () => {
    const { vault } = createHarness()
    const given: Uint8Array[] = []
    const give = (bytes: Uint8Array): Uint8Array => {
      given.push(bytes)
      return bytes
    }
    await refusal(vault.init({ password: give(utf8('short')), passphrase: give(utf8('extra')) }))
    await refusal(vault.restorePhrase({ phrase: give(utf8('no phrase')), password: give(password()) }))
    await refusal(vault.restoreBackup({ backup: utf8('no backup'), password: give(password()) }))
    await refusal(vault.unlock({ password: give(password()) }))
    await vault.restorePhrase({ phrase: give(phrase()), password: give(password()), passphrase: give(utf8('extra')) })
    const { backup } = await vault.backup({ password: give(password()) })
    await refusal(vault.restoreBackup({ backup, password: give(password()) }))
    await refusal(vault.unlock({ password: give(wrongPassword()) }))
    await refusal(vault.changePassword({ password: give(password()), newPassword: give(utf8('short')) }))
    await vault.changePassword({ password: give(password()), newPassword: give(wrongPassword()) })
    const many = Array.from({ length: 40 }, () =>
      vault.unlock({ password: give(wrongPassword()) }).catch(() => undefined),
    )
    await Promise.all(many)
    expect(given.length).toBe(56)
    expect(given.filter((bytes) => !isZero(bytes))).toEqual([])
  })

  it('zeroes the entropy that chance gave, and everything of a restore that failed', async () => {
    const seen = recordSecrets()
    const drawn: Uint8Array[] = []
    const chance = seededRng(5)
    const rng = {
      bytes: (length: number) => {
        const bytes = chance.bytes(length)
        if (length === 32) drawn.push(bytes)
        return bytes
      },
    }
    const { vault } = await openVault({ rng })
    await vault.lock()
    expect(drawn.length).toBe(1)
    expect(drawn.every(isZero)).toBe(true)
    const failing = createHarness({
      deps: {
        discover: async () => {
          throw new Error('no ledger')
        },
      },
    })
    await refusal(failing.vault.restorePhrase({ phrase: phrase(), password: password() }))
    failing.fs.plan({ atStep: 6, when: 'before', kind: 'error' })
    await refusal(failing.vault.init({ password: password() }))
    expect([...seen].filter((bytes) => !isZero(bytes))).toEqual([])
  })
})

describe('a signature', () => {
  it('is checked before it leaves', async () => {
    const faulty: VaultKeys = {
      ...nobleKeys,
      sign: async (suite, seed, message) => {
        const signature = await nobleKeys.sign(suite, seed, message)
        signature[100] = (signature[100] as number) ^ 1
        return signature
      },
    }
    const { sign, audit } = await openVault({ deps: { keys: faulty } })
    expect((await refusal(sign())).code).toBe('SIGNATURE_SELF_CHECK_FAILED')
    expect(audit.at(-1)).toMatchObject({
      action: 'signature.refused',
      details: { code: 'SIGNATURE_SELF_CHECK_FAILED' },
    })
  })

  it('is over the message as it was when asked for', async () => {
    const { vault, account } = await openVault({
      deps: {
        keys: {
          ...nobleKeys,
          sign: async (suite, seed, message) => {
            await Promise.resolve()
            return nobleKeys.sign(suite, seed, message)
          },
        },
      },
    })
    const message = utf8('pay alice')
    const signing = vault.signer(account.address).sign(message)
    message.set(utf8('pay mallo'))
    const signature = await signing
    expect(nobleKeys.verify('ML-DSA-44', account.publicKey, utf8('pay alice'), signature)).toBe(true)
  })
})
