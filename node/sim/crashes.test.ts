/** Kills between any two effects: what is not durable is lost, and nobody signs twice, forks, or stays behind. */
import { describe, expect, it } from 'vitest'
import { simOptions } from './options.ts'
import { simulate } from './simulation.ts'

describe('five hundred kills', { timeout: 600_000 }, () => {
  it('end in one order, no second signature, and every transaction executed', () => {
    let kills = 0
    let lostSignatures = 0
    const after = new Map<string, number>()
    for (let seed = 1; kills < 500; seed++) {
      const { result, hosts, faults } = simulate(
        simOptions({
          seed,
          nodes: 4,
          seconds: 60,
          load: 5,
          randomCrashes: { meanIntervalMs: 1_200, maxKills: null, onlyAfterSending: false },
        }),
      )
      const { verdict, violations, unfinished } = result
      expect({ seed, verdict, violations, unfinished }).toEqual({
        seed,
        verdict: 'pass',
        violations: [],
        unfinished: 0,
      })
      expect(result.kills).toBeGreaterThan(50)
      kills += result.kills
      for (const { disk } of hosts) lostSignatures += disk.lostSignatures
      for (const [type, count] of faults.killsAfter) after.set(type, (after.get(type) ?? 0) + count)
    }
    // Between journal and send, between send and commit, and with a record torn.
    for (const type of ['sign', 'journal', 'send', 'store', 'commit', 'certified'])
      expect(after.get(type), type).toBeGreaterThan(3)
    expect(lostSignatures).toBeGreaterThan(20)
  })
})
