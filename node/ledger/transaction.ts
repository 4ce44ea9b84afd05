/**
 * Transactions: their form on the wire, their id, and what is signed. Source: docs/protocol.md, "Transactions".
 *
 * A signed transaction is the canonical array [body, signature]; the id is the hash without the signature, so that a
 * second valid signature over the same body is the same transaction.
 */

import { concatBytes } from '../core/bytes.ts'
import { type CanonicalError, canonicalDecode, canonicalEncode } from '../core/canonical.ts'
import {
  bytesUpTo,
  type Codec,
  fixedBytes,
  listOf,
  nullable,
  record,
  taggedUnion,
  textUpTo,
  u64,
  uintUpTo,
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

export type Operation =
  | TransferOperation
  | FaucetOperation
  | NoopOperation
  | BondOperation
  | UnbondOperation
  | EvidenceOperation

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
}

/** A decoded transaction with what is derived from its bytes. */
export interface SignedTransaction extends Transaction {
  readonly signature: Uint8Array
  /** Canonical encoding, signature included. */
  readonly bytes: Uint8Array
  readonly txId: Uint8Array
  /** tag ‖ chainId ‖ canonical body: what the signature covers. */
  readonly signedMessage: Uint8Array
}

/** Longest key and signature of any suite, so that a wrong length gets its own code rather than a schema error. */
const maxKeyBytes = 4_096
const maxSignatureBytes = 8_192

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
})

export const operationsCodec: Codec<readonly Operation[]> = listOf(operationCodec, {
  // One more than allowed on each side decodes, so that the rule's own code answers rather than a schema error.
  min: 0,
  max: 4 * ledgerLimits.maxOperations,
})

const bodyCodec: Codec<Transaction> = record({
  chainId: fixedBytes(hashLengthBytes),
  account: fixedBytes(accountIdBytes),
  key: nullable(record({ suite: uintUpTo(255), publicKey: bytesUpTo(maxKeyBytes) })),
  nonce: uintUpTo(),
  operations: operationsCodec,
  maxFeeMicroRuv: u64,
  validUntilMs: uintUpTo(),
})

interface Envelope {
  readonly body: Transaction
  readonly signature: Uint8Array
}

const envelopeCodec: Codec<Envelope> = record({ body: bodyCodec, signature: bytesUpTo(maxSignatureBytes) })

/** tag ‖ chainId ‖ canonical body. */
export function transactionMessage(transaction: Transaction): Uint8Array {
  return concatBytes(domainTags.transaction, transaction.chainId, canonicalEncode(bodyCodec, transaction))
}

export function transactionId(transaction: Transaction): Uint8Array {
  return sha3(transactionMessage(transaction))
}

export function attachSignature(transaction: Transaction, signature: Uint8Array): SignedTransaction {
  const signedMessage = transactionMessage(transaction)
  return {
    ...transaction,
    signature,
    bytes: canonicalEncode(envelopeCodec, { body: transaction, signature }),
    txId: sha3(signedMessage),
    signedMessage,
  }
}

/** Length a transaction has once signed: what the network fee is computed from before there is a signature. */
export function signedSizeBytes(transaction: Transaction, signatureBytes: number): number {
  return 1 + canonicalEncode(bodyCodec, transaction).length + byteStringHeadBytes(signatureBytes) + signatureBytes
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
  const { body, signature } = decoded.value
  // The encoding is canonical by now, so the body's bytes stand between the array's head and the signature.
  const bodyBytes = bytes.subarray(1, bytes.length - signature.length - byteStringHeadBytes(signature.length))
  const signedMessage = concatBytes(domainTags.transaction, body.chainId, bodyBytes)
  return ok({ ...body, signature, bytes, txId: sha3(signedMessage), signedMessage })
}

/** Length of a CBOR byte string's head (RFC 8949 §3). */
function byteStringHeadBytes(length: number): number {
  if (length < 24) return 1
  if (length < 0x100) return 2
  return length < 0x1_0000 ? 3 : 5
}
