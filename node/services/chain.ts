/** The chain this node is on: its genesis, and what follows from it. */

import { readEvidence, type Validator } from '../consensus/index.ts'
import { bytesKey, fromHex, toHex } from '../core/bytes.ts'
import { NodeError } from '../core/node-error.ts'
import { defaultSignatureBackend } from '../crypto/index.ts'
import type { SignatureSuite } from '../crypto/suites.ts'
import {
  type AccountId,
  accountIdOf,
  type ChainRules,
  chainIdOf,
  formatAddress,
  type Genesis,
  parseAddress,
  validatorIdOf,
} from '../ledger/index.ts'
import { ledgerError } from './ledger-errors.ts'

export interface Chain {
  readonly genesis: Genesis
  readonly chainId: Uint8Array
  readonly chainIdHex: string
  readonly rules: ChainRules
  readonly validators: readonly Validator[]
  format(id: AccountId): string
  /** @throws NodeError ADDRESS_INVALID, ADDRESS_WRONG_NETWORK */
  parse(address: string): AccountId
  addressOf(suite: SignatureSuite, publicKey: Uint8Array): string
}

/** Addresses kept as text, the oldest going first: about 250 bytes each, and a bundle asks for 64 of them. */
const maxKeptAddresses = 8_192

export function createChain(genesis: Genesis): Chain {
  const chainId = chainIdOf(genesis)
  const addresses = new Map<string, string>()
  const format = (id: AccountId): string => {
    const key = bytesKey(id)
    let address = addresses.get(key)
    if (address === undefined) {
      address = formatAddress(genesis.kind, id)
      if (addresses.size >= maxKeptAddresses) addresses.delete(addresses.keys().next().value as string)
      addresses.set(key, address)
    }
    return address
  }
  return {
    genesis,
    chainId,
    chainIdHex: toHex(chainId),
    rules: {
      chainId,
      kind: genesis.kind,
      parameters: genesis.parameters,
      verifyValidator: (publicKey, message, signature) =>
        defaultSignatureBackend().verify('ML-DSA-65', publicKey, message, signature),
      verifyKey: (suite, publicKey, message, signature) =>
        defaultSignatureBackend().verify(suite, publicKey, message, signature),
      readEvidence: (evidence) => readEvidence(chainId, evidence),
    },
    validators: genesis.validators.map(({ publicKey, stakeMicroRuv }) => ({
      id: validatorIdOf(publicKey),
      publicKey,
      stakeMicroRuv,
    })),
    format,
    parse(address) {
      const parsed = parseAddress(genesis.kind, address)
      if (!parsed.ok) throw ledgerError(parsed.error)
      return parsed.value
    },
    addressOf: (suite, publicKey) => format(accountIdOf(suite, publicKey)),
  }
}

/** @throws NodeError TRANSACTION_ID_INVALID */
export function parseTxId(text: string): Uint8Array {
  const bytes = fromHex(text)
  if (bytes === undefined || bytes.length !== 32) {
    throw new NodeError('TRANSACTION_ID_INVALID', 'a transaction id is 64 hex digits')
  }
  return bytes
}
