/**
 * Snowflake, Snowflake+ and Snowball alone, at the size of a large network: what sampling decides, when, and whether all
 * decide alike. Sources: Avalanche (arXiv 1906.08936, Figures 2 and 3), Frosty (arXiv 2404.14250) for Snowflake+.
 */
import { toHex } from '../../core/bytes.ts'
import type { Rng } from '../../core/rng.ts'
import { sha256 } from '../../crypto/hash.ts'
import { logBinomials } from '../log-factorial.ts'
import { createAdversary, type NetworkView } from './adversaries.ts'
import { createDraws } from './draws.ts'
import { byzantineCount, type SamplingParameters, samplingLimits } from './parameters.ts'
import { type Answer, blue, type Colour, outcome, pollOutcomeBounds, red } from './poll-outcomes.ts'

export interface SamplingProgress {
  readonly round: number
  /** Share of honest nodes that prefer red. */
  readonly redShare: number
  readonly decided: number
}

export interface SamplingResult {
  /**
   * - pass: every honest node decided, all on one colour.
   * - no-progress: some honest node had not decided after the last round.
   * - violated: honest nodes decided on both colours.
   */
  readonly verdict: 'pass' | 'no-progress' | 'violated'
  readonly honest: number
  readonly byzantine: number
  /** Rounds that were run. */
  readonly rounds: number
  /** Round of the first decision, null without one. */
  readonly firstDecision: number | null
  /** Round in which the last honest node decided, null where one did not. */
  readonly lastDecision: number | null
  /** Round of the first decision against an earlier one, null without one. */
  readonly conflict: number | null
  readonly decided: { readonly red: number; readonly blue: number }
  readonly undecided: number
  /** Honest share of red at the end. */
  readonly redShare: number
  /** Over the number of red nodes and of decisions after each round: equal where, and only where, runs are. */
  readonly traceHash: string
}

/** Rounds between two reports. */
const reportEvery = 16

/**
 * Runs until all honest nodes have decided, two of them differently, or `maxRounds`; yields every few rounds.
 *
 * @param parameters checked by checkSamplingParameters
 */
export function* runSampling(parameters: SamplingParameters, rng: Rng): Generator<SamplingProgress, SamplingResult> {
  const { nodes, k, beta, variant, schedule, initialRed, maxRounds } = parameters
  const byzantine = byzantineCount(parameters)
  const honest = nodes - byzantine
  const draws = createDraws(rng)
  const adversary = createAdversary(parameters.strategy, draws)

  const preference = new Uint8Array(honest).fill(red, 0, Math.round(honest * initialRed))
  preference.fill(blue, Math.round(honest * initialRed))
  const lastColour = preference.slice()
  const confidence = new Uint16Array(honest)
  /** Successful polls for red less those for blue. */
  const lead = new Int32Array(honest)
  /** Numbers of the nodes that have not decided. */
  const undecided = Uint32Array.from({ length: honest }, (_, node) => node)
  let undecidedCount = honest
  let reds = Math.round(honest * initialRed)
  const decided = [0, 0]

  // A network in balance comes back to the same numbers of red nodes again and again.
  const logBinomial = logBinomials(nodes)
  const tables = new Map<number, Float64Array>()
  const boundsFor = (own: Colour, answer: Answer, redNow: number): Float64Array => {
    const at = redNow * 8 + own * 4 + answer
    const known = tables.get(at)
    if (known !== undefined) return known
    const network = {
      redOthers: redNow - (own === red ? 1 : 0),
      blueOthers: honest - redNow - (own === blue ? 1 : 0),
      byzantine,
    }
    const made = pollOutcomeBounds(parameters, network, answer, logBinomial)
    if (tables.size >= samplingLimits.maxTables) tables.clear()
    tables.set(at, made)
    return made
  }

  const view: NetworkView = {
    honest,
    byzantine,
    k,
    red: () => reds,
    decided: (colour) => decided[colour] as number,
    prefers: (node) => preference[node] as Colour,
    chanceOfRed(own, answer) {
      // Bounds rise: the second ends red, the fourth ends blue.
      const bounds = boundsFor(own, answer, reds)
      const toRed = bounds[1] as number
      const toBlue = (bounds[3] as number) - toRed
      return (own === red ? 0x1_0000_0000 - toBlue : toRed) / 0x1_0000_0000
    },
  }

  /** One poll by a node. @returns whether it decided */
  const poll = (node: number, redNow: number): boolean => {
    const own = preference[node] as Colour
    const bounds = boundsFor(own, adversary.answer(node, view), redNow)
    const draw = draws.uint32()
    let end: number = outcome.none
    if (draw < (bounds[3] as number)) {
      end = draw < (bounds[1] as number) ? outcome.redPreferred : outcome.bluePreferred
      if (draw < (bounds[0] as number)) end = outcome.redConfident
      else if (end === outcome.bluePreferred && draw < (bounds[2] as number)) end = outcome.blueConfident
    }
    if (end === outcome.none) {
      confidence[node] = 0
      return false
    }
    const colour = end <= outcome.redPreferred ? red : blue
    let next: Colour = colour
    if (variant === 'snowball') {
      const ahead = (lead[node] as number) + (colour === red ? 1 : -1)
      lead[node] = ahead
      next = ahead > 0 ? red : ahead < 0 ? blue : own
    }
    if (end === outcome.redPreferred || end === outcome.bluePreferred) confidence[node] = 0
    else if (lastColour[node] === colour) confidence[node] = (confidence[node] as number) + 1
    else confidence[node] = 1
    if (end === outcome.redConfident || end === outcome.blueConfident) lastColour[node] = colour
    const isDecided = (confidence[node] as number) >= beta
    if (isDecided) next = colour
    if (next !== own) {
      preference[node] = next
      reds += next === red ? 1 : -1
    }
    if (isDecided) decided[colour] = (decided[colour] as number) + 1
    return isDecided
  }
  const remove = (position: number): void => {
    undecidedCount--
    undecided[position] = undecided[undecidedCount] as number
  }

  let round = 0
  let firstDecision: number | null = null
  let conflict: number | null = null
  let trace: Uint8Array = new Uint8Array(32)
  const traced = new DataView(new ArrayBuffer(12))
  while (round < maxRounds && undecidedCount > 0 && conflict === null) {
    round++
    adversary.beginRound(view)
    if (schedule === 'lockstep') {
      const redNow = reds
      // Backwards, so that the one put in a decided node's place has polled already.
      for (let position = undecidedCount - 1; position >= 0; position--) {
        if (poll(undecided[position] as number, redNow)) remove(position)
      }
    } else {
      for (let polls = undecidedCount; polls > 0 && undecidedCount > 0; polls--) {
        const position = draws.below(undecidedCount)
        if (poll(undecided[position] as number, reds)) remove(position)
      }
    }
    if (firstDecision === null && undecidedCount < honest) firstDecision = round
    if (decided[red] !== 0 && decided[blue] !== 0) conflict = round
    traced.setUint32(0, reds)
    traced.setUint32(4, decided[red] as number)
    traced.setUint32(8, decided[blue] as number)
    trace = sha256(trace, new Uint8Array(traced.buffer))
    if (round % reportEvery === 0) yield { round, redShare: reds / honest, decided: honest - undecidedCount }
  }
  return {
    verdict: conflict !== null ? 'violated' : undecidedCount > 0 ? 'no-progress' : 'pass',
    honest,
    byzantine,
    rounds: round,
    firstDecision,
    lastDecision: undecidedCount === 0 ? round : null,
    conflict,
    decided: { red: decided[red] as number, blue: decided[blue] as number },
    undecided: undecidedCount,
    redShare: reds / honest,
    traceHash: toHex(trace),
  }
}

/** The same to its end, for callers that need no report. */
export function runSamplingToEnd(parameters: SamplingParameters, rng: Rng): SamplingResult {
  const run = runSampling(parameters, rng)
  for (;;) {
    const step = run.next()
    if (step.done === true) return step.value
  }
}
