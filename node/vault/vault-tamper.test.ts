import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { utf8 } from '../core/bytes.ts'
import { type DocumentFields, encodeDocument } from './document.ts'
import { createHarness, dir, password, vaultPath } from './testing/harness.ts'
import { createMemoryFs } from './testing/memory-fs.ts'
import { testAddressOf } from './testing/noble-keys.ts'
import { refusal } from './testing/refusal.ts'

async function sealedVault(): Promise<Uint8Array> {
  const { vault, fs } = createHarness()
  await vault.init({ password: password() })
  const request = { key: 'aa'.repeat(32), hash: 'bb'.repeat(32) }
  await vault.createAccount({ label: 'alice', suite: 'ML-DSA-44', request })
  await vault.createAccount({ label: 'bob', suite: 'ML-DSA-44' })
  return fs.content(vaultPath) as Uint8Array
}

const sealed = await sealedVault()

/** What unlocking a file ends in; also that it is left as it is. */
async function outcome(bytes: Uint8Array, attributes: { mode?: number; uid?: number } = {}): Promise<string> {
  const fs = createMemoryFs()
  fs.put(vaultPath, bytes, attributes)
  const { vault } = createHarness({ fs })
  const result = await vault.unlock({ password: password() }).then(
    () => 'opened',
    (error) => error.code,
  )
  expect(fs.content(vaultPath)).toEqual(bytes)
  expect((await vault.status().catch(() => ({ locked: true }))).locked).toBe(result !== 'opened')
  return result
}

/** The file with one value changed by somebody who knows how to make its checksum. */
function forged(path: readonly (string | number)[], value: unknown): Uint8Array {
  const { checksum, ...fields } = JSON.parse(new TextDecoder().decode(sealed))
  expect(checksum).toMatch(/^[0-9a-f]{64}$/)
  let target = fields
  for (const key of path.slice(0, -1)) target = target[key]
  target[path.at(-1) as string | number] = value
  return encodeDocument(fields as DocumentFields)
}

const valueAt = (path: readonly (string | number)[]): string =>
  path.reduce<Record<string | number, never> | string>(
    (value, key) => (value as Record<string | number, never>)[key] as never,
    JSON.parse(new TextDecoder().decode(sealed)),
  ) as string

const flipHex = (hex: string, at = 0): string =>
  hex.slice(0, at) + (Number.parseInt(hex[at] as string, 16) ^ 1).toString(16) + hex.slice(at + 1)

describe('an altered vault file', () => {
  it('opens as it was written', async () => {
    expect(await outcome(sealed)).toBe('opened')
    expect(await outcome(forged(['version'], 2))).toBe('opened')
  })

  it('is refused whatever byte is changed', async () => {
    const codes = new Set<string>()
    for (let at = 0; at < sealed.length; at++) {
      const changed = Uint8Array.from(sealed)
      changed[at] = (changed[at] as number) ^ (1 << (at % 8))
      codes.add(await outcome(changed))
    }
    // A changed digit can make the version a newer one; nothing else is possible.
    expect([...codes].filter((code) => code !== 'VAULT_NEWER_VERSION')).toEqual(['VAULT_DAMAGED'])
  })

  it('is refused wherever it is cut off', async () => {
    for (let length = 0; length < sealed.length; length += 1 + (length % 13)) {
      expect(await outcome(sealed.slice(0, length))).toBe('VAULT_DAMAGED')
    }
  })

  it('costs no attempt where the accident shows before the password', async () => {
    const fs = createMemoryFs()
    fs.put(vaultPath, sealed.slice(0, 100))
    const { vault } = createHarness({ fs })
    await refusal(vault.unlock({ password: password() }))
    expect(fs.paths()).toEqual([vaultPath])
  })

  it.each<[readonly (string | number)[], unknown, string]>([
    [['public', 'accounts', 0, 'label'], 'mallory', 'VAULT_DAMAGED'],
    [['public', 'accounts', 0, 'label'], null, 'VAULT_DAMAGED'],
    [['public', 'accounts', 0, 'restored'], true, 'VAULT_DAMAGED'],
    [['public', 'accounts', 1, 'createdAtMs'], 0, 'VAULT_DAMAGED'],
    [['public', 'accounts'], [], 'VAULT_DAMAGED'],
    [['public', 'vaultId'], flipHex(valueAt(['public', 'vaultId'])), 'VAULT_DAMAGED'],
    [['public', 'createdAtMs'], 0, 'VAULT_DAMAGED'],
    [['ciphertext'], flipHex(valueAt(['ciphertext'])), 'VAULT_DAMAGED'],
    [['ciphertext'], flipHex(valueAt(['ciphertext']), 223), 'VAULT_DAMAGED'],
    [['cipher', 'nonce'], flipHex(valueAt(['cipher', 'nonce'])), 'VAULT_DAMAGED'],
    // What decides about the password cannot be told from a wrong one; it does not open either.
    [['kdf', 'salt'], flipHex(valueAt(['kdf', 'salt'])), 'VAULT_WRONG_PASSWORD'],
    [['kdf', 'passes'], 2, 'VAULT_WRONG_PASSWORD'],
    [['kdf', 'memoryKiB'], 16, 'VAULT_WRONG_PASSWORD'],
    [['passwordCheck'], flipHex(valueAt(['passwordCheck'])), 'VAULT_WRONG_PASSWORD'],
    // Bounds come before the key derivation.
    [['kdf', 'memoryKiB'], 64 * 1_048_576, 'VAULT_DAMAGED'],
    [['kdf', 'passes'], 1_000_000, 'VAULT_DAMAGED'],
    [['kdf', 'parallelism'], 255, 'VAULT_DAMAGED'],
    [['cipher', 'algorithm'], 'none', 'VAULT_DAMAGED'],
    [['kind'], 'qudag-vault-backup', 'VAULT_DAMAGED'],
    [['extra'], 1, 'VAULT_DAMAGED'],
    [['version'], 3, 'VAULT_DAMAGED'],
    [['version'], 4, 'VAULT_DAMAGED'],
    [['version'], 5, 'VAULT_NEWER_VERSION'],
    [['version'], 1, 'VAULT_DAMAGED'],
    [['version'], 0, 'VAULT_DAMAGED'],
    [['public', 'accounts', 0, 'request'], null, 'VAULT_DAMAGED'],
    [['public', 'accounts', 1, 'request'], { key: '00'.repeat(32), hash: '11'.repeat(32) }, 'VAULT_DAMAGED'],
    // An address that its key does not have.
    [['public', 'accounts', 0, 'address'], 'test1mallory', 'VAULT_OTHER_NETWORK'],
    [
      ['public', 'accounts', 0, 'publicKey'],
      flipHex(valueAt(['public', 'accounts', 0, 'publicKey'])),
      'VAULT_OTHER_NETWORK',
    ],
  ])('with %j changed and the checksum made for it is not opened', async (path, value, code) => {
    expect(await outcome(forged(path, value))).toBe(code)
  })

  it('with another key and its right address is shown while locked, but does not open', async () => {
    const publicKey = flipHex(valueAt(['public', 'accounts', 0, 'publicKey']))
    const account = JSON.parse(JSON.stringify(valueAt(['public', 'accounts', 0])))
    const address = testAddressOf('ML-DSA-44', new Uint8Array(Buffer.from(publicKey, 'hex')))
    expect(await outcome(forged(['public', 'accounts', 0], { ...account, publicKey, address }))).toBe('VAULT_DAMAGED')
  })

  it('is refused where others could have read it, or it is not ours', async () => {
    expect(await outcome(sealed, { mode: 0o644 })).toBe('VAULT_PERMISSIONS')
    expect(await outcome(sealed, { mode: 0o660 })).toBe('VAULT_PERMISSIONS')
    expect(await outcome(sealed, { uid: 0 })).toBe('VAULT_PERMISSIONS')
    expect(await outcome(new Uint8Array(2_097_153))).toBe('VAULT_DAMAGED')
  })

  it('is refused on another network', async () => {
    const fs = createMemoryFs()
    fs.put(vaultPath, sealed)
    const { vault } = createHarness({
      fs,
      deps: { addressOf: (_, publicKey) => `main1${publicKey[0]}${publicKey[1]}` },
    })
    for (const attempt of [vault.unlock({ password: password() }), vault.status(), vault.accounts()]) {
      expect((await refusal(attempt)).code).toBe('VAULT_OTHER_NETWORK')
    }
  })

  it('never crashes the reader (property)', async () => {
    const text = new TextDecoder().decode(sealed)
    const soup = fc.oneof(
      fc.uint8Array({ maxLength: 300 }),
      fc.json().map(utf8),
      fc
        .tuple(fc.nat(text.length), fc.nat(200), fc.string({ unit: 'binary' }))
        .map(([at, cut, insert]) => utf8(text.slice(0, at) + insert + text.slice(at + cut))),
    )
    await fc.assert(
      fc.asyncProperty(soup, async (bytes) => {
        fc.pre(new TextDecoder().decode(bytes) !== text)
        expect(await outcome(bytes)).toMatch(/^VAULT_(DAMAGED|NEWER_VERSION)$/)
      }),
      { numRuns: 200 },
    )
  })

  it('is not overwritten by an open vault that has not seen it', async () => {
    const { vault, fs } = createHarness()
    await vault.init({ password: password() })
    fs.put(`${dir}/vault.json`, sealed)
    expect((await refusal(vault.createAccount({}))).code).toBe('VAULT_CHANGED')
    expect((await refusal(vault.changePassword({ password: password(), newPassword: utf8('another one') }))).code).toBe(
      'VAULT_CHANGED',
    )
    expect(fs.content(vaultPath)).toEqual(sealed)
    expect(await vault.accounts()).toEqual([])
    await vault.unlock({ password: password() })
    expect((await vault.accounts()).map(({ label }) => label)).toEqual(['alice', 'bob'])
    await vault.createAccount({ suite: 'ML-DSA-44' })
  })
})
