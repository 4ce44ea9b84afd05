/** The keystore. Whatever takes or shows a password, phrase or backup is `secret`: no REST route, no OpenAPI entry. */
import { z } from 'zod'
import { commonErrors, declareErrors, vaultErrors } from './errors.ts'
import { contractLimits as limits } from './limits.ts'
import { procedure } from './scopes.ts'
import { account, backup, count, password, phrase, timestamp } from './shapes.ts'

export const vaultStatus = z.object({
  exists: z.boolean(),
  locked: z.boolean(),
  accounts: count,
  /** When the next password attempt is allowed; null when at once. */
  retryAt: timestamp.nullable(),
  /** When it locks by itself if nothing happens; null when never or locked. */
  autoLockAt: timestamp.nullable(),
})
export type VaultStatusShape = z.infer<typeof vaultStatus>

const errors = declareErrors({ ...commonErrors, ...vaultErrors })
const nothing = z.object({})

export const vaultContract = {
  status: procedure('read').errors(errors).output(vaultStatus),
  /** The phrase is shown here once and nowhere else. The new vault is open. */
  init: procedure('secret')
    .errors(errors)
    .input(z.strictObject({ password, passphrase: password.optional() }))
    .output(z.object({ phrase })),
  restorePhrase: procedure('secret')
    .errors(errors)
    .input(
      z.strictObject({
        phrase,
        password,
        passphrase: password.optional(),
        /** Derives that many at least; accounts with activity on the ledger are found by themselves. */
        accounts: z.int().min(1).max(limits.maxRestoredAccounts).optional(),
      }),
    )
    .output(z.object({ accounts: z.array(account) })),
  /** The password is the one the backup was made under. */
  restoreBackup: procedure('secret')
    .errors(errors)
    .input(z.strictObject({ backup, password }))
    .output(z.object({ accounts: z.array(account) })),
  unlock: procedure('secret').errors(errors).input(z.strictObject({ password })).output(nothing),
  lock: procedure('owner').errors(errors).output(nothing),
  /** Somebody is at the machine: the time until it locks by itself starts anew. Says nothing where it is locked. */
  keepOpen: procedure('owner').errors(errors).output(vaultStatus),
  changePassword: procedure('secret')
    .errors(errors)
    .input(z.strictObject({ password, newPassword: password }))
    .output(nothing),
  backup: procedure('secret').errors(errors).input(z.strictObject({ password })).output(z.object({ backup })),
}
