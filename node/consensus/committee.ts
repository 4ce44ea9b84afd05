/** The validators of an epoch and how their stake counts. Source: docs/protocol.md, "Consensus". */
import { bytesToNumber, compareBytes } from '../core/bytes.ts'
import { domainTags } from '../core/domain-tags.ts'
import { sha3 } from '../crypto/hash.ts'

export interface Validator {
  /** 32 bytes. */
  readonly id: Uint8Array
  /** ML-DSA-65. */
  readonly publicKey: Uint8Array
  readonly stakeMicroRuv: bigint
}

export interface Committee {
  /** Sorted by id. */
  readonly validators: readonly Validator[]
  /** W, the sum of all stakes. */
  readonly totalStakeMicroRuv: bigint
  /** Q = ⌊2W/3⌋ + 1: more than two thirds. */
  readonly quorumMicroRuv: bigint
  readonly epochSeed: Uint8Array
}

/** @param closingHash hash of the checkpoint that closed the epoch before; the chain id for the first epoch */
export function createCommittee(validators: readonly Validator[], closingHash: Uint8Array): Committee {
  const totalStakeMicroRuv = validators.reduce((sum, validator) => sum + validator.stakeMicroRuv, 0n)
  return {
    validators: [...validators].sort((a, b) => compareBytes(a.id, b.id)),
    totalStakeMicroRuv,
    quorumMicroRuv: (2n * totalStakeMicroRuv) / 3n + 1n,
    epochSeed: sha3(domainTags.epochSeed, closingHash),
  }
}

/** Stake of the distinct authors named; unknown ones count nothing. */
export function stakeOf(committee: Committee, authors: Iterable<Uint8Array>): bigint {
  const counted = new Set<Validator>()
  for (const author of authors) {
    const validator = committee.validators.find((candidate) => compareBytes(candidate.id, author) === 0)
    if (validator !== undefined) counted.add(validator)
  }
  let stake = 0n
  for (const validator of counted) stake += validator.stakeMicroRuv
  return stake
}

/** The round's leader: a stake-weighted draw from SHA3-256(tag ‖ epochSeed ‖ round). */
export function leaderOf(committee: Committee, round: number): Validator {
  const roundBytes = new DataView(new ArrayBuffer(8))
  roundBytes.setBigUint64(0, BigInt(round))
  const draw = sha3(domainTags.leader, committee.epochSeed, new Uint8Array(roundBytes.buffer))
  // 256 random bits modulo at most 2^64: the bias is below 2^-192.
  let rest = bytesToNumber(draw) % committee.totalStakeMicroRuv
  for (const validator of committee.validators) {
    if (rest < validator.stakeMicroRuv) return validator
    rest -= validator.stakeMicroRuv
  }
  throw new Error('broken invariant: the draw lies below the total stake')
}
