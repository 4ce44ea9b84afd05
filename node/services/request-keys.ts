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

/** What a caller names a request by. */
export interface CallersKey {
  readonly idempotencyKey?: string | undefined
  /** Who asks, where that is not the owner. */
  readonly tokenId?: string | undefined
}

/** The caller's key as intents have it; undefined where none was named. */
export function intentKeyOf({ idempotencyKey, tokenId }: CallersKey): string | undefined {
  return idempotencyKey === undefined || tokenId === undefined ? idempotencyKey : `token:${tokenId}:${idempotencyKey}`
}

/** Undefined where the caller named no key. */
export function keyedRequest(caller: CallersKey, parts: readonly string[]): KeyedRequest | undefined {
  const key = intentKeyOf(caller)
  return key === undefined ? undefined : { key, hash: sha256(canonicalEncode(requestCodec, parts)) }
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
