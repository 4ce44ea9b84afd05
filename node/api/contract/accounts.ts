/** Accounts: those of this vault, and any address on the ledger. */
import { z } from 'zod'
import { commonErrors, declareErrors, ledgerErrors, vaultErrors } from './errors.ts'
import { contractLimits as limits } from './limits.ts'
import { procedure } from './scopes.ts'
import { account, accountName, suite } from './shapes.ts'

export const exportedAccount = z.object({
  address: z.string(),
  suite,
  /** Hex. */
  publicKey: z.string(),
  label: z.string().nullable(),
  /** Derivation path below the recovery phrase. */
  path: z.string(),
})
export type ExportedAccount = z.infer<typeof exportedAccount>

const { ADDRESS_INVALID, ADDRESS_WRONG_NETWORK } = ledgerErrors
const errors = declareErrors({ ...commonErrors, ...vaultErrors, ADDRESS_INVALID, ADDRESS_WRONG_NETWORK })
const tags = ['Accounts']
const byName = z.strictObject({ account: accountName })

export const accountsContract = {
  create: procedure('spend')
    .route({
      method: 'POST',
      path: '/accounts',
      successStatus: 201,
      tags,
      summary: 'Create an account in the open vault',
    })
    .errors(errors)
    .input(
      z.strictObject({ label: z.string().min(1).max(limits.maxLabelCharacters).optional(), suite: suite.optional() }),
    )
    .output(account),
  list: procedure('read')
    .route({ method: 'GET', path: '/accounts', successStatus: 200, tags, summary: 'Accounts of this vault' })
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
  exportPublic: procedure('read').errors(errors).input(byName).output(exportedAccount),
}
