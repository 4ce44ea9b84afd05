/** Binomial coefficients and tails far below what a double counts, as logarithms. */

/** ln C(n, m); −∞ where m lies outside 0 … n. @param n at most the table's size */
export type LogBinomial = (n: number, m: number) => number

/** @param max largest n that will be asked for */
export function logBinomials(max: number): LogBinomial {
  const logFactorial = new Float64Array(max + 1)
  for (let i = 2; i <= max; i++) logFactorial[i] = (logFactorial[i - 1] as number) + Math.log(i)
  return (n, m) => {
    if (m < 0 || m > n) return Number.NEGATIVE_INFINITY
    return (logFactorial[n] as number) - (logFactorial[m] as number) - (logFactorial[n - m] as number)
  }
}

/** ln of a sum of exponentials. */
export function logSum(logs: readonly number[]): number {
  const largest = Math.max(Number.NEGATIVE_INFINITY, ...logs)
  if (largest === Number.NEGATIVE_INFINITY) return largest
  let sum = 0
  for (const log of logs) sum += Math.exp(log - largest)
  return largest + Math.log(sum)
}
