/**
 * A document with a secret inside: AES-256-GCM (NIST SP 800-38D) under the password's key. Everything outside the
 * ciphertext is additional data, so an altered label, address or key-derivation parameter does not open.
 *
 * A fresh random 96-bit nonce a write: with one key, far below the 2^32 writes that SP 800-38D §8.3 allows.
 */
import { createCipheriv, createDecipheriv } from 'node:crypto'
import { z } from 'zod'
import { concatBytes, fromHex, toHex, utf8 } from '../core/bytes.ts'
import { invariant } from '../core/node-error.ts'
import { err, ok, type Result } from '../core/result.ts'
import type { Rng } from '../core/rng.ts'
import { canonicalJson, type JsonValue } from './canonical-json.ts'
import { hexOf } from './hex-text.ts'
import {
  derivePasswordKey,
  kdfSchema,
  type PasswordKey,
  passwordCheckSchema,
  passwordMatches,
  type tokenKdfSchema,
} from './kdf.ts'
import { SecretBytes } from './secrets.ts'
import type { OpenSeal } from './token-seal.ts'

const nonceBytes = 12
const tagBytes = 16

export interface SealedDocument<P extends JsonValue> {
  readonly kind: string
  readonly version: number
  readonly kdf: PasswordKey['kdf']
  readonly passwordCheck: string
  readonly cipher: { readonly algorithm: 'AES-256-GCM'; readonly nonce: string }
  /** What anybody may read, and nobody may change. */
  readonly public: P
  /** Hex of ciphertext ‖ tag. */
  readonly ciphertext: string
  readonly [field: string]: JsonValue
}

export function sealedSchema<K extends string, P extends z.ZodType<JsonValue>>(
  kind: K,
  version: number,
  publicSchema: P,
  plaintextBytes: number,
  kdf: typeof kdfSchema | typeof tokenKdfSchema = kdfSchema,
) {
  return z.strictObject({
    kind: z.literal(kind),
    version: z.literal(version),
    kdf,
    passwordCheck: passwordCheckSchema,
    cipher: z.strictObject({ algorithm: z.literal('AES-256-GCM'), nonce: hexOf(nonceBytes) }),
    public: publicSchema,
    ciphertext: hexOf(plaintextBytes + tagBytes),
  })
}

export function seal<P extends JsonValue>(
  content: { readonly kind: string; readonly version: number; readonly public: P },
  plaintext: SecretBytes,
  key: PasswordKey,
  rng: Rng,
): SealedDocument<P> {
  const nonce = rng.bytes(nonceBytes)
  const header = {
    kind: content.kind,
    version: content.version,
    kdf: key.kdf,
    passwordCheck: key.check,
    cipher: { algorithm: 'AES-256-GCM' as const, nonce: toHex(nonce) },
    public: content.public,
  }
  const cipher = key.encryption.use((bytes) => createCipheriv('aes-256-gcm', bytes, nonce, { authTagLength: tagBytes }))
  cipher.setAAD(utf8(canonicalJson(header)))
  const body = plaintext.use((bytes) => cipher.update(bytes))
  return { ...header, ciphertext: toHex(concatBytes(body, cipher.final(), cipher.getAuthTag())) }
}

/** Opens with a key that is at hand; DAMAGED where document and key do not belong together. */
export function openSealed<P extends JsonValue>(
  document: SealedDocument<P>,
  key: PasswordKey,
): Result<SecretBytes, { readonly code: 'DAMAGED' }> {
  const { ciphertext, ...header } = document
  const nonce = fromHex(document.cipher.nonce)
  const sealed = fromHex(ciphertext)
  invariant(nonce !== undefined && sealed !== undefined && sealed.length > tagBytes, 'a parsed document holds hex')
  const decipher = key.encryption.use((bytes) =>
    createDecipheriv('aes-256-gcm', bytes, nonce, { authTagLength: tagBytes }),
  )
  decipher.setAAD(utf8(canonicalJson(header)))
  decipher.setAuthTag(sealed.subarray(sealed.length - tagBytes))
  const plaintext = decipher.update(sealed.subarray(0, sealed.length - tagBytes))
  try {
    decipher.final()
    return ok(SecretBytes.copyOf(plaintext))
  } catch {
    return err({ code: 'DAMAGED' })
  } finally {
    plaintext.fill(0)
  }
}

/**
 * Opens with a password. Three answers are told apart honestly:
 *
 * - the check value fits and the tag fits: the content;
 * - the check value does not fit: WRONG_PASSWORD. Somebody who altered salt, parameters or check value *and* made the
 *   checksum anew looks the same, as only the right password could tell; nothing opens either way;
 * - one fits and the other does not: DAMAGED, the password was right and the file is not what was written.
 *
 * @param openSeal for a document that a token has its part in
 * @throws NodeError VAULT_KDF_FAILED; HSM_… of the token
 */
export async function unseal<P extends JsonValue>(
  document: SealedDocument<P>,
  password: SecretBytes,
  openSeal?: OpenSeal,
): Promise<Result<{ key: PasswordKey; plaintext: SecretBytes }, { readonly code: 'WRONG_PASSWORD' | 'DAMAGED' }>> {
  const key = await derivePasswordKey(password, document.kdf, document.kind, openSeal)
  const matches = passwordMatches(key, document.passwordCheck)
  const opened = openSealed(document, key)
  if (matches && opened.ok) return ok({ key, plaintext: opened.value })
  key.encryption.wipe()
  // The check value is part of the additional data, so the tag cannot fit where only the check value was altered.
  return err({ code: matches ? 'DAMAGED' : 'WRONG_PASSWORD' })
}
