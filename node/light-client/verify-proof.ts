/**
 * Checks a proof with the genesis alone: who validated, what they signed, and where the account stands in that state.
 * Nothing that a node says is believed. Source: docs/protocol.md, "Proofs for strangers".
 */
import { checkCertificate, type VerifySignature } from '../consensus/certificate.ts'
import {
  type Checkpoint,
  type CheckpointCertificate,
  checkpointHash,
  validatorSetHash,
} from '../consensus/checkpoint.ts'
import { type Committee, createCommittee } from '../consensus/committee.ts'
import { equalBytes } from '../core/bytes.ts'
import { canonicalDecode } from '../core/canonical.ts'
import { err, ok, type Result } from '../core/result.ts'
import { defaultSignatureBackend } from '../crypto/index.ts'
import { type Account, accountCodec, maxAccountBytes } from '../ledger/account.ts'
import { isKnownAccountId } from '../ledger/address.ts'
import { chainIdOf, type Genesis, validatorIdOf } from '../ledger/genesis.ts'
import { trustPeriodOf } from '../ledger/parameters.ts'
import { accountTreeKey, genesisEpoch, stateValueHash } from '../ledger/state.ts'
import { verifyStateProof } from '../ledger/state-tree.ts'
import type { AccountClaim, EpochStep, Proof } from './proof.ts'

/** Why a proof proves nothing. Codes are stable. */
export type ProofError =
  /** Of another network than the genesis. */
  | { code: 'PROOF_CHAIN_MISMATCH' }
  /** Epochs, numbers or times that do not ascend. */
  | { code: 'PROOF_EPOCH_ORDER' }
  /** Signed by somebody who does not validate then, or named twice. */
  | { code: 'PROOF_SIGNER_UNKNOWN' }
  | { code: 'PROOF_SIGNATURE_INVALID' }
  /** Two thirds of the stake or less have signed. */
  | { code: 'PROOF_STAKE_TOO_SMALL' }
  /** Not the validators that the closing checkpoint names. */
  | { code: 'PROOF_VALIDATORS_MISMATCH' }
  /** The hash to trust is of no checkpoint in the proof. */
  | { code: 'PROOF_ANCHOR_UNKNOWN' }
  /** What is trusted is older than the time after which validators may have taken their stake and sold their keys. */
  | { code: 'PROOF_ANCHOR_OLD'; ageMs: number; trustPeriodMs: number }
  /** The path does not lead to the state root. */
  | { code: 'PROOF_PATH_INVALID' }
  /** The path says something else than the value: another account, one where there is none, or none where there is one. */
  | { code: 'PROOF_VALUE_MISMATCH' }
  | { code: 'PROOF_ACCOUNT_INVALID' }

export interface Verdict {
  readonly account: Uint8Array
  /** Null: the ledger had none. */
  readonly value: Account | null
  readonly checkpoint: Checkpoint
  readonly checkpointHash: Uint8Array
  /** What the proof rests on: the genesis, or the checkpoint whose hash was given. */
  readonly anchor: { readonly kind: 'genesis' | 'checkpoint'; readonly hash: Uint8Array; readonly timeMs: number }
  readonly ageMs: number
  /** Whether the anchor is older than the trust period; then the caller asked to go on all the same. */
  readonly isAnchorOld: boolean
  readonly trustPeriodMs: number
  /** Times that others came to validate. */
  readonly changes: number
  readonly signedStakeMicroRuv: bigint
  readonly totalStakeMicroRuv: bigint
}

export interface VerifyOptions {
  readonly nowMs: number
  /** Hash of a checkpoint that is trusted as it stands; else the genesis is. */
  readonly anchor?: Uint8Array | undefined
  readonly allowsOldAnchor?: boolean
}

/** Half of the time for which stake that was asked back can still be slashed. */
export function trustPeriodMs({ parameters }: Genesis): number {
  return trustPeriodOf(parameters)
}

export function verifyProof(
  proof: Proof,
  genesis: Genesis,
  { nowMs, anchor: trusted, allowsOldAnchor = false }: VerifyOptions,
  verifySignature: VerifySignature = (publicKey, message, signature) =>
    defaultSignatureBackend().verify('ML-DSA-65', publicKey, message, signature),
): Result<Verdict, ProofError> {
  const chainId = chainIdOf(genesis)
  if (!equalBytes(chainId, proof.chainId)) return err({ code: 'PROOF_CHAIN_MISMATCH' })
  const signed = verifyCheckpoints(proof, genesis, chainId, verifySignature)
  if (!signed.ok) return signed

  const hashed = [...proof.epochs.map((step) => step.checkpoint), proof.checkpoint].map((checkpoint) => ({
    checkpoint,
    hash: checkpointHash(chainId, checkpoint),
  }))
  const found = trusted === undefined ? undefined : hashed.find(({ hash }) => equalBytes(hash, trusted))
  if (trusted !== undefined && found === undefined) return err({ code: 'PROOF_ANCHOR_UNKNOWN' })
  const anchor: Verdict['anchor'] =
    found === undefined
      ? { kind: 'genesis', hash: chainId, timeMs: genesis.startTimeMs }
      : { kind: 'checkpoint', hash: found.hash, timeMs: found.checkpoint.commitTimeMs }
  const ageMs = nowMs - anchor.timeMs
  const period = trustPeriodMs(genesis)
  const isAnchorOld = ageMs >= period
  if (isAnchorOld && !allowsOldAnchor) return err({ code: 'PROOF_ANCHOR_OLD', ageMs, trustPeriodMs: period })

  const value = verifyClaim(proof.claim, proof.checkpoint.stateRoot)
  if (!value.ok) return value
  return ok({
    account: proof.claim.account,
    value: value.value,
    checkpoint: proof.checkpoint,
    checkpointHash: (hashed.at(-1) as (typeof hashed)[number]).hash,
    anchor,
    ageMs,
    isAnchorOld,
    trustPeriodMs: period,
    changes: proof.epochs.length,
    ...signed.value,
  })
}

type Signed = Pick<Verdict, 'signedStakeMicroRuv' | 'totalStakeMicroRuv'>

/** From the validators of the genesis, by way of every change, to those who signed the state. */
function verifyCheckpoints(
  { epochs, checkpoint, certificate }: Proof,
  genesis: Genesis,
  chainId: Uint8Array,
  verifySignature: VerifySignature,
): Result<Signed, ProofError> {
  let committee = createCommittee(genesisEpoch(genesis).committee, chainId)
  let before: Checkpoint | undefined
  for (const step of epochs) {
    if (before !== undefined && !follows(before, step.checkpoint)) return err({ code: 'PROOF_EPOCH_ORDER' })
    const signed = verifyCertificate(step.checkpoint, step.certificate, committee, chainId, verifySignature)
    if (!signed.ok) return signed
    const next = nextCommittee(step, chainId)
    if (!next.ok) return next
    committee = next.value
    before = step.checkpoint
  }
  if (before !== undefined && !follows(before, checkpoint)) return err({ code: 'PROOF_EPOCH_ORDER' })
  return verifyCertificate(checkpoint, certificate, committee, chainId, verifySignature)
}

/** Whether the later checkpoint is of an epoch in which others validate. */
function follows(closing: Checkpoint, later: Checkpoint): boolean {
  return (
    later.epoch > closing.epoch &&
    later.seq > closing.seq &&
    later.commitIndex > closing.commitIndex &&
    later.commitTimeMs > closing.commitTimeMs
  )
}

function nextCommittee({ checkpoint, validators }: EpochStep, chainId: Uint8Array): Result<Committee, ProofError> {
  const committee = createCommittee(
    validators.map((validator) => ({ ...validator, id: validatorIdOf(validator.publicKey) })),
    chainId,
  )
  return equalBytes(validatorSetHash(committee.validators), checkpoint.nextValidatorsHash)
    ? ok(committee)
    : err({ code: 'PROOF_VALIDATORS_MISMATCH' })
}

function verifyCertificate(
  checkpoint: Checkpoint,
  certificate: CheckpointCertificate,
  committee: Committee,
  chainId: Uint8Array,
  verifySignature: VerifySignature,
): Result<Signed, ProofError> {
  const signed = checkCertificate(checkpoint, certificate, committee, chainId, verifySignature)
  if (!signed.ok) return err({ code: `PROOF_${signed.error}` })
  return ok({ ...signed.value, totalStakeMicroRuv: committee.totalStakeMicroRuv })
}

function verifyClaim(
  { account, value, path }: AccountClaim,
  stateRoot: Uint8Array,
): Result<Account | null, ProofError> {
  if (!isKnownAccountId(account)) return err({ code: 'PROOF_ACCOUNT_INVALID' })
  const proven = verifyStateProof(stateRoot, accountTreeKey(account), path)
  if (proven === undefined) return err({ code: 'PROOF_PATH_INVALID' })
  if (proven === 'absent') return value === null ? ok(null) : err({ code: 'PROOF_VALUE_MISMATCH' })
  if (value === null || !equalBytes(stateValueHash(value), proven)) return err({ code: 'PROOF_VALUE_MISMATCH' })
  const decoded = canonicalDecode(accountCodec, value, maxAccountBytes)
  return decoded.ok ? ok(decoded.value) : err({ code: 'PROOF_VALUE_MISMATCH' })
}
