/** Checkpoints: the validators' signed word on the state after a commit. Source: docs/protocol.md, "Checkpoints". */
import { concatBytes } from '../core/bytes.ts'
import { type CanonicalError, canonicalDecode, canonicalEncode } from '../core/canonical.ts'
import { bytesUpTo, type Codec, fixedBytes, listOf, record, uintUpTo } from '../core/codec.ts'
import { domainTags } from '../core/domain-tags.ts'
import type { Result } from '../core/result.ts'
import { hashLengthBytes, sha3 } from '../crypto/hash.ts'
import { sortedById, type Validator } from './committee.ts'
import { consensusLimits } from './limits.ts'

export interface Checkpoint {
  readonly epoch: number
  /** 1, 2, 3 … over all epochs. */
  readonly seq: number
  readonly commitIndex: number
  readonly commitTimeMs: number
  readonly stateRoot: Uint8Array
  readonly historyRoot: Uint8Array
  readonly consensusRoot: Uint8Array
  readonly nextValidatorsHash: Uint8Array
  /** Hash of the checkpoint before; the chain id for the first. */
  readonly previous: Uint8Array
}

export interface CheckpointSignature {
  readonly validator: Uint8Array
  readonly signature: Uint8Array
}

/** Signatures of more than two thirds of the stake. No aggregation exists for ML-DSA. */
export type CheckpointCertificate = readonly CheckpointSignature[]

export const checkpointCodec: Codec<Checkpoint> = record({
  epoch: uintUpTo(),
  seq: uintUpTo(),
  commitIndex: uintUpTo(),
  commitTimeMs: uintUpTo(),
  stateRoot: fixedBytes(hashLengthBytes),
  historyRoot: fixedBytes(hashLengthBytes),
  consensusRoot: fixedBytes(hashLengthBytes),
  nextValidatorsHash: fixedBytes(hashLengthBytes),
  previous: fixedBytes(hashLengthBytes),
})

export const certificateCodec: Codec<CheckpointCertificate> = listOf(
  record({ validator: fixedBytes(hashLengthBytes), signature: bytesUpTo(8_192) }),
  { min: 1, max: consensusLimits.maxCertificateSignatures },
)

export const maxCheckpointBytes = 512

export function encodeCheckpoint(checkpoint: Checkpoint): Uint8Array {
  return canonicalEncode(checkpointCodec, checkpoint)
}

export function decodeCheckpoint(bytes: Uint8Array): Result<Checkpoint, CanonicalError> {
  return canonicalDecode(checkpointCodec, bytes, maxCheckpointBytes)
}

export function encodeCertificate(certificate: CheckpointCertificate): Uint8Array {
  return canonicalEncode(certificateCodec, certificate)
}

export function decodeCertificate(bytes: Uint8Array): Result<CheckpointCertificate, CanonicalError> {
  return canonicalDecode(certificateCodec, bytes, consensusLimits.maxCertificateSignatures * 4_096)
}

const signedCheckpointCodec = record({ checkpoint: checkpointCodec, signature: bytesUpTo(8_192) })

export interface SignedCheckpoint {
  readonly checkpoint: Checkpoint
  readonly signature: Uint8Array
}

/** As the journal keeps it. */
export function encodeSignedCheckpoint(checkpoint: Checkpoint, signature: Uint8Array): Uint8Array {
  return canonicalEncode(signedCheckpointCodec, { checkpoint, signature })
}

export function decodeSignedCheckpoint(bytes: Uint8Array): Result<SignedCheckpoint, CanonicalError> {
  return canonicalDecode(signedCheckpointCodec, bytes, maxCheckpointBytes + 8_192)
}

/** A commit that has been executed, as far as its checkpoint tells of it. */
export type ExecutedForCheckpoint = Pick<
  Checkpoint,
  'epoch' | 'commitIndex' | 'commitTimeMs' | 'stateRoot' | 'historyRoot'
>

/**
 * The checkpoint of an executed commit.
 *
 * @param due what the schedule says of the commit
 * @param validators who validates after it
 * @param previous hash of the checkpoint before; the chain id for the first
 */
export function checkpointOf(
  executed: ExecutedForCheckpoint,
  due: Pick<Checkpoint, 'seq' | 'consensusRoot'>,
  validators: readonly Validator[],
  previous: Uint8Array,
): Checkpoint {
  const { epoch, commitIndex, commitTimeMs, stateRoot, historyRoot } = executed
  const { seq, consensusRoot } = due
  const nextValidatorsHash = validatorSetHash(validators)
  return {
    epoch,
    seq,
    commitIndex,
    commitTimeMs,
    stateRoot,
    historyRoot,
    consensusRoot,
    nextValidatorsHash,
    previous,
  }
}

/** tag ‖ chainId ‖ canonical checkpoint. */
export function checkpointMessage(chainId: Uint8Array, checkpoint: Checkpoint): Uint8Array {
  return concatBytes(domainTags.checkpoint, chainId, encodeCheckpoint(checkpoint))
}

export function checkpointHash(chainId: Uint8Array, checkpoint: Checkpoint): Uint8Array {
  return sha3(checkpointMessage(chainId, checkpoint))
}

/** Commits to who validates next and with what stake. @param validators in any order */
export function validatorSetHash(validators: readonly Validator[]): Uint8Array {
  const parts: Uint8Array[] = []
  for (const { publicKey, stakeMicroRuv } of sortedById(validators)) {
    const stake = new DataView(new ArrayBuffer(8))
    stake.setBigUint64(0, stakeMicroRuv)
    parts.push(publicKey, new Uint8Array(stake.buffer))
  }
  return sha3(domainTags.validatorSet, ...parts)
}

/** A vertex that a commit has ordered. */
export interface CommittedVertex {
  readonly round: number
  readonly hash: Uint8Array
}

/** Where the order stands after a commit: what somebody who has not seen it goes on from. */
export interface ConsensusState {
  readonly commitIndex: number
  readonly leaderRound: number
  readonly commitTimeMs: number
  /** Of the checkpoint that closed the epoch before (the chain id in the first): leaders are drawn from it. */
  readonly closingHash: Uint8Array
  /** Of the epoch, of the rounds within the horizon of this commit, in committed order. */
  readonly committed: readonly CommittedVertex[]
}

const consensusStateCodec: Codec<ConsensusState> = record({
  commitIndex: uintUpTo(),
  leaderRound: uintUpTo(),
  commitTimeMs: uintUpTo(),
  closingHash: fixedBytes(hashLengthBytes),
  committed: listOf(record({ round: uintUpTo(), hash: fixedBytes(hashLengthBytes) }), {
    max: consensusLimits.maxHorizonVertices,
  }),
})

export function encodeConsensusState(state: ConsensusState): Uint8Array {
  return canonicalEncode(consensusStateCodec, state)
}

export function decodeConsensusState(bytes: Uint8Array): Result<ConsensusState, CanonicalError> {
  return canonicalDecode(consensusStateCodec, bytes, consensusLimits.maxConsensusStateBytes)
}

/** Commits to what a joiner needs to go on. */
export function consensusRoot(state: ConsensusState): Uint8Array {
  return sha3(domainTags.consensusState, encodeConsensusState(state))
}
