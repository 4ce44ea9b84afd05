/** Proof that the holder of a validator's key lets an account bond under it: made where the key file is, sent with the bond. */
import { stat } from 'node:fs/promises'
import { fromHex } from '../core/bytes.ts'
import { NodeError } from '../core/node-error.ts'
import { systemRng } from '../crypto/index.ts'
import { addressPrefixes, type NetworkKind, parseAddress, possessionMessage } from '../ledger/index.ts'
import { loadOrCreateValidatorKey, type VaultKeys } from '../vault/index.ts'
import { ledgerError } from './ledger-errors.ts'

export interface PossessionRequest {
  readonly keyFile: string
  readonly passwordFile?: string | undefined
  /** Hex. */
  readonly chainId: string
  /** Of the account that bonds. */
  readonly address: string
}

export interface Possession {
  readonly publicKey: Uint8Array
  readonly proof: Uint8Array
}

/** @throws NodeError VALIDATOR_KEY_*, ADDRESS_INVALID, INPUT_INVALID */
export async function provePossession(
  { keyFile, passwordFile, chainId, address }: PossessionRequest,
  keys: VaultKeys,
): Promise<Possession> {
  const chain = fromHex(chainId)
  if (chain === undefined) throw new NodeError('INPUT_INVALID', 'the chain id is not hex')
  const [kind = 'main'] = (Object.keys(addressPrefixes) as NetworkKind[]).filter((one) =>
    address.toLowerCase().startsWith(`${addressPrefixes[one]}1`),
  )
  const account = parseAddress(kind, address)
  if (!account.ok) throw ledgerError(account.error)
  // A name that was mistyped must not become a new key that somebody bonds under.
  await stat(keyFile).catch(() => {
    throw new NodeError('VALIDATOR_KEY_READ_FAILED', 'there is no such validator key file', {
      hint: 'Name the key file of the validator; `node start` makes one in the data folder.',
    })
  })
  const key = await loadOrCreateValidatorKey(keyFile, { passwordFile }, { rng: systemRng, keys })
  try {
    return { publicKey: key.publicKey, proof: await key.sign(possessionMessage(chain, account.value)) }
  } finally {
    key.wipe()
  }
}
