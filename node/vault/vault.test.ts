import { describe, expect, it } from 'vitest'
import { toHex, utf8 } from '../core/bytes.ts'
import type { SignatureSuite } from '../crypto/suites.ts'
import { defaultKdf } from './kdf.ts'
import { limits } from './limits.ts'
import { createHarness, password, vaultPath, wrongPassword } from './testing/harness.ts'
import { nobleKeys, testAddressOf } from './testing/noble-keys.ts'
import { refusal } from './testing/refusal.ts'

const text = (bytes: Uint8Array | undefined): string => new TextDecoder().decode(bytes)
const newPassword = (): Uint8Array => utf8('a quite different password')

describe('a new vault', () => {
  it('is open, empty and on disk under its password alone', async () => {
    const { vault, fs } = createHarness()
    expect(await vault.status()).toEqual({
      exists: false,
      locked: true,
      accounts: 0,
      seal: null,
      retryAtMs: null,
      autoLockAtMs: null,
    })
    const { phrase } = await vault.init({ password: password() })
    expect(text(phrase)).toMatch(/^([a-z]{3,8} ){23}[a-z]{3,8}$/)
    expect(await vault.status()).toMatchObject({ exists: true, locked: false, accounts: 0 })
    expect(fs.mode(vaultPath)).toBe(0o600)
    const stored = text(fs.content(vaultPath))
    for (const word of text(phrase).split(' ')) expect(stored).not.toContain(`"${word}"`)
  })

  it('survives a restart: locked, listed, and the same after unlock', async () => {
    const first = createHarness()
    await first.vault.init({ password: password() })
    const alice = await first.vault.createAccount({ label: 'alice' })
    const { vault } = createHarness({ fs: first.fs })
    expect(await vault.status()).toMatchObject({ exists: true, locked: true, accounts: 1 })
    expect(await vault.accounts()).toEqual([alice])
    expect(() => vault.signer(alice.address)).toThrow('locked')
    await vault.unlock({ password: password() })
    expect(await vault.accounts()).toEqual([alice])
    const message = utf8('message')
    const signature = await vault.signer(alice.address).sign(message)
    expect(nobleKeys.verify('ML-DSA-65', alice.publicKey, message, signature)).toBe(true)
  })

  it('works at the full cost of its password', async () => {
    const { vault, fs } = createHarness({ kdf: defaultKdf })
    await vault.init({ password: password() })
    expect(text(fs.content(vaultPath))).toContain('"memoryKiB": 65536')
    await vault.lock()
    expect((await refusal(vault.unlock({ password: wrongPassword() }))).code).toBe('VAULT_WRONG_PASSWORD')
    await vault.unlock({ password: password() })
    expect((await vault.status()).locked).toBe(false)
  })

  it('never takes the place of another, sound or not', async () => {
    const { vault, fs } = createHarness()
    await vault.init({ password: password() })
    const { backup } = await vault.backup({ password: password() })
    const phrase = utf8(`${'abandon '.repeat(23)}art`)
    for (const change of ['nothing', 'damaged', 'open to others'] as const) {
      if (change === 'damaged') fs.put(vaultPath, utf8('not a vault'))
      if (change === 'open to others') fs.put(vaultPath, fs.content(vaultPath) as Uint8Array, { mode: 0o644 })
      const before = text(fs.content(vaultPath))
      for (const attempt of [
        vault.init({ password: password() }),
        vault.restorePhrase({ phrase: Uint8Array.from(phrase), password: password() }),
        vault.restoreBackup({ backup, password: password() }),
      ]) {
        expect((await refusal(attempt)).code).toBe('VAULT_EXISTS')
      }
      expect(text(fs.content(vaultPath))).toBe(before)
    }
  })

  it.each([
    ['seven77', 'PASSWORD_TOO_SHORT', { minChars: 8 }],
    ['пароль1', 'PASSWORD_TOO_SHORT', { minChars: 8 }],
    ['🦊'.repeat(7), 'PASSWORD_TOO_SHORT', { minChars: 8 }],
    ['x'.repeat(1_025), 'PASSWORD_TOO_LONG', { maxBytes: 1_024 }],
  ])('refuses the password %j', async (typed, code, details) => {
    const { vault, fs } = createHarness()
    expect(await refusal(vault.init({ password: utf8(typed) }))).toMatchObject({ code, details })
    expect(fs.paths()).toEqual([])
  })

  it.each(['eightchr', '🦊'.repeat(8), 'x'.repeat(1_024)])('takes the password %j', async (typed) => {
    const { vault } = createHarness()
    await vault.init({ password: utf8(typed) })
    await vault.lock()
    await vault.unlock({ password: utf8(typed) })
  })

  it('says what is missing before there is one', async () => {
    const { vault } = createHarness()
    expect((await refusal(vault.unlock({ password: password() }))).code).toBe('VAULT_MISSING')
    expect((await refusal(vault.backup({ password: password() }))).code).toBe('VAULT_MISSING')
    expect((await refusal(vault.createAccount({}))).code).toBe('VAULT_LOCKED')
    expect(await vault.accounts()).toEqual([])
  })
})

describe('accounts', () => {
  it('are on disk before they are returned, in a sequence for each suite', async () => {
    const { vault, fs } = createHarness()
    await vault.init({ password: password() })
    const suites: SignatureSuite[] = ['ML-DSA-65', 'ML-DSA-44', 'ML-DSA-65', 'ML-DSA-87', 'ML-DSA-44']
    const made: string[] = []
    for (const suite of suites) {
      const account = await vault.createAccount({ suite })
      expect(text(fs.content(vaultPath))).toContain(account.address)
      expect(account.address).toBe(testAddressOf(suite, account.publicKey))
      made.push(`${account.suite} ${account.index} ${account.path} ${account.label}`)
      const message = utf8(account.address)
      const signature = await vault.signer(account.address).sign(message)
      expect(nobleKeys.verify(suite, account.publicKey, message, signature)).toBe(true)
    }
    expect(made).toEqual([
      "ML-DSA-65 0 m/204'/7492982'/0'/0'/0' account-1",
      "ML-DSA-44 0 m/204'/7492982'/0'/0'/0' account-2",
      "ML-DSA-65 1 m/204'/7492982'/1'/0'/0' account-3",
      "ML-DSA-87 0 m/204'/7492982'/0'/0'/0' account-4",
      "ML-DSA-44 1 m/204'/7492982'/1'/0'/0' account-5",
    ])
    expect(new Set((await vault.accounts()).map(({ publicKey }) => toHex(publicKey))).size).toBe(5)
  })

  it('have names of their own', async () => {
    const { vault } = createHarness()
    await vault.init({ password: password() })
    const savings = await vault.createAccount({ label: ' Savings ' })
    expect(savings.label).toBe('Savings')
    expect((await refusal(vault.createAccount({ label: 'savings' }))).code).toBe('ACCOUNT_LABEL_TAKEN')
    expect((await refusal(vault.createAccount({ label: '\u202e' }))).code).toBe('LABEL_INVALID')
    const spare = await vault.createAccount({})
    expect((await refusal(vault.renameAccount({ address: spare.address, label: 'SAVINGS' }))).code).toBe(
      'ACCOUNT_LABEL_TAKEN',
    )
    expect((await refusal(vault.renameAccount({ address: 'test1nobody', label: 'x' }))).code).toBe('ACCOUNT_UNKNOWN')
    expect(await vault.renameAccount({ address: savings.address, label: 'SAVINGS' })).toEqual({
      ...savings,
      label: 'SAVINGS',
    })
    expect((await vault.accounts()).map(({ label }) => label)).toEqual(['SAVINGS', 'account-1'])
    expect(() => vault.signer('test1nobody')).toThrow('not in this vault')
  })

  it('end at the limit', async () => {
    const keys = {
      ...nobleKeys,
      publicKeyOfSeed: (_: SignatureSuite, seed: Uint8Array) =>
        new Uint8Array(1_952).map((__, i) => seed[i % 32] as number),
    }
    const { vault } = createHarness({ deps: { keys } })
    const phrase = (): Uint8Array => utf8(`${'abandon '.repeat(23)}art`)
    for (const accounts of [257, 0, -1, 1.5, Number.NaN]) {
      const attempt = vault.restorePhrase({ phrase: phrase(), password: password(), accounts })
      expect(await refusal(attempt)).toMatchObject({ code: 'ACCOUNT_LIMIT', details: { maxAccounts: 256 } })
    }
    // Keys are not the matter here: bytes of the right length stand in for them.
    const { accounts } = await vault.restorePhrase({ phrase: phrase(), password: password(), accounts: 256 })
    expect(accounts.length).toBe(256)
    // A restored account without a name is handed out; a new one there is not.
    expect((await vault.createAccount({})).index).toBe(0)
    expect((await refusal(vault.createAccount({ suite: 'ML-DSA-44' }))).code).toBe('ACCOUNT_LIMIT')
  })
})

describe('passwords', () => {
  it('can be changed, open or locked; the old one is then wrong', async () => {
    const { vault, fs } = createHarness()
    await vault.init({ password: password() })
    const alice = await vault.createAccount({ label: 'alice' })
    const salt = () => JSON.parse(text(fs.content(vaultPath))).kdf.salt
    const firstSalt = salt()
    await vault.changePassword({ password: password(), newPassword: newPassword() })
    expect(salt()).not.toBe(firstSalt)
    expect((await vault.status()).locked).toBe(false)
    // Still open, and what it writes now is under the new password.
    await vault.createAccount({ label: 'bob' })
    await vault.lock()
    expect((await refusal(vault.unlock({ password: password() }))).code).toBe('VAULT_WRONG_PASSWORD')
    await vault.changePassword({ password: newPassword(), newPassword: password() })
    expect((await vault.status()).locked).toBe(true)
    await vault.unlock({ password: password() })
    expect((await vault.accounts()).map(({ label }) => label)).toEqual(['alice', 'bob'])
    expect((await vault.accounts())[0]).toEqual(alice)
  })

  it('are not changed by somebody who does not know the old one, nor to a short one', async () => {
    const { vault, fs } = createHarness()
    await vault.init({ password: password() })
    const before = text(fs.content(vaultPath))
    const wrong = vault.changePassword({ password: wrongPassword(), newPassword: newPassword() })
    expect((await refusal(wrong)).code).toBe('VAULT_WRONG_PASSWORD')
    const short = vault.changePassword({ password: password(), newPassword: utf8('short') })
    expect((await refusal(short)).code).toBe('PASSWORD_TOO_SHORT')
    expect(text(fs.content(vaultPath))).toBe(before)
  })

  it('give a fresh nonce at every write', async () => {
    const { vault, fs } = createHarness()
    await vault.init({ password: password() })
    const nonces = new Set<string>()
    for (let i = 0; i < 5; i++) {
      nonces.add(JSON.parse(text(fs.content(vaultPath))).cipher.nonce)
      await vault.createAccount({ suite: 'ML-DSA-44' })
    }
    expect(nonces.size).toBe(5)
  })
})

describe('wrong passwords', () => {
  const operations = {
    unlock: (vault: ReturnType<typeof createHarness>['vault'], given: Uint8Array) => vault.unlock({ password: given }),
    changePassword: (vault: ReturnType<typeof createHarness>['vault'], given: Uint8Array) =>
      vault.changePassword({ password: given, newPassword: newPassword() }),
    backup: (vault: ReturnType<typeof createHarness>['vault'], given: Uint8Array) => vault.backup({ password: given }),
  }

  it.each(Object.entries(operations))('delay %s, through a restart, without an attempt', async (_, operation) => {
    const first = createHarness()
    await first.vault.init({ password: password() })
    const delays: unknown[] = []
    for (let i = 0; i < 3; i++) {
      const error = await refusal(operation(first.vault, wrongPassword()))
      expect(error.code).toBe('VAULT_WRONG_PASSWORD')
      delays.push(error.details.retryAfterMs)
    }
    expect(delays).toEqual([0, 0, 1_000])
    const { clock } = first
    const { vault, audit } = createHarness({ fs: first.fs.copy(), clock })
    expect((await vault.status()).retryAtMs).toBe(clock.nowMs() + 1_000)
    expect(await refusal(operation(vault, password()))).toMatchObject({
      code: 'VAULT_RETRY_LATER',
      details: { retryAfterMs: 1_000 },
    })
    clock.advance(1_000)
    await operation(vault, password())
    expect((await vault.status()).retryAtMs).toBe(null)
    expect(audit.map(({ details }) => details.code).filter(Boolean)).toEqual(['VAULT_RETRY_LATER'])
  })

  it('share one count', async () => {
    const { vault } = createHarness()
    await vault.init({ password: password() })
    for (const operation of Object.values(operations)) await refusal(operation(vault, wrongPassword()))
    expect((await refusal(vault.unlock({ password: password() }))).code).toBe('VAULT_RETRY_LATER')
  })

  it('leave no free try to whoever asks for many at once', async () => {
    const { vault } = createHarness()
    await vault.init({ password: password() })
    const outcomes = await Promise.all(
      Array.from({ length: 10 }, () => refusal(vault.unlock({ password: wrongPassword() }))),
    )
    expect(outcomes.map(({ code }) => code)).toEqual([
      ...Array(3).fill('VAULT_WRONG_PASSWORD'),
      ...Array(7).fill('VAULT_RETRY_LATER'),
    ])
  })

  it('do not pass when the process is killed in the middle of an attempt', async () => {
    const { fs, clock, vault } = createHarness()
    await vault.init({ password: password() })
    await vault.lock()
    let disk = fs
    for (let i = 0; i < 3; i++) {
      const run = createHarness({ fs: disk.copy(), clock })
      // Stops at the first step after the attempt was written: where a right password would be recorded as such.
      run.fs.plan({ atStep: 10, when: 'before', kind: 'crash' })
      await run.vault.unlock({ password: password() })
      expect(run.fs.steps[9]).toBe('sync-folder /data')
      expect(run.audit.map(({ action }) => action)).toEqual(['vault.attempts.not-reset', 'vault.unlocked'])
      disk = run.fs.afterPowerCut()[0] as typeof fs
    }
    const { vault: last } = createHarness({ fs: disk, clock })
    expect((await refusal(last.unlock({ password: password() }))).code).toBe('VAULT_RETRY_LATER')
  })
})

describe('order of operations', () => {
  it('is the order they were asked in', async () => {
    const { vault } = createHarness()
    const outcomes = await Promise.all([
      vault.init({ password: password() }).then(() => 'init'),
      vault.createAccount({ label: 'a', suite: 'ML-DSA-44' }).then(({ index }) => index),
      vault.createAccount({ label: 'b', suite: 'ML-DSA-44' }).then(({ index }) => index),
      vault.createAccount({ label: 'a', suite: 'ML-DSA-44' }).catch(({ code }) => code),
      vault.changePassword({ password: password(), newPassword: newPassword() }).then(() => 'changed'),
      vault.createAccount({ label: 'c', suite: 'ML-DSA-44' }).then(({ index }) => index),
      vault.unlock({ password: newPassword() }).then(() => 'unlocked'),
    ])
    expect(outcomes).toEqual(['init', 0, 1, 'ACCOUNT_LABEL_TAKEN', 'changed', 2, 'unlocked'])
  })

  it('has an end', async () => {
    const { vault } = createHarness()
    await vault.init({ password: password() })
    const outcomes = await Promise.allSettled(
      Array.from({ length: limits.maxPendingOperations + 2 }, () =>
        vault.renameAccount({ address: 'none', label: 'x' }),
      ),
    )
    const codes = outcomes.map((outcome) => (outcome.status === 'rejected' ? outcome.reason.code : 'done'))
    expect(codes.filter((code) => code === 'VAULT_BUSY').length).toBe(2)
    expect(codes.slice(0, -2)).toEqual(Array(limits.maxPendingOperations).fill('ACCOUNT_UNKNOWN'))
    expect((await refusal(vault.renameAccount({ address: 'none', label: 'x' }))).code).toBe('ACCOUNT_UNKNOWN')
  })
})
