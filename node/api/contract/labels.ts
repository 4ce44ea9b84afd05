/**
 * Names that the owner gives to addresses (the address book) and notes on transactions. They stay on this machine and are
 * on no ledger. The form for import and export follows BIP 329: a list of `{type, ref, label}`.
 */
import { z } from 'zod'
import { commonErrors, declareErrors, labelErrors, ledgerErrors, transactionErrors, vaultErrors } from './errors.ts'
import { contractLimits as limits } from './limits.ts'
import { procedure } from './scopes.ts'
import { count } from './shapes.ts'

/** `address`: an entry of the address book. `tx`: a note on a transaction. */
export const labelType = z.enum(['address', 'tx'])

export const labelEntry = z.strictObject({
  type: labelType,
  /** Address, or transaction id. */
  ref: z.string().min(1).max(limits.maxAccountCharacters),
  label: z.string().min(1).max(limits.maxLabelCharacters),
})
export type LabelEntry = z.infer<typeof labelEntry>

const { LABEL_INVALID } = vaultErrors
const { ADDRESS_INVALID, ADDRESS_WRONG_NETWORK } = ledgerErrors
const { TRANSACTION_ID_INVALID } = transactionErrors
const errors = declareErrors({
  ...commonErrors,
  ...labelErrors,
  LABEL_INVALID,
  ADDRESS_INVALID,
  ADDRESS_WRONG_NETWORK,
  TRANSACTION_ID_INVALID,
})

export const labelsContract = {
  /** All of them: at most maxLabels. */
  list: procedure('read')
    .errors(errors)
    .input(z.strictObject({ type: labelType.optional() }))
    .output(z.object({ items: z.array(labelEntry) })),
  /** Sets or replaces. */
  put: procedure('spend').errors(errors).input(labelEntry).output(labelEntry),
  remove: procedure('spend')
    .errors(errors)
    .input(labelEntry.pick({ type: true, ref: true }))
    .output(z.object({ removed: z.boolean() })),
  /** All or none: a faulty entry is named and nothing changes. Entries that are there are replaced. */
  import: procedure('spend')
    .errors(errors)
    .input(z.strictObject({ items: z.array(labelEntry).max(limits.maxImportedLabels) }))
    .output(z.object({ imported: count })),
}
