/** The keystore. Whatever takes or shows a password, phrase or backup is `secret`: no REST route, no OpenAPI entry. */
import { z } from 'zod'
import { commonErrors, declareErrors, hsmErrors, vaultErrors } from './errors.ts'
import { hardwareKey, pairingName } from './hsm.ts'
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
  /** The key of a token without which the vault does not open; null where the password alone opens it. */
  sealedBy: z
    .object({
      /** Id and label of the pairing; null where that key is not paired here. */
      pairing: z.string().nullable(),
      label: z.string().nullable(),
      /** Of the token. */
      serial: z.string(),
    })
    .nullable(),
  /** Those that are paired; null where the pairings cannot be read: `hsm.list` says why. */
  hardwareKeys: z.array(hardwareKey.omit({ token: true, module: true })).nullable(),
})
export type VaultStatusShape = z.infer<typeof vaultStatus>

const errors = declareErrors({ ...commonErrors, ...vaultErrors, ...hsmErrors })
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
  /** By a paired key of a token: from here on the vault opens with the password and that key. */
  seal: procedure('secret')
    .errors(errors)
    .input(z.strictObject({ password, hardware: pairingName }))
    .output(nothing),
  unseal: procedure('secret').errors(errors).input(z.strictObject({ password })).output(nothing),
  backup: procedure('secret').errors(errors).input(z.strictObject({ password })).output(z.object({ backup })),
}
