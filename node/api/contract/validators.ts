/** Validators and their stake. */
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
import { procedure } from './scopes.ts'
import { accountName, amount, count, hash, idempotencyKey, timestamp, transaction } from './shapes.ts'

export const stakedValidator = z.object({
  id: hash,
  /** ML-DSA-65, hex. */
  publicKey: z.string(),
  /** Address of the account that may bond more and unbond; null for a validator of the genesis that belongs to nobody. */
  owner: z.string().nullable(),
  bonded: amount,
  /** What counts in the running epoch; 0 for one that is not in its committee. */
  counted: amount,
  /** The oldest first; without a time while it still counts or waits for the next epoch. */
  unbonding: z.array(z.object({ amount, releaseAt: timestamp.nullable() })),
  /** Has offended: it is in no committee again. */
  jailed: z.boolean(),
  /** This node validates with its key. */
  self: z.boolean(),
})
export type StakedValidator = z.infer<typeof stakedValidator>

export const stakedValidatorList = z.object({
  epoch: count,
  start: timestamp,
  /** The first commit at or past this ends the epoch. */
  end: timestamp,
  /** Stake that counts. */
  total: amount,
  /** By id. */
  items: z.array(stakedValidator),
})
export type StakedValidatorList = z.infer<typeof stakedValidatorList>

const errors = declareErrors({
  ...commonErrors,
  ...vaultErrors,
  ...hsmErrors,
  ...accountErrors,
  ...ledgerErrors,
  ...transactionErrors,
  ...tokenSpendingErrors,
})
const order = {
  from: accountName.optional(),
  amount,
  maxFee: amount.optional(),
  idempotencyKey: idempotencyKey.optional(),
}
/** Hex of a signature, the longest of the two. */
const hexText = z.string().regex(/^([0-9a-f]{2}){1,3309}$/, 'hex')

export const validatorsContract = {
  list: procedure('read')
    .route({
      method: 'GET',
      path: '/validators',
      successStatus: 200,
      tags: ['Network'],
      summary: 'Validators with their stake, and the running epoch',
    })
    .errors(declareErrors(commonErrors))
    .output(stakedValidatorList),
  /** Without a validator, under the key of this node's own. */
  bond: procedure('spend')
    .errors(errors)
    .input(z.strictObject({ ...order, validator: z.strictObject({ publicKey: hexText, proof: hexText }).optional() }))
    .output(transaction),
  /** Without a validator, from this node's own. */
  unbond: procedure('spend')
    .errors(errors)
    .input(z.strictObject({ ...order, validator: hash.optional() }))
    .output(transaction),
}
