/** Every commit of a run is executed by groups as well and held against the serial execution; a wrong grouping is noticed. */
import { describe, expect, it } from 'vitest'
import { assemble, planCommit } from '../ledger/commit-plan.ts'
import { CommitRun } from '../ledger/commit-run.ts'
import type { executeInGroups } from '../ledger/parallel-execution.ts'
import { firstDifference } from './first-difference.ts'
import { simOptions } from './options.ts'
import { simulate } from './simulation.ts'

/** Planted fault: every step is a group of its own, as if a sender's two payments had nothing in common. */
const eachStepAlone: typeof executeInGroups = (state, commit, chain) => {
  const steps = planCommit(state, commit).map((step) => ({ step, run: new CommitRun(state, commit, chain) }))
  const outputs = steps.map(({ step, run }) => run.take(step))
  const runs = steps.map(({ run }) => run)
  return assemble(state, commit, outputs, runs)
}

describe('parallel equals serial', { timeout: 120_000 }, () => {
  const busy = simOptions({ seconds: 6, load: 60, byzantine: 1, adversaries: ['split', 'equivocate'], epochMs: 2_500 })

  it('after every commit of a busy run, siblings and epochs included', () => {
    const { result, hosts } = simulate(busy)
    expect(result).toMatchObject({ verdict: 'pass', violations: [] })
    // Or there would be nothing to tell apart.
    let most = 0
    for (let at = hosts[0]?.executed ?? null; at !== null; at = at.previous) most = Math.max(most, at.results.length)
    expect(most).toBeGreaterThan(5)
  })

  it('is violated where steps that meet are run apart', () => {
    const { result } = simulate(busy, {}, { executesInGroups: eachStepAlone })
    expect(result.verdict).toBe('violated')
    expect(result.violations.map(({ rule }) => rule)).toEqual(['parallel'])
  })
})

describe('the first difference', () => {
  const value = () => ({
    list: [{ id: Uint8Array.of(1, 2), amount: 5n }],
    map: new Map([['a', 1] as const]),
    none: null,
  })

  it('is none between equal values', () => {
    expect(firstDifference(value(), value())).toBeNull()
  })

  it('is named by its path', () => {
    expect(firstDifference(value(), { ...value(), list: [{ id: Uint8Array.of(1, 3), amount: 5n }] })).toBe('list[0].id')
    expect(firstDifference(value(), { ...value(), list: [{ id: Uint8Array.of(1, 2), amount: 6n }] })).toBe(
      'list[0].amount',
    )
    expect(firstDifference(value(), { ...value(), list: [] })).toBe('list.length')
    expect(firstDifference(value(), { ...value(), map: new Map([['b', 1] as const]) })).toBe('map[0][0]')
    expect(firstDifference(value(), { ...value(), none: undefined })).toBe('none')
    expect(firstDifference(new Map([['a', 1]]), { a: 1 }, 'delta')).toBe('delta')
  })

  it('is also one of order: maps are written out as they stand', () => {
    const [forth, back] = [
      new Map([['a', 1] as const, ['b', 2] as const]),
      new Map([['b', 2] as const, ['a', 1] as const]),
    ]
    expect(firstDifference(forth, back)).toBe('[0][0]')
  })
})
