import { describe, expect, it } from 'vitest'
import { utf8 } from '../core/bytes.ts'
import { seededRng } from '../core/rng.ts'
import { accountPath } from './derivation.ts'
import { encodeDocument } from './document.ts'
import { derivePasswordKey, newKdfSection } from './kdf.ts'
import { contentOf, decodeKeystore, encodeKeystore, type Keystore, type KeystorePublic } from './keystore.ts'
import { limits } from './limits.ts'
import { SecretBytes } from './secrets.ts'
import { quickKdf } from './testing/harness.ts'

const account = (
  index: number,
  change: Partial<KeystorePublic['accounts'][number]> = {},
): KeystorePublic['accounts'][number] => ({
  index,
  path: accountPath(index),
  suite: 'ML-DSA-87' as const,
  publicKey: 'ab'.repeat(2_592),
  address: `address-${index}`,
  label: `label ${index}`,
  createdAtMs: 1_750_000_000_000,
  restored: false,
  request: null,
  hardware: null,
  ...change,
})

const requestOf = (number: number) => ({ key: number.toString(16).padStart(64, '0'), hash: 'ef'.repeat(32) })

const content = (accounts: KeystorePublic['accounts']): KeystorePublic => ({
  vaultId: '00'.repeat(16),
  createdAtMs: 0,
  accounts,
})

async function encode(accounts: KeystorePublic['accounts']): Promise<Uint8Array> {
  const rng = seededRng(3)
  const key = await derivePasswordKey(SecretBytes.copyOf(utf8('password')), newKdfSection(quickKdf, rng), 'qudag-vault')
  const secrets = { entropy: new SecretBytes(new Uint8Array(32)), masterSeed: new SecretBytes(new Uint8Array(64)) }
  return encodeKeystore('qudag-vault', content(accounts), secrets, key, rng)
}

describe('vault file', () => {
  it('holds as many accounts as there may be, the largest and with the longest names', async () => {
    const accounts = Array.from({ length: limits.maxAccounts }, (_, i) =>
      account(0x7fff_ffff - i, {
        label: `${'🦊'.repeat(60)}${1_000 + i}`,
        address: `${'x'.repeat(124)}${1_000 + i}`,
        request: requestOf(i),
      }),
    )
    const bytes = await encode(accounts)
    expect(bytes.length).toBeLessThan(limits.maxVaultFileBytes)
    expect(decodeKeystore(bytes, 'qudag-vault')).toMatchObject({ ok: true })
  })

  it('is refused where its parts do not fit together, even with a checksum made for them', async () => {
    const decoded = decodeKeystore(await encode([account(0)]), 'qudag-vault')
    if (!decoded.ok) throw new Error(decoded.error.reason)
    const withAccounts = (accounts: readonly object[]): string => {
      // As a file of version 2 writes them: without a word on tokens.
      const written = accounts.map(({ hardware: _, ...rest }: { hardware?: unknown }) => rest)
      const changed = {
        ...decoded.value,
        public: { ...decoded.value.public, accounts: written },
      } as unknown as Keystore
      const result = decodeKeystore(encodeDocument(changed), 'qudag-vault')
      return result.ok ? 'ok' : result.error.reason
    }
    expect(withAccounts([account(0), account(1)])).toBe('ok')
    expect(withAccounts([account(0, { label: null }), account(1, { label: null })])).toBe('ok')
    expect(withAccounts([account(0, { request: requestOf(1) }), account(1, { request: requestOf(2) })])).toBe('ok')
    for (const faulty of [
      [account(0), account(0, { address: 'other', label: 'other' })],
      [account(0), account(1, { address: 'address-0' })],
      [account(0), account(1, { label: 'LABEL 0' })],
      [account(0, { path: accountPath(1) })],
      [account(0, { suite: 'ML-DSA-65' })],
      [account(0, { publicKey: 'AB'.repeat(2_592) })],
      [account(0, { label: 'two\nlines' })],
      [account(0, { label: ' spaced' })],
      [account(0, { address: '' })],
      [account(-1, { path: accountPath(-1) })],
      [account(0x8000_0000)],
      [{ ...account(0), seed: '00' }],
      [account(0, { request: requestOf(1) }), account(1, { request: requestOf(1) })],
      [account(0, { request: { ...requestOf(1), key: 'AB'.repeat(32) } })],
      [account(0, { request: { ...requestOf(1), hash: 'ab' } })],
      [{ ...account(0), request: { ...requestOf(1), more: 1 } }],
      [{ ...account(0), request: undefined }],
      Array.from({ length: limits.maxAccounts + 1 }, (_, i) => account(i)),
    ]) {
      expect(withAccounts(faulty)).toMatch(/^(schema|too-large)$/)
    }
  })

  it('is not a backup, nor the other way round', async () => {
    expect(decodeKeystore(await encode([]), 'qudag-vault-backup')).toEqual({
      ok: false,
      error: { reason: 'other-kind' },
    })
  })
})

describe('an account by a key of a token', () => {
  const hardware = { pairing: 'ab'.repeat(16), serial: '0001', keyId: 'abcd' }
  const byToken = account(1, {
    ...{ index: null, path: null, hardware, suite: 'ML-DSA-65', publicKey: 'cd'.repeat(1_952) },
  })

  it('makes the file version 3, and comes back with its binding', async () => {
    const decoded = decodeKeystore(await encode([account(0), byToken]), 'qudag-vault')
    expect(decoded.ok && decoded.value.version).toBe(3)
    expect(decoded.ok && contentOf(decoded.value).accounts).toEqual([account(0), byToken])
  })

  it('is refused where its parts do not fit together', async () => {
    const decoded = decodeKeystore(await encode([byToken]), 'qudag-vault')
    if (!decoded.ok) throw new Error(decoded.error.reason)
    const [written] = decoded.value.public.accounts
    const read = (change: object, version = 3): string => {
      const accounts = [{ ...written, ...change }]
      const changed = {
        ...decoded.value,
        version,
        public: { ...decoded.value.public, accounts },
      } as unknown as Keystore
      const result = decodeKeystore(encodeDocument(changed), 'qudag-vault')
      return result.ok ? 'ok' : result.error.reason
    }
    expect(read({})).toBe('ok')
    expect(read({}, 2)).toBe('schema')
    for (const change of [
      { index: 0, path: accountPath(0) },
      { restored: true },
      { publicKey: 'cd' },
      { hardware: { ...hardware, keyId: '' } },
      { hardware: { ...hardware, pairing: 'ab' } },
      { hardware: { ...hardware, pin: '1234' } },
    ]) {
      expect(read(change)).toBe('schema')
    }
  })

  it('leaves a file without one at version 2, for programs from before', async () => {
    const decoded = decodeKeystore(await encode([account(0)]), 'qudag-vault')
    expect(decoded.ok && decoded.value.version).toBe(2)
    expect(decoded.ok && contentOf(decoded.value).accounts).toEqual([account(0)])
  })
})
