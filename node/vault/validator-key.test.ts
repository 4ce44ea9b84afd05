import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { toHex, utf8 } from '../core/bytes.ts'
import { type Rng, seededRng } from '../core/rng.ts'
import { type DocumentFields, encodeDocument } from './document.ts'
import { password, quickKdf, wrongPassword } from './testing/harness.ts'
import { createMemoryFs, type MemoryFs } from './testing/memory-fs.ts'
import { nobleKeys } from './testing/noble-keys.ts'
import { refusal } from './testing/refusal.ts'
import { loadOrCreateValidatorKey, type ValidatorKeyOptions } from './validator-key.ts'

const path = '/data/validator.key'

const load = (fs: MemoryFs, options: ValidatorKeyOptions = {}, rng: Rng = seededRng(1), keys = nobleKeys) =>
  loadOrCreateValidatorKey(path, { kdf: quickKdf, ...options }, { rng, keys, fs })

const fields = (fs: MemoryFs): Record<string, never> => JSON.parse(new TextDecoder().decode(fs.content(path)))
const forge = (fs: MemoryFs, change: object): void => {
  const { checksum: _, ...rest } = fields(fs)
  fs.put(path, encodeDocument({ ...rest, ...change } as unknown as DocumentFields))
}

describe.each([
  ['plain', () => ({})],
  ['encrypted', () => ({ password: password() })],
])('a validator key, %s', (kind, options) => {
  it('is made once and then loaded', async () => {
    const fs = createMemoryFs()
    const made = await load(fs, options())
    expect(made).toMatchObject({ created: true, encrypted: kind === 'encrypted', suite: 'ML-DSA-65' })
    expect(fs.mode(path)).toBe(0o600)
    const again = await load(fs.copy(), options(), seededRng(2))
    expect(again).toMatchObject({ created: false, encrypted: kind === 'encrypted' })
    expect(again.publicKey).toEqual(made.publicKey)
    const signature = await again.sign(utf8('vertex'))
    expect(nobleKeys.verify('ML-DSA-65', made.publicKey, utf8('vertex'), signature)).toBe(true)
  })

  it('is refused whatever byte is changed', async () => {
    const fs = createMemoryFs()
    await load(fs, options())
    const original = fs.content(path) as Uint8Array
    for (let at = 0; at < original.length; at += 7) {
      const changed = Uint8Array.from(original)
      changed[at] = (changed[at] as number) ^ (1 << (at % 8))
      fs.put(path, changed)
      expect((await refusal(load(fs, options()))).code).toMatch(/^VALIDATOR_KEY_(DAMAGED|NEWER_VERSION)$/)
      expect(fs.content(path)).toEqual(changed)
    }
    for (const bytes of [new Uint8Array(), original.slice(0, 500), new Uint8Array(70_000)]) {
      fs.put(path, bytes)
      expect((await refusal(load(fs, options()))).code).toBe('VALIDATOR_KEY_DAMAGED')
    }
  })

  it('is refused where others could have read it', async () => {
    const fs = createMemoryFs()
    await load(fs, options())
    const original = fs.content(path) as Uint8Array
    fs.put(path, original, { mode: 0o640 })
    expect(await refusal(load(fs, options()))).toMatchObject({
      code: 'VALIDATOR_KEY_PERMISSIONS',
      details: { file: 'key', reason: 'open-to-others' },
    })
    fs.put(path, original, { uid: 4 })
    expect(await refusal(load(fs, options()))).toMatchObject({ details: { file: 'key', reason: 'other-owner' } })
  })

  it('is there whole or not at all when the power is cut', async () => {
    const dry = createMemoryFs()
    await load(dry, options())
    const { length } = dry.steps
    const publicKeys = new Set<string>()
    for (let atStep = 0; atStep < length; atStep++) {
      const fs = createMemoryFs()
      fs.plan({ atStep, when: 'after', kind: 'crash' })
      expect((await refusal(load(fs, options()))).code).toMatch(/^VALIDATOR_KEY_(READ|WRITE)_FAILED$/)
      for (const disk of fs.afterPowerCut()) {
        const left = disk.content(path) !== undefined
        const key = await load(disk, options(), seededRng(2))
        expect(key.created).toBe(!left)
        publicKeys.add(toHex(key.publicKey).slice(0, 16))
      }
    }
    expect(publicKeys.size).toBe(2)
  })

  it('signs nothing after it is wiped, and nothing that does not verify', async () => {
    const fs = createMemoryFs()
    const key = await load(fs, options())
    key.wipe()
    expect(await refusal(key.sign(utf8('x')))).toMatchObject({
      code: 'VALIDATOR_KEY_LOCKED',
      details: { reason: 'wiped' },
    })
    const faulty = { ...nobleKeys, sign: () => new Uint8Array(3_309) }
    const other = await load(fs, options(), seededRng(1), faulty)
    expect((await refusal(other.sign(utf8('x')))).code).toBe('SIGNATURE_SELF_CHECK_FAILED')
  })
})

describe('a validator key', () => {
  it('is refused where seed and public key do not belong together, or it is of a newer version', async () => {
    const fs = createMemoryFs()
    await load(fs)
    const original = fs.content(path) as Uint8Array
    forge(fs, { seed: '00'.repeat(32) })
    expect(await refusal(load(fs))).toMatchObject({ code: 'VALIDATOR_KEY_DAMAGED', details: { reason: 'keys' } })
    fs.put(path, original)
    forge(fs, { suite: 'ML-DSA-44' })
    expect((await refusal(load(fs))).code).toBe('VALIDATOR_KEY_DAMAGED')
    fs.put(path, original)
    forge(fs, { version: 2 })
    expect(await refusal(load(fs))).toMatchObject({ code: 'VALIDATOR_KEY_NEWER_VERSION', details: { version: 2 } })
  })

  it('is locked without its password, with a wrong one, and damaged where only the rest was altered', async () => {
    const fs = createMemoryFs()
    await load(fs, { password: password() })
    expect(await refusal(load(fs))).toMatchObject({ code: 'VALIDATOR_KEY_LOCKED', details: { reason: 'no-password' } })
    expect(await refusal(load(fs, { password: wrongPassword() }))).toMatchObject({
      code: 'VALIDATOR_KEY_LOCKED',
      details: { reason: 'wrong-password' },
    })
    forge(fs, { public: { suite: 'ML-DSA-65', publicKey: '00'.repeat(1_952) } })
    expect(await refusal(load(fs, { password: password() }))).toMatchObject({
      code: 'VALIDATOR_KEY_DAMAGED',
      details: { reason: 'altered' },
    })
  })

  it('stays plain where it was plain, and says so', async () => {
    const fs = createMemoryFs()
    const made = await load(fs)
    const key = await load(fs, { password: password() })
    expect(key).toMatchObject({ created: false, encrypted: false })
    expect(key.publicKey).toEqual(made.publicKey)
  })

  it('is not encrypted under a password that is too short', async () => {
    const fs = createMemoryFs()
    const short = utf8('short')
    expect((await refusal(load(fs, { password: short }))).code).toBe('PASSWORD_TOO_SHORT')
    expect([...short]).toEqual([0, 0, 0, 0, 0])
    expect(fs.paths()).toEqual([])
  })

  it('does not hold its seed in the clear when encrypted', async () => {
    const drawn: string[] = []
    const chance = seededRng(4)
    const rng: Rng = {
      bytes: (length) => {
        const bytes = chance.bytes(length)
        if (length === 32) drawn.push(toHex(bytes))
        return bytes
      },
    }
    const plain = createMemoryFs()
    await load(plain, {}, rng)
    const encrypted = createMemoryFs()
    await load(encrypted, { password: password() }, rng)
    const holds = (fs: MemoryFs, seed: string | undefined) =>
      new TextDecoder().decode(fs.content(path)).includes(seed as string)
    expect([holds(plain, drawn[0]), holds(encrypted, drawn[1])]).toEqual([true, false])
  })
})

describe('the password file of a validator key', () => {
  const passwordPath = '/run/credentials/password'

  it('ends at one line feed', async () => {
    const fs = createMemoryFs()
    await load(fs, { password: utf8('password with end ') })
    fs.put(passwordPath, utf8('password with end \n'))
    expect((await load(fs, { passwordFile: passwordPath })).encrypted).toBe(true)
    fs.put(passwordPath, utf8('password with end \n\n'))
    expect(await refusal(load(fs, { passwordFile: passwordPath }))).toMatchObject({
      details: { reason: 'wrong-password' },
    })
  })

  it.each([
    [0o600, undefined, 'opens'],
    [0o400, undefined, 'opens'],
    [0o440, undefined, 'open-to-others'],
    [0o604, undefined, 'open-to-others'],
    [0o400, 0, 'opens'],
    [0o440, 0, 'opens'],
    [0o444, 0, 'open-to-others'],
    [0o460, 0, 'open-to-others'],
    [0o400, 7, 'other-owner'],
  ])('with mode %o and owner %s: %s', async (mode, uid, expected) => {
    const fs = createMemoryFs()
    await load(fs, { password: password() })
    fs.put(passwordPath, password(), uid === undefined ? { mode } : { mode, uid })
    const outcome = await load(fs, { passwordFile: passwordPath }).then(
      () => 'opens',
      (error) => error.details.reason,
    )
    expect(outcome).toBe(expected)
  })

  it('is not guessed at when it is missing or too long', async () => {
    const fs = createMemoryFs()
    expect(await refusal(load(fs, { passwordFile: passwordPath }))).toMatchObject({
      code: 'VALIDATOR_KEY_LOCKED',
      details: { reason: 'no-password-file' },
    })
    fs.put(passwordPath, new Uint8Array(2_000))
    expect((await refusal(load(fs, { passwordFile: passwordPath }))).code).toBe('PASSWORD_TOO_LONG')
    expect(fs.paths()).toEqual([passwordPath])
  })

  it('works on a real disk', async () => {
    const dir = mkdtempSync(join(tmpdir(), 'qudag-validator-'))
    try {
      const keyPath = join(dir, 'validator.key')
      const real = join(dir, 'password')
      writeFileSync(real, 'correct horse battery\n', { mode: 0o600 })
      const deps = { rng: seededRng(1), keys: nobleKeys }
      const made = await loadOrCreateValidatorKey(keyPath, { passwordFile: real, kdf: quickKdf }, deps)
      expect(statSync(keyPath).mode & 0o777).toBe(0o600)
      expect(readFileSync(keyPath, 'utf8')).toContain('"kind": "qudag-validator-key-encrypted"')
      const again = await loadOrCreateValidatorKey(keyPath, { password: password() }, deps)
      expect(again.publicKey).toEqual(made.publicKey)
      if (process.platform === 'win32') return
      chmodSync(real, 0o644)
      const refused = await refusal(loadOrCreateValidatorKey(keyPath, { passwordFile: real }, deps))
      expect(refused).toMatchObject({ code: 'VALIDATOR_KEY_PERMISSIONS', details: { file: 'password' } })
    } finally {
      rmSync(dir, { recursive: true, force: true })
    }
  })
})
