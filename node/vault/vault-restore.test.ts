import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { utf8 } from '../core/bytes.ts'
import { seededRng } from '../core/rng.ts'
import type { SignatureSuite } from '../crypto/suites.ts'
import { createHarness, type HarnessOptions, password, vaultPath, wrongPassword } from './testing/harness.ts'
import { nobleKeys, testAddressOf } from './testing/noble-keys.ts'
import { refusal } from './testing/refusal.ts'

/** A wallet in its first life: accounts by suite, and the phrase to get them back. */
async function firstLife(suites: readonly SignatureSuite[], options: HarnessOptions = {}) {
  const harness = createHarness(options)
  const { phrase } = await harness.vault.init({ password: password() })
  const accounts = []
  for (const [i, suite] of suites.entries()) {
    accounts.push(await harness.vault.createAccount({ suite, label: `first-${i}` }))
  }
  return {
    ...harness,
    phrase: () => Uint8Array.from(phrase),
    accounts,
    addresses: accounts.map(({ address }) => address),
  }
}

const discoverOf = (used: readonly string[]) => async (address: string) => used.includes(address)
const second = (used: readonly string[], options: HarnessOptions = {}) =>
  createHarness({ rng: seededRng(2), ...options, deps: { discover: discoverOf(used), ...options.deps } })

describe('restore from the phrase', () => {
  it('gives account 0, unnamed, and it signs as before', async () => {
    const { phrase, accounts } = await firstLife(['ML-DSA-65'])
    const { vault } = createHarness({ rng: seededRng(2) })
    const restored = await vault.restorePhrase({ phrase: phrase(), password: wrongPassword() })
    expect(restored.accounts).toEqual([{ ...accounts[0], label: null, restored: true }])
    expect(await vault.accounts()).toEqual(restored.accounts)
    const message = utf8('after')
    const [account] = restored.accounts
    if (account === undefined) throw new Error('no account')
    const signature = await vault.signer(account.address).sign(message)
    expect(nobleKeys.verify('ML-DSA-65', account.publicKey, message, signature)).toBe(true)
    await vault.lock()
    await vault.unlock({ password: wrongPassword() })
  })

  it('gives as many as it is told to', async () => {
    const { phrase, addresses } = await firstLife(['ML-DSA-65', 'ML-DSA-65', 'ML-DSA-65'])
    const { vault } = createHarness({ rng: seededRng(2) })
    const { accounts } = await vault.restorePhrase({ phrase: phrase(), password: password(), accounts: 3 })
    expect(accounts.map(({ address }) => address)).toEqual(addresses)
  })

  it('creates afterwards the addresses of the first time, in the same order (property)', async () => {
    const suite = fc.constantFrom<SignatureSuite>('ML-DSA-44', 'ML-DSA-65')
    await fc.assert(
      fc.asyncProperty(
        fc.array(suite, { minLength: 1, maxLength: 4 }),
        fc.integer({ min: 1, max: 4 }),
        async (suites, minimum) => {
          const { phrase, addresses } = await firstLife(suites)
          const { vault } = createHarness({ rng: seededRng(2) })
          await vault.restorePhrase({ phrase: phrase(), password: password(), accounts: minimum })
          const again = []
          for (const [i, suite] of suites.entries())
            again.push((await vault.createAccount({ suite, label: `again-${i}` })).address)
          expect(again).toEqual(addresses)
        },
      ),
      { numRuns: 8 },
    )
  })

  it('finds used accounts in every suite, and hands out only unused ones', async () => {
    const suites: SignatureSuite[] = ['ML-DSA-65', 'ML-DSA-65', 'ML-DSA-65', 'ML-DSA-44', 'ML-DSA-44']
    const { phrase, addresses } = await firstLife(suites)
    // Of ML-DSA-65 the first and third have been used, of ML-DSA-44 the second.
    const { vault } = second([addresses[0], addresses[2], addresses[4]] as string[])
    const { accounts } = await vault.restorePhrase({ phrase: phrase(), password: password() })
    expect(accounts.map(({ suite, index }) => `${suite}/${index}`)).toEqual([
      'ML-DSA-65/0',
      'ML-DSA-65/1',
      'ML-DSA-65/2',
      'ML-DSA-44/0',
      'ML-DSA-44/1',
    ])
    expect(accounts.every(({ label, restored }) => label === null && restored)).toBe(true)
    const made = [
      await vault.createAccount({ label: 'one' }),
      await vault.createAccount({}),
      await vault.createAccount({ suite: 'ML-DSA-44' }),
      await vault.createAccount({ suite: 'ML-DSA-44' }),
    ]
    expect(made.map(({ index, label, restored }) => `${index} ${label} ${restored}`)).toEqual([
      '1 one false',
      '3 account-1 false',
      '0 account-2 false',
      '2 account-3 false',
    ])
    // A used one gets its name back by hand, and is then like any other.
    const named = await vault.renameAccount({ address: addresses[0] as string, label: 'salary' })
    expect(named).toMatchObject({ index: 0, label: 'salary', restored: false })
  })

  it('looks 20 accounts ahead and no further', async () => {
    const { phrase, addresses } = await firstLife(Array(21).fill('ML-DSA-65'))
    const near = second([addresses[19]] as string[])
    expect((await near.vault.restorePhrase({ phrase: phrase(), password: password() })).accounts.length).toBe(20)
    const far = second([addresses[20]] as string[])
    expect((await far.vault.restorePhrase({ phrase: phrase(), password: password() })).accounts.length).toBe(1)
  })

  it('can look again once the ledger knows more', async () => {
    const { phrase, addresses } = await firstLife(['ML-DSA-65', 'ML-DSA-65', 'ML-DSA-65'])
    const used: string[] = []
    const { vault } = second([], { deps: { discover: async (address) => used.includes(address) } })
    await vault.restorePhrase({ phrase: phrase(), password: password() })
    expect(await vault.discoverAccounts()).toEqual({ found: [] })
    used.push(addresses[2] as string)
    const { found } = await vault.discoverAccounts()
    expect(found.map(({ address }) => address)).toEqual(addresses.slice(1))
    expect((await vault.accounts()).map(({ address }) => address)).toEqual(addresses)
    expect(await vault.discoverAccounts()).toEqual({ found: [] })
    await vault.lock()
    expect((await refusal(vault.discoverAccounts())).code).toBe('VAULT_LOCKED')
  })

  it('makes nothing where the ledger cannot be asked', async () => {
    const { phrase } = await firstLife([])
    const { vault, fs } = second([], {
      deps: {
        discover: async () => {
          throw new Error('not there')
        },
      },
    })
    const attempt = vault.restorePhrase({ phrase: phrase(), password: password() })
    expect((await refusal(attempt)).code).toBe('ACCOUNT_DISCOVERY_FAILED')
    expect(fs.paths()).toEqual([])
    expect((await vault.status()).exists).toBe(false)
  })

  it('keeps passphrases apart, and needs them never again', async () => {
    const first = createHarness()
    const { phrase } = await first.vault.init({ password: password(), passphrase: utf8('caf\u00e9') })
    const { address } = await first.vault.createAccount({})
    const restore = async (passphrase: string | undefined) => {
      const { vault } = createHarness({ rng: seededRng(2) })
      const { accounts } = await vault.restorePhrase({
        phrase: Uint8Array.from(phrase),
        password: password(),
        passphrase: passphrase === undefined ? undefined : utf8(passphrase),
      })
      return accounts[0]?.address
    }
    expect(await restore('cafe\u0301')).toBe(address)
    expect(await restore(undefined)).not.toBe(address)
    expect(await restore('cafe')).not.toBe(address)
    await first.vault.lock()
    await first.vault.unlock({ password: password() })
    expect((await first.vault.createAccount({})).index).toBe(1)
  })

  it.each([
    ['abandon '.repeat(12), 'PHRASE_WORD_COUNT', { words: 12, expectedWords: 24 }],
    [`${'abandon '.repeat(23)}hunter2`, 'PHRASE_UNKNOWN_WORD', { position: 24 }],
    ['abandon '.repeat(24), 'PHRASE_CHECKSUM', {}],
  ])('refuses the phrase %j', async (typed, code, details) => {
    const { vault, fs } = createHarness()
    expect(await refusal(vault.restorePhrase({ phrase: utf8(typed), password: password() }))).toMatchObject({
      code,
      details,
    })
    expect(fs.paths()).toEqual([])
  })
})

describe('backup', () => {
  it('brings back every account with its name', async () => {
    const { vault, accounts } = await firstLife(['ML-DSA-65', 'ML-DSA-44', 'ML-DSA-65'])
    await vault.lock()
    const { backup } = await vault.backup({ password: password() })
    const other = createHarness({ rng: seededRng(2) })
    expect(await other.vault.restoreBackup({ backup, password: password() })).toEqual({ accounts })
    expect(await other.vault.status()).toMatchObject({ locked: false, accounts: 3 })
    await other.vault.lock()
    await other.vault.unlock({ password: password() })
    expect(await other.vault.accounts()).toEqual(accounts)
    expect((await other.vault.createAccount({})).index).toBe(2)
  })

  it('shares neither salt nor key with the vault, before or after', async () => {
    const { vault, fs } = await firstLife([])
    const { backup } = await vault.backup({ password: password() })
    const other = createHarness({ rng: seededRng(2) })
    await other.vault.restoreBackup({ backup, password: password() })
    const files = [fs.content(vaultPath), backup, other.fs.content(vaultPath)].map((bytes) =>
      JSON.parse(new TextDecoder().decode(bytes)),
    )
    expect(new Set(files.map(({ kdf }) => kdf.salt)).size).toBe(3)
    expect(new Set(files.map(({ passwordCheck }) => passwordCheck)).size).toBe(3)
    expect(new Set(files.map(({ public: { vaultId } }) => vaultId)).size).toBe(1)
  })

  it('opens with the password it was made under, whatever that is today', async () => {
    const { vault, accounts } = await firstLife(['ML-DSA-65'])
    const { backup } = await vault.backup({ password: password() })
    await vault.changePassword({ password: password(), newPassword: wrongPassword() })
    const other = createHarness({ rng: seededRng(2) })
    expect((await refusal(other.vault.restoreBackup({ backup, password: wrongPassword() }))).code).toBe(
      'VAULT_WRONG_PASSWORD',
    )
    expect(other.fs.paths()).toEqual([])
    expect((await other.vault.restoreBackup({ backup, password: password() })).accounts).toEqual(accounts)
  })

  it('is refused where its public keys are not those of its phrase', async () => {
    const { vault } = await firstLife(['ML-DSA-44'])
    const { backup } = await vault.backup({ password: password() })
    const publicKeyOfSeed: typeof nobleKeys.publicKeyOfSeed = (suite, seed) =>
      nobleKeys.publicKeyOfSeed(suite, seed).fill(0, 100, 101)
    const other = createHarness({ rng: seededRng(2), deps: { keys: { ...nobleKeys, publicKeyOfSeed } } })
    expect(await refusal(other.vault.restoreBackup({ backup, password: password() }))).toMatchObject({
      code: 'VAULT_DAMAGED',
      details: { file: 'backup', reason: 'keys' },
    })
    expect(other.fs.paths()).toEqual([])
  })

  it('moves to another network with that network’s addresses', async () => {
    const { vault } = await firstLife(['ML-DSA-65'])
    const { backup } = await vault.backup({ password: password() })
    const addressOf: typeof testAddressOf = (suite, publicKey) => `main1${testAddressOf(suite, publicKey)}`
    const other = createHarness({ rng: seededRng(2), deps: { addressOf } })
    const { accounts } = await other.vault.restoreBackup({ backup, password: password() })
    expect(accounts[0]?.address).toMatch(/^main1test1/)
  })

  it('is refused with a code, whatever byte of it is changed', async () => {
    const { vault } = await firstLife(['ML-DSA-44'])
    const { backup } = await vault.backup({ password: password() })
    const other = createHarness({ rng: seededRng(2) })
    await fc.assert(
      fc.asyncProperty(fc.nat(backup.length - 1), fc.integer({ min: 1, max: 255 }), async (at, flip) => {
        const changed = Uint8Array.from(backup)
        changed[at] = (changed[at] as number) ^ flip
        const { code } = await refusal(other.vault.restoreBackup({ backup: changed, password: password() }))
        expect(code).toMatch(/^VAULT_(DAMAGED|NEWER_VERSION)$/)
      }),
      { numRuns: 300 },
    )
    expect(
      (await refusal(other.vault.restoreBackup({ backup: new Uint8Array(3_000_000), password: password() }))).code,
    ).toBe('VAULT_DAMAGED')
    expect(other.fs.paths()).toEqual([])
  })
})
