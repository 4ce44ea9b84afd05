/** The validators of an epoch and how their stake counts. Source: docs/protocol.md, "Consensus". */
import { bytesKey, bytesToNumber, compareBytes } from '../core/bytes.ts'
import { domainTags } from '../core/domain-tags.ts'
import { sha3 } from '../crypto/hash.ts'
import { type ProtocolRules, soundRules } from './protocol-rules.ts'

export interface Validator {
  /** 32 bytes. */
  readonly id: Uint8Array
  /** ML-DSA-65. */
  readonly publicKey: Uint8Array
  readonly stakeMicroRuv: bigint
}

export interface Committee {
  /** Sorted by id; a validator's place in it is its index. */
  readonly validators: readonly Validator[]
  /** What each counts, by index. */
  readonly weights: readonly bigint[]
  /** W, the sum of all weights. */
  readonly totalStakeMicroRuv: bigint
  /** Q = ⌊2W/3⌋ + 1: more than two thirds. */
  readonly quorumMicroRuv: bigint
  readonly epochSeed: Uint8Array
  /** Undefined where the id is none of this committee. */
  indexOf(id: Uint8Array): number | undefined
}

/** @param closingHash hash of the checkpoint that closed the epoch before; the chain id for the first epoch */
export function createCommittee(
  validators: readonly Validator[],
  closingHash: Uint8Array,
  rules: ProtocolRules = soundRules,
): Committee {
  const sorted = [...validators].sort((a, b) => compareBytes(a.id, b.id))
  const weights = sorted.map(({ stakeMicroRuv }) => rules.weightOf(stakeMicroRuv))
  const totalStakeMicroRuv = weights.reduce((sum, weight) => sum + weight, 0n)
  const indices = new Map(sorted.map(({ id }, index) => [bytesKey(id), index]))
  return {
    validators: sorted,
    weights,
    totalStakeMicroRuv,
    quorumMicroRuv: rules.quorumOf(totalStakeMicroRuv),
    epochSeed: sha3(domainTags.epochSeed, closingHash),
    indexOf: (id) => indices.get(bytesKey(id)),
  }
}

/** Weight of the distinct authors among these indices. */
export function stakeOf(committee: Committee, authors: Iterable<number>): bigint {
  let stake = 0n
  for (const author of new Set(authors)) stake += committee.weights[author] ?? 0n
  return stake
}

/** Index of the round's leader: a stake-weighted draw from SHA3-256(tag ‖ epochSeed ‖ round). */
export function leaderOf(committee: Committee, round: number): number {
  const roundBytes = new DataView(new ArrayBuffer(8))
  roundBytes.setBigUint64(0, BigInt(round))
  const draw = sha3(domainTags.leader, committee.epochSeed, new Uint8Array(roundBytes.buffer))
  // 256 random bits modulo at most 2^64: the bias is below 2^-192.
  let rest = bytesToNumber(draw) % committee.totalStakeMicroRuv
  for (const [index, weight] of committee.weights.entries()) {
    if (rest < weight) return index
    rest -= weight
  }
  throw new Error('broken invariant: the draw lies below the total stake')
}

/** A set of committee indices whose weight is kept as it grows. */
export class StakeTally {
  readonly #weights: readonly bigint[]
  readonly #countsOnce: boolean
  readonly #seen = new Set<number>()
  stakeMicroRuv = 0n

  constructor(committee: Committee, countsOnce = true) {
    this.#weights = committee.weights
    this.#countsOnce = countsOnce
  }

  add(author: number): void {
    if (this.#countsOnce && this.#seen.has(author)) return
    this.#seen.add(author)
    this.stakeMicroRuv += this.#weights[author] ?? 0n
  }

  has(author: number): boolean {
    return this.#seen.has(author)
  }
}
