/**
 * The most an account can pay to one recipient. The fee depends on the size of the transaction, and that on how many bytes
 * the amount takes, so the node is asked: what it says of a payment is what the payment will be.
 */

export interface MaxPreview {
  /** µrUv. */
  readonly feeMicroRuv: bigint
  readonly totalMicroRuv: bigint
  readonly remainingMicroRuv: bigint
}

/** Questions asked at most: four as a rule, more where the amount crosses a size of its encoding. */
const maxQuestions = 12

/**
 * @param ask what paying the amount would be; undefined where the balance does not cover it
 * @returns µrUv; undefined where not even the smallest amount can be paid
 */
export async function maxAmount(
  ask: (amountMicroRuv: bigint) => Promise<MaxPreview | undefined>,
): Promise<bigint | undefined> {
  const smallest = await ask(1n)
  if (smallest === undefined) return undefined
  const available = smallest.totalMicroRuv + smallest.remainingMicroRuv
  let best = 1n
  let tooMuch = available + 1n
  let fee = smallest.feeMicroRuv
  for (let question = 1; question < maxQuestions; question += 1) {
    let amount = available - fee
    // A fee of another size of encoding pointed beyond what is known: halve what is left instead.
    if (amount <= best || amount >= tooMuch) amount = best + (tooMuch - best) / 2n
    if (amount <= best) break
    const answer = await ask(amount)
    if (answer === undefined) {
      tooMuch = amount
      // Nearly as large, so its fee is the same, and it leaves room for it.
      fee *= 2n
      continue
    }
    best = amount
    if (answer.remainingMicroRuv === 0n) break
    fee = answer.feeMicroRuv
  }
  return best
}
