import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { toHex, utf8 } from '../core/bytes.ts'
import { createHarness, password, vaultPath } from './testing/harness.ts'
import { createMemoryFs, type MemoryFs } from './testing/memory-fs.ts'
import { refusal } from './testing/refusal.ts'

const requestOf = (name: string, hash = '11') => ({ key: toHex(utf8(name.padEnd(32))), hash: hash.repeat(32) })
const versionOf = (fs: MemoryFs): unknown => JSON.parse(new TextDecoder().decode(fs.content(vaultPath))).version

describe('a request for an account', () => {
  it('asked again gives the account that was made for it, under whatever name it has by now', async () => {
    const first = createHarness()
    await first.vault.init({ password: password() })
    const made = await first.vault.createAccount({ label: 'till', suite: 'ML-DSA-44', request: requestOf('a') })
    expect(made.request).toEqual(requestOf('a'))
    const again = { label: 'till', suite: 'ML-DSA-44', request: requestOf('a') } as const
    expect(await first.vault.createAccount(again)).toEqual(made)
    const renamed = await first.vault.renameAccount({ address: made.address, label: 'shop' })
    expect(await first.vault.createAccount(again)).toEqual(renamed)
    const { vault, audit } = createHarness({ fs: first.fs.copy() })
    expect((await refusal(vault.createAccount(again))).code).toBe('VAULT_LOCKED')
    await vault.unlock({ password: password() })
    expect(await vault.createAccount(again)).toEqual(renamed)
    expect((await vault.status()).accounts).toBe(1)
    expect(audit.map(({ action }) => action)).not.toContain('account.created')
  })

  it('IDEMPOTENCY_KEY_REUSED: its key stands for nothing else', async () => {
    const { vault, fs } = createHarness()
    await vault.init({ password: password() })
    await vault.createAccount({ suite: 'ML-DSA-44', request: requestOf('a') })
    const before = fs.content(vaultPath)
    const other = vault.createAccount({ suite: 'ML-DSA-44', request: requestOf('a', '22') })
    expect((await refusal(other)).code).toBe('IDEMPOTENCY_KEY_REUSED')
    expect(fs.content(vaultPath)).toEqual(before)
    await vault.createAccount({ suite: 'ML-DSA-44', request: requestOf('b', '22') })
    await vault.createAccount({ suite: 'ML-DSA-44' })
    expect((await vault.accounts()).map(({ request }) => request)).toEqual([requestOf('a'), requestOf('b', '22'), null])
  })

  it('asked twice at once makes one account', async () => {
    const { vault } = createHarness()
    await vault.init({ password: password() })
    const asked = Array.from({ length: 5 }, () => vault.createAccount({ suite: 'ML-DSA-44', request: requestOf('a') }))
    const addresses = (await Promise.all(asked)).map(({ address }) => address)
    expect(new Set(addresses).size).toBe(1)
    expect((await vault.status()).accounts).toBe(1)
  })

  it('that failed leaves its key free', async () => {
    const { vault } = createHarness()
    await vault.init({ password: password() })
    await vault.createAccount({ label: 'till', suite: 'ML-DSA-44' })
    const taken = vault.createAccount({ label: 'till', suite: 'ML-DSA-44', request: requestOf('a') })
    expect((await refusal(taken)).code).toBe('ACCOUNT_LABEL_TAKEN')
    const made = await vault.createAccount({ label: 'shop', suite: 'ML-DSA-44', request: requestOf('a', '22') })
    expect(made.label).toBe('shop')
  })

  it('is kept with a restored account that is handed out for it, and in a backup', async () => {
    const first = createHarness()
    const phrase = utf8(`${'abandon '.repeat(23)}art`)
    const { accounts } = await first.vault.restorePhrase({ phrase, password: password() })
    const made = await first.vault.createAccount({ label: 'main', request: requestOf('a') })
    expect(made).toMatchObject({ address: accounts[0]?.address, request: requestOf('a'), restored: false })
    const { backup } = await first.vault.backup({ password: password() })
    const { vault } = createHarness()
    await vault.restoreBackup({ backup, password: password() })
    expect(await vault.createAccount({ label: 'main', request: requestOf('a') })).toEqual(made)
  })

  /** Whether power is lost before or after any step of the write: account and key are both there, or neither is. */
  it('survives a crash at any step together with its account, or not at all', async () => {
    const start = createHarness()
    await start.vault.init({ password: password() })
    const disk = start.fs.copy()
    const counted = createHarness({ fs: disk.copy() })
    await counted.vault.unlock({ password: password() })
    const stepsBefore = counted.fs.steps.length
    await counted.vault.createAccount({ suite: 'ML-DSA-44', request: requestOf('a') })
    const steps = counted.fs.steps.length - stepsBefore
    expect(steps).toBeGreaterThan(4)
    const found = new Set<number>()
    for (let atStep = 0; atStep < steps; atStep++) {
      for (const when of ['before', 'after'] as const) {
        const run = createHarness({ fs: disk.copy() })
        await run.vault.unlock({ password: password() })
        run.fs.plan({ atStep, when, kind: 'crash' })
        await run.vault.createAccount({ suite: 'ML-DSA-44', request: requestOf('a') }).catch(() => undefined)
        for (const survived of run.fs.afterPowerCut()) {
          const { vault } = createHarness({ fs: survived })
          await vault.unlock({ password: password() })
          const kept = await vault.accounts()
          expect(kept.map(({ request }) => request)).toEqual(kept.map(() => requestOf('a')))
          found.add(kept.length)
          const again = await vault.createAccount({ suite: 'ML-DSA-44', request: requestOf('a') })
          expect(await vault.accounts()).toEqual([again])
        }
      }
    }
    expect([...found].sort()).toEqual([0, 1])
  })
})

describe('files of version 1', () => {
  const file = (name: string): Uint8Array => readFileSync(new URL(`./vectors/${name}`, import.meta.url))

  it('open, and become version 2 with the next write', async () => {
    const fs = createMemoryFs()
    fs.put(vaultPath, file('vault-version-1.json'))
    const { vault } = createHarness({ fs })
    const listed = await vault.accounts()
    expect(listed.map(({ label, suite, request }) => [label, suite, request])).toEqual([
      [null, 'ML-DSA-65', null],
      ['alice', 'ML-DSA-44', null],
    ])
    await vault.unlock({ password: password() })
    expect(await vault.accounts()).toEqual(listed)
    expect(versionOf(fs)).toBe(1)
    await vault.createAccount({ label: 'bob', suite: 'ML-DSA-44', request: requestOf('a') })
    expect(versionOf(fs)).toBe(2)
    const { vault: next } = createHarness({ fs: fs.copy() })
    await next.unlock({ password: password() })
    expect((await next.accounts()).map(({ label, request }) => [label, request])).toEqual([
      [null, null],
      ['alice', null],
      ['bob', requestOf('a')],
    ])
  })

  it('open under a new password too, and give backups of version 2', async () => {
    const fs = createMemoryFs()
    fs.put(vaultPath, file('vault-version-1.json'))
    const { vault } = createHarness({ fs })
    const { backup } = await vault.backup({ password: password() })
    expect(JSON.parse(new TextDecoder().decode(backup)).version).toBe(2)
    await vault.changePassword({ password: password(), newPassword: utf8('a quite different password') })
    expect(versionOf(fs)).toBe(2)
    await vault.unlock({ password: utf8('a quite different password') })
    expect((await vault.accounts()).map(({ label }) => label)).toEqual([null, 'alice'])
  })

  it('are restored from', async () => {
    const { vault, fs } = createHarness()
    await vault.restoreBackup({ backup: file('backup-version-1.json'), password: password() })
    expect((await vault.accounts()).map(({ label }) => label)).toEqual([null, 'alice'])
    expect(versionOf(fs)).toBe(2)
  })

  it('cannot claim a request', async () => {
    const altered = new TextDecoder()
      .decode(file('vault-version-1.json'))
      .replace('"restored": true', '"request": null,\n        "restored": true')
    const fs = createMemoryFs()
    fs.put(vaultPath, utf8(altered))
    expect(await refusal(createHarness({ fs }).vault.unlock({ password: password() }))).toMatchObject({
      code: 'VAULT_DAMAGED',
      details: { reason: 'schema' },
    })
  })
})
