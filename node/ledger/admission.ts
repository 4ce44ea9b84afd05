/**
 * Admission: whether this node takes responsibility for a transaction now. Stricter than execution, because it protects
 * people from failures they would pay for: Σ (maxFee + outgoing) of what an account has in flight stays within its committed
 * balance. Source: docs/protocol.md, "Admission".
 */
import { err, ok, type Result } from '../core/result.ts'
import type { Account } from './account.ts'
import { reserveMicroRuv } from './execution.ts'
import { ledgerLimits } from './limits.ts'
import { networkFeeMicroRuv } from './network-fee.ts'
import { allowanceMicroRuv, refusalOf } from './policy.ts'
import { type ChainRules, checkRules, outgoingMicroRuv, type RuleError, type SignatureError } from './rules.ts'
import { type Signers, signaturesToCheck, signersOf } from './signers.ts'
import type { SignedTransaction } from './transaction.ts'

/** What an account has at this node between admission and its end. */
export interface InFlight {
  /** By nonce. */
  readonly nonces: ReadonlySet<number>
  readonly reservedMicroRuv: bigint
  /** Outgoing amounts that the account's key signed alone; 0 where that is not counted. */
  readonly aloneMicroRuv?: bigint
  /** Least nonce of those that would change the account's key; null where there is none. */
  readonly keyChangeNonce?: number | null
}

export const nothingInFlight: InFlight = { nonces: new Set(), reservedMicroRuv: 0n }

export type AdmissionError =
  | RuleError
  | SignatureError
  /** validUntil lies in the past. */
  | { code: 'EXPIRED' }
  /** validUntil is more than 24 h ahead, less a minute in which ledger time may lag. */
  | { code: 'VALID_UNTIL_TOO_FAR'; maxValidityMs: number }
  /** The fee of the encoded size exceeds what the sender allowed. */
  | { code: 'MAX_FEE_TOO_LOW'; feeMicroRuv: bigint; maxFeeMicroRuv: bigint }
  /** A transaction with this nonce has been executed. */
  | { code: 'NONCE_USED'; nextNonce: number }
  /** Further ahead than an account may have in flight. */
  | { code: 'NONCE_TOO_FAR'; nextNonce: number; maxInFlight: number }
  /** Another transaction with this nonce is in flight or parked. */
  | { code: 'NONCE_IN_FLIGHT'; nonce: number }
  /** 64 transactions of this account are in flight. */
  | { code: 'IN_FLIGHT_LIMIT'; max: number }
  /** The balance does not cover this transaction beside what is in flight. */
  | { code: 'INSUFFICIENT_BALANCE'; availableMicroRuv: bigint; neededMicroRuv: bigint }
  /** More than the account's key may spend by itself in 24 hours, with what is in flight. */
  | { code: 'DAILY_LIMIT'; availableMicroRuv: bigint; neededMicroRuv: bigint }
  /** A change of keys or policy, without the second key's signature. */
  | { code: 'COSIGNATURE_REQUIRED' }
  /** A transaction before it is to change the account's key: what the present one signed would not execute behind it. */
  | { code: 'KEY_CHANGE_PENDING'; nonce: number }

/** What can be said before the signature is checked; returns whose signatures to check. */
export function checkForm(
  transaction: SignedTransaction,
  account: Account,
  chain: ChainRules,
): Result<Signers, AdmissionError> {
  const rules = checkRules(transaction, chain)
  if (!rules.ok) return rules
  const signers = signersOf(transaction, account)
  if (!signers.ok) return signers
  const signatures = signaturesToCheck(transaction, signers.value)
  if (!signatures.ok) return signatures
  const { bytes, operations } = transaction
  const { key, second } = signers.value
  const feeMicroRuv = networkFeeMicroRuv(bytes.length, key.suite, chain.parameters, operations, second?.suite ?? null)
  if (feeMicroRuv > transaction.maxFeeMicroRuv) {
    return err({ code: 'MAX_FEE_TOO_LOW', feeMicroRuv, maxFeeMicroRuv: transaction.maxFeeMicroRuv })
  }
  return signers
}

/**
 * @param nowMs the later of ledger time and local time: a chain that stood still says nothing about expiry
 * @param rival the one in flight whose nonce this one is meant to take: at most one of the two executes, so that the larger
 *   of their reserves is enough for both. Null for a transaction that takes a nonce of its own
 */
export function checkAdmission(
  transaction: SignedTransaction,
  account: Account,
  inFlight: InFlight,
  nowMs: number,
  rival: SignedTransaction | null = null,
): Result<undefined, AdmissionError> {
  if (transaction.validUntilMs <= nowMs) return err({ code: 'EXPIRED' })
  const maxValidityMs = ledgerLimits.maxValidityMs - ledgerLimits.admissionValidityMarginMs
  if (transaction.validUntilMs > nowMs + maxValidityMs) {
    return err({ code: 'VALID_UNTIL_TOO_FAR', maxValidityMs })
  }
  const { nonce } = transaction
  if (nonce < account.nonce) return err({ code: 'NONCE_USED', nextNonce: account.nonce })
  const isTaken = inFlight.nonces.has(nonce) || account.parked.some((parked) => parked.nonce === nonce)
  if (isTaken && rival === null) return err({ code: 'NONCE_IN_FLIGHT', nonce })
  const maxInFlight = ledgerLimits.maxInFlightNonces
  if (nonce >= account.nonce + maxInFlight) return err({ code: 'NONCE_TOO_FAR', nextNonce: account.nonce, maxInFlight })
  if (rival === null && inFlight.nonces.size >= maxInFlight) return err({ code: 'IN_FLIGHT_LIMIT', max: maxInFlight })
  const reservedAlready = rival === null ? 0n : reserveMicroRuv(rival)
  const neededMicroRuv = reserveMicroRuv(transaction) - reservedAlready
  const availableMicroRuv = account.balanceMicroRuv - inFlight.reservedMicroRuv
  if (neededMicroRuv > 0n && neededMicroRuv > availableMicroRuv) {
    return err({
      code: 'INSUFFICIENT_BALANCE',
      availableMicroRuv: availableMicroRuv > 0n ? availableMicroRuv : 0n,
      neededMicroRuv,
    })
  }
  const { keyChangeNonce = null } = inFlight
  if (keyChangeNonce !== null && keyChangeNonce < nonce)
    return err({ code: 'KEY_CHANGE_PENDING', nonce: keyChangeNonce })
  return checkPolicy(transaction, account, inFlight, nowMs, rival)
}

/** What the account's policy would say at execution, counting what is in flight before it. */
function checkPolicy(
  transaction: SignedTransaction,
  account: Account,
  { aloneMicroRuv = 0n }: InFlight,
  nowMs: number,
  rival: SignedTransaction | null,
): Result<undefined, AdmissionError> {
  const { operations, coSigned } = transaction
  const allowance = allowanceMicroRuv(account.policy, nowMs)
  if (allowance === null || coSigned === true) return ok(undefined)
  const alone = aloneMicroRuv - (rival === null || rival.coSigned === true ? 0n : outgoingMicroRuv(rival))
  const outgoing = outgoingMicroRuv(transaction)
  const refusal = refusalOf(account, operations, outgoing === 0n ? 0n : outgoing + alone, false, nowMs)
  if (refusal === 'COSIGNATURE_REQUIRED') return err({ code: refusal })
  if (refusal === null) return ok(undefined)
  const availableMicroRuv = allowance > alone ? allowance - alone : 0n
  return err({ code: refusal, availableMicroRuv, neededMicroRuv: outgoing })
}
