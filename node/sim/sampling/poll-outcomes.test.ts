import { describe, expect, it } from 'vitest'
import { randomBelow, seededRng } from '../../core/rng.ts'
import { logBinomials } from '../log-factorial.ts'
import { type Answer, blue, coin, outcome, pollOutcomeBounds, red, silence } from './poll-outcomes.ts'

const thresholds = { k: 10, alphaPreference: 6, alphaConfidence: 8 }
const network = { redOthers: 31, blueOthers: 22, byzantine: 12 }
const logBinomial = logBinomials(100)

/** Asks k of the others one by one, without replacement, and counts. */
function literalPoll(answer: Answer, rng: ReturnType<typeof seededRng>): number {
  const others = [
    ...Array.from({ length: network.redOthers }, () => 'red'),
    ...Array.from({ length: network.blueOthers }, () => 'blue'),
    ...Array.from({ length: network.byzantine }, () => 'liar'),
  ]
  const count = { red: 0, blue: 0 }
  for (let i = 0; i < thresholds.k; i++) {
    const [asked] = others.splice(randomBelow(rng, others.length), 1)
    let said: Answer = asked === 'red' ? red : asked === 'blue' ? blue : answer
    if (said === coin) said = randomBelow(rng, 2) === 0 ? red : blue
    if (said === red) count.red++
    if (said === blue) count.blue++
  }
  if (count.red >= thresholds.alphaConfidence) return outcome.redConfident
  if (count.red >= thresholds.alphaPreference) return outcome.redPreferred
  if (count.blue >= thresholds.alphaConfidence) return outcome.blueConfident
  return count.blue >= thresholds.alphaPreference ? outcome.bluePreferred : outcome.none
}

describe('pollOutcomeBounds', () => {
  it.each([
    ['red', red],
    ['blue', blue],
    ['nothing', silence],
    ['a coin', coin],
  ] as const)('has the chances that drawing k nodes one by one has, where liars answer %s', (_, answer) => {
    const bounds = pollOutcomeBounds(thresholds, network, answer, logBinomial)
    const polls = 20_000
    const seen = [0, 0, 0, 0, 0]
    const rng = seededRng(11)
    for (let i = 0; i < polls; i++) {
      const end = literalPoll(answer, rng)
      seen[end] = (seen[end] as number) + 1
    }
    const edges = [0, ...bounds, 2 ** 32]
    for (let end = 0; end < 5; end++) {
      const expected = ((edges[end + 1] as number) - (edges[end] as number)) / 2 ** 32
      const deviation = Math.sqrt((expected * (1 - expected)) / polls)
      expect(Math.abs((seen[end] as number) / polls - expected), `outcome ${end}`).toBeLessThan(4 * deviation + 1e-9)
    }
  })

  it('knows the textbook value: 15 of 20 at even odds, large network', () => {
    const bounds = pollOutcomeBounds(
      { k: 20, alphaPreference: 15, alphaConfidence: 15 },
      { redOthers: 500_000, blueOthers: 500_000, byzantine: 0 },
      red,
      logBinomials(1_000_000),
    )
    // P(Bin(20, ½) ≥ 15) = 21700 / 2^20.
    expect((bounds[0] as number) / 2 ** 32).toBeCloseTo(21_700 / 2 ** 20, 4)
  })

  it('is certain where everybody agrees, and never successful where too many are silent', () => {
    const agreed = pollOutcomeBounds(thresholds, { redOthers: 50, blueOthers: 0, byzantine: 0 }, red, logBinomial)
    expect((agreed[0] as number) / 2 ** 32).toBeCloseTo(1, 9)
    const silent = pollOutcomeBounds(thresholds, { redOthers: 5, blueOthers: 0, byzantine: 50 }, silence, logBinomial)
    expect(silent[3]).toBe(0)
  })
})
