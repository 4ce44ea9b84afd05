import { describe, expect, it } from 'vitest'
import { utf8 } from '../core/bytes.ts'
import { seededRng } from '../core/rng.ts'
import { createHarness, password, vaultPath } from './testing/harness.ts'
import type { MemoryFs } from './testing/memory-fs.ts'
import { refusal } from './testing/refusal.ts'
import type { Vault } from './types.ts'

const newPassword = (): Uint8Array => utf8('a quite different password')
const phrase = (): Uint8Array => utf8(`${'abandon '.repeat(23)}art`)

/** A disk with a vault of one account. */
async function diskWithVault(): Promise<MemoryFs> {
  const { vault, fs } = createHarness()
  await vault.init({ password: password() })
  await vault.createAccount({ label: 'alice', suite: 'ML-DSA-44' })
  return fs.copy()
}

/** Labels under the password that opens; 'none' where there is no vault; throws where neither opens. */
async function contentOf(disk: MemoryFs): Promise<string> {
  const { vault } = createHarness({ fs: disk, rng: seededRng(9) })
  if (!(await vault.status()).exists) return 'none'
  for (const [name, candidate] of [
    ['old password', password()],
    ['new password', newPassword()],
  ] as const) {
    const opened = await vault.unlock({ password: candidate }).then(
      () => true,
      (error) => {
        if (error.code !== 'VAULT_WRONG_PASSWORD') throw error
        return false
      },
    )
    if (!opened) continue
    const labels = (await vault.accounts()).map(({ label }) => label)
    // Open, and it can be written.
    await vault.createAccount({ label: 'afterwards', suite: 'ML-DSA-44' })
    return `${name}: ${labels.join(', ')}`
  }
  throw new Error('no password opens it')
}

interface Operation {
  readonly start: () => Promise<MemoryFs | undefined>
  /** Whether the vault is unlocked first. */
  readonly unlock: boolean
  readonly run: (vault: Vault) => Promise<unknown>
  readonly before: string
  readonly after: string
}

const operations: Readonly<Record<string, Operation>> = {
  init: {
    start: async () => undefined,
    unlock: false,
    run: (vault) => vault.init({ password: password() }),
    before: 'none',
    after: 'old password: ',
  },
  restorePhrase: {
    start: async () => undefined,
    unlock: false,
    run: (vault) => vault.restorePhrase({ phrase: phrase(), password: password() }),
    before: 'none',
    after: 'old password: ',
  },
  createAccount: {
    start: diskWithVault,
    unlock: true,
    run: (vault) => vault.createAccount({ label: 'bob', suite: 'ML-DSA-44' }),
    before: 'old password: alice',
    after: 'old password: alice, bob',
  },
  changePassword: {
    start: diskWithVault,
    unlock: true,
    run: (vault) => vault.changePassword({ password: password(), newPassword: newPassword() }),
    before: 'old password: alice',
    after: 'new password: alice',
  },
}

async function prepare({ start, unlock }: Operation) {
  const disk = await start()
  const harness = createHarness(disk === undefined ? {} : { fs: disk })
  if (unlock) await harness.vault.unlock({ password: password() })
  harness.fs.plan(undefined)
  return harness
}

async function stepCount(operation: Operation): Promise<number> {
  const { vault, fs } = await prepare(operation)
  await operation.run(vault)
  return fs.steps.length
}

describe.each(Object.entries(operations))('a power cut during %s', (_, operation) => {
  it('leaves the old vault or the new one, and both can go on', async () => {
    const steps = await stepCount(operation)
    const seen = new Set<string>()
    for (let atStep = 0; atStep < steps; atStep++) {
      for (const when of ['before', 'after'] as const) {
        const { vault, fs } = await prepare(operation)
        fs.plan({ atStep, when, kind: 'crash' })
        const answered = await operation.run(vault).then(
          () => true,
          () => false,
        )
        for (const disk of fs.afterPowerCut()) {
          const found = await contentOf(disk)
          expect([operation.before, operation.after]).toContain(found.replace(': null', ': '))
          // What was answered is not lost.
          if (answered) expect(found.replace(': null', ': ')).toBe(operation.after)
          seen.add(found.replace(': null', ': '))
        }
      }
    }
    expect(seen).toEqual(new Set([operation.before, operation.after]))
  })

  it('or a failing disk ends in a code, and leaves the old vault or the new one', async () => {
    const steps = await stepCount(operation)
    for (let atStep = 0; atStep < steps; atStep++) {
      const { vault, fs, audit } = await prepare(operation)
      fs.plan({ atStep, when: 'before', kind: 'error' })
      const outcome = await operation.run(vault).then(
        () => 'done',
        (error) => error.code,
      )
      // A disk that fails to record a right password does not keep its owner out.
      if (outcome === 'done') expect(audit.map(({ action }) => action)).toContain('vault.attempts.not-reset')
      else {
        expect(outcome).toMatch(/^VAULT_(WRITE|READ)_FAILED$/)
        expect([operation.before, operation.after]).toContain((await contentOf(fs.copy())).replace(': null', ': '))
      }
    }
  })
})

describe('a failed write', () => {
  it('changes nothing where the old file is still there', async () => {
    const { vault, fs } = createHarness()
    await vault.init({ password: password() })
    const before = fs.content(vaultPath)
    fs.plan({ atStep: 4, when: 'before', kind: 'error' })
    expect(await refusal(vault.createAccount({ label: 'a' }))).toMatchObject({
      code: 'VAULT_WRITE_FAILED',
      details: { file: 'vault.json', step: 'write', systemCode: 'ENOSPC' },
    })
    expect(fs.content(vaultPath)).toEqual(before)
    expect(await vault.accounts()).toEqual([])
    fs.plan(undefined)
    expect((await vault.createAccount({ label: 'a' })).index).toBe(0)
  })

  it('locks where it is unclear which file would last, and the next unlock reads the one there', async () => {
    const { vault, fs, audit } = createHarness()
    await vault.init({ password: password() })
    fs.plan({ atStep: 8, when: 'before', kind: 'error' })
    expect(await refusal(vault.createAccount({ label: 'a' }))).toMatchObject({
      code: 'VAULT_WRITE_FAILED',
      details: { step: 'sync-folder' },
    })
    expect((await vault.status()).locked).toBe(true)
    expect(audit.map(({ action, details }) => [action, details.reason ?? details.code])).toContainEqual([
      'vault.locked',
      'write-failed',
    ])
    fs.plan(undefined)
    await vault.unlock({ password: password() })
    expect((await vault.accounts()).map(({ label }) => label)).toEqual(['a'])
  })

  it('leaves no new vault whose phrase nobody has seen', async () => {
    const { vault, fs } = createHarness()
    fs.plan({ atStep: 9, when: 'before', kind: 'error' })
    expect(await refusal(vault.init({ password: password() }))).toMatchObject({ details: { step: 'sync-folder' } })
    expect(fs.paths()).toEqual([])
    fs.plan(undefined)
    await vault.init({ password: password() })
  })
})
