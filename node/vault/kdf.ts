/**
 * From password to key: Argon2id (RFC 9106), then HKDF-SHA256 (RFC 5869) into two keys that say nothing about each
 * other: one that encrypts, one whose bytes are stored so that a wrong password can be told from an altered file.
 * Argon2 runs on the thread pool of its native module, so nothing else waits for it.
 */
import { hkdfSync, timingSafeEqual } from 'node:crypto'
import { hashRaw } from '@node-rs/argon2'
import { z } from 'zod'
import { fromHex, toHex } from '../core/bytes.ts'
import { invariant } from '../core/node-error.ts'
import type { Rng } from '../core/rng.ts'
import { vaultError } from './errors.ts'
import { hexOf } from './hex-text.ts'
import { limits } from './limits.ts'
import { SecretBytes } from './secrets.ts'
import { noToken, type OpenSeal, sealSchema, type TokenSeal } from './token-seal.ts'

export interface KdfParameters {
  readonly memoryKiB: number
  readonly passes: number
  /** Lanes. */
  readonly parallelism: number
}

/** RFC 9106 §4, second recommended option: 64 MiB, 3 passes, 4 lanes. About 55 ms on one core. */
export const defaultKdf: KdfParameters = Object.freeze({ memoryKiB: 65_536, passes: 3, parallelism: 4 })

/** RFC 9106 §4 asks for 128 bits. */
const saltBytes = 16
const rootBytes = 32
/** AES-256. */
const encryptionKeyBytes = 32
/** A guess passes by chance once in 2^128. */
const checkBytes = 16

const kdfFields = {
  algorithm: z.literal('argon2id'),
  /** Version of Argon2 in decimal: 0x13. */
  argonVersion: z.literal(19),
  memoryKiB: z.int().max(limits.maxKdfMemoryKiB),
  passes: z.int().min(1).max(limits.maxKdfPasses),
  parallelism: z.int().min(1).max(limits.maxKdfParallelism),
  salt: hexOf(saltBytes),
}
const hasMemory = ({ memoryKiB, parallelism }: { memoryKiB: number; parallelism: number }): boolean =>
  memoryKiB >= limits.minKdfMemoryKiBPerLane * parallelism

/** What a file says about its password's key. Bounded, so that a hostile file can cost neither memory nor hours. */
export const kdfSchema = z.strictObject(kdfFields).refine(hasMemory)
/** The same where a key of a token has its part in it. */
export const tokenKdfSchema = z.strictObject({ ...kdfFields, seal: sealSchema }).refine(hasMemory)

export type KdfSection = z.infer<typeof kdfSchema> | z.infer<typeof tokenKdfSchema>

export function sealOf(kdf: KdfSection): TokenSeal | undefined {
  return 'seal' in kdf ? kdf.seal : undefined
}

export const passwordCheckSchema = hexOf(checkBytes)

/** What a password opens, together with the public facts that made it; `wipe` when done. */
export interface PasswordKey {
  readonly kdf: KdfSection
  /** Stored in the file: equal to what the right password gives. */
  readonly check: string
  readonly encryption: SecretBytes
}

/** A new salt with these parameters. @param seal where a key of a token has its part in it */
export function newKdfSection(parameters: KdfParameters, rng: Rng, seal?: TokenSeal): KdfSection {
  const { memoryKiB, passes, parallelism } = parameters
  const section = {
    algorithm: 'argon2id',
    argonVersion: 19,
    memoryKiB,
    passes,
    parallelism,
    salt: toHex(rng.bytes(saltBytes)),
  }
  return seal === undefined ? kdfSchema.parse(section) : tokenKdfSchema.parse({ ...section, seal })
}

/**
 * @param kind of the document, so that a backup and a vault never share a key
 * @param openSeal has the token open its part; without it a sealed document does not open
 * @throws NodeError VAULT_KDF_FAILED; HSM_… where the token does not open its part
 */
export async function derivePasswordKey(
  password: SecretBytes,
  kdf: KdfSection,
  kind: string,
  openSeal: OpenSeal = noToken,
): Promise<PasswordKey> {
  const seal = sealOf(kdf)
  // First: without the token there is nothing to try a password on.
  const part = seal === undefined ? undefined : await openSeal(seal)
  try {
    return await deriveWith(password, kdf, kind, part)
  } finally {
    part?.wipe()
  }
}

async function deriveWith(
  password: SecretBytes,
  kdf: KdfSection,
  kind: string,
  part: SecretBytes | undefined,
): Promise<PasswordKey> {
  const salt = fromHex(kdf.salt)
  invariant(salt !== undefined, 'a parsed salt is hex')
  // The native task reads the buffer while it runs, and the holder may be wiped meanwhile: it gets a copy.
  const lent = password.copy()
  let root: SecretBytes
  try {
    const hash = lent.use((bytes) =>
      hashRaw(bytes, {
        memoryCost: kdf.memoryKiB,
        timeCost: kdf.passes,
        parallelism: kdf.parallelism,
        outputLen: rootBytes,
        salt,
      }),
    )
    root = new SecretBytes(await hash)
  } catch {
    throw vaultError('VAULT_KDF_FAILED')
  } finally {
    lent.wipe()
  }
  // Encryption key and check value both need the token's part: without it, the file does not even tell a wrong password.
  if (part !== undefined) root = mix(root, part)
  const expand = (use: string, length: number): SecretBytes =>
    root.use(
      (bytes) => new SecretBytes(new Uint8Array(hkdfSync('sha256', bytes, '', `qudag/v1/${kind}/${use}`, length))),
    )
  const encryption = expand('encryption', encryptionKeyBytes)
  const check = expand('password-check', checkBytes)
  root.wipe()
  const shown = check.use(toHex)
  check.wipe()
  return { kdf, check: shown, encryption }
}

/** Takes the root over and zeroes it. RFC 5869, the token's part as salt. */
function mix(root: SecretBytes, part: SecretBytes): SecretBytes {
  const mixed = root.use((ikm) =>
    part.use(
      (salt) => new SecretBytes(new Uint8Array(hkdfSync('sha256', ikm, salt, 'qudag/v1/token-seal', rootBytes))),
    ),
  )
  root.wipe()
  return mixed
}

/** Constant time. */
export function passwordMatches(key: PasswordKey, storedCheck: string): boolean {
  const stored = fromHex(storedCheck)
  const derived = fromHex(key.check)
  return (
    stored !== undefined &&
    derived !== undefined &&
    stored.length === derived.length &&
    timingSafeEqual(stored, derived)
  )
}
