/**
 * Model check: the real decision functions over all small graphs and over drawn larger ones. No two honest views may commit
 * different orders; with a rule taken away, the checker has to find two that do. Source: docs/protocol.md, "Model check".
 */
import { seededRng } from '../../core/rng.ts'
import { type ModelBreak, rulesOf } from './breaks.ts'
import { exploreManyLeaders } from './many-leaders.ts'
import { exploreOneLeader } from './one-leader.ts'
import type { Counterexample, VerdictCounts } from './verdicts.ts'

export { type ModelBreak, modelBreaks } from './breaks.ts'
export type { Counterexample } from './verdicts.ts'

export interface ModelCheckOptions {
  /** Rule taken away; null for the sound protocol. */
  readonly broken: ModelBreak | null
  /** Vertices that the Byzantine validator makes a round at most, where every graph is gone through. */
  readonly twins: number
  /** Of drawn graphs. */
  readonly rounds: number
  /** Number of drawn graphs. */
  readonly graphs: number
  readonly seed: number
}

export interface ModelCheckReport extends ModelCheckOptions {
  /** Every graph of one leader, six rounds high. */
  readonly exhaustive: { readonly graphs: number; readonly anchors: number } & Readonly<VerdictCounts>
  /** Drawn graphs; null where the others showed a counterexample already. */
  readonly drawn: ({ readonly graphs: number } & Readonly<VerdictCounts>) | null
  readonly counterexample: Counterexample | null
}

export const modelCheckDefaults = { twins: 2, rounds: 12, graphs: 500, seed: 1 } as const

/** Smallest and largest of each option. Three twins take minutes; without a sixth round no anchor decides. */
export const modelCheckRanges = {
  twins: { least: 1, most: 3 },
  rounds: { least: 6, most: 60 },
  graphs: { least: 0, most: 1_000_000 },
  seed: { least: 0, most: 0xffff_ffff },
} as const

export function runModelCheck(options: ModelCheckOptions): ModelCheckReport {
  const rules = rulesOf(options.broken)
  const { graphs, anchors, counts, counterexample } = exploreOneLeader(rules, options.twins)
  const exhaustive = { graphs, anchors, ...counts }
  if (counterexample !== null) return { ...options, exhaustive, drawn: null, counterexample }
  const drawn = exploreManyLeaders(rules, { ...options, rng: seededRng(options.seed) })
  return {
    ...options,
    exhaustive,
    drawn: { graphs: drawn.graphs, ...drawn.counts },
    counterexample: drawn.counterexample,
  }
}
