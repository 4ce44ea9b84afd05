/**
 * What a run of the sampling simulator is told. Terms of the Avalanche paper (arXiv 1906.08936): n nodes poll k others a
 * round, a poll succeeds at α equal answers, β successes in a row decide.
 */
import { err, ok, type Result } from '../../core/result.ts'

/**
 * - snowflake: a successful poll sets the preference.
 * - snowflake+: a poll at α_pref sets the preference, only one at α_conf adds to the confidence.
 * - snowball: successful polls are counted for each colour, and the colour with more of them is preferred.
 */
export const samplingVariants = ['snowflake', 'snowflake+', 'snowball'] as const
export type SamplingVariant = (typeof samplingVariants)[number]

/** What Byzantine nodes answer; adversaries.ts says how. */
export const samplingStrategies = ['minority', 'estimate', 'random', 'silent', 'split'] as const
export type SamplingStrategy = (typeof samplingStrategies)[number]

/**
 * - lockstep: all polls of a round see the preferences of its start.
 * - sequential: as many polls a round, one after another by nodes drawn at random, each taking effect at once.
 */
export const samplingSchedules = ['lockstep', 'sequential'] as const
export type SamplingSchedule = (typeof samplingSchedules)[number]

export interface SamplingParameters {
  /** n, all of equal stake. */
  readonly nodes: number
  /** Share of Byzantine nodes, 0 to below ½; their number is rounded. */
  readonly byzantine: number
  /** Nodes a poll asks, without replacement, never the asking one. */
  readonly k: number
  /** Equal answers that move the preference: more than k / 2. */
  readonly alphaPreference: number
  /** Equal answers that add to the confidence: α_pref at least. */
  readonly alphaConfidence: number
  /** Polls at α_conf for one colour in a row that decide. */
  readonly beta: number
  readonly variant: SamplingVariant
  readonly strategy: SamplingStrategy
  readonly schedule: SamplingSchedule
  /** Share of honest nodes that prefer red at the start. */
  readonly initialRed: number
  /** Rounds after which a run without a decision counts as stalled. */
  readonly maxRounds: number
}

export interface SamplingParameterError {
  readonly code: 'SAMPLING_PARAMETERS'
  /** The parameter at fault. */
  readonly parameter: keyof SamplingParameters
  readonly reason: string
}

export const samplingLimits = {
  /** Nodes of a run: a byte of state times a handful, and a factorial table of as many logarithms. */
  maxNodes: 1_000_000,
  /** Nodes a poll asks: tables grow with its square. */
  maxK: 200,
  /** Rounds of a run: at 50 ms each, 14 hours of a network. */
  maxRounds: 1_000_000,
  /** Tables of poll outcomes kept, 32 bytes each and as much again for the map: 10 MB. */
  maxTables: 100_000,
  /** Byzantine shares of one sweep. */
  maxSweepSteps: 200,
} as const

export function byzantineCount({ nodes, byzantine }: Pick<SamplingParameters, 'nodes' | 'byzantine'>): number {
  return Math.round(nodes * byzantine)
}

export function checkSamplingParameters(
  parameters: SamplingParameters,
): Result<SamplingParameters, SamplingParameterError> {
  const { nodes, byzantine, k, alphaPreference, alphaConfidence, beta, variant, initialRed, maxRounds } = parameters
  const refuse = (parameter: keyof SamplingParameters, reason: string) =>
    err({ code: 'SAMPLING_PARAMETERS' as const, parameter, reason })
  const isBetween = (value: number, low: number, high: number): boolean =>
    Number.isInteger(value) && value >= low && value <= high
  if (!isBetween(nodes, 2, samplingLimits.maxNodes)) return refuse('nodes', `from 2 to ${samplingLimits.maxNodes}`)
  if (!(byzantine >= 0 && byzantine < 0.5)) return refuse('byzantine', 'a share from 0 to below 0.5')
  if (!isBetween(k, 1, Math.min(samplingLimits.maxK, nodes - 1))) {
    return refuse('k', `from 1 to ${Math.min(samplingLimits.maxK, nodes - 1)}`)
  }
  if (!isBetween(alphaPreference, Math.floor(k / 2) + 1, k)) {
    return refuse('alphaPreference', `more than half of k, from ${Math.floor(k / 2) + 1} to ${k}`)
  }
  if (!isBetween(alphaConfidence, alphaPreference, k)) {
    return refuse('alphaConfidence', `from the preference's threshold, ${alphaPreference}, to ${k}`)
  }
  if (variant === 'snowflake' && alphaConfidence !== alphaPreference) {
    return refuse('alphaConfidence', 'snowflake has one threshold; snowflake+ has two')
  }
  if (!isBetween(beta, 1, 1_000)) return refuse('beta', 'from 1 to 1000')
  if (!(initialRed >= 0 && initialRed <= 1)) return refuse('initialRed', 'a share from 0 to 1')
  if (!isBetween(maxRounds, 1, samplingLimits.maxRounds)) {
    return refuse('maxRounds', `from 1 to ${samplingLimits.maxRounds}`)
  }
  return ok(parameters)
}
