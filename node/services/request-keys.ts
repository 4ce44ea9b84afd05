/**
 * Idempotency keys: what a caller names a request by, so that asking again, also after a crash, does not do it again.
 * Keys of one caller never meet those of another: what a key stands for is the business of whoever chose it.
 */
import { toHex, utf8 } from '../core/bytes.ts'
import { canonicalEncode } from '../core/canonical.ts'
import { listOf, textUpTo } from '../core/codec.ts'
import { NodeError } from '../core/node-error.ts'
import { sha256 } from '../crypto/index.ts'
import type { AccountRequest } from '../vault/index.ts'

/** A request's parts: a word for what it asks, then what it names. The longest is a public key in hex. */
const requestCodec = listOf(textUpTo(8_192), { max: 8 })

/** A request under a key. */
export interface KeyedRequest {
  /** As intents have it. */
  readonly key: string
  /** 32 bytes; the same request hashes alike whenever it is made. */
  readonly hash: Uint8Array
}

/** Undefined where the caller named no key. @param tokenId who asks, where that is not the owner */
export function keyedRequest(
  { idempotencyKey, tokenId }: { idempotencyKey?: string | undefined; tokenId?: string | undefined },
  parts: readonly string[],
): KeyedRequest | undefined {
  if (idempotencyKey === undefined) return undefined
  const key = tokenId === undefined ? idempotencyKey : `token:${tokenId}:${idempotencyKey}`
  return { key, hash: sha256(canonicalEncode(requestCodec, parts)) }
}

/** As the vault keeps it with the account that it made: the key only as its hash, for the file can be read while locked. */
export function accountRequestOf({ key, hash }: KeyedRequest): AccountRequest {
  return { key: toHex(sha256(utf8(key))), hash: toHex(hash) }
}

export function keyReused(): NodeError {
  return new NodeError('IDEMPOTENCY_KEY_REUSED', 'this idempotency key belongs to another request', {
    hint: 'Nothing was done. Use a new key for a new request.',
  })
}
