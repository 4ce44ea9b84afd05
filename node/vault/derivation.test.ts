import { createHmac } from 'node:crypto'
import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { fromHex, toHex, utf8 } from '../core/bytes.ts'
import { sha256 } from '../crypto/hash.ts'
import type { SignatureSuite } from '../crypto/suites.ts'
import { accountPublicKey } from './account-keys.ts'
import {
  accountPath,
  childNode,
  coinType,
  deriveNode,
  hardenedOffset,
  masterNode,
  parsePath,
  purpose,
} from './derivation.ts'
import { entropyOfPhrase, masterSeedOfEntropy } from './phrase.ts'
import { SecretBytes } from './secrets.ts'
import { nobleKeys } from './testing/noble-keys.ts'

interface Vectors {
  readonly tree: readonly { suite: SignatureSuite; seed: string; path: string; secret: string; chainCode: string }[]
  readonly accounts: readonly {
    entropy: string
    phrase: string
    passphrase: string
    masterSeed: string
    suite: SignatureSuite
    path: string
    secret: string
    publicKeySha256: string
  }[]
}

const vectorsText = readFileSync(new URL('./vectors/key-derivation.json', import.meta.url), 'utf8')
const vectors: Vectors = JSON.parse(vectorsText)
const document = readFileSync(new URL('../../docs/key-derivation.md', import.meta.url), 'utf8')

const bytesOf = (hex: string): Uint8Array => fromHex(hex) as Uint8Array

/** SLIP-0010 as its text reads, hardened branch, with nothing of ours in it. */
function slip10(curve: string, seed: Uint8Array, indexes: readonly number[]): { secret: string; chainCode: string } {
  let i = createHmac('sha512', curve).update(seed).digest()
  for (const index of indexes) {
    const serialized = Buffer.alloc(37)
    i.copy(serialized, 1, 0, 32)
    serialized.writeUInt32BE(index + 2 ** 31, 33)
    i = createHmac('sha512', i.subarray(32)).update(serialized).digest()
  }
  return { secret: i.subarray(0, 32).toString('hex'), chainCode: i.subarray(32).toString('hex') }
}

function derived(suite: SignatureSuite, seed: Uint8Array, path: string) {
  const node = deriveNode(suite, seed, path)
  return node.ok ? { secret: node.value.secret.use(toHex), chainCode: node.value.chainCode.use(toHex) } : node.error
}

const indexesOf = (path: string): number[] =>
  path
    .split('/')
    .slice(1)
    .map((level) => Number.parseInt(level, 10))

describe('key derivation', () => {
  it.each(vectors.tree)('gives the published node $path', ({ suite, seed, path, secret, chainCode }) => {
    expect(derived(suite, bytesOf(seed), path)).toEqual({ secret, chainCode })
    expect(slip10(`${suite} seed`, bytesOf(seed), indexesOf(path))).toEqual({ secret, chainCode })
  })

  it.each(vectors.accounts)('gives $suite $path of "$passphrase" from words to public key', async (vector) => {
    const entropy = entropyOfPhrase(utf8(vector.phrase))
    if (!entropy.ok) throw new Error(entropy.error.code)
    expect(entropy.value.use(toHex)).toBe(vector.entropy)
    const seed = await masterSeedOfEntropy(entropy.value, utf8(vector.passphrase))
    if (!seed.ok) throw new Error(seed.error.code)
    expect(seed.value.use(toHex)).toBe(vector.masterSeed)
    expect(derived(vector.suite, bytesOf(vector.masterSeed), vector.path)).toMatchObject({ secret: vector.secret })
    expect(slip10(`${vector.suite} seed`, bytesOf(vector.masterSeed), indexesOf(vector.path)).secret).toBe(
      vector.secret,
    )
    const account = Number.parseInt(vector.path.split('/')[3] as string, 10)
    expect(accountPath(account)).toBe(vector.path)
    const publicKey = accountPublicKey(seed.value, vector.suite, account, nobleKeys)
    expect(toHex(sha256(publicKey))).toBe(vector.publicKeySha256)
  })

  it('is what the document publishes', () => {
    const published = /```json\n(?<json>[\s\S]*?)```/.exec(document)?.groups?.json
    expect(published).toBe(vectorsText)
    expect(document).toContain(`m/${purpose}'/${coinType}'/account'/role'/index'`)
  })

  it('agrees with SLIP-0010 for any seed and path (property)', () => {
    const index = fc.integer({ min: 0, max: 2 ** 31 - 1 })
    fc.assert(
      fc.property(
        fc.constantFrom<SignatureSuite>('ML-DSA-44', 'ML-DSA-65', 'ML-DSA-87'),
        fc.uint8Array({ minLength: 16, maxLength: 64 }),
        fc.array(index, { maxLength: 8 }),
        (suite, seed, indexes) => {
          const path = ['m', ...indexes.map((i) => `${i}'`)].join('/')
          expect(derived(suite, seed, path)).toEqual(slip10(`${suite} seed`, seed, indexes))
        },
      ),
    )
  })

  it('keeps purpose and coin apart from those of others', () => {
    expect(purpose).not.toBe(44)
    expect(toHex(Uint8Array.of(coinType >> 16, (coinType >> 8) & 0xff, coinType & 0xff))).toBe(toHex(utf8('rUv')))
  })

  it('refuses whatever is not hardened', () => {
    const seed = new Uint8Array(64)
    expect(derived('ML-DSA-65', seed, "m/204'/7492982'/0'/0'/0")).toEqual({ code: 'DERIVATION_NOT_HARDENED', level: 5 })
    expect(derived('ML-DSA-65', seed, 'm/0')).toEqual({ code: 'DERIVATION_NOT_HARDENED', level: 1 })
    const master = masterNode('ML-DSA-65', seed)
    if (!master.ok) throw new Error(master.error.code)
    expect(childNode(master.value, hardenedOffset - 1)).toEqual({
      ok: false,
      error: { code: 'DERIVATION_NOT_HARDENED', level: 1 },
    })
    expect(childNode(master.value, hardenedOffset).ok).toBe(true)
    expect(childNode(master.value, 0xffff_ffff).ok).toBe(true)
    expect(childNode(master.value, 2 ** 32)).toMatchObject({ error: { code: 'DERIVATION_PATH_INVALID' } })
    expect(childNode(master.value, hardenedOffset + 0.5)).toMatchObject({ error: { code: 'DERIVATION_PATH_INVALID' } })
  })

  it.each(['', 'M', "m/'", "m/01'", "m/-1'", 'm/1h', "m/2147483648'", "m//0'", "m/0'/", "/0'", `m${"/0'".repeat(17)}`])(
    'refuses the path %j',
    (path) => {
      expect(parsePath(path)).toEqual({ ok: false, error: { code: 'DERIVATION_PATH_INVALID' } })
    },
  )

  it('takes seeds of 16 to 64 bytes', () => {
    expect([15, 16, 64, 65].map((length) => masterNode('ML-DSA-65', new Uint8Array(length)).ok)).toEqual([
      false,
      true,
      true,
      false,
    ])
  })

  it('zeroes the nodes on the way and leaves a parent alone', () => {
    const parent = {
      secret: SecretBytes.copyOf(new Uint8Array(32).fill(1)),
      chainCode: SecretBytes.copyOf(new Uint8Array(32).fill(2)),
    }
    childNode(parent, hardenedOffset)
    expect(parent.secret.use(toHex)).toBe('01'.repeat(32))
    expect(parent.chainCode.use(toHex)).toBe('02'.repeat(32))
  })
})
