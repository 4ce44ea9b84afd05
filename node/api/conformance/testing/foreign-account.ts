/** An account whose key is not in the node's vault: signs transactions by itself. */
import { fromHex, toHex } from '../../../core/bytes.ts'
import { defaultSignatureBackend, generateKeyPair } from '../../../crypto/index.ts'
import {
  accountIdOf,
  attachSignature,
  formatAddress,
  parseAddress,
  type Transaction,
  transactionMessage,
} from '../../../ledger/index.ts'

export interface ForeignAccount {
  readonly address: string
  /** A signed transfer in hex. @param change of anything in it before it is signed */
  transfer(to: string, amountMicroRuv: bigint, nonce: number, change?: Partial<Transaction>): string
}

export function createForeignAccount(chainIdHex: string): ForeignAccount {
  const suite = 'ML-DSA-44'
  const backend = defaultSignatureBackend()
  const keys = generateKeyPair(suite)
  const account = accountIdOf(suite, keys.publicKey)
  const chainId = fromHex(chainIdHex) as Uint8Array
  return {
    address: formatAddress('development', account),
    transfer(to, amountMicroRuv, nonce, change = {}) {
      const recipient = parseAddress('development', to)
      if (!recipient.ok) throw new Error(recipient.error.code)
      const transaction: Transaction = {
        chainId,
        account,
        key: nonce === 0 ? { suite: 1, publicKey: keys.publicKey } : null,
        nonce,
        operations: [{ kind: 'transfer', to: recipient.value, amountMicroRuv, memo: null }],
        maxFeeMicroRuv: 1_000_000n,
        validUntilMs: Date.now() + 600_000,
        ...change,
      }
      return toHex(attachSignature(transaction, backend.sign(suite, keys.seed, transactionMessage(transaction))).bytes)
    },
  }
}
