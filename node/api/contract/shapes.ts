/**
 * Shapes that callers rely on, alike over every transport: amounts are decimal strings of base units (µrUv, u64), times
 * are RFC 3339 in UTC with milliseconds. Output objects drop what is not declared, so a service's extra field never leaks.
 */
import { z } from 'zod'
import { maxU64 } from '../../core/amount.ts'
import { contractLimits as limits } from './limits.ts'

/** µrUv as a decimal string without leading zeros: "12500000" is 12.5 rUv. */
export const amount = z
  .string()
  .regex(/^(0|[1-9]\d{0,19})$/, 'a decimal string of base units')
  .refine((text) => !/^\d{1,20}$/.test(text) || BigInt(text) <= maxU64, 'at most 2^64 - 1 base units')

/** "2026-11-22T17:03:05.123Z". */
export const timestamp = z
  .string()
  .regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/, 'RFC 3339 UTC text with milliseconds')

/** A whole number that JSON carries exactly. */
export const count = z.int().min(0)

/** 32 bytes in hex. */
export const hash = z.string().regex(/^[0-9a-f]{64}$/, '64 lower-case hex digits')

/** Address, or label of an account of this node's vault. */
export const accountName = z.string().min(1).max(limits.maxAccountCharacters)

export const suite = z.enum(['ML-DSA-44', 'ML-DSA-65', 'ML-DSA-87', 'ML-DSA-65+P-256'])

const bytesUpTo = (maxBytes: number) =>
  z.custom<Uint8Array>((value) => value instanceof Uint8Array && value.length <= maxBytes, `bytes, at most ${maxBytes}`)

/** UTF-8 of a password. Bytes, so that every holder can overwrite its copy. */
export const password = bytesUpTo(limits.maxPasswordBytes)
/** UTF-8 of a recovery phrase, words parted by white space. */
export const phrase = bytesUpTo(limits.maxPhraseBytes)
/** An encrypted backup file. */
export const backup = bytesUpTo(limits.maxBackupBytes)

export const account = z.object({
  address: z.string(),
  /** `vault`: this node's vault signs for it. `watched`: its balance is followed here, its key is elsewhere. */
  kind: z.enum(['vault', 'watched', 'other']),
  /** Null for an account that is neither in this vault nor watched. */
  label: z.string().nullable(),
  /** Null while the ledger has not seen the key of an account that is not in this vault. */
  suite: suite.nullable(),
  /**
   * Where the key is that signs for it: in the vault, in a token (`token-mldsa`), or one half in each (`composite`). Null for an account
   * that is not in this vault.
   */
  signer: z.enum(['software', 'token-mldsa', 'composite']).nullable(),
  /** Id of the pairing, where a key of a token has part in its signatures. */
  pairing: z.string().optional(),
  /** Nonce of the next transaction to execute. */
  nonce: count,
  balance: z.object({
    available: amount,
    escrowed: amount,
    /** Outgoing and not yet final. */
    pending: amount,
    staked: amount,
  }),
})
export type Account = z.infer<typeof account>

export const transactionState = z.enum([
  'Created',
  'Signed',
  'Broadcast',
  'Validating',
  'Voting',
  'Confirming',
  'Confirmed',
  'Finalized',
  'Rejected',
])
export type TransactionStateName = z.infer<typeof transactionState>

export const checkpointRef = z.object({ seq: count, hash: z.string() })

export const policyChange = z.enum([
  'key',
  'limit',
  'recovery',
  'clearLimit',
  'clearRecovery',
  'cancelRecovery',
  'start',
  'finish',
])

export const operation = z.object({
  kind: z.enum([
    'transfer',
    'faucet',
    'stake.bond',
    'stake.unbond',
    'evidence.submit',
    'account.update',
    'account.recover',
  ]),
  /** Who gets the amount; of a recovery, whose account it is. */
  to: z.string().optional(),
  /** What is done to keys or policy; `start` and `finish` are of a recovery. */
  change: policyChange.optional(),
  /** Address that the new, second or recovery key has by itself. */
  key: z.string().optional(),
  dailyLimit: amount.optional(),
  delayMs: count.optional(),
  /** Id of the validator whose stake it is about. */
  validator: hash.optional(),
  /** 0 for evidence, whose burn shows in the validator's stake, and for changes of keys and policy. */
  amount,
  memo: z.string().optional(),
})

/** The stake of the distinct validators that have named a vertex. */
export const support = z.object({
  stake: amount,
  totalStake: amount,
  /** Whose stake it is, of so many. */
  supporters: count,
  validators: count,
})

export const transaction = z.object({
  txId: hash,
  state: transactionState,
  /** Only when Finalized: `failed` kept nonce and fee and moved nothing. */
  outcome: z.enum(['ok', 'failed']).optional(),
  /** Why it failed or was rejected. */
  code: z.string().optional(),
  account: z.string(),
  nonce: count,
  fee: amount,
  /** In the order they happened, each with the persisted record that caused it. */
  states: z.array(
    z.object({
      state: transactionState,
      at: timestamp,
      record: z.string(),
      /** Behind its vertex when it reached the state; of Voting, Confirming and Confirmed where it was recorded. */
      support: support.optional(),
    }),
  ),
  operations: z.array(operation),
  /** Bytes of the canonical encoding, signature included. */
  size: count,
  validUntil: timestamp,
  /** The checkpoint that covers it; from then on it is provable to third parties. */
  checkpoint: checkpointRef.optional(),
  /**
   * Another transaction of this account and nonce is known: at most one of them is carried out. `preferred`: whether the
   * validators that were asked prefer this one; null before they answer. It decides nothing.
   */
  contested: z.object({ preferred: z.boolean().nullable() }).optional(),
})
export type Transaction = z.infer<typeof transaction>

export const idempotencyKey = z
  .string()
  .min(1)
  .max(limits.maxIdempotencyKeyCharacters)
  .regex(/^[\x21-\x7e]+$/, 'printable ASCII without spaces')
