import { describe, expect, it } from 'vitest'
import { seededRng } from '../../core/rng.ts'
import { checkSamplingParameters, type SamplingParameters, samplingStrategies, samplingVariants } from './parameters.ts'
import { runSamplingToEnd, type SamplingResult } from './run.ts'
import { runSweep, sharesOf } from './sweep.ts'

/** The parameters of the published figures: arXiv 2409.02217. */
const published: SamplingParameters = {
  nodes: 2_000,
  byzantine: 0,
  k: 20,
  alphaPreference: 15,
  alphaConfidence: 15,
  beta: 20,
  variant: 'snowball',
  strategy: 'minority',
  schedule: 'lockstep',
  initialRed: 0.5,
  maxRounds: 400,
}

function runs(change: Partial<SamplingParameters>, seeds: readonly number[] = [1, 2, 3, 4, 5]): SamplingResult[] {
  return seeds.map((seed) => runSamplingToEnd({ ...published, ...change }, seededRng(seed)))
}
const verdicts = (results: readonly SamplingResult[]): string[] => results.map(({ verdict }) => verdict)
const all = (verdict: string, count = 5): string[] => new Array(count).fill(verdict)

describe('the published stalls of Snowball (n=2000, k=20, α=15, β=20)', () => {
  it('without an adversary all decide alike within 60 rounds of an even start', () => {
    const results = runs({})
    expect(verdicts(results)).toEqual(all('pass'))
    expect(Math.max(...results.map(({ rounds }) => rounds))).toBeLessThan(60)
  })

  it('2.8 % that see every preference stop all decisions; 1 % do not', () => {
    const stalled = runs({ byzantine: 0.028 })
    expect(verdicts(stalled)).toEqual(all('no-progress'))
    for (const { decided, byzantine } of stalled) expect([decided, byzantine]).toEqual([{ red: 0, blue: 0 }, 56])
    expect(verdicts(runs({ byzantine: 0.01 }))).toEqual(all('pass'))
  })

  it('where each poll takes effect at once, too', () => {
    expect(verdicts(runs({ byzantine: 0.028, schedule: 'sequential', maxRounds: 200 }, [1, 2]))).toEqual(
      all('no-progress', 2),
    )
  })

  it('5.2 % that only know their own polls stop most runs; 2.8 % of that kind none', () => {
    const stalls = verdicts(runs({ byzantine: 0.052, strategy: 'estimate' })).filter((it) => it === 'no-progress')
    expect(stalls.length).toBeGreaterThanOrEqual(3)
    expect(verdicts(runs({ byzantine: 0.028, strategy: 'estimate' }))).toEqual(all('pass'))
  })

  it('5 % of 10,000 nodes hold the network, whichever variant is run', () => {
    for (const variant of samplingVariants) {
      const [result] = runs({ nodes: 10_000, byzantine: 0.052, variant, maxRounds: 200 }, [1])
      expect(result, variant).toMatchObject({ verdict: 'no-progress', firstDecision: null })
      expect(result?.redShare).toBeCloseTo(0.5, 1)
    }
  })
})

describe('the safety of sampling alone', () => {
  it('30 % that split the network have conflicting decisions within 60 rounds, where a majority moves the preference', () => {
    const results = runs({ byzantine: 0.3, strategy: 'split', variant: 'snowflake+', alphaPreference: 11 })
    expect(verdicts(results)).toEqual(all('violated'))
    expect(Math.max(...results.map(({ conflict }) => conflict as number))).toBeLessThan(60)
  })

  it('and most runs soon after with one threshold of 15, Snowball included', () => {
    for (const variant of ['snowflake', 'snowball'] as const) {
      const violated = verdicts(runs({ byzantine: 0.3, strategy: 'split', variant })).filter((it) => it === 'violated')
      expect(violated.length, variant).toBeGreaterThanOrEqual(3)
    }
  })

  it('with the parameters of our own polls (11, 15, β = 8) a fifth is enough: what they give is a preference only', () => {
    const rules = { alphaPreference: 11, beta: 8, variant: 'snowflake+' } as const
    const results = runs({ byzantine: 0.21, strategy: 'split', ...rules })
    expect(verdicts(results)).toEqual(all('violated'))
  })

  it('a small splitter gets no conflict, only a stall', () => {
    const results = runs({ byzantine: 0.1, strategy: 'split' }, [1, 2])
    for (const { conflict } of results) expect(conflict).toBeNull()
  })
})

describe('adversaries without aim', () => {
  it('a fifth that answers at random or not at all does not stop a network that agrees', () => {
    for (const strategy of ['random', 'silent'] as const) {
      const results = runs({ byzantine: 0.15, strategy, initialRed: 0.95 }, [1, 2])
      expect(verdicts(results), strategy).toEqual(all('pass', 2))
      for (const { decided } of results) expect(decided.blue).toBe(0)
    }
  })

  it('silence of more than 1 − α/k leaves no poll a chance', () => {
    const [result] = runs({ byzantine: 0.45, strategy: 'silent', initialRed: 1, maxRounds: 100 }, [1])
    expect(result?.verdict).toBe('no-progress')
  })
})

describe('runSampling', () => {
  it('is the same for the same seed, and another for another', () => {
    for (const strategy of samplingStrategies) {
      const small = { nodes: 200, byzantine: 0.1, strategy, maxRounds: 50 }
      const [one, again, other] = [...runs(small, [7, 7]), ...runs(small, [8])] as [
        SamplingResult,
        SamplingResult,
        SamplingResult,
      ]
      expect(again).toEqual(one)
      expect(other.traceHash).not.toBe(one.traceHash)
    }
  })

  it('counts every honest node once', () => {
    for (const variant of samplingVariants) {
      for (const strategy of samplingStrategies) {
        for (const schedule of ['lockstep', 'sequential'] as const) {
          const results = runs({ nodes: 150, byzantine: 0.2, variant, strategy, schedule, maxRounds: 80 }, [3])
          for (const { honest, byzantine, decided, undecided, redShare, rounds } of results) {
            expect(honest + byzantine).toBe(150)
            expect(decided.red + decided.blue + undecided).toBe(honest)
            expect(redShare * honest).toBeGreaterThanOrEqual(decided.red - 1e-9)
            expect(rounds).toBeLessThanOrEqual(80)
          }
        }
      }
    }
  })

  it('needs β rounds at least, and exactly β where all agree from the start', () => {
    for (const variant of samplingVariants) {
      const [result] = runs({ initialRed: 1, variant, nodes: 100 }, [1])
      expect(result).toMatchObject({ verdict: 'pass', rounds: 20, firstDecision: 20, lastDecision: 20 })
      expect(result?.decided).toEqual({ red: 100, blue: 0 })
    }
  })
})

describe('checkSamplingParameters', () => {
  it.each([
    ['nodes', { nodes: 1 }],
    ['nodes', { nodes: 2.5 }],
    ['byzantine', { byzantine: 0.5 }],
    ['byzantine', { byzantine: Number.NaN }],
    ['k', { k: 0 }],
    ['k', { nodes: 20, k: 20 }],
    ['alphaPreference', { alphaPreference: 10 }],
    ['alphaConfidence', { alphaConfidence: 14 }],
    ['alphaConfidence', { variant: 'snowflake', alphaConfidence: 16 }],
    ['beta', { beta: 0 }],
    ['initialRed', { initialRed: 1.1 }],
    ['maxRounds', { maxRounds: 0 }],
  ] as const)('refuses %s out of range', (parameter, change) => {
    const checked = checkSamplingParameters({ ...published, ...change })
    expect(checked).toMatchObject({ ok: false, error: { code: 'SAMPLING_PARAMETERS', parameter } })
  })

  it('takes the published ones', () => {
    expect(checkSamplingParameters(published)).toEqual({ ok: true, value: published })
  })
})

describe('runSweep', () => {
  it('shows where decisions stop: a row a share, a run a seed', () => {
    const sweep = runSweep({ ...published, nodes: 500, maxRounds: 200 }, { from: 0, to: 0.2, steps: 3 }, 1, 3)
    let step = sweep.next()
    while (step.done !== true) step = sweep.next()
    const rows = step.value
    expect(rows.map(({ byzantine, byzantineNodes }) => [byzantine, byzantineNodes])).toEqual([
      [0, 0],
      [0.1, 50],
      [0.2, 100],
    ])
    for (const row of rows) expect(row.pass + row.noProgress + row.violated).toBe(3)
    expect(rows.map(({ pass }) => pass)).toEqual([3, 0, 0])
    expect(rows.map(({ lastDecision }) => lastDecision !== null)).toEqual([true, false, false])
  })

  it('divides a range without a trace of binary fractions', () => {
    expect(sharesOf({ from: 0, to: 0.3, steps: 4 })).toEqual([0, 0.1, 0.2, 0.3])
    expect(sharesOf({ from: 0.05, to: 0.05, steps: 1 })).toEqual([0.05])
  })
})
