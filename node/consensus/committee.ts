/** The validators of an epoch and how their stake counts. Source: docs/protocol.md, "Consensus". */
import { bytesToNumber, compareBytes, equalBytes } from '../core/bytes.ts'
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

/** The order that gives validators their place in a committee. */
export function sortedById(validators: readonly Validator[]): Validator[] {
  return [...validators].sort((a, b) => compareBytes(a.id, b.id))
}

/** @param closingHash hash of the checkpoint that closed the epoch before; the chain id for the first epoch */
export function createCommittee(
  validators: readonly Validator[],
  closingHash: Uint8Array,
  rules: ProtocolRules = soundRules,
): Committee {
  const sorted = sortedById(validators)
  const weights = sorted.map(({ stakeMicroRuv }) => rules.weightOf(stakeMicroRuv))
  const totalStakeMicroRuv = weights.reduce((sum, weight) => sum + weight, 0n)
  const indices = new Map<number, number[]>()
  for (const [index, { id }] of sorted.entries()) indices.set(startOf(id), [...(indices.get(startOf(id)) ?? []), index])
  return {
    validators: sorted,
    weights,
    totalStakeMicroRuv,
    quorumMicroRuv: rules.quorumOf(totalStakeMicroRuv),
    epochSeed: sha3(domainTags.epochSeed, closingHash),
    indexOf(id) {
      for (const index of indices.get(startOf(id)) ?? []) {
        if (equalBytes((sorted[index] as Validator).id, id)) return index
      }
      return undefined
    },
  }
}

/** The first 30 bits of an id, a hash: with 100 validators ten thousand are looked up a round, and a number is found faster. */
function startOf(id: Uint8Array): number {
  return ((id[0] ?? 0) << 22) | ((id[1] ?? 0) << 14) | ((id[2] ?? 0) << 6) | ((id[3] ?? 0) >> 2)
}

/** Weight of the distinct authors among these indices. */
export function stakeOf(committee: Committee, authors: Iterable<number>): bigint {
  const tally = new StakeTally(committee)
  for (const author of authors) tally.add(author)
  return tally.stakeMicroRuv
}

/** Drawn leaders of a committee, by round: each is asked for many times, and an epoch has some thousand rounds. */
const drawnLeaders = new WeakMap<Committee, Map<number, number>>()

/** Index of the round's leader: a stake-weighted draw from SHA3-256(tag ‖ epochSeed ‖ round). */
export function leaderOf(committee: Committee, round: number): number {
  let drawn = drawnLeaders.get(committee)
  if (drawn === undefined) {
    drawn = new Map()
    drawnLeaders.set(committee, drawn)
  }
  let leader = drawn.get(round)
  if (leader === undefined) {
    leader = drawLeader(committee, round)
    drawn.set(round, leader)
  }
  return leader
}

function drawLeader(committee: Committee, round: number): number {
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

/** A set of committee indices whose weight is kept as it grows. A bit an author, since every vertex has several of them. */
export class StakeTally {
  readonly #weights: readonly bigint[]
  readonly #countsOnce: boolean
  /** Undefined until the first is added: most stay empty. */
  #seen: Uint8Array | undefined
  stakeMicroRuv = 0n

  constructor(committee: Committee, countsOnce = true) {
    this.#weights = committee.weights
    this.#countsOnce = countsOnce
  }

  add(author: number): void {
    if (this.#countsOnce && this.has(author)) return
    this.#seen ??= new Uint8Array((this.#weights.length + 7) >> 3)
    this.#seen[author >> 3] = (this.#seen[author >> 3] as number) | (1 << (author & 7))
    this.stakeMicroRuv += this.#weights[author] ?? 0n
  }

  has(author: number): boolean {
    return (((this.#seen?.[author >> 3] ?? 0) >> (author & 7)) & 1) === 1
  }
}
