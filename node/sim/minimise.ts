/** Makes a failing run smaller while it still fails in the same way: fewer faults, adversaries, seconds and validators. */
import { optionsProblem, type SimOptions, stakesOf } from './options.ts'
import type { SimResult } from './simulation.ts'

/** What is smaller about a run, the most telling first. */
function simpler(options: SimOptions): SimOptions[] {
  const found: SimOptions[] = []
  const without = (change: Partial<SimOptions>): void => {
    found.push({ ...options, ...change })
  }
  if (options.seconds > 1) without({ seconds: Math.max(1, Math.floor(options.seconds / 2)) })
  if (options.randomCrashes !== null) without({ randomCrashes: null })
  if (options.partitions.length > 0) without({ partitions: options.partitions.slice(1) })
  if (options.crashes.length > 0) without({ crashes: options.crashes.slice(1) })
  if (options.drop > 0) without({ drop: 0 })
  if (options.duplicate > 0) without({ duplicate: 0 })
  if (options.late > 0) without({ late: 0, maxLateMs: 0 })
  if (options.maxSkewMs > 0) without({ maxSkewMs: 0 })
  if (options.preference !== 'polls') without({ preference: 'polls' })
  if (options.epochMs < 600_000) without({ epochMs: 600_000 })
  for (const name of options.adversaries) {
    if (options.adversaries.length > 1) without({ adversaries: options.adversaries.filter((other) => other !== name) })
  }
  if (options.stakes !== null) without({ stakes: null })
  if (options.attack === null && options.nodes > 4) {
    const { nodes, byzantine, stakes } = options
    const smaller = { nodes: nodes - 3, byzantine: Math.max(0, byzantine - 1) }
    if (stakes === null) without(smaller)
  }
  if (options.load > 1) without({ load: Math.floor(options.load / 2) })
  if (options.seconds > 1) without({ seconds: options.seconds - 1 })
  return found
}

export interface Minimised {
  readonly options: SimOptions
  readonly result: SimResult
  readonly runs: number
}

/**
 * @param run runs the simulation, anywhere
 * @param maxRuns tries at most
 */
export async function minimise(
  options: SimOptions,
  result: SimResult,
  run: (options: SimOptions) => Promise<SimResult>,
  maxRuns: number,
): Promise<Minimised> {
  let best = { options, result }
  let runs = 0
  for (let isSmaller = true; isSmaller && runs < maxRuns; ) {
    isSmaller = false
    for (const candidate of simpler(best.options)) {
      if (runs >= maxRuns) break
      if (optionsProblem(candidate) !== undefined || isBeyondThird(candidate, options)) continue
      runs += 1
      const outcome = await run(candidate)
      if (!failsAlike(outcome, result)) continue
      best = { options: candidate, result: outcome }
      isSmaller = true
      break
    }
  }
  return { ...best, runs }
}

/** Where the run that failed kept its adversaries below a third, a smaller one has to as well. */
function isBeyondThird(candidate: SimOptions, options: SimOptions): boolean {
  const isBeyond = (of: SimOptions): boolean => 3 * stakesOf(of).byzantine >= stakesOf(of).total
  return isBeyond(candidate) && !isBeyond(options)
}

function failsAlike(a: SimResult, b: SimResult): boolean {
  return a.verdict === b.verdict && a.violations[0]?.rule === b.violations[0]?.rule
}
