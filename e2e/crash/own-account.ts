/** An account whose key the client holds itself: it signs, and the node takes the bytes. */
import { fromHex, toHex } from '../../node/core/bytes.ts'
import type { Rng } from '../../node/core/rng.ts'
import { defaultSignatureBackend, type SignatureSuite, seedBytes, signatureSuites } from '../../node/crypto/index.ts'
import {
  accountIdOf,
  attachSignature,
  formatAddress,
  parseAddress,
  type Transaction,
  transactionMessage,
} from '../../node/ledger/index.ts'
import type { ClientRequest, LoggedTransfer } from './client-log.ts'

export interface OwnAccount {
  readonly address: string
  /** The nonce after the last one signed. */
  nextNonce: number
  sign(input: {
    readonly key: string
    readonly nonce: number
    readonly transfers: readonly LoggedTransfer[]
    readonly carriesKey: boolean
  }): Extract<ClientRequest, { kind: 'signed' }>
}

/** Above what 64 transfers with memos cost. */
const maxFeeMicroRuv = 60_000n
/** Longer than the whole test. */
const validityMs = 30 * 60 * 1_000

export function createOwnAccount(suite: SignatureSuite, chainIdHex: string, rng: Rng): OwnAccount {
  const signing = defaultSignatureBackend().openSigningKey(suite, rng.bytes(seedBytes))
  const id = accountIdOf(suite, signing.publicKey)
  const address = formatAddress('development', id)
  const chainId = fromHex(chainIdHex) as Uint8Array
  return {
    address,
    nextNonce: 0,
    sign({ key, nonce, transfers, carriesKey }) {
      const transaction: Transaction = {
        chainId,
        account: id,
        key: carriesKey ? { suite: signatureSuites[suite].wire, publicKey: signing.publicKey } : null,
        nonce,
        operations: transfers.map(({ to, amountMicroRuv }) => ({
          kind: 'transfer',
          to: accountOfAddress(to),
          amountMicroRuv: BigInt(amountMicroRuv),
          memo: key,
        })),
        maxFeeMicroRuv,
        validUntilMs: Date.now() + validityMs,
      }
      const signed = attachSignature(transaction, signing.sign(transactionMessage(transaction)))
      const { bytes, txId } = signed
      return { kind: 'signed', key, from: address, txId: toHex(txId), nonce, bytes: toHex(bytes), transfers }
    },
  }
}

function accountOfAddress(address: string): Uint8Array {
  const parsed = parseAddress('development', address)
  if (!parsed.ok) throw new Error(`no address of a development network: ${address}`)
  return parsed.value
}
