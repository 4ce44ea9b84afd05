/**
 * From what is trusted to who validates now: closing checkpoints, each certified by the validators that the one before names. Nothing
 * that a peer says is believed. Source: docs/protocol.md, "Joining".
 */
import {
  type Checkpoint,
  type Committee,
  checkCertificate,
  checkpointHash,
  createCommittee,
  type Validator,
  type VerifySignature,
  validatorSetHash,
} from '../../consensus/index.ts'
import { equalBytes } from '../../core/bytes.ts'
import { err, ok, type Result } from '../../core/result.ts'
import { validatorsOf } from '../validator-sets.ts'
import type { Certified, Step } from './messages.ts'

/** What is trusted as it stands: the genesis, or a checkpoint and who validates after it. */
export interface Anchor {
  readonly kind: 'genesis' | 'checkpoint'
  /** The chain id, or the checkpoint's. */
  readonly hash: Uint8Array
  readonly atMs: number
  /** Of the checkpoint; of a genesis 0 each. */
  readonly epoch: number
  readonly seq: number
  readonly commitIndex: number
  readonly validators: readonly Validator[]
}

/** Why something that a peer sent proves nothing. Codes are stable: a peer's misconduct is reported under them. */
export type WalkFault =
  | 'SYNC_CERTIFICATE_INVALID'
  /** Not the validators that the closing checkpoint names, or none that follows what is known. */
  | 'SYNC_EPOCHS_INVALID'
  /** Older than what is trusted already. */
  | 'SYNC_OLDER'

export interface EpochWalk {
  readonly anchor: Anchor
  /** Epoch that the next change of validators may end, and hash of those who validate until then. */
  readonly next: { readonly epoch: number; readonly validatorsHash: Uint8Array }
  /** Changes so far, oldest first. */
  readonly steps: readonly (Certified & { readonly hash: Uint8Array; readonly validators: readonly Validator[] })[]
  take(step: Step): Result<undefined, WalkFault>
  /** Whether those who validated in the checkpoint's epoch, as far as is known, have certified it. */
  check(certified: Certified): Result<undefined, WalkFault>
}

export function createEpochWalk(chainId: Uint8Array, anchor: Anchor, verifySignature: VerifySignature): EpochWalk {
  const steps: EpochWalk['steps'][number][] = []
  const terms: { readonly fromEpoch: number; readonly committee: Committee }[] = [
    { fromEpoch: anchor.epoch, committee: createCommittee(anchor.validators, chainId) },
  ]
  const committeeOf = (epoch: number): Committee | undefined =>
    terms.findLast(({ fromEpoch }) => fromEpoch <= epoch)?.committee
  const current = (): Committee => (terms.at(-1) as (typeof terms)[number]).committee

  const check = ({ checkpoint, certificate }: Certified): Result<undefined, WalkFault> => {
    const { epoch, seq, commitIndex } = checkpoint
    // The very one that is trusted needs nobody's signature.
    if (equalBytes(checkpointHash(chainId, checkpoint), anchor.hash)) return ok(undefined)
    if (seq <= anchor.seq || commitIndex <= anchor.commitIndex || epoch < anchor.epoch) return err('SYNC_OLDER')
    const committee = committeeOf(epoch)
    if (committee === undefined) return err('SYNC_OLDER')
    return checkCertificate(checkpoint, certificate, committee, chainId, verifySignature).ok
      ? ok(undefined)
      : err('SYNC_CERTIFICATE_INVALID')
  }

  /** Whether the later checkpoint is of an epoch in which others validate. */
  const follows = (before: Checkpoint, later: Checkpoint): boolean =>
    later.epoch > before.epoch &&
    later.seq > before.seq &&
    later.commitIndex > before.commitIndex &&
    later.commitTimeMs > before.commitTimeMs

  return {
    anchor,
    steps,
    get next() {
      const epoch = steps.length === 0 ? anchor.epoch : (steps.at(-1) as (typeof steps)[number]).checkpoint.epoch + 1
      return { epoch, validatorsHash: validatorSetHash(current().validators) }
    },
    take({ certified, validators: set }) {
      const { checkpoint } = certified
      const before = steps.at(-1)?.checkpoint
      if (before !== undefined && !follows(before, checkpoint)) return err('SYNC_EPOCHS_INVALID')
      const checked = check(certified)
      if (!checked.ok) return checked
      const validators = validatorsOf(set)
      if (!equalBytes(validatorSetHash(validators), checkpoint.nextValidatorsHash)) return err('SYNC_EPOCHS_INVALID')
      steps.push({ ...certified, hash: checkpointHash(chainId, checkpoint), validators })
      terms.push({ fromEpoch: checkpoint.epoch + 1, committee: createCommittee(validators, chainId) })
      return ok(undefined)
    },
    check,
  }
}
