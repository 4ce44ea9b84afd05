/** Each rule taken away is noticed, by the attack it prevents; with the rule in place the same attack does nothing. */
import { describe, expect, it } from 'vitest'
import { controlOptions, controls } from './controls.ts'
import { controlNames } from './options.ts'
import { runSimulation } from './simulation.ts'

describe('negative controls', { timeout: 240_000 }, () => {
  it.each(controlNames)('%s is reported', (name) => {
    for (const seed of [1, 3]) {
      const { verdict, violations } = runSimulation(controlOptions(name, { seed }))
      expect(verdict, `seed ${seed}`).toBe(controls[name].verdict)
      expect(violations.some(({ rule }) => rule === 'fault')).toBe(false)
    }
  })

  it.each(['f', 'support', 'twin', 'horizon'] as const)(
    '%s makes honest validators commit different orders',
    (name) => {
      const { violations } = runSimulation(controlOptions(name, { seed: 1 }))
      expect(violations.map(({ rule }) => rule)).toContain('prefix')
    },
  )

  it('journal makes a validator sign twice', () => {
    const { violations } = runSimulation(controlOptions('journal', { seed: 1 }))
    expect(violations.map(({ rule }) => rule)).toEqual(['two-vertices'])
  })

  // Two of four Byzantine are beyond any rule.
  it.each(controlNames.filter((name) => name !== 'f'))('%s: the attack fails where the rule holds', (name) => {
    const { verdict, violations } = runSimulation(controlOptions(name, { seed: 1, control: null }))
    expect({ verdict, violations }).toEqual({ verdict: 'pass', violations: [] })
  })
})
