/**
 * Who signs a transaction: the account's key and, where the transaction says so, the second key of its policy. Both have to be
 * good, and what they were good under has one name. Source: docs/protocol.md, "Account policies".
 */
import { err, ok, type Result } from '../core/result.ts'
import { sha256 } from '../crypto/hash.ts'
import { type SignatureSuite, signatureSuites } from '../crypto/suites.ts'
import type { Account } from './account.ts'
import type { AccountKey } from './account-keys.ts'
import { checkSignatureLength, type RuleError, type SignatureError, signingKeyOf } from './rules.ts'
import { transactionToSign } from './signatures.ts'
import type { SignedTransaction, Transaction } from './transaction.ts'

export interface Signers {
  readonly key: AccountKey
  /** Null where the transaction is signed by the account's key alone. */
  readonly second: AccountKey | null
}

/** A signature to check, and what under. */
export interface SignatureToCheck {
  readonly suite: SignatureSuite
  readonly publicKey: Uint8Array
  readonly message: Uint8Array
  readonly signature: Uint8Array
}

export function signersOf(
  transaction: Transaction,
  account: Pick<Account, 'key' | 'policy'>,
): Result<Signers, SignatureError | RuleError> {
  const key = signingKeyOf(transaction, account.key)
  if (!key.ok) return key
  if (transaction.coSigned !== true) return ok({ key: key.value, second: null })
  const second = account.policy?.limit?.key
  return second === undefined ? err({ code: 'COSIGNATURE_UNEXPECTED' }) : ok({ key: key.value, second })
}

/** One or two, all of which must be good; an error where the lengths say that none can be. */
export function signaturesToCheck(
  transaction: SignedTransaction,
  { key, second }: Signers,
): Result<readonly SignatureToCheck[], SignatureError> {
  const length = checkSignatureLength(transaction, key.suite)
  if (!length.ok) return length
  const first = { ...key, message: transactionToSign(key.suite, transaction), signature: transaction.signature }
  if (second === null) return ok([first])
  const signature = transaction.coSignature ?? new Uint8Array()
  const expectedBytes = signatureSuites[second.suite].signatureBytes
  if (signature.length !== expectedBytes) return err({ code: 'SIGNATURE_LENGTH', expectedBytes })
  return ok([first, { ...second, message: transactionToSign(second.suite, transaction), signature }])
}

/**
 * Stands for what a transaction's signatures were found good under: the key itself, or, of two, a hash over both. A hash is shorter
 * than any key, so neither is ever taken for the other.
 */
export function signersName({ key, second }: Signers): Uint8Array {
  if (second === null) return key.publicKey
  const wires = Uint8Array.of(signatureSuites[key.suite].wire, signatureSuites[second.suite].wire)
  return sha256(wires, key.publicKey, second.publicKey)
}
