/** An account as the ledger holds it, and its canonical form in the state tree. Source: docs/protocol.md, "State". */
import {
  bytesUpTo,
  type Codec,
  CodecFault,
  fixedBytes,
  listOf,
  nullable,
  record,
  u64,
  uintUpTo,
} from '../core/codec.ts'
import { hashLengthBytes } from '../crypto/hash.ts'
import { signatureSuites, suiteOfWire } from '../crypto/suites.ts'
import { ledgerLimits } from './limits.ts'
import type { AccountKey } from './rules.ts'
import { type Operation, operationsCodec } from './transaction.ts'

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
}

/** What an account is before anything happened to it. Such an account has no entry in the state tree. */
export const emptyAccount: Account = Object.freeze({
  nonce: 0,
  balanceMicroRuv: 0n,
  key: null,
  faucet: null,
  parked: Object.freeze([]),
})

const keyFields = record({ suite: uintUpTo(255), publicKey: bytesUpTo(4_096) })
const keyCodec: Codec<AccountKey> = {
  encode: (key) => keyFields.encode({ suite: signatureSuites[key.suite].wire, publicKey: key.publicKey }),
  decode: (raw, path) => {
    const { suite: wire, publicKey } = keyFields.decode(raw, path)
    const suite = suiteOfWire(wire)
    if (suite === undefined) throw new CodecFault(path, 'unknown suite')
    return { suite, publicKey }
  },
}

export const accountCodec: Codec<Account> = record({
  nonce: uintUpTo(),
  balanceMicroRuv: u64,
  key: nullable(keyCodec),
  faucet: nullable(record({ windowStartMs: uintUpTo(), creditedMicroRuv: u64 })),
  parked: listOf(
    record({
      nonce: uintUpTo(),
      txId: fixedBytes(hashLengthBytes),
      validUntilMs: uintUpTo(),
      operations: operationsCodec,
      feeMicroRuv: u64,
      sizeBytes: uintUpTo(ledgerLimits.maxTransactionBytes),
      origin: record({ vertexHash: fixedBytes(hashLengthBytes), indexInVertex: uintUpTo() }),
    }),
    { max: ledgerLimits.maxParkedPerAccount },
  ),
})

/** Longest canonical account: 64 parked transactions of full size and the rest. */
export const maxAccountBytes = (ledgerLimits.maxParkedPerAccount + 1) * ledgerLimits.maxTransactionBytes
