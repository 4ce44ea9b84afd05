/**
 * What a key signs for an account. ML-DSA signs the message itself, whose tag says what it is. A composite key signs
 * `chainId ‖ account ‖ SHA3-256(message)`, to which the suite adds its tag and byte, so that both halves sign one short message that
 * names suite, chain, address and, for a transaction, its id. Source: docs/protocol.md, "Composite keys".
 */
import { concatBytes } from '../core/bytes.ts'
import { sha3 } from '../crypto/hash.ts'
import { isMlDsaSuite, type SignatureSuite } from '../crypto/suites.ts'
import type { AccountId } from './address.ts'
import { type SignedTransaction, type Transaction, transactionMessage } from './transaction.ts'

/** @param message tag ‖ chainId ‖ canonical bytes */
export function messageToSign(
  suite: SignatureSuite,
  {
    chainId,
    account,
    message,
  }: { readonly chainId: Uint8Array; readonly account: AccountId; readonly message: Uint8Array },
): Uint8Array {
  return isMlDsaSuite(suite) ? message : concatBytes(chainId, account, sha3(message))
}

/** What a key of the suite signs of a transaction, whose hash is its id. */
export function transactionToSign(suite: SignatureSuite, transaction: Transaction | SignedTransaction): Uint8Array {
  if (isMlDsaSuite(suite)) {
    return 'signedMessage' in transaction ? transaction.signedMessage : transactionMessage(transaction)
  }
  const { chainId, account } = transaction
  if ('txId' in transaction) return concatBytes(chainId, account, transaction.txId)
  return messageToSign(suite, { chainId, account, message: transactionMessage(transaction) })
}
