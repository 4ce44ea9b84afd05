/**
 * The form of a token: `qdx_`, 32 random bytes and a CRC-32 of all before it, both in base64url (RFC 4648, section 5). The
 * prefix and the checksum let scanners for leaked secrets tell one from any other text, and catch a typing error before
 * anything is looked up. Only the SHA-256 of the whole text is ever kept: 256 random bits need no salt and no slow hash.
 */
import { crc32 } from 'node:zlib'
import { bytesKey, utf8 } from '../core/bytes.ts'
import type { Rng } from '../core/rng.ts'
import { sha256 } from '../crypto/index.ts'

const prefix = 'qdx_'
const secretBytes = 32
/** Of the 32 bytes, then of the 4 of the checksum. */
const form = /^(qdx_[A-Za-z0-9_-]{43})([A-Za-z0-9_-]{6})$/

export function newTokenText(rng: Rng): string {
  const body = `${prefix}${Buffer.from(rng.bytes(secretBytes)).toString('base64url')}`
  return `${body}${checksumOf(body)}`
}

/** Key of the token's hash; undefined for what cannot be a token. */
export function tokenHashKey(text: string): string | undefined {
  const [, body, checksum] = form.exec(text) ?? []
  if (body === undefined || checksum !== checksumOf(body)) return undefined
  return bytesKey(tokenHash(text))
}

export function tokenHash(text: string): Uint8Array {
  return sha256(utf8(text))
}

function checksumOf(body: string): string {
  const checksum = Buffer.alloc(4)
  checksum.writeUInt32BE(crc32(body))
  return checksum.toString('base64url')
}
