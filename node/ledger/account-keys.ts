/**
 * Keys of accounts: their form, the word by which a key agrees to serve an account, and whether two keys have something in common.
 * Source: docs/protocol.md, "Account policies".
 */
import { bytesKey, concatBytes } from '../core/bytes.ts'
import { canonicalEncode } from '../core/canonical.ts'
import { bytesUpTo, type Codec, CodecFault, fixedBytes, record, uintUpTo } from '../core/codec.ts'
import { domainTags } from '../core/domain-tags.ts'
import { err, ok, type Result } from '../core/result.ts'
import { splitCompositeKey } from '../crypto/composite.ts'
import { compositeHalf, isMlDsaSuite, type SignatureSuite, signatureSuites, suiteOfWire } from '../crypto/suites.ts'
import { type AccountId, accountIdBytes } from './address.ts'
import { messageToSign } from './signatures.ts'
import type { CarriedKey } from './transaction.ts'

export interface AccountKey {
  readonly suite: SignatureSuite
  readonly publicKey: Uint8Array
}

export type KeyFormError =
  | { code: 'SUITE_UNKNOWN'; suite: number }
  | { code: 'PUBLIC_KEY_LENGTH'; expectedBytes: number }

/** @param carried as a transaction brings it: of any suite and length */
export function accountKeyOf({ suite: wire, publicKey }: CarriedKey): Result<AccountKey, KeyFormError> {
  const suite = suiteOfWire(wire)
  if (suite === undefined) return err({ code: 'SUITE_UNKNOWN', suite: wire })
  const expectedBytes = signatureSuites[suite].publicKeyBytes
  if (publicKey.length !== expectedBytes) return err({ code: 'PUBLIC_KEY_LENGTH', expectedBytes })
  return ok({ suite, publicKey })
}

/** What a key agrees to be, or to begin. The numbers are never used again. */
export const keyRoles = { key: 1, limit: 2, recovery: 3, recover: 4 } as const
export type KeyRole = keyof typeof keyRoles

const consentCodec = record({
  account: fixedBytes(accountIdBytes),
  role: uintUpTo(255),
  sender: fixedBytes(accountIdBytes),
  nonce: uintUpTo(),
})

export interface Consent {
  /** The one that the key is to serve. */
  readonly account: AccountId
  readonly role: KeyRole
  /** Of the transaction that carries the word: it is good in that one alone, since a nonce is used once. */
  readonly sender: AccountId
  readonly nonce: number
}

/** What a key signs to agree, in the form its suite has for it. */
export function consentToSign(suite: SignatureSuite, chainId: Uint8Array, consent: Consent): Uint8Array {
  const { account } = consent
  const body = canonicalEncode(consentCodec, { ...consent, role: keyRoles[consent.role] })
  return messageToSign(suite, { chainId, account, message: concatBytes(domainTags.keyConsent, chainId, body) })
}

/** True where the keys are the same, or one is a half of the other, or they have a half in common. */
export function shareKey(one: AccountKey, other: AccountKey): boolean {
  const parts = new Set(partsOf(one))
  return partsOf(other).some((part) => parts.has(part))
}

export function isSameKey(one: AccountKey | null, other: AccountKey | null): boolean {
  if (one === null || other === null) return one === other
  return one.suite === other.suite && bytesKey(one.publicKey) === bytesKey(other.publicKey)
}

function partsOf({ suite, publicKey }: AccountKey): string[] {
  if (isMlDsaSuite(suite)) return [`${suite}:${bytesKey(publicKey)}`]
  const { mlDsa, p256 } = splitCompositeKey(publicKey)
  return [`${compositeHalf}:${bytesKey(mlDsa)}`, `P-256:${bytesKey(p256)}`]
}

/** Longest key of any suite, with room, so that a wrong length gets its own code rather than a schema error. */
export const maxKeyBytes = 4_096

const keyFields = record({ suite: uintUpTo(255), publicKey: bytesUpTo(maxKeyBytes) })

/** A key that the ledger holds: of a known suite. */
export const accountKeyCodec: Codec<AccountKey> = {
  encode: (key) => keyFields.encode({ suite: signatureSuites[key.suite].wire, publicKey: key.publicKey }),
  decode: (raw, path) => {
    const { suite: wire, publicKey } = keyFields.decode(raw, path)
    const suite = suiteOfWire(wire)
    if (suite === undefined) throw new CodecFault(path, 'unknown suite')
    return { suite, publicKey }
  },
}
