import { createCipheriv, createDecipheriv } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { concatBytes, utf8 } from '../core/bytes.ts'
import { NodeError } from '../core/node-error.ts'
import { seededRng } from '../core/rng.ts'
import { createHarness, type Harness, password, vaultPath, wrongPassword } from './testing/harness.ts'
import { codeOf } from './testing/refusal.ts'
import type { HardwareSealer, HardwareSigner } from './types.ts'

/** A token with one AES key, which can be locked and taken away. */
class Sealer implements HardwareSealer, HardwareSigner {
  readonly #key = new Uint8Array(32).fill(9)
  locked = false
  calls = 0

  async bindSeal(name: string) {
    if (name !== 'card') throw new NodeError('HSM_NOT_PAIRED', 'no such key is paired here')
    return { serial: '0001', keyId: 'abcd' }
  }
  async crypt({ direction, iv, additionalData, data }: Parameters<HardwareSealer['crypt']>[0]) {
    this.calls += 1
    if (this.locked) throw new NodeError('HSM_PIN_REQUIRED', 'the token is locked')
    if (direction === 'encrypt') {
      const cipher = createCipheriv('aes-256-gcm', this.#key, iv)
      cipher.setAAD(additionalData)
      return concatBytes(cipher.update(data), cipher.final(), cipher.getAuthTag())
    }
    const decipher = createDecipheriv('aes-256-gcm', this.#key, iv)
    decipher.setAAD(additionalData)
    decipher.setAuthTag(data.subarray(-16))
    try {
      return concatBytes(decipher.update(data.subarray(0, -16)), decipher.final())
    } catch {
      throw new NodeError('HSM_DATA_REFUSED', 'the token refused the data')
    }
  }
  bind(): never {
    throw new Error('not asked for here')
  }
  sign(): never {
    throw new Error('not asked for here')
  }
  lock(): void {
    this.locked = true
  }
}

const newPassword = (): Uint8Array => utf8('another good password')

async function sealed(): Promise<{ harness: Harness; sealer: Sealer }> {
  const sealer = new Sealer()
  const harness = createHarness({ deps: { hardware: sealer } })
  await harness.vault.init({ password: password() })
  await harness.vault.createAccount({ label: 'main' })
  await harness.vault.seal({ password: password(), hardware: 'card' })
  return { harness, sealer }
}
const documentOf = ({ fs }: Harness) => JSON.parse(new TextDecoder().decode(fs.content(vaultPath)))

describe('a sealed vault', () => {
  it('opens with the password and the token, and with neither alone', async () => {
    const { harness, sealer } = await sealed()
    const { vault } = harness
    expect(documentOf(harness)).toMatchObject({ version: 4, kdf: { seal: { serial: '0001', keyId: 'abcd' } } })
    const seal = { serial: '0001', keyId: 'abcd' }
    expect(await vault.status()).toMatchObject({ locked: false, seal })
    await vault.lock()
    expect(await vault.status()).toMatchObject({ locked: true, seal })
    expect(sealer.locked).toBe(true)
    expect(await codeOf(vault.unlock({ password: password() }))).toBe('HSM_PIN_REQUIRED')
    sealer.locked = false
    expect(await codeOf(vault.unlock({ password: wrongPassword() }))).toBe('VAULT_WRONG_PASSWORD')
    await vault.unlock({ password: password() })
    expect((await vault.accounts()).map(({ label }) => label)).toEqual(['main'])
    await vault.createAccount({ label: 'second' })
    expect(documentOf(harness).version).toBe(4)
  })

  it('counts no attempt where the token did not open its part, since no password was tried', async () => {
    const { harness, sealer } = await sealed()
    const { vault } = harness
    await vault.lock()
    for (let i = 0; i < 8; i++)
      expect(await codeOf(vault.unlock({ password: wrongPassword() }))).toBe('HSM_PIN_REQUIRED')
    sealer.locked = false
    await vault.unlock({ password: password() })
  })

  it('does not tell a right password from a wrong one without the token', async () => {
    const { harness, sealer } = await sealed()
    const before = documentOf(harness).passwordCheck
    await harness.vault.unseal({ password: password() })
    await harness.vault.seal({ password: password(), hardware: 'card' })
    // The check value hangs on the token's part, which is new each time; the salt is too.
    expect(documentOf(harness).passwordCheck).not.toBe(before)
    await harness.vault.lock()
    expect([
      await codeOf(harness.vault.unlock({ password: password() })),
      await codeOf(harness.vault.unlock({ password: wrongPassword() })),
    ]).toEqual(['HSM_PIN_REQUIRED', 'HSM_PIN_REQUIRED'])
    expect(sealer.calls).toBeGreaterThan(0)
  })

  it('stays sealed under a new password, and in its backup', async () => {
    const { harness, sealer } = await sealed()
    const { vault } = harness
    await vault.changePassword({ password: password(), newPassword: newPassword() })
    const { backup } = await vault.backup({ password: newPassword() })
    await vault.lock()
    const there = createHarness({ deps: { hardware: sealer } })
    const restore = () => there.vault.restoreBackup({ backup: Uint8Array.from(backup), password: newPassword() })
    expect(await codeOf(restore())).toBe('HSM_PIN_REQUIRED')
    sealer.locked = false
    expect((await restore()).accounts).toHaveLength(1)
    expect(documentOf(there).version).toBe(4)
    await there.vault.lock()
    expect(await codeOf(there.vault.unlock({ password: newPassword() }))).toBe('HSM_PIN_REQUIRED')
    // A machine without hardware keys says what is missing.
    const without = createHarness()
    expect(await codeOf(without.vault.restoreBackup({ backup, password: newPassword() }))).toBe('VAULT_SEALED')
  })

  it('is sealed once, by a key that is paired, and unsealed with it', async () => {
    const { harness, sealer } = await sealed()
    const { vault } = harness
    expect(await codeOf(vault.seal({ password: password(), hardware: 'card' }))).toBe('VAULT_SEALED')
    await vault.unseal({ password: password() })
    expect(documentOf(harness).version).toBe(2)
    expect(await codeOf(vault.seal({ password: password(), hardware: 'other' }))).toBe('HSM_NOT_PAIRED')
    expect(await codeOf(vault.seal({ password: wrongPassword(), hardware: 'card' }))).toBe('VAULT_WRONG_PASSWORD')
    await vault.lock()
    expect(sealer.locked).toBe(true)
    await vault.unlock({ password: password() })
  })

  it('does not open with the part of another vault', async () => {
    const { harness, sealer } = await sealed()
    const other = createHarness({ rng: seededRng(2), deps: { hardware: sealer } })
    await other.vault.init({ password: password() })
    await other.vault.seal({ password: password(), hardware: 'card' })
    const [here, there] = [documentOf(harness), documentOf(other)]
    const { seal } = there.kdf
    const input = {
      serial: '0001',
      keyId: 'abcd',
      direction: 'decrypt' as const,
      iv: hex(seal.nonce),
      data: hex(seal.ciphertext),
    }
    const named = (vault: string) => utf8(JSON.stringify({ keyId: 'abcd', serial: '0001', vault, version: 1 }))
    expect(await sealer.crypt({ ...input, additionalData: named(there.public.vaultId) })).toHaveLength(32)
    expect(await codeOf(sealer.crypt({ ...input, additionalData: named(here.public.vaultId) }))).toBe(
      'HSM_DATA_REFUSED',
    )
  })
})

function hex(text: string): Uint8Array {
  return Uint8Array.from(Buffer.from(text, 'hex'))
}
