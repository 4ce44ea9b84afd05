/** Whether a checkpoint is certified by those who validate. Source: docs/protocol.md, "Checkpoints". */
import { err, ok, type Result } from '../core/result.ts'
import { type Checkpoint, type CheckpointCertificate, checkpointMessage } from './checkpoint.ts'
import { type Committee, StakeTally } from './committee.ts'

/** Why it is not. */
export type CertificateFault =
  /** Signed by somebody who does not validate then, or named twice. */
  | 'SIGNER_UNKNOWN'
  /** Two thirds of the stake or less. */
  | 'STAKE_TOO_SMALL'
  | 'SIGNATURE_INVALID'

export type VerifySignature = (publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array) => boolean

/** Every signature is checked, and one that is wrong is not left out: nobody honest puts it there. Returns the stake that signed. */
export function checkCertificate(
  checkpoint: Checkpoint,
  certificate: CheckpointCertificate,
  committee: Committee,
  chainId: Uint8Array,
  verifySignature: VerifySignature,
): Result<{ readonly signedStakeMicroRuv: bigint }, CertificateFault> {
  const message = checkpointMessage(chainId, checkpoint)
  const tally = new StakeTally(committee)
  for (const { validator } of certificate) {
    const index = committee.indexOf(validator)
    if (index === undefined || tally.has(index)) return err('SIGNER_UNKNOWN')
    tally.add(index)
  }
  if (tally.stakeMicroRuv < committee.quorumMicroRuv) return err('STAKE_TOO_SMALL')
  for (const { validator, signature } of certificate) {
    const publicKey = committee.validators[committee.indexOf(validator) ?? -1]?.publicKey
    if (publicKey === undefined || !verifySignature(publicKey, message, signature)) return err('SIGNATURE_INVALID')
  }
  return ok({ signedStakeMicroRuv: tally.stakeMicroRuv })
}
