/**
 * Whether a text is an address, told without a node: bech32m (BIP-350) of a version byte and a 32-byte hash, under the
 * prefix of a network. docs/protocol.md, "Address".
 */
import { bech32m } from '@scure/base'
import { err, ok, type Result } from '../../core/result.ts'

const maxAddressCharacters = 64
const payloadBytes = 33
const knownVersion = 0

const networks = { ruv: 'main', ruvt: 'test', ruvd: 'dev' } as const
export type AddressNetwork = (typeof networks)[keyof typeof networks]

export interface AddressFacts {
  /** In lower case, as it is compared and shown. */
  readonly address: string
  /** Kind of the network it belongs to. */
  readonly network: AddressNetwork
  readonly version: number
}

export interface AddressTextError {
  readonly code: 'ADDRESS_INVALID'
  readonly reason: 'too-long' | 'checksum' | 'prefix' | 'length' | 'version'
}

export function addressFacts(text: string): Result<AddressFacts, AddressTextError> {
  const invalid = (reason: AddressTextError['reason']) => err({ code: 'ADDRESS_INVALID' as const, reason })
  if (text.length > maxAddressCharacters) return invalid('too-long')
  const decoded = bech32m.decodeUnsafe(text, maxAddressCharacters)
  if (decoded === undefined) return invalid('checksum')
  if (!Object.hasOwn(networks, decoded.prefix)) return invalid('prefix')
  const payload = bech32m.fromWordsUnsafe(decoded.words)
  if (!payload || payload.length !== payloadBytes) return invalid('length')
  const version = payload[0] as number
  if (version !== knownVersion) return invalid('version')
  return ok({ address: text.toLowerCase(), network: networks[decoded.prefix as keyof typeof networks], version })
}
