/**
 * How a poll ends, as a distribution. With equal stakes the answers to a poll are hypergeometric in the numbers of red,
 * blue and Byzantine nodes, so a poll needs one draw instead of k, and comes out as k draws without replacement would.
 */
import type { LogBinomial } from '../log-factorial.ts'

export const red = 0
export const blue = 1
export type Colour = typeof red | typeof blue

/** What Byzantine nodes answer one poll: a colour, nothing, or a fair coin each. */
export const silence = 2
export const coin = 3
export type Answer = Colour | typeof silence | typeof coin

/** Ends of a poll. A confident one is also at α_pref. */
export const outcome = { redConfident: 0, redPreferred: 1, blueConfident: 2, bluePreferred: 3, none: 4 } as const

export interface PollThresholds {
  readonly k: number
  readonly alphaPreference: number
  readonly alphaConfidence: number
}

export interface PollableNetwork {
  /** Honest nodes that answer red, the polling one left out. */
  readonly redOthers: number
  readonly blueOthers: number
  readonly byzantine: number
}

/**
 * Bounds of the first four outcomes: a draw below bounds[i], and not below the one before, is outcome i.
 *
 * @param answer of every Byzantine node to this poll
 * @returns four rising bounds, scaled to draws of 0 … 2^32 − 1
 */
export function pollOutcomeBounds(
  { k, alphaPreference, alphaConfidence }: PollThresholds,
  { redOthers, blueOthers, byzantine }: PollableNetwork,
  answer: Answer,
  logBinomial: LogBinomial,
): Float64Array {
  const probabilities = new Float64Array(5)
  const logAll = logBinomial(redOthers + blueOthers + byzantine, k)
  const add = (reds: number, blues: number, probability: number): void => {
    let end: number = outcome.none
    if (reds >= alphaConfidence) end = outcome.redConfident
    else if (reds >= alphaPreference) end = outcome.redPreferred
    else if (blues >= alphaConfidence) end = outcome.blueConfident
    else if (blues >= alphaPreference) end = outcome.bluePreferred
    probabilities[end] = (probabilities[end] as number) + probability
  }
  for (let liars = 0; liars <= Math.min(k, byzantine); liars++) {
    const logLiars = logBinomial(byzantine, liars) - logAll
    const honest = k - liars
    for (let reds = Math.max(0, honest - blueOthers); reds <= Math.min(honest, redOthers); reds++) {
      const blues = honest - reds
      const probability = Math.exp(logLiars + logBinomial(redOthers, reds) + logBinomial(blueOthers, blues))
      if (answer === red) add(reds + liars, blues, probability)
      else if (answer === blue) add(reds, blues + liars, probability)
      else if (answer === silence) add(reds, blues, probability)
      else {
        for (let heads = 0; heads <= liars; heads++) {
          const flips = Math.exp(logBinomial(liars, heads) - liars * Math.LN2)
          add(reds + heads, blues + liars - heads, probability * flips)
        }
      }
    }
  }
  const bounds = new Float64Array(4)
  let sum = 0
  for (let i = 0; i < 4; i++) {
    sum += probabilities[i] as number
    bounds[i] = sum * 0x1_0000_0000
  }
  return bounds
}
