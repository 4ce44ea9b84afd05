/**
 * Whether a text is an address, told without a node: bech32m (BIP-350) of a version byte and a 32-byte hash, under the
 * prefix of a network. docs/protocol.md, "Address".
 */
import { bech32m } from '@scure/base'
import { usageError } from './errors.ts'

const maxAddressCharacters = 64
const payloadBytes = 33
const knownVersion = 0

const networks: Readonly<Record<string, string>> = { ruv: 'main', ruvt: 'test', ruvd: 'dev' }

export interface AddressFacts {
  readonly address: string
  /** Name of the network it belongs to, as `--network` takes it. */
  readonly network: string
  readonly version: number
}

/** @throws CliError ADDRESS_INVALID (usage) */
export function addressArgument(text: string): AddressFacts {
  const shown = text.slice(0, maxAddressCharacters)
  const invalid = (reason: string) =>
    usageError(`"${shown}" is not an address: ${reason}.`, 'Copy it again from where it came from.', 'ADDRESS_INVALID')
  if (text.length > maxAddressCharacters) throw invalid('it is too long')
  const decoded = bech32m.decodeUnsafe(text, maxAddressCharacters)
  if (decoded === undefined) throw invalid('its checksum does not fit, so a character is wrong or missing')
  const network = networks[decoded.prefix]
  if (network === undefined) throw invalid('it does not begin with ruv1, ruvt1 or ruvd1')
  const payload = bech32m.fromWordsUnsafe(decoded.words)
  if (!payload || payload.length !== payloadBytes) throw invalid('it has another length')
  const version = payload[0] as number
  if (version !== knownVersion) throw invalid('it is of a version that this program does not know')
  return { address: text.toLowerCase(), network, version }
}
