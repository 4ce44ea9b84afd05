/** Payments and other transactions: making, handing in, following. */
import { eventIterator } from '@orpc/contract'
import { z } from 'zod'
import {
  accountErrors,
  commonErrors,
  declareErrors,
  hsmErrors,
  ledgerErrors,
  tokenSpendingErrors,
  transactionErrors,
  vaultErrors,
} from './errors.ts'
import { contractLimits as limits } from './limits.ts'
import { procedure } from './scopes.ts'
import {
  accountName,
  amount,
  count,
  hash,
  idempotencyKey,
  operation,
  timestamp,
  transaction,
  transactionState,
} from './shapes.ts'

/** A request to pay, to be signed by the open vault. */
export const paymentIntent = z.strictObject({
  /** Address or label; left out, the vault's only account pays. */
  from: accountName.optional(),
  transfers: z
    .array(
      z.strictObject({
        to: z.string().min(1).max(limits.maxAccountCharacters),
        amount,
        memo: z.string().max(limits.maxMemoCharacters).optional(),
      }),
    )
    .min(1)
    .max(limits.maxTransfers),
  /** The most the sender pays the network for it; left out, what the transaction costs now. */
  maxFee: amount.optional(),
  /** The account's second key, in this vault too, signs it: beyond the daily limit. For the owner: a token gets TOKEN_SCOPE. */
  coSign: z.boolean().optional(),
  /**
   * In place of the one with this nonce, which is on its way or missing. One that is in no vertex yet gives way to its
   * owner's; otherwise it has the nonce, and this one ends without a fee. Left out, the next free one.
   */
  nonce: count.optional(),
  /** The same key and request give the same transaction, across restarts. */
  idempotencyKey: idempotencyKey.optional(),
})
export type PaymentIntent = z.infer<typeof paymentIntent>

/**
 * A transaction signed elsewhere: its canonical bytes, in hex or base64 (RFC 4648, 4, padded). Hex digits alone are read as
 * hex: a transaction's first byte is 0x82, which base64 spells with a g. The same bytes again give the same answer.
 */
export const signedTransaction = z.strictObject({
  signed: z
    .string()
    .min(2)
    .max(2 * limits.maxSubmittedBytes)
    .regex(
      /^(?:(?:[0-9a-fA-F]{2})+|(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?)$/,
      'hex, or base64 with its padding',
    ),
  /** The same key and bytes give the same answer; other bytes under it are refused. */
  idempotencyKey: idempotencyKey.optional(),
})

/** Canonical bytes with an empty signature, in hex. */
const unsignedBytes = z
  .string()
  .min(2)
  .max(2 * limits.maxSubmittedBytes)
  .regex(/^(?:[0-9a-f]{2})+$/, 'lower-case hex')

/**
 * A transaction on its way to the machine that has the key: its bytes, and what they say. A signer reads the bytes again
 * and shows that; where this says anything else, somebody has altered it.
 */
export const unsignedTransaction = z.object({
  unsigned: unsignedBytes,
  /** The id it has once it is signed. */
  txId: hash,
  chainId: hash,
  account: z.string(),
  nonce: count,
  operations: z.array(operation),
  maxFee: amount,
  validUntil: timestamp,
})
export type UnsignedTransaction = z.infer<typeof unsignedTransaction>

export const transactionPage = z.object({
  items: z.array(transaction),
  /** Give it back for the entries after these; null at the end. */
  cursor: z.string().nullable(),
})
export type TransactionPage = z.infer<typeof transactionPage>

/** As seen from the account asked for, or else from the vault's and watched accounts. A transfer between them is both. */
export const transactionDirection = z.enum(['sent', 'received', 'faucet'])

/** Nonces of an account: which is next, which are taken, and which are missing so that later ones wait. */
export const accountNonces = z.object({
  /** Executes next. */
  next: count,
  /** On their way here, or parked in the ledger until those before them come. */
  taken: z.array(z.object({ nonce: count, txId: hash, parked: z.boolean() })),
  /** Below a taken one and held by nothing: what waits, waits for these. */
  missing: z.array(count),
})
export type AccountNonces = z.infer<typeof accountNonces>

const errors = declareErrors({
  ...commonErrors,
  ...vaultErrors,
  ...hsmErrors,
  ...accountErrors,
  ...ledgerErrors,
  ...transactionErrors,
  ...tokenSpendingErrors,
})
const tags = ['Transactions']
const byId = z.strictObject({ txId: hash })

export const transactionsContract = {
  /** An intent (scope `spend`) or a signed transaction (scope `submit`), as POST /transactions takes either. */
  create: procedure('submit', 'spend')
    .route({
      method: 'POST',
      path: '/transactions',
      successStatus: 202,
      tags,
      summary: 'Pay from the open vault (scope `spend`), or hand in a signed transaction (scope `submit`)',
    })
    .errors(errors)
    .input(z.union([paymentIntent, signedTransaction]))
    .output(transaction),
  /** Development networks only. Without an amount the faucet gives the most it can now. */
  faucet: procedure('spend')
    .route({
      method: 'POST',
      path: '/faucet',
      successStatus: 202,
      tags,
      summary: 'Test money; on development networks only',
    })
    .errors(errors)
    .input(
      z.strictObject({
        account: accountName,
        amount: amount.optional(),
        idempotencyKey: idempotencyKey.optional(),
      }),
    )
    .output(transaction),
  show: procedure('read')
    .route({
      method: 'GET',
      path: '/transactions/{txId}',
      successStatus: 200,
      tags,
      summary: 'A transaction with its history',
    })
    .errors(errors)
    .input(byId)
    .output(transaction),
  list: procedure('read')
    .route({
      method: 'GET',
      path: '/transactions',
      successStatus: 200,
      tags,
      summary: 'Transactions, newest first, page by page',
    })
    .errors(errors)
    .input(
      z.strictObject({
        account: accountName.optional(),
        state: transactionState.optional(),
        direction: transactionDirection.optional(),
        /** Of the time it came to this node: not before, and before. */
        since: timestamp.optional(),
        until: timestamp.optional(),
        /** Part of a memo, address, transaction id, account label, address-book name or note; case does not count. */
        search: z.string().min(1).max(limits.maxSearchCharacters).optional(),
        cursor: z.string().min(1).max(limits.maxCursorCharacters).optional(),
        limit: z.int().min(1).max(limits.maxPageEntries).optional(),
      }),
    )
    .output(transactionPage),
  /** What a payment would be, without signing or recording anything. Fails as the payment itself would. */
  preview: procedure('read')
    .errors(errors)
    .input(paymentIntent.omit({ idempotencyKey: true }))
    .output(
      z.object({
        from: z.string(),
        nonce: count,
        /** The most it may cost; what is left out of the intent is computed. */
        fee: amount,
        /** Of the transfers. */
        amount,
        /** Amount and fee. */
        total: amount,
        /** Available to the account after it. */
        remaining: amount,
        /** The recipients' addresses, in the order of the transfers. */
        to: z.array(z.string()),
      }),
    ),
  /**
   * A payment to be signed on another machine, for an account of this vault or a watched one whose public key is known. It
   * is valid for 12 hours. A nonce may be named behind others that are still to be signed.
   */
  build: procedure('read')
    .errors(errors)
    .input(paymentIntent.omit({ idempotencyKey: true }))
    .output(unsignedTransaction),
  /** What unsigned bytes say; needs no ledger that is up to date. */
  inspect: procedure('read')
    .errors(errors)
    .input(z.strictObject({ unsigned: unsignedBytes }))
    .output(unsignedTransaction),
  /** Signs such bytes with the open vault and sends nothing. A token's limits hold as for a payment. */
  sign: procedure('spend')
    .errors(errors)
    .input(z.strictObject({ unsigned: unsignedBytes }))
    .output(z.object({ txId: hash, signed: z.string() })),
  nonces: procedure('read')
    .errors(errors)
    .input(z.strictObject({ account: accountName }))
    .output(accountNonces),
  /** Its canonical bytes in hex: hand them to `create` again to send the very same transaction once more. */
  raw: procedure('read')
    .errors(errors)
    .input(byId)
    .output(z.object({ txId: hash, signed: z.string() })),
  /**
   * Takes up a nonce with a transaction that moves nothing and pays its fee: fills a missing one, so that what waits behind
   * it goes on, or competes with one on its way, which gives way to its owner's where it is in no vertex yet.
   */
  cancel: procedure('spend')
    .errors(errors)
    .input(
      z.strictObject({
        account: accountName,
        nonce: count,
        maxFee: amount.optional(),
        idempotencyKey: idempotencyKey.optional(),
      }),
    )
    .output(transaction),
  /** The transaction now, then again at each change; ends after Finalized or Rejected. */
  watch: procedure('read').errors(errors).input(byId).output(eventIterator(transaction)),
}
