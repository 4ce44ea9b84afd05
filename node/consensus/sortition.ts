/**
 * The committee of an epoch where there are too many validators for all to vote: seats are drawn by stake from a seed.
 *
 * Systematic sampling in random order (Hartley and Rao 1962): validators are laid on a line in an order that the seed
 * gives, each as long as its stake, and seats fall on it at equal distances. So a validator gets its share of the seats
 * rounded up or down, in expectation exactly its share, and validators of equal stake below one seat are drawn as from
 * an urn without replacement: the hypergeometric law, whose tail docs/sampling.md tabulates.
 */
import { bytesToNumber, compareBytes } from '../core/bytes.ts'
import { domainTags } from '../core/domain-tags.ts'
import { invariant } from '../core/node-error.ts'
import { sha3 } from '../crypto/hash.ts'
import type { Validator } from './committee.ts'
import { consensusLimits } from './limits.ts'

export interface CommitteeMember {
  readonly validator: Validator
  /** Votes it has in the committee, 1 at least. */
  readonly seats: number
}

/**
 * @param validators ids distinct, in any order; stakes after the cap a validator
 * @param seats of the whole committee, 1 at least
 * @param seed 32 bytes that were fixed before anybody could choose a stake or an id by them
 * @returns members by id; their seats sum to `seats`
 */
export function drawCommittee(
  validators: readonly Validator[],
  seats: number,
  seed: Uint8Array,
): readonly CommitteeMember[] {
  const total = validators.reduce((sum, { stakeMicroRuv }) => sum + stakeMicroRuv, 0n)
  invariant(Number.isSafeInteger(seats) && seats >= 1, 'a committee has a seat')
  invariant(total > 0n, 'somebody has stake')
  const line = validators
    .map((validator) => ({ validator, at: sha3(domainTags.sortition, seed, validator.id) }))
    .sort((a, b) => compareBytes(a.at, b.at))
  // Lengths are stake × seats, so that seats lie whole stakes apart. 256 bits modulo at most 2^64: no bias to speak of.
  const first = bytesToNumber(sha3(domainTags.sortition, seed)) % total
  /** Seats that lie before a point of the line. */
  const seatsBefore = (point: bigint): bigint => (point <= first ? 0n : (point - first - 1n) / total + 1n)
  const members: CommitteeMember[] = []
  let start = 0n
  for (const { validator } of line) {
    const end = start + validator.stakeMicroRuv * BigInt(seats)
    const won = Number(seatsBefore(end) - seatsBefore(start))
    if (won > 0) members.push({ validator, seats: won })
    start = end
  }
  return members.sort((a, b) => compareBytes(a.validator.id, b.validator.id))
}

/**
 * Who votes in an epoch: all, with their stake, up to `maxFullCommittee`; above it a drawn committee, in which a seat
 * counts as one unit of stake.
 */
export function validatorsOfEpoch(validators: readonly Validator[], seed: Uint8Array): readonly Validator[] {
  if (validators.length <= consensusLimits.maxFullCommittee) return validators
  return drawCommittee(validators, consensusLimits.committeeSeats, seed).map(({ validator, seats }) => ({
    ...validator,
    stakeMicroRuv: BigInt(seats),
  }))
}
