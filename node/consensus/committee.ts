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
  /** The same as numbers, where even their sum is exact as one; null elsewhere. Adding numbers makes no garbage. */
  readonly smallWeights: Float64Array | null
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

/** Committees made of a list, the newest last: the engines of a simulation share one, and what is found out by it. */
const made = new WeakMap<
  readonly Validator[],
  readonly { readonly closingHash: Uint8Array; readonly rules: ProtocolRules; readonly committee: Committee }[]
>()
/** More than follow one another with the same list. */
const maxMade = 4

/** @param closingHash hash of the checkpoint that closed the epoch before; the chain id for the first epoch */
export function createCommittee(
  validators: readonly Validator[],
  closingHash: Uint8Array,
  rules: ProtocolRules = soundRules,
): Committee {
  const before = made.get(validators) ?? []
  const known = before.find((entry) => entry.rules === rules && equalBytes(entry.closingHash, closingHash))
  if (known !== undefined) return known.committee
  const committee = newCommittee(validators, closingHash, rules)
  made.set(validators, [...before.slice(1 - maxMade), { closingHash, rules, committee }])
  return committee
}

function newCommittee(validators: readonly Validator[], closingHash: Uint8Array, rules: ProtocolRules): Committee {
  const sorted = sortedById(validators)
  const weights = sorted.map(({ stakeMicroRuv }) => rules.weightOf(stakeMicroRuv))
  const totalStakeMicroRuv = weights.reduce((sum, weight) => sum + weight, 0n)
  const indices = new Map<number, number[]>()
  for (const [index, { id }] of sorted.entries()) indices.set(startOf(id), [...(indices.get(startOf(id)) ?? []), index])
  return {
    validators: sorted,
    weights,
    smallWeights:
      totalStakeMicroRuv <= BigInt(Number.MAX_SAFE_INTEGER)
        ? Float64Array.from(weights, (weight) => Number(weight))
        : null,
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
  readonly #committee: Pick<Committee, 'weights' | 'smallWeights'>
  readonly #countsOnce: boolean
  /** Undefined until the first is added: most stay empty. */
  #seen: Uint8Array | undefined
  #small = 0
  #large = 0n

  constructor(committee: Pick<Committee, 'weights' | 'smallWeights'>, countsOnce = true) {
    this.#committee = committee
    this.#countsOnce = countsOnce
  }

  get stakeMicroRuv(): bigint {
    return this.#committee.smallWeights === null ? this.#large : BigInt(this.#small)
  }

  add(author: number): void {
    if (this.#countsOnce && this.has(author)) return
    const { weights, smallWeights } = this.#committee
    this.#seen ??= new Uint8Array((weights.length + 7) >> 3)
    this.#seen[author >> 3] = (this.#seen[author >> 3] as number) | (1 << (author & 7))
    if (smallWeights === null) this.#large += weights[author] ?? 0n
    else this.#small += smallWeights[author] ?? 0
  }

  has(author: number): boolean {
    return (((this.#seen?.[author >> 3] ?? 0) >> (author & 7)) & 1) === 1
  }

  /** Weight of those of the first `count` authors that are in here; each is named once. */
  stakeAmong(authors: Uint16Array, count: number): bigint {
    const { weights, smallWeights } = this.#committee
    const seen = this.#seen
    if (seen === undefined) return 0n
    let small = 0
    let large = 0n
    for (let i = 0; i < count; i++) {
      const author = authors[i] as number
      if (((seen[author >> 3] as number) & (1 << (author & 7))) === 0) continue
      if (smallWeights === null) large += weights[author] ?? 0n
      else small += smallWeights[author] ?? 0
    }
    return smallWeights === null ? large : BigInt(small)
  }
}
