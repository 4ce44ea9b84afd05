/** Tokens that let programs use this node over HTTP. The owner's business alone: `secret`, so without a route. */
import { z } from 'zod'
import { commonErrors, declareErrors, ledgerErrors, tokenErrors, vaultErrors } from './errors.ts'
import { contractLimits as limits } from './limits.ts'
import { procedure } from './scopes.ts'
import { amount, timestamp } from './shapes.ts'

/** `submit` hands in transactions signed elsewhere; `spend` has the open vault sign. */
export const tokenScope = z.enum(['read', 'submit', 'spend'])
export type TokenScopeName = z.infer<typeof tokenScope>

/** Of a token with the scope `spend`; what is left out is not limited. Amounts include the most that fees may be. */
const spendLimits = {
  perTransaction: amount.optional(),
  /** Within any 24 hours of the node's clock. */
  perDay: amount.optional(),
  /** Addresses that may be paid. */
  recipients: z
    .array(z.string().min(1).max(limits.maxAccountCharacters))
    .min(1)
    .max(limits.maxTokenRecipients)
    .optional(),
}

export const tokenView = z.object({
  /** Public name: what the audit log and `revoke` know it by. */
  id: z.string(),
  label: z.string(),
  scopes: z.array(tokenScope),
  limits: z.object(spendLimits),
  createdAt: timestamp,
  /** Null for never. */
  expiresAt: timestamp.nullable(),
  /** Of the last 24 hours. */
  spentToday: amount,
})
export type Token = z.infer<typeof tokenView>

/** With the token itself, which is shown here and nowhere again. Text, because a person or a file takes it as it is. */
export const newToken = tokenView.extend({ token: z.string() })
export type NewToken = z.infer<typeof newToken>

const { LABEL_INVALID } = vaultErrors
const { ADDRESS_INVALID, ADDRESS_WRONG_NETWORK } = ledgerErrors
const errors = declareErrors({
  ...commonErrors,
  ...tokenErrors,
  LABEL_INVALID,
  ADDRESS_INVALID,
  ADDRESS_WRONG_NETWORK,
})

export const tokensContract = {
  create: procedure('secret')
    .errors(errors)
    .input(
      z.strictObject({
        label: z.string().min(1).max(limits.maxLabelCharacters),
        scopes: z.array(tokenScope).min(1).max(tokenScope.options.length),
        limits: z.strictObject(spendLimits).optional(),
        /** Left out, it does not expire. */
        expiresAt: timestamp.optional(),
      }),
    )
    .output(newToken),
  /** Expired ones too, until they are revoked. */
  list: procedure('secret').errors(errors).output(z.array(tokenView)),
  /** Ends it at once: when this answers, nothing more is signed for it. */
  revoke: procedure('secret')
    .errors(errors)
    .input(z.strictObject({ id: z.string().min(1).max(limits.maxTokenIdCharacters) }))
    .output(z.object({ id: z.string() })),
}
