/** Validators drawn by stake, for polls: from the poller's own randomness, so that nobody else knows whom it will ask. */
import { bytesToNumber } from '../core/bytes.ts'
import type { Rng } from '../core/rng.ts'

interface Staked {
  readonly stakeMicroRuv: bigint
}

/** Random bytes a draw: 128 bits modulo less than 2^64 leave a bias below 2^-64. */
const drawBytes = 16

/**
 * One after another, each with a chance of its stake among those that are left.
 *
 * @returns `count` different ones, or all that have stake where they are fewer
 */
export function sampleByStake<T extends Staked>(validators: readonly T[], count: number, rng: Rng): T[] {
  const left = validators.filter(({ stakeMicroRuv }) => stakeMicroRuv > 0n)
  let stakeLeft = left.reduce((sum, { stakeMicroRuv }) => sum + stakeMicroRuv, 0n)
  const drawn: T[] = []
  while (drawn.length < count && left.length > 0) {
    let rest = bytesToNumber(rng.bytes(drawBytes)) % stakeLeft
    let at = 0
    while (rest >= (left[at] as T).stakeMicroRuv) {
      rest -= (left[at] as T).stakeMicroRuv
      at++
    }
    const [taken] = left.splice(at, 1) as [T]
    stakeLeft -= taken.stakeMicroRuv
    drawn.push(taken)
  }
  return drawn
}
