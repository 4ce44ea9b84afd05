/** Words for the ledger's refusals: what happened, what it means for the money, what to do next. */
import { formatRuv } from '../core/amount.ts'
import { NodeError } from '../core/node-error.ts'
import type { CodedError } from '../core/result.ts'

const nothingMoved = 'Nothing was sent and nothing was charged.'

const hints: Readonly<Record<string, string>> = {
  CHAIN_MISMATCH: 'It was signed for another network. Choose that network, or sign it again for this one.',
  NONCE_USED: 'Another transaction of this account has taken that place. Look at `tx list`, then make a new one.',
  NONCE_TOO_FAR: 'Send the transactions before it first.',
  NONCE_IN_FLIGHT: 'Wait until the transaction that holds this place is final.',
  IN_FLIGHT_LIMIT: 'Wait for some of them to become final.',
  EXPIRED: 'Make and sign it again.',
  VALID_UNTIL_TOO_FAR: 'Let it expire within 24 hours.',
  AMOUNT_ZERO: 'Name an amount above 0.',
  AMOUNT_OUT_OF_RANGE: 'Name a smaller amount.',
  INSUFFICIENT_BALANCE: 'Name a smaller amount, or add rUv to this account first.',
  MAX_FEE_TOO_LOW: 'Allow a higher fee.',
  SELF_TRANSFER: 'Choose another recipient.',
  ADDRESS_INVALID: 'Copy the address again, whole.',
  ADDRESS_WRONG_NETWORK: 'Ask the recipient for an address of this network.',
  MEMO_INVALID: 'Write the memo again as plain text.',
  MEMO_TOO_LONG: 'Shorten the memo to 256 bytes.',
  OPERATION_COUNT: 'Put 1 to 64 operations into a transaction.',
  FAUCET_UNAVAILABLE: 'Only development networks have a faucet.',
  FAUCET_ALONE: 'Send the faucet operation in a transaction of its own.',
  FAUCET_LIMIT: 'Wait until 10 minutes have passed since the first of them, or ask for less.',
  STAKE_PROOF_INVALID: 'Sign the proof with the validator key for this account and this network.',
  VALIDATOR_UNKNOWN: 'Check the id in `validator list`.',
  VALIDATOR_NOT_OWNED: 'Only the account that bonded first bonds more, or unbonds.',
  VALIDATOR_JAILED: 'Make another validator key, and bond under that.',
  STAKE_BELOW_MINIMUM: 'Bond more, or unbond all of it.',
  STAKE_INSUFFICIENT: 'Name a smaller amount.',
  UNBONDING_LIMIT: 'Wait until some of them have been paid out.',
  PUBLIC_KEY_REQUIRED: 'The first transaction of an account carries its public key.',
  UPDATE_ALONE: 'Send it in a transaction of its own.',
  KEY_PROOF_INVALID: 'Sign the change with the new key too.',
  RECOVERY_DELAY: 'Choose another delay.',
  SELF_RECOVERY: 'Send it from another account.',
  COSIGNATURE_UNEXPECTED: 'Make and sign it again.',
  KEY_CHANGE_PENDING: 'Wait until that is final, then sign with the new key.',
  DAILY_LIMIT: 'Have the second key sign it too (`--co-sign`), name a smaller amount, or wait.',
  COSIGNATURE_REQUIRED: 'Sign it with both keys.',
  KEY_CHANGED: 'Sign it again with the new key.',
  KEY_REUSED: 'Use a key of its own for each purpose.',
  POLICY_NOT_SET: 'See `account policy show`.',
  RECOVERY_NOT_SET: "A recovery key has to be registered while the account's own still signs.",
  RECOVERY_KEY_WRONG: 'See `account policy show`.',
  RECOVERY_RUNNING: 'Finish it once its delay is over.',
  RECOVERY_NOT_STARTED: 'Start it first.',
  RECOVERY_TOO_EARLY: 'See `account policy show` for when it is.',
}

const messages: Readonly<Record<string, string>> = {
  CHAIN_MISMATCH: 'the transaction belongs to another chain',
  NONCE_USED: 'the nonce is used',
  NONCE_TOO_FAR: 'the nonce is further ahead than an account may have in flight',
  NONCE_IN_FLIGHT: 'another transaction with this nonce is in flight',
  IN_FLIGHT_LIMIT: 'this account has 64 transactions in flight',
  EXPIRED: 'the transaction has expired',
  VALID_UNTIL_TOO_FAR: 'the transaction would stay valid for more than 24 hours',
  AMOUNT_ZERO: 'an amount is 0',
  AMOUNT_OUT_OF_RANGE: 'the amounts add up to more than the ledger can hold',
  INSUFFICIENT_BALANCE: 'the balance does not cover amount and fee',
  INSUFFICIENT_FEE: 'the balance does not cover the fee',
  MAX_FEE_TOO_LOW: 'the fee is above what the transaction allows',
  SELF_TRANSFER: 'sender and recipient are the same account',
  ADDRESS_INVALID: 'that is not an address',
  ADDRESS_WRONG_NETWORK: 'that address belongs to another network',
  MEMO_INVALID: 'a memo is not text that can be read back as it was written',
  MEMO_TOO_LONG: 'a memo is longer than 256 bytes',
  OPERATION_COUNT: 'a transaction has 1 to 64 operations',
  FAUCET_UNAVAILABLE: 'this network has no faucet',
  FAUCET_ALONE: 'a faucet operation stands alone in its transaction',
  FAUCET_LIMIT: 'the faucet has given this account its share for now',
  DUPLICATE: 'this very transaction has been taken already',
  FAUCET_CAP: 'the faucet has given all it may',
  STAKE_PROOF_INVALID: "the proof is not the validator key's word for this account",
  EVIDENCE_INVALID: 'the evidence shows no offence',
  VALIDATOR_UNKNOWN: 'there is no such validator',
  VALIDATOR_NOT_OWNED: 'the validator belongs to another account',
  VALIDATOR_JAILED: 'the validator has offended, and its key takes no more stake',
  STAKE_BELOW_MINIMUM: 'that would leave the validator with less than the least stake',
  STAKE_INSUFFICIENT: 'more is asked back than is bonded',
  UNBONDING_LIMIT: 'too many amounts of this validator are on their way out',
  UPDATE_ALONE: 'a change of keys or policy stands alone in its transaction',
  KEY_PROOF_INVALID: 'the key has not agreed to this change',
  RECOVERY_DELAY: 'the delay of a recovery is from a minute to a year',
  SELF_RECOVERY: 'an account cannot send its own recovery',
  COSIGNATURE_UNEXPECTED: 'the account has no second key',
  KEY_CHANGE_PENDING: "the account's key is being replaced",
  DAILY_LIMIT: "the amount is beyond what the account's key may spend by itself in 24 hours",
  COSIGNATURE_REQUIRED: "the account's second key must sign this too",
  KEY_CHANGED: "the account's keys were replaced",
  KEY_REUSED: 'the key, or a half of it, is in use by the account already',
  POLICY_NOT_SET: 'the account has no such policy',
  RECOVERY_NOT_SET: 'the account has no recovery key',
  RECOVERY_KEY_WRONG: "that is not the account's recovery key",
  RECOVERY_RUNNING: 'the recovery has been started already',
  RECOVERY_NOT_STARTED: 'no recovery of this account runs',
  RECOVERY_TOO_EARLY: 'the delay of the recovery is not over',
  SUITE_UNKNOWN: 'the signature suite is unknown',
  PUBLIC_KEY_LENGTH: 'the public key has the wrong length for its suite',
  PUBLIC_KEY_REQUIRED: 'the ledger has no public key for this account and the transaction carries none',
  PUBLIC_KEY_MISMATCH: 'the public key does not belong to the account',
  SIGNATURE_LENGTH: 'the signature has the wrong length for its suite',
  SIGNATURE_INVALID: 'the signature is not valid',
  TRANSACTION_TOO_LARGE: 'the transaction is too large',
  ENCODING_TOO_LONG: 'the encoding is too long',
  ENCODING_TOO_DEEP: 'the encoding is nested too deeply',
  ENCODING_MALFORMED: 'the bytes are not a transaction',
  ENCODING_SCHEMA: 'the bytes are not of the form of a transaction',
  ENCODING_NOT_CANONICAL: 'the encoding is not the canonical one',
}

/** A refusal of the ledger, with its facts beside the code. */
type LedgerRefusal = CodedError & Readonly<Record<string, unknown>>

/** A ledger's refusal as the error that I/O code throws; amounts are named in rUv in the text, in µrUv in the details. */
export function ledgerError(error: LedgerRefusal): NodeError {
  const details: Record<string, string | number | boolean> = {}
  for (const [name, value] of Object.entries(error)) {
    if (name === 'code') continue
    if (typeof value === 'bigint') details[name] = value.toString()
    else if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') details[name] = value
  }
  const what = messages[error.code] ?? 'the ledger refused the transaction'
  const hint = [nothingMoved, hints[error.code]].filter((part) => part !== undefined).join(' ')
  return new NodeError(error.code, `${what}${amounts(error)}`, { hint, details })
}

function amounts(error: LedgerRefusal): string {
  const { availableMicroRuv, neededMicroRuv, feeMicroRuv, maxFeeMicroRuv } = error
  if (typeof availableMicroRuv === 'bigint' && typeof neededMicroRuv === 'bigint') {
    return `: ${formatRuv(neededMicroRuv)} rUv needed, ${formatRuv(availableMicroRuv)} rUv available`
  }
  if (typeof feeMicroRuv === 'bigint' && typeof maxFeeMicroRuv === 'bigint') {
    return `: ${formatRuv(feeMicroRuv)} rUv, allowed ${formatRuv(maxFeeMicroRuv)} rUv`
  }
  return ''
}
