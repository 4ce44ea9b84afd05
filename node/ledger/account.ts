/** An account as the ledger holds it, and its canonical form in the state tree. Source: docs/protocol.md, "State". */
import { type Codec, fixedBytes, listOf, nullable, record, u64, uintUpTo, withOptional } from '../core/codec.ts'
import { hashLengthBytes } from '../crypto/hash.ts'
import { type AccountKey, accountKeyCodec } from './account-keys.ts'
import { ledgerLimits } from './limits.ts'
import { type AccountPolicy, policyCodec } from './policy.ts'
import { type Operation, operationsCodec, presentCodec } from './transaction.ts'

/** Where in the committed order a transaction stands: the vertex that carried it. */
export interface TransactionOrigin {
  readonly vertexHash: Uint8Array
  readonly indexInVertex: number
}

/** Committed with a nonce that was ahead; its fee is paid. Runs right after its predecessor, or leaves at validUntil. */
export interface ParkedTransaction {
  readonly nonce: number
  readonly txId: Uint8Array
  readonly validUntilMs: number
  readonly operations: readonly Operation[]
  readonly feeMicroRuv: bigint
  readonly sizeBytes: number
  readonly origin: TransactionOrigin
  /** The second key of the policy that was in force signed it too. */
  readonly coSigned?: true
}

export interface Account {
  /** Nonce of the next transaction to execute: 0 for an account that never sent. */
  readonly nonce: number
  readonly balanceMicroRuv: bigint
  /** Stored with the first transaction; null while the account has only received. */
  readonly key: AccountKey | null
  /** What the faucet gave within its current window; null where it never gave. */
  readonly faucet: { readonly windowStartMs: number; readonly creditedMicroRuv: bigint } | null
  /** By nonce, ascending; at most 64. */
  readonly parked: readonly ParkedTransaction[]
  /** Absent where the account has none: then it is written as it was before there were policies. */
  readonly policy?: AccountPolicy
}

/** What an account is before anything happened to it. Such an account has no entry in the state tree. */
export const emptyAccount: Account = Object.freeze({
  nonce: 0,
  balanceMicroRuv: 0n,
  key: null,
  faucet: null,
  parked: Object.freeze([]),
})

const parkedCodec: Codec<ParkedTransaction> = withOptional(
  record({
    nonce: uintUpTo(),
    txId: fixedBytes(hashLengthBytes),
    validUntilMs: uintUpTo(),
    operations: operationsCodec,
    feeMicroRuv: u64,
    sizeBytes: uintUpTo(ledgerLimits.maxTransactionBytes),
    origin: record({ vertexHash: fixedBytes(hashLengthBytes), indexInVertex: uintUpTo() }),
  }),
  'coSigned',
  presentCodec,
)

export const accountCodec: Codec<Account> = withOptional(
  record({
    nonce: uintUpTo(),
    balanceMicroRuv: u64,
    key: nullable(accountKeyCodec),
    faucet: nullable(record({ windowStartMs: uintUpTo(), creditedMicroRuv: u64 })),
    parked: listOf(parkedCodec, { max: ledgerLimits.maxParkedPerAccount }),
  }),
  'policy',
  policyCodec,
)

/** Longest canonical account: 64 parked transactions of full size and the rest. */
export const maxAccountBytes = (ledgerLimits.maxParkedPerAccount + 1) * ledgerLimits.maxTransactionBytes
