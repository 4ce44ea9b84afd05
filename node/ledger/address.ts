/**
 * Accounts and their addresses: bech32m(hrp, version byte ‖ SHA3-256(tag ‖ suite ‖ public key)).
 * Sources: docs/protocol.md, "Address"; BIP-350 (bech32m).
 */
import { bech32m } from '@scure/base'
import { domainTags } from '../core/domain-tags.ts'
import { err, ok, type Result } from '../core/result.ts'
import { sha3 } from '../crypto/hash.ts'
import { type SignatureSuite, signatureSuites } from '../crypto/suites.ts'
import type { NetworkKind } from './parameters.ts'

/** Version byte ‖ 32-byte hash: how the ledger names an account, on every network alike. */
export type AccountId = Uint8Array

export const accountIdBytes = 33
const addressVersion = 0
/** hrp, separator, 53 words of 5 bits and 6 of checksum: at most 4 + 1 + 53 + 6. */
const maxAddressCharacters = 64

/** Human-readable part by kind of network: money of a test network never looks like the real. */
export const addressPrefixes: Readonly<Record<NetworkKind, string>> = { main: 'ruv', test: 'ruvt', development: 'ruvd' }

export type AddressError =
  /** Not bech32m, a wrong checksum (often a typing error), another length or an unknown version. */
  | { code: 'ADDRESS_INVALID'; reason: string }
  /** A sound address, of another network. */
  | { code: 'ADDRESS_WRONG_NETWORK'; expectedPrefix: string; prefix: string }

export function accountIdOf(suite: SignatureSuite, publicKey: Uint8Array): AccountId {
  const id = new Uint8Array(accountIdBytes)
  id[0] = addressVersion
  id.set(sha3(domainTags.address, Uint8Array.of(signatureSuites[suite].wire), publicKey), 1)
  return id
}

/** True for ids this version of the ledger can credit. */
export function isKnownAccountId(id: Uint8Array): boolean {
  return id.length === accountIdBytes && id[0] === addressVersion
}

export function formatAddress(kind: NetworkKind, id: AccountId): string {
  return bech32m.encode(addressPrefixes[kind], bech32m.toWords(id), maxAddressCharacters)
}

export function parseAddress(kind: NetworkKind, text: string): Result<AccountId, AddressError> {
  if (text.length > maxAddressCharacters) return err({ code: 'ADDRESS_INVALID', reason: 'too long' })
  const decoded = bech32m.decodeUnsafe(text, maxAddressCharacters)
  if (decoded === undefined) {
    return err({ code: 'ADDRESS_INVALID', reason: 'the checksum does not fit: a character is wrong or missing' })
  }
  const id = bech32m.fromWordsUnsafe(decoded.words)
  if (!id || !isKnownAccountId(id)) return err({ code: 'ADDRESS_INVALID', reason: 'unknown length or version' })
  const expectedPrefix = addressPrefixes[kind]
  if (decoded.prefix !== expectedPrefix) {
    return err({ code: 'ADDRESS_WRONG_NETWORK', expectedPrefix, prefix: decoded.prefix })
  }
  return ok(id)
}
