/**
 * How probably a drawn committee has a third of Byzantine seats or more, so that it may neither be safe nor live. Exact
 * tails in logarithms: the interesting ones are far below what adding and subtracting doubles would leave.
 */
import { logBinomials, logSum } from '../log-factorial.ts'

/** Byzantine seats with which a committee fails: the least whole number that is a third of the seats at least. */
export function failingSeats(seats: number): number {
  return Math.ceil(seats / 3)
}

/**
 * Committees of `seats` among `validators` of equal stake, drawn without replacement as consensus/sortition.ts does.
 *
 * @returns natural logarithm of the probability; −∞ where it cannot happen
 */
export function logFailure(validators: number, byzantine: number, seats: number): number {
  const logBinomial = logBinomials(validators)
  const logAll = logBinomial(validators, seats)
  const terms: number[] = []
  for (let drawn = failingSeats(seats); drawn <= Math.min(seats, byzantine); drawn++) {
    terms.push(logBinomial(byzantine, drawn) + logBinomial(validators - byzantine, seats - drawn) - logAll)
  }
  return Math.min(0, logSum(terms))
}

/** The same where there are so many small validators that a drawn one does not change the odds: the binomial law. */
export function logFailureUnlimited(byzantineShare: number, seats: number): number {
  if (byzantineShare <= 0) return Number.NEGATIVE_INFINITY
  const logBinomial = logBinomials(seats)
  const terms: number[] = []
  for (let drawn = failingSeats(seats); drawn <= seats; drawn++) {
    terms.push(
      logBinomial(seats, drawn) + drawn * Math.log(byzantineShare) + (seats - drawn) * Math.log1p(-byzantineShare),
    )
  }
  return Math.min(0, logSum(terms))
}

export interface FailureCell {
  readonly byzantine: number
  /** Chance that one committee fails. */
  readonly probability: number
  /** The same as a power of ten, where the number itself no longer fits a double; null where it cannot happen. */
  readonly log10: number | null
  /** The same without end of validators, as a power of ten. */
  readonly log10Unlimited: number | null
}

export interface FailureRow {
  readonly seats: number
  readonly failingSeats: number
  readonly cells: readonly FailureCell[]
}

/** @param shares of Byzantine stake, below ½ */
export function failureTable(
  validators: number,
  seatCounts: readonly number[],
  shares: readonly number[],
): readonly FailureRow[] {
  const powerOfTen = (log: number): number | null => (log === Number.NEGATIVE_INFINITY ? null : log / Math.LN10)
  return seatCounts.map((seats) => ({
    seats,
    failingSeats: failingSeats(seats),
    cells: shares.map((byzantine) => {
      const log = logFailure(validators, Math.round(validators * byzantine), seats)
      return {
        byzantine,
        probability: Math.exp(log),
        log10: powerOfTen(log),
        log10Unlimited: powerOfTen(logFailureUnlimited(byzantine, seats)),
      }
    }),
  }))
}
