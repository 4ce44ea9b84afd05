import { argon2id } from '@noble/hashes/argon2.js'
import { hkdf } from '@noble/hashes/hkdf.js'
import { sha256 } from '@noble/hashes/sha2.js'
import { describe, expect, it } from 'vitest'
import { fromHex, toHex, utf8 } from '../core/bytes.ts'
import { seededRng } from '../core/rng.ts'
import { defaultKdf, derivePasswordKey, kdfSchema, newKdfSection, passwordMatches } from './kdf.ts'
import { SecretBytes } from './secrets.ts'

const derive = (password: string, kdf = newKdfSection({ memoryKiB: 64, passes: 2, parallelism: 4 }, seededRng(7))) =>
  derivePasswordKey(SecretBytes.copyOf(utf8(password)), kdf, 'qudag-vault')

describe('password key', () => {
  it('is Argon2id and HKDF as an independent implementation computes them', async () => {
    const key = await derive('correct horse')
    const salt = fromHex(key.kdf.salt) as Uint8Array
    const root = argon2id(utf8('correct horse'), salt, { m: 64, t: 2, p: 4, dkLen: 32, version: 0x13 })
    const expand = (use: string, length: number) =>
      toHex(hkdf(sha256, root, undefined, utf8(`qudag/v1/qudag-vault/${use}`), length))
    expect(key.encryption.use(toHex)).toBe(expand('encryption', 32))
    expect(key.check).toBe(expand('password-check', 16))
  })

  it('runs at full cost', async () => {
    const key = await derive('correct horse', newKdfSection(defaultKdf, seededRng(7)))
    const again = await derive('correct horse', key.kdf)
    expect(key.kdf).toMatchObject({ algorithm: 'argon2id', memoryKiB: 65_536, passes: 3 })
    expect(again.encryption.use(toHex)).toBe(key.encryption.use(toHex))
  })

  it('differs by password, salt and kind', async () => {
    const key = await derive('correct horse')
    const others = [
      await derive('correct horsf'),
      await derive('correct horse', newKdfSection({ memoryKiB: 64, passes: 2, parallelism: 4 }, seededRng(8))),
      await derivePasswordKey(SecretBytes.copyOf(utf8('correct horse')), key.kdf, 'qudag-vault-backup'),
    ]
    for (const other of others) {
      expect(other.encryption.use(toHex)).not.toBe(key.encryption.use(toHex))
      expect(passwordMatches(key, other.check)).toBe(false)
    }
    expect(passwordMatches(key, key.check)).toBe(true)
  })

  it('bounds what a file may ask for', () => {
    const section = newKdfSection(defaultKdf, seededRng(1))
    const accepts = (change: object): boolean => kdfSchema.safeParse({ ...section, ...change }).success
    expect(accepts({})).toBe(true)
    expect(accepts({ memoryKiB: 1_048_576 })).toBe(true)
    expect(accepts({ memoryKiB: 1_048_577 })).toBe(false)
    expect(accepts({ memoryKiB: 64 * 1_048_576 })).toBe(false)
    expect(accepts({ memoryKiB: 31, parallelism: 4 })).toBe(false)
    expect(accepts({ passes: 0 })).toBe(false)
    expect(accepts({ passes: 17 })).toBe(false)
    expect(accepts({ parallelism: 17 })).toBe(false)
    expect(accepts({ algorithm: 'argon2i' })).toBe(false)
    expect(accepts({ argonVersion: 16 })).toBe(false)
    expect(accepts({ salt: section.salt.toUpperCase() })).toBe(false)
    expect(accepts({ secret: '' })).toBe(false)
  })
})
