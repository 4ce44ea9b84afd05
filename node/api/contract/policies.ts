/** Policies of accounts: who signs, how much the key alone may spend in a day, and who takes over when it is lost. */
import { z } from 'zod'
import {
  accountErrors,
  commonErrors,
  declareErrors,
  ledgerErrors,
  tokenSpendingErrors,
  transactionErrors,
  vaultErrors,
} from './errors.ts'
import { procedure } from './scopes.ts'
import { accountName, amount, count, idempotencyKey, suite, timestamp, transaction } from './shapes.ts'

/** A key, by the address that it has, or would have, by itself. */
export const policyKey = z.object({
  address: z.string(),
  suite,
  /** Of the account of this vault that has it. */
  label: z.string().nullable(),
  inVault: z.boolean(),
})

export const accountPolicy = z.object({
  address: z.string(),
  /** Signs for the account; null before the ledger has seen its key. */
  key: policyKey.nullable(),
  limit: z
    .object({
      /** Signs, beside the account's own, what goes beyond the limit. */
      key: policyKey,
      dailyLimit: amount,
      /** In the last 24 hours of ledger time, by the account's key alone. */
      spent: amount,
      /** What it may still spend by itself; what is on its way is not counted yet. */
      left: amount,
    })
    .nullable(),
  recovery: z
    .object({
      key: policyKey,
      delayMs: count,
      /** While a recovery runs: from when it can be finished. */
      takesOverAt: timestamp.nullable(),
    })
    .nullable(),
})
export type AccountPolicy = z.infer<typeof accountPolicy>

const errors = declareErrors({
  ...commonErrors,
  ...vaultErrors,
  ...accountErrors,
  ...ledgerErrors,
  ...transactionErrors,
  ...tokenSpendingErrors,
})
const order = {
  /** Left out, the vault's only account. */
  account: accountName.optional(),
  maxFee: amount.optional(),
  idempotencyKey: idempotencyKey.optional(),
}

/** Changes are for the owner of the node, and have no route. Keys are named by accounts of the vault. */
export const policiesContract = {
  show: procedure('read')
    .route({
      method: 'GET',
      path: '/accounts/{account}/policy',
      successStatus: 200,
      tags: ['Accounts'],
      summary: 'Who signs for an account, its daily limit, and its recovery',
    })
    .errors(errors)
    .input(z.strictObject({ account: accountName }))
    .output(accountPolicy),
  setKey: procedure('owner')
    .errors(errors)
    .input(z.strictObject({ ...order, key: accountName }))
    .output(transaction),
  /** Without a key, the second key that there is stays. */
  setLimit: procedure('owner')
    .errors(errors)
    .input(z.strictObject({ ...order, key: accountName.optional(), dailyLimit: amount }))
    .output(transaction),
  setRecovery: procedure('owner')
    .errors(errors)
    .input(z.strictObject({ ...order, key: accountName, delayMs: count }))
    .output(transaction),
  clear: procedure('owner')
    .errors(errors)
    .input(z.strictObject({ ...order, part: z.enum(['limit', 'recovery']) }))
    .output(transaction),
  cancelRecovery: procedure('owner').errors(errors).input(z.strictObject(order)).output(transaction),
  /** Starts the recovery of an account, or finishes the one that runs. Paid by `from`, else by the recovery key's own account. */
  recover: procedure('owner')
    .errors(errors)
    .input(z.strictObject({ ...order, account: accountName, from: accountName.optional() }))
    .output(transaction),
}
