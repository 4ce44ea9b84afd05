/** Accounts: those of this vault, those that are watched, and any address on the ledger. */
import { z } from 'zod'
import {
  accountErrors,
  commonErrors,
  declareErrors,
  hsmErrors,
  ledgerErrors,
  transactionErrors,
  vaultErrors,
} from './errors.ts'
import { pairingName } from './hsm.ts'
import { contractLimits as limits } from './limits.ts'
import { procedure } from './scopes.ts'
import { account, accountName, amount, count, idempotencyKey, suite, timestamp } from './shapes.ts'

export const exportedAccount = z.object({
  address: z.string(),
  suite,
  /** Hex. */
  publicKey: z.string(),
  label: z.string().nullable(),
  /** Derivation path below the recovery phrase; null for a watched account. */
  path: z.string().nullable(),
})
export type ExportedAccount = z.infer<typeof exportedAccount>

const label = z.string().min(1).max(limits.maxLabelCharacters)

/** A new account of the open vault. */
export const newAccount = z.strictObject({
  label: label.optional(),
  suite: suite.optional(),
  /** Id or label of a paired key of a token that signs for it, in place of a key of the vault. */
  hardware: pairingName.optional(),
  /** The same key and request give the same account, across restarts. */
  idempotencyKey: idempotencyKey.optional(),
})

/** An account whose key is elsewhere, by its public key: it is watched from here on. The same key again gives the same answer. */
export const registeredKey = z.strictObject({
  /** Hex. */
  publicKey: z
    .string()
    .max(2 * limits.maxPublicKeyBytes)
    .regex(/^(?:[0-9a-fA-F]{2})+$/, 'hex'),
  suite,
  label: label.optional(),
  idempotencyKey: idempotencyKey.optional(),
})

/** The same by its address alone. */
export const watchedAddress = z.strictObject({
  address: z.string().min(1).max(limits.maxAccountCharacters),
  label: label.optional(),
  idempotencyKey: idempotencyKey.optional(),
})

export const balancePoint = z.object({
  at: timestamp,
  /** Of the account at that time, or of all together: what was on the ledger. */
  balance: amount,
})

export const balanceHistory = z.object({
  /** Oldest first: the balance at `from`, then one point for each stretch of time in which it changed, its last. */
  points: z.array(balancePoint),
  /** The last commit that is counted. */
  commitIndex: count,
})
export type BalanceHistory = z.infer<typeof balanceHistory>

const { ADDRESS_INVALID, ADDRESS_WRONG_NETWORK, PUBLIC_KEY_LENGTH } = ledgerErrors
const { IDEMPOTENCY_KEY_REUSED } = transactionErrors
const errors = declareErrors({
  ...commonErrors,
  ...vaultErrors,
  ...hsmErrors,
  ...accountErrors,
  ADDRESS_INVALID,
  ADDRESS_WRONG_NETWORK,
  PUBLIC_KEY_LENGTH,
  IDEMPOTENCY_KEY_REUSED,
})
const tags = ['Accounts']
const byName = z.strictObject({ account: accountName })

export const accountsContract = {
  create: procedure('spend')
    .route({
      method: 'POST',
      path: '/accounts',
      successStatus: 201,
      tags,
      summary: 'Create an account in the open vault, or register a public key or address to watch',
    })
    .errors(errors)
    .input(z.union([newAccount, registeredKey, watchedAddress]))
    .output(account),
  /** Those of the vault in the order they were made, then the watched ones. */
  list: procedure('read')
    .route({
      method: 'GET',
      path: '/accounts',
      successStatus: 200,
      tags,
      summary: 'Accounts of this vault, and watched ones',
    })
    .errors(errors)
    .output(z.array(account)),
  show: procedure('read')
    .route({
      method: 'GET',
      path: '/accounts/{account}',
      successStatus: 200,
      tags,
      summary: 'An account, by address or label',
    })
    .errors(errors)
    .input(byName)
    .output(account),
  /** Of an account in the vault (which must be open) or a watched one. */
  rename: procedure('spend')
    .errors(errors)
    .input(z.strictObject({ account: accountName, label }))
    .output(account),
  /** Stops watching. Accounts of the vault stay: ACCOUNT_IN_VAULT. */
  unwatch: procedure('spend')
    .errors(errors)
    .input(byName)
    .output(z.object({ address: z.string() })),
  /** What the ledger held over time: of one account, or of all of the vault's and watched ones together. */
  balanceHistory: procedure('read')
    .errors(errors)
    .input(
      z.strictObject({
        account: accountName.optional(),
        /** Left out, since the first. */
        from: timestamp.refine((text) => !Number.isNaN(Date.parse(text)), 'a time that there is').optional(),
        /** Stretches of time at most; default 200. */
        points: z.int().min(2).max(limits.maxBalancePoints).optional(),
      }),
    )
    .output(balanceHistory),
  exportPublic: procedure('read').errors(errors).input(byName).output(exportedAccount),
}
