import { describe, expect, it } from 'vitest'
import { type AbuseBenchReport, runAbuseBench } from './abuse.ts'

describe('runAbuseBench', () => {
  it('measures the same payments with and without abuse, and says what came of it', { timeout: 900_000 }, async () => {
    let output = ''
    const report = await runAbuseBench({
      minutes: 0.25,
      attacks: ['request-giant'],
      json: true,
      write: (text) => {
        output += text
      },
    })
    expect(JSON.parse(output)).toEqual(JSON.parse(JSON.stringify(report)))
    const { undisturbed, kinds, nodes, memory, wronglyBanned } = JSON.parse(output) as AbuseBenchReport
    expect(undisturbed.payments).toBeGreaterThan(0)
    const [kind] = kinds
    expect(kinds.map(({ name }) => name)).toEqual(['request-giant'])
    expect(kind?.payments).toBeGreaterThan(0)
    expect(kind?.done.questions).toBeGreaterThan(0)
    expect(kind?.bans.REQUEST_INVALID).toBeGreaterThan(0)
    expect(nodes).toHaveLength(4)
    expect(memory.length).toBeGreaterThan(5)
    expect(memory.every(({ rssMb }) => rssMb.length === 4)).toBe(true)
    expect(wronglyBanned).toEqual([])
  })
})
