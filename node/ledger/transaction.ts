/**
 * Transactions: their form on the wire, their id, and what is signed. Source: docs/protocol.md, "Transactions".
 *
 * A signed transaction is the canonical array [body, signature], or [body, signature, second signature] where the body says that it
 * has two; the id is the hash without signatures, so that another valid signature over the same body is the same transaction.
 */

import { concatBytes } from '../core/bytes.ts'
import { type CanonicalError, canonicalDecode, canonicalEncode } from '../core/canonical.ts'
import {
  bytesUpTo,
  type Codec,
  CodecFault,
  fixedBytes,
  listOf,
  nullable,
  record,
  taggedUnion,
  textUpTo,
  u64,
  uintUpTo,
  withOptional,
} from '../core/codec.ts'
import { domainTags } from '../core/domain-tags.ts'
import { err, ok, type Result } from '../core/result.ts'
import { hashLengthBytes, sha3 } from '../crypto/hash.ts'
import { signatureSuites } from '../crypto/suites.ts'
import { type AccountId, accountIdBytes } from './address.ts'
import { ledgerLimits } from './limits.ts'

export interface TransferOperation {
  readonly kind: 'transfer'
  readonly to: AccountId
  readonly amountMicroRuv: bigint
  readonly memo: string | null
}

/** Development networks only; always a transaction's only operation. Credits the sender. */
export interface FaucetOperation {
  readonly kind: 'faucet'
  readonly amountMicroRuv: bigint
}

/** Moves nothing: the transaction takes up its nonce and pays its fee. */
export interface NoopOperation {
  readonly kind: 'noop'
}

/** Moves rUv from the sender's balance into the stake of a validator that is, or becomes, the sender's. */
export interface BondOperation {
  readonly kind: 'stake.bond'
  /** The validator's, ML-DSA-65. */
  readonly publicKey: Uint8Array
  /** The validator key's signature over tag ‖ chainId ‖ account of the sender: its holder agrees. */
  readonly proof: Uint8Array
  readonly amountMicroRuv: bigint
}

/** Takes stake back: it is paid out to the sender once it has been slashable for the unbonding time. */
export interface UnbondOperation {
  readonly kind: 'stake.unbond'
  readonly validatorId: Uint8Array
  readonly amountMicroRuv: bigint
}

/** Shows that a validator signed two things of which it may sign one. */
export interface EvidenceOperation {
  readonly kind: 'evidence.submit'
  /** Of the form that ChainRules.evidence reads. */
  readonly evidence: Uint8Array
}

/** A key that is to serve an account, and its word that it agrees (account-keys.ts). */
export interface ConsentingKey extends CarriedKey {
  readonly proof: Uint8Array
}

/** What an account does to its own keys and policy. */
export type AccountChange =
  /** From now on this key signs for the account. */
  | { readonly kind: 'key'; readonly key: ConsentingKey }
  /** A second key signs what goes beyond this much in 24 hours. */
  | { readonly kind: 'limit'; readonly key: ConsentingKey; readonly dailyLimitMicroRuv: bigint }
  /** This key may take the account over, after a delay. */
  | { readonly kind: 'recovery'; readonly key: ConsentingKey; readonly delayMs: number }
  | { readonly kind: 'clearLimit' }
  | { readonly kind: 'clearRecovery' }
  | { readonly kind: 'cancelRecovery' }

/** Always a transaction's only operation. */
export interface AccountUpdateOperation {
  readonly kind: 'account.update'
  readonly change: AccountChange
}

/** Starts the recovery of another account, or finishes it. Always a transaction's only operation. */
export interface AccountRecoverOperation {
  readonly kind: 'account.recover'
  readonly account: AccountId
  /** The recovery key and its word, to start; null to finish. */
  readonly key: ConsentingKey | null
}

export type Operation =
  | TransferOperation
  | FaucetOperation
  | NoopOperation
  | BondOperation
  | UnbondOperation
  | EvidenceOperation
  | AccountUpdateOperation
  | AccountRecoverOperation

export interface CarriedKey {
  /** Wire byte of the suite; checked against the closed set by the ledger's rules, not by the decoder. */
  readonly suite: number
  readonly publicKey: Uint8Array
}

export interface Transaction {
  readonly chainId: Uint8Array
  readonly account: AccountId
  /** Carried until the ledger has stored it with the account's first transaction; null from then on. */
  readonly key: CarriedKey | null
  readonly nonce: number
  readonly operations: readonly Operation[]
  readonly maxFeeMicroRuv: bigint
  /** Last moment of ledger time at which it may execute, ms since the Unix epoch. */
  readonly validUntilMs: number
  /**
   * The second key of the account's policy signs it too. It is part of what is signed, so that a transaction whose second
   * signature somebody took away is known for that, and is none.
   */
  readonly coSigned?: true
}

/** A decoded transaction with what is derived from its bytes. */
export interface SignedTransaction extends Transaction {
  readonly signature: Uint8Array
  /** The second key's; there where the transaction is co-signed, and empty until that key has signed. */
  readonly coSignature?: Uint8Array
  /** Canonical encoding, signatures included. */
  readonly bytes: Uint8Array
  readonly txId: Uint8Array
  /** tag ‖ chainId ‖ canonical body: what the signature covers. */
  readonly signedMessage: Uint8Array
}

/** Longest key and signature of any suite, so that a wrong length gets its own code rather than a schema error. */
const maxKeyBytes = 4_096
const maxSignatureBytes = 8_192

const consentingKeyCodec: Codec<ConsentingKey> = record({
  suite: uintUpTo(255),
  publicKey: bytesUpTo(maxKeyBytes),
  proof: bytesUpTo(maxSignatureBytes),
})

const changeCodec: Codec<AccountChange> = taggedUnion<AccountChange>({
  key: { wire: 1, codec: record({ key: consentingKeyCodec }) },
  limit: { wire: 2, codec: record({ key: consentingKeyCodec, dailyLimitMicroRuv: u64 }) },
  recovery: { wire: 3, codec: record({ key: consentingKeyCodec, delayMs: uintUpTo() }) },
  clearLimit: { wire: 4, codec: record({}) },
  clearRecovery: { wire: 5, codec: record({}) },
  cancelRecovery: { wire: 6, codec: record({}) },
})

export const operationCodec: Codec<Operation> = taggedUnion<Operation>({
  transfer: {
    wire: 1,
    codec: record({
      to: fixedBytes(accountIdBytes),
      amountMicroRuv: u64,
      memo: nullable(textUpTo(4 * ledgerLimits.maxMemoBytes)),
    }),
  },
  faucet: { wire: 2, codec: record({ amountMicroRuv: u64 }) },
  noop: { wire: 3, codec: record({}) },
  'stake.bond': {
    wire: 4,
    codec: record({
      publicKey: fixedBytes(signatureSuites['ML-DSA-65'].publicKeyBytes),
      proof: fixedBytes(signatureSuites['ML-DSA-65'].signatureBytes),
      amountMicroRuv: u64,
    }),
  },
  'stake.unbond': { wire: 5, codec: record({ validatorId: fixedBytes(hashLengthBytes), amountMicroRuv: u64 }) },
  'evidence.submit': { wire: 6, codec: record({ evidence: bytesUpTo(ledgerLimits.maxEvidenceBytes) }) },
  // 7 to 15 are the market's.
  'account.update': { wire: 16, codec: record({ change: changeCodec }) },
  'account.recover': {
    wire: 17,
    codec: record({ account: fixedBytes(accountIdBytes), key: nullable(consentingKeyCodec) }),
  },
})

export const operationsCodec: Codec<readonly Operation[]> = listOf(operationCodec, {
  // One more than allowed on each side decodes, so that the rule's own code answers rather than a schema error.
  min: 0,
  max: 4 * ledgerLimits.maxOperations,
})

/** A fact that is told by being there. */
export const presentCodec: Codec<true> = {
  encode: () => 1,
  decode: (raw, path) => {
    if (raw !== 1) throw new CodecFault(path, '1 expected')
    return true
  },
}

const plainBodyCodec = record({
  chainId: fixedBytes(hashLengthBytes),
  account: fixedBytes(accountIdBytes),
  key: nullable(record({ suite: uintUpTo(255), publicKey: bytesUpTo(maxKeyBytes) })),
  nonce: uintUpTo(),
  operations: operationsCodec,
  maxFeeMicroRuv: u64,
  validUntilMs: uintUpTo(),
})
const bodyCodec: Codec<Transaction> = withOptional(plainBodyCodec, 'coSigned', presentCodec)

interface Envelope {
  readonly body: Transaction
  readonly signature: Uint8Array
  readonly coSignature?: Uint8Array
}

const anyEnvelopeCodec = withOptional(
  record({ body: bodyCodec, signature: bytesUpTo(maxSignatureBytes) }),
  'coSignature',
  bytesUpTo(maxSignatureBytes),
)
const envelopeCodec: Codec<Envelope> = {
  encode: anyEnvelopeCodec.encode,
  decode: (raw, path) => {
    const envelope = anyEnvelopeCodec.decode(raw, path)
    if ((envelope.body.coSigned === true) !== (envelope.coSignature !== undefined)) {
      throw new CodecFault(path, 'a second signature where the body says so, and nowhere else')
    }
    return envelope
  },
}

/** tag ‖ chainId ‖ canonical body. */
export function transactionMessage(transaction: Transaction): Uint8Array {
  return concatBytes(domainTags.transaction, transaction.chainId, canonicalEncode(bodyCodec, transaction))
}

export function transactionId(transaction: Transaction): Uint8Array {
  return sha3(transactionMessage(transaction))
}

/** @param coSignature of a co-signed transaction; empty until there is one */
export function attachSignature(
  transaction: Transaction,
  signature: Uint8Array,
  coSignature: Uint8Array = new Uint8Array(),
): SignedTransaction {
  const signedMessage = transactionMessage(transaction)
  const signatures = transaction.coSigned === true ? { signature, coSignature } : { signature }
  return {
    ...transaction,
    ...signatures,
    bytes: canonicalEncode(envelopeCodec, { body: transaction, ...signatures }),
    txId: sha3(signedMessage),
    signedMessage,
  }
}

/** Length a transaction has once signed: what the network fee is computed from before there is a signature. */
export function signedSizeBytes(transaction: Transaction, signatureBytes: number, coSignatureBytes = 0): number {
  const second = transaction.coSigned === true ? byteStringBytes(coSignatureBytes) : 0
  return 1 + canonicalEncode(bodyCodec, transaction).length + byteStringBytes(signatureBytes) + second
}

export type TransactionDecodeError =
  | CanonicalError
  /** Longer than any transaction may be. */
  | { code: 'TRANSACTION_TOO_LARGE'; sizeBytes: number; maxBytes: number }

export function decodeSignedTransaction(bytes: Uint8Array): Result<SignedTransaction, TransactionDecodeError> {
  if (bytes.length > ledgerLimits.maxTransactionBytes) {
    return err({
      code: 'TRANSACTION_TOO_LARGE',
      sizeBytes: bytes.length,
      maxBytes: ledgerLimits.maxTransactionBytes,
    })
  }
  const decoded = canonicalDecode(envelopeCodec, bytes, ledgerLimits.maxTransactionBytes)
  if (!decoded.ok) return decoded
  const { body, ...signatures } = decoded.value
  const { signature, coSignature } = signatures
  // The encoding is canonical by now, so the body's bytes stand between the array's head and the signatures.
  const second = coSignature === undefined ? 0 : byteStringBytes(coSignature.length)
  const bodyBytes = bytes.subarray(1, bytes.length - byteStringBytes(signature.length) - second)
  const signedMessage = concatBytes(domainTags.transaction, body.chainId, bodyBytes)
  return ok({ ...body, ...signatures, bytes, txId: sha3(signedMessage), signedMessage })
}

/** Length of a CBOR byte string, its head included. */
function byteStringBytes(length: number): number {
  return byteStringHeadBytes(length) + length
}

/** Length of a CBOR byte string's head (RFC 8949 §3). */
function byteStringHeadBytes(length: number): number {
  if (length < 24) return 1
  if (length < 0x100) return 2
  return length < 0x1_0000 ? 3 : 5
}
