/**
 * Evidence: proof that a validator signed two things of which it may sign one. What such messages look like is the consensus'
 * to say, so its reader is handed in; what an offence costs is decided here. Source: docs/protocol.md, "Evidence".
 */
import { err, ok, type Result } from '../core/result.ts'
import { ledgerLimits } from './limits.ts'
import type { NetworkParameters } from './parameters.ts'
import { type StakeRecord, slash } from './stake.ts'

/** Two vertices of a round, or two checkpoints of one number. */
export type OffenceKind = 'vertex' | 'checkpoint'

/** Each is counted once, whatever pieces of evidence there are of it. */
export interface Offence {
  readonly kind: OffenceKind
  readonly epoch: number
  /** Round of the vertices, number of the checkpoints. */
  readonly position: number
}

/** What a piece of evidence says, if its signatures hold. */
export interface ReadEvidence {
  readonly validatorId: Uint8Array
  readonly offence: Offence
  /** Two different messages, each as it was signed: tag ‖ chainId ‖ canonical bytes. */
  readonly statements: readonly [SignedStatement, SignedStatement]
}

export interface SignedStatement {
  readonly message: Uint8Array
  readonly signature: Uint8Array
}

export type EvidenceFormError =
  /** Does not decode, or does not show two different messages of one validator for one position. */
  { code: 'EVIDENCE_INVALID'; reason: string }

/** Reads evidence without knowing any key: the same bytes have the same answer everywhere and always. */
export type ReadEvidenceBytes = (evidence: Uint8Array) => Result<ReadEvidence, EvidenceFormError>

/** Checks an ML-DSA-65 signature with the empty context. Every machine must answer alike. */
export type VerifyValidatorSignature = (publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array) => boolean

export type EvidenceCode =
  /** Failed: the validator has no stake on this ledger. */
  | 'VALIDATOR_UNKNOWN'
  /** Failed: the offence is so many epochs old that what was bonded then may have been paid out. */
  | 'EVIDENCE_TOO_OLD'
  /** Failed: this offence has been slashed. */
  | 'EVIDENCE_KNOWN'
  /** Failed: 16 offences of this validator have been slashed. */
  | 'EVIDENCE_LIMIT'
  /** Failed: a signature is not the validator's. */
  | 'EVIDENCE_SIGNATURE_INVALID'

/**
 * First epoch whose offences count in the given one. An epoch lasts epochMs at least, so whatever counted in an earlier epoch
 * and was asked back has been slashable for the whole unbonding time.
 */
export function oldestEvidenceEpoch(epoch: number, { unbondingMs, epochMs }: NetworkParameters): number {
  return Math.max(0, epoch - Math.ceil(unbondingMs / epochMs))
}

/** The validator's record after the evidence, and what was burned. @param epoch the running one: jail begins with the next */
export function applyEvidence(
  existing: StakeRecord | undefined,
  { offence, statements }: ReadEvidence,
  epoch: number,
  parameters: NetworkParameters,
  verify: VerifyValidatorSignature,
): Result<{ readonly record: StakeRecord; readonly burnedMicroRuv: bigint }, { code: EvidenceCode }> {
  if (existing === undefined) return err({ code: 'VALIDATOR_UNKNOWN' })
  if (offence.epoch < oldestEvidenceEpoch(epoch, parameters)) return err({ code: 'EVIDENCE_TOO_OLD' })
  if (existing.offences.some((known) => isSameOffence(known, offence))) return err({ code: 'EVIDENCE_KNOWN' })
  if (existing.offences.length >= ledgerLimits.maxOffencesPerValidator) return err({ code: 'EVIDENCE_LIMIT' })
  const isSigned = statements.every(({ message, signature }) => verify(existing.publicKey, message, signature))
  if (!isSigned) return err({ code: 'EVIDENCE_SIGNATURE_INVALID' })
  return ok(slash(existing, offence, epoch + 1, parameters.slashPpm))
}

function isSameOffence(a: Offence, b: Offence): boolean {
  return a.kind === b.kind && a.epoch === b.epoch && a.position === b.position
}
