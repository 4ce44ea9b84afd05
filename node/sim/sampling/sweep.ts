/** The same run over a range of Byzantine shares, several seeds each: where sampling begins to stall, and to err. */
import { seededRng } from '../../core/rng.ts'
import { byzantineCount, type SamplingParameters } from './parameters.ts'
import { runSampling, type SamplingProgress, type SamplingResult } from './run.ts'

export interface SweepRange {
  readonly from: number
  readonly to: number
  /** Shares from `from` to `to`, both included; 1 where they are equal. */
  readonly steps: number
}

export interface SweepRow {
  readonly byzantine: number
  readonly byzantineNodes: number
  /** How many of the runs ended so. */
  readonly pass: number
  readonly noProgress: number
  readonly violated: number
  /** Median round of the first decision over the runs that had one, null where none had. */
  readonly firstDecision: number | null
  /** Median round of the last decision over the runs that passed, null where none did. */
  readonly lastDecision: number | null
  /** Median round of the first conflicting decision over the runs that had one, null where none had. */
  readonly conflict: number | null
}

export interface SweepProgress extends SamplingProgress {
  readonly byzantine: number
  readonly run: number
}

export function sharesOf({ from, to, steps }: SweepRange): number[] {
  // Rounded, so that 0.1 + 0.2 does not show.
  return Array.from({ length: steps }, (_, i) =>
    steps === 1 ? from : Number((from + ((to - from) * i) / (steps - 1)).toFixed(6)),
  )
}

/**
 * @param parameters checked; its own Byzantine share is not used
 * @param runs for each share, with the seeds `seed` … `seed + runs − 1`
 */
export function* runSweep(
  parameters: SamplingParameters,
  range: SweepRange,
  seed: number,
  runs: number,
): Generator<SweepProgress, SweepRow[]> {
  const rows: SweepRow[] = []
  for (const byzantine of sharesOf(range)) {
    const results: SamplingResult[] = []
    for (let run = 0; run < runs; run++) {
      const simulation = runSampling({ ...parameters, byzantine }, seededRng(seed + run))
      for (let step = simulation.next(); ; step = simulation.next()) {
        if (step.done === true) {
          results.push(step.value)
          break
        }
        yield { ...step.value, byzantine, run }
      }
    }
    const count = (verdict: SamplingResult['verdict']): number =>
      results.filter((result) => result.verdict === verdict).length
    rows.push({
      byzantine,
      byzantineNodes: byzantineCount({ ...parameters, byzantine }),
      pass: count('pass'),
      noProgress: count('no-progress'),
      violated: count('violated'),
      firstDecision: median(results.map((result) => result.firstDecision)),
      lastDecision: median(results.map(({ verdict, lastDecision }) => (verdict === 'pass' ? lastDecision : null))),
      conflict: median(results.map((result) => result.conflict)),
    })
  }
  return rows
}

/** The lower of the two in the middle; nulls left out. */
function median(values: readonly (number | null)[]): number | null {
  const known = values.filter((value) => value !== null).sort((a, b) => a - b)
  return known[Math.ceil(known.length / 2) - 1] ?? null
}
