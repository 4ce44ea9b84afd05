import { describe, expect, it } from 'vitest'
import { soundRules } from '../../consensus/protocol-rules.ts'
import { seededRng } from '../../core/rng.ts'
import { type ModelBreak, modelBreaks, rulesOf } from './breaks.ts'
import { runModelCheck } from './index.ts'
import { exploreManyLeaders } from './many-leaders.ts'

const small = { rounds: 12, graphs: 150, seed: 1 }
/** Minutes of slack: the check takes ten seconds on an idle machine. */
const timeoutMs = 300_000

describe('model check', () => {
  it('finds no two honest views of the sound protocol that order differently', { timeout: timeoutMs }, () => {
    const { exhaustive, drawn, counterexample } = runModelCheck({ broken: null, twins: 2, ...small })
    expect(counterexample).toBeNull()
    // As many as docs/protocol.md says are gone through: fewer would be a hole in the check.
    expect(exhaustive).toEqual({
      graphs: 1_653,
      anchors: 4_295,
      views: 166_459,
      commits: 20_881,
      skips: 10_684,
      undecided: 134_894,
    })
    expect(drawn?.graphs).toBe(small.graphs)
    for (const count of [drawn?.commits, drawn?.skips, drawn?.undecided]) expect(count).toBeGreaterThan(20)
  })

  for (const broken of Object.keys(modelBreaks) as ModelBreak[]) {
    it(`notices in all small graphs that ${modelBreaks[broken].what}`, { timeout: timeoutMs }, () => {
      // Two more of one author are what it takes for two to count as three.
      const report = runModelCheck({ broken, twins: broken === 'authors' ? 3 : 2, ...small })
      expect(report.drawn).toBeNull()
      const [first, second] = report.counterexample?.views ?? []
      expect(first?.decides).not.toBe(second?.decides)
      expect(first?.decides).toMatch(/^(?:commit [ABCX]\d'*|skip round \d+)$/)
    })

    it(`notices in drawn graphs that ${modelBreaks[broken].what}`, { timeout: timeoutMs }, () => {
      const options = { rounds: 12, graphs: 500, rng: seededRng(1) }
      expect(exploreManyLeaders(rulesOf(broken), options).counterexample).not.toBeNull()
    })
  }

  it('takes the protocol’s own rules for the sound ones', () => {
    expect(rulesOf(null)).toBe(soundRules)
  })
})
