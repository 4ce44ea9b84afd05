/** The real engine against each adversary and fault, a few seeds each; `qudag sim campaign` runs thousands. */
import { describe, expect, it } from 'vitest'
import { bytesKey, equalBytes } from '../core/bytes.ts'
import type { Host } from './host.ts'
import { type AdversaryName, adversaryNames, optionsProblem, type SimOptions, simOptions } from './options.ts'
import { regressions } from './regressions/index.ts'
import { runSimulation, type SimResult, simulate } from './simulation.ts'

/** Each takes a second or two; a loaded machine, many times that. */
const slow = { timeout: 240_000 }

/** Everything that says something about a failure. */
function outcome({ verdict, violations, unfinished, overdue }: SimResult): unknown {
  return { verdict, violations, unfinished, overdue }
}

const pass = { verdict: 'pass', violations: [], unfinished: 0, overdue: 0 }

function passes(options: Partial<SimOptions>): SimResult {
  const result = runSimulation(simOptions({ seconds: 10, ...options }))
  expect(outcome(result)).toEqual(pass)
  return result
}

describe('a run', slow, () => {
  it('is the same, event by event, for the same options', () => {
    const options = simOptions({
      nodes: 4,
      byzantine: 1,
      adversaries: ['mixed'],
      seconds: 6,
      drop: 0.02,
      randomCrashes: { meanIntervalMs: 4_000, maxKills: null, onlyAfterSending: false },
    })
    const [first, again] = [runSimulation(options), runSimulation(options)]
    expect(again).toEqual(first)
    expect(runSimulation({ ...options, seed: 2 }).traceHash).not.toBe(first.traceHash)
  })

  it('comes out the same where every validator executes for itself', () => {
    const options = simOptions({ seconds: 5, byzantine: 1, adversaries: ['split', 'equivocate'] })
    expect(runSimulation({ ...options, executesAll: true })).toEqual(runSimulation(options))
  })

  it('comes out the same with real signatures and encoded messages, but for the bytes of transactions', () => {
    const options = simOptions({ seconds: 2, load: 5 })
    const cheap = runSimulation(options)
    const real = runSimulation({ ...options, realSignatures: true })
    expect(outcome(real)).toEqual(pass)
    expect([real.finalized, real.commits > 10]).toEqual([cheap.finalized, true])
  })

  it('finalises what honest people send, in half a second on a good network', () => {
    const { finalized, finalityMs, commits } = passes({ nodes: 4 })
    expect(finalized).toBeGreaterThan(80)
    expect(commits).toBeGreaterThan(80)
    expect(finalityMs.p50).toBeLessThan(600)
    expect(finalityMs.max).toBeLessThan(1_500)
  })

  it.each([1, 2, 3, 7, 10])('orders for %i validators', (nodes) => void passes({ nodes, seconds: 5 }))

  it('lets a drawn committee order, another each epoch, while the others follow', () => {
    const { result, hosts } = simulate(simOptions({ nodes: 12, seats: 5, seconds: 8, epochMs: 3_000 }))
    expect(outcome(result)).toEqual(pass)
    expect(result.finalized).toBeGreaterThan(50)
    const authors = new Map<number, Set<string>>()
    for (let at = hosts[0]?.executed ?? null; at !== null; at = at.previous) {
      const { epoch, vertices } = at.commit
      const ofEpoch = authors.get(epoch) ?? new Set()
      for (const { author } of vertices) ofEpoch.add(bytesKey(author))
      authors.set(epoch, ofEpoch)
    }
    const [first, second] = [[...(authors.get(0) ?? [])].sort(), [...(authors.get(1) ?? [])].sort()]
    expect([first.length, second.length].every((count) => count >= 4 && count <= 5)).toBe(true)
    expect(second).not.toEqual(first)
    for (const host of hosts) expect(host.executed?.commit.commitIndex).toBeGreaterThan(result.commits - 4)
  })

  it('refuses options that describe no network', () => {
    expect(optionsProblem(simOptions({ nodes: 0 }))).toBeDefined()
    expect(optionsProblem(simOptions({ byzantine: 4 }))).toBeDefined()
    expect(optionsProblem(simOptions({ stakes: [1, 2] }))).toBeDefined()
    expect(optionsProblem(simOptions({ seats: 5 }))).toBeDefined()
    expect(optionsProblem(simOptions({ nodes: 1_001 }))).toBeDefined()
    expect(optionsProblem(simOptions({ adversaries: ['omit'] }))).toBeDefined()
    expect(optionsProblem(simOptions({ adversaries: ['split'] }))).toBeUndefined()
    expect(
      optionsProblem(simOptions({ crashes: [{ node: 4, atMs: 1, downMs: 1, damagesJournal: false }] })),
    ).toBeDefined()
  })
})

describe('adversaries below a third', slow, () => {
  it.each(adversaryNames)('%s: one of four, two of seven', (name) => {
    passes({ seed: 1, nodes: 4, byzantine: 1, adversaries: [name] })
    passes({ seed: 2, nodes: 7, byzantine: 2, adversaries: [name], seconds: 5 })
  })

  it.each<[AdversaryName[]]>([
    [['equivocate', 'omit']],
    [['equivocate', 'withhold', 'split']],
    [['slow', 'omit', 'lie', 'split']],
    [['withhold', 'future', 'flood']],
  ])('together: %j', (adversaries) => void passes({ seed: 3, nodes: 7, byzantine: 2, adversaries, seconds: 6 }))

  it('with unequal stakes', () => {
    passes({ nodes: 4, byzantine: 1, stakes: [5, 1, 1, 3], adversaries: ['equivocate'] })
    passes({ nodes: 7, byzantine: 2, stakes: [9, 2, 1, 7, 3, 5, 5], adversaries: ['mixed'], seconds: 6 })
  })
})

describe('a hostile network', slow, () => {
  it('loses, doubles and delays messages, with clocks that are off', () => {
    passes({ drop: 0.05, duplicate: 0.05, late: 0.05, maxLateMs: 2_000, maxSkewMs: 400 })
  })

  it.each([false, true])('falls apart and comes together again (one way: %s)', (isOneWay) => {
    const partitions = [{ startMs: 2_000, durationMs: 4_000, groups: [2, 2], isOneWay }]
    const { finalityMs } = passes({ partitions })
    expect(finalityMs.max).toBeGreaterThan(3_000)
  })

  it('goes from epoch to epoch under all of it', () => {
    passes({
      nodes: 7,
      byzantine: 2,
      adversaries: ['mixed'],
      epochMs: 2_500,
      drop: 0.03,
      randomCrashes: { meanIntervalMs: 8_000, maxKills: null, onlyAfterSending: false },
    })
  })

  it('leaves a validator whose journal is damaged as one that follows, and its clients to others', () => {
    const crashes = [{ node: 1, atMs: 3_000, downMs: 1_000, damagesJournal: true }]
    const { result, hosts } = simulate(simOptions({ seconds: 10, crashes }))
    expect(outcome(result)).toEqual(pass)
    expect(hosts[1]?.signs).toBe(false)
    const host = hosts[1] as Host
    const own = host.disk.vertices(0, 0).filter(({ author }) => equalBytes(author, host.validator.id))
    expect(own.length).toBeGreaterThan(20)
    expect(own.every(({ timestampMs }) => timestampMs < 1_750_000_024_000)).toBe(true)
    expect(hosts[1]?.executed?.commit.commitIndex).toBeGreaterThan(result.commits - 3)
  })
})

describe('what failed once', slow, () => {
  it.each(regressions.map((regression) => [regression.name, regression.options] as const))('%s', (_, options) => {
    expect(outcome(runSimulation(options))).toEqual(pass)
  })
})
