/** Siblings handed to different validators, with preferences from the polls, from chance, and from the adversary. */
import { describe, expect, it } from 'vitest'
import type { Journey } from './clients.ts'
import { type SimOptions, simOptions } from './options.ts'
import { type SimRun, simulate } from './simulation.ts'

const settings: readonly [string, Partial<SimOptions>][] = [
  ['the polls', { preference: 'polls' }],
  ['chance', { preference: 'random' }],
  ['the adversary', { preference: 'adversarial' }],
  ['polls with a liar', { preference: 'polls', byzantine: 1, adversaries: ['split', 'lie'] }],
]

function contest(overrides: Partial<SimOptions>): SimRun {
  const run = simulate(simOptions({ nodes: 4, seconds: 20, adversaries: ['split'], ...overrides }))
  const { verdict, violations } = run.result
  expect({ verdict, violations }).toEqual({ verdict: 'pass', violations: [] })
  return run
}

/** Commits from a submission to the execution, as the whole network counts them. */
function commitsTaken({ hosts, clients }: SimRun): number[] {
  const times = new Map<number, number>()
  for (const host of hosts) {
    for (let entry = host?.executed ?? null; entry !== null; entry = entry.previous) {
      const { commitIndex, commitTimeMs } = entry.commit
      times.set(commitIndex, commitTimeMs - 1_750_000_020_000)
    }
  }
  const before = (atMs: number): number => [...times.values()].filter((timeMs) => timeMs <= atMs).length
  return clients.journeys
    .filter(({ isContested, end }) => !isContested && end !== null)
    .map(({ submittedAtMs, end }) => (end as NonNullable<Journey['end']>).commitIndex - before(submittedAtMs))
}

describe('siblings', { timeout: 240_000 }, () => {
  it.each(settings)('execute once and the others are rejected, preferred by %s', (_, overrides) => {
    const { clients, hosts } = contest(overrides)
    const contested = clients.journeys.filter(({ isContested }) => isContested)
    const byConflict = Map.groupBy(contested, ({ known }) => known.conflict)
    expect(byConflict.size).toBeGreaterThan(10)
    for (const siblings of byConflict.values()) {
      const executed = siblings.filter(({ end }) => end !== null && end.outcome !== 'rejected')
      expect(executed.length).toBeLessThanOrEqual(1)
      if (executed.length === 0) continue
      for (const { end, known, home } of siblings) {
        if (end !== null)
          expect(end.outcome === 'rejected' ? end.code : null).toBe(end.outcome === 'rejected' ? 'SIBLING_WON' : null)
        // What never was in the order is given up by the validator it was handed to.
        else expect(hosts[home]?.pending.has(known.txKey)).toBe(false)
      }
    }
    const decided = [...byConflict.values()].filter((siblings) => siblings.some(({ end }) => end !== null))
    expect(decided.length).toBeGreaterThan(0.8 * byConflict.size)
  })

  it('are polled about', () => {
    const { network } = contest({})
    expect(network.messagesOf.get('poll')).toBeGreaterThan(10)
    expect(network.messagesOf.get('poll-reply')).toBeGreaterThan(10)
  })

  it('are preferred by whom the setting says: each makes another run', () => {
    const hashes = settings.map(([, overrides]) => contest(overrides).result.traceHash)
    expect(new Set(hashes).size).toBe(settings.length)
  })

  it('are executed as they are preferred: another source lets others win', () => {
    const winners = (preference: SimOptions['preference']): readonly string[] =>
      contest({ preference })
        .clients.journeys.filter(({ isContested, end }) => isContested && end !== null && end.outcome !== 'rejected')
        .map(({ known }) => known.txKey)
    const polled = winners('polls')
    expect(polled.length).toBeGreaterThan(10)
    expect(winners('random')).not.toEqual(polled)
    expect(winners('adversarial')).not.toEqual(polled)
  })

  it('delay no other account by more than a commit', () => {
    const undisturbed = Math.max(...commitsTaken(contest({ adversaries: [] })))
    for (const [, overrides] of settings.slice(0, 3)) {
      expect(Math.max(...commitsTaken(contest(overrides)))).toBeLessThanOrEqual(undisturbed + 1)
    }
  })
})
