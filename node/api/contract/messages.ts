/** Messages that a person signs with an account: to show that the account is theirs, without paying anything. */
import { z } from 'zod'
import {
  accountErrors,
  commonErrors,
  declareErrors,
  hsmErrors,
  ledgerErrors,
  messageErrors,
  vaultErrors,
} from './errors.ts'
import { contractLimits as limits } from './limits.ts'
import { procedure } from './scopes.ts'
import { accountName, suite } from './shapes.ts'

const text = z.string().max(limits.maxMessageCharacters)
const hex = (maxBytes: number) =>
  z
    .string()
    .max(2 * maxBytes)
    .regex(/^(?:[0-9a-fA-F]{2})*$/, 'hex')

/** Whole and self-contained: whoever has it checks it without asking the ledger. */
export const signedMessage = z.object({
  address: z.string(),
  suite,
  /** Hex. */
  publicKey: z.string(),
  message: z.string(),
  /** Hex, over tag ‖ chainId ‖ canonical message (docs/protocol.md, "Messages that people sign"). */
  signature: z.string(),
})
export type SignedMessage = z.infer<typeof signedMessage>

const { ADDRESS_INVALID, ADDRESS_WRONG_NETWORK } = ledgerErrors
const errors = declareErrors({
  ...commonErrors,
  ...vaultErrors,
  ...hsmErrors,
  ...accountErrors,
  ...messageErrors,
  ADDRESS_INVALID,
  ADDRESS_WRONG_NETWORK,
})

export const messagesContract = {
  sign: procedure('spend')
    .errors(errors)
    .input(z.strictObject({ account: accountName, message: text }))
    .output(signedMessage),
  /** Whether the account signed this text; `reason` is a code where it did not. A wrong signature is an answer, no error. */
  verify: procedure('read')
    .errors(errors)
    .input(
      z.strictObject({
        address: z.string().min(1).max(limits.maxAccountCharacters),
        message: text,
        signature: hex(limits.maxSignatureBytes),
        /** Left out, the one the ledger or this vault knows for the address. */
        publicKey: hex(limits.maxPublicKeyBytes).optional(),
        suite: suite.optional(),
      }),
    )
    .output(
      z.object({
        valid: z.boolean(),
        reason: z
          .enum([
            'SIGNATURE_INVALID',
            'SIGNATURE_LENGTH',
            'PUBLIC_KEY_MISMATCH',
            'PUBLIC_KEY_REQUIRED',
            'PUBLIC_KEY_LENGTH',
          ])
          .optional(),
      }),
    ),
}
