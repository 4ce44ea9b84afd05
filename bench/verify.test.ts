import { describe, expect, it } from 'vitest'
import { formatRate, formatTable, measure, medianOf } from './harness.ts'
import { runVerifyBench, type VerifyBenchReport } from './verify.ts'

describe('runVerifyBench', () => {
  it('writes one JSON value with every task, backend and figure, and the machine', { timeout: 60_000 }, async () => {
    let output = ''
    const report = await runVerifyBench({
      json: true,
      seconds: 0.1,
      write: (text) => {
        output += text
      },
    })
    expect(JSON.parse(output)).toEqual(JSON.parse(JSON.stringify(report)))
    const { machine, tasks } = JSON.parse(output) as VerifyBenchReport
    expect(machine.node).toBe(process.versions.node)
    expect(tasks.map(({ task }) => task)).toEqual([
      'ML-DSA-44 verify',
      'ML-DSA-44 sign (hedged, verified)',
      'ML-DSA-65 verify',
      'ML-DSA-65 sign (hedged, verified)',
      'ML-DSA-87 verify',
      'ML-DSA-87 sign (hedged, verified)',
      'ML-DSA-65+P-256 verify',
      'ML-DSA-65+P-256 sign (hedged, verified)',
      'ML-KEM-768 key generation',
      'ML-KEM-768 encapsulation',
      'ML-KEM-768 decapsulation, key open',
      'ML-DSA-65 verify, batches of 500, new keys',
      'ML-DSA-65 verify, batches of 500, 50 senders',
    ])
    for (const { figures } of tasks) {
      expect(figures.length).toBeGreaterThan(0)
      for (const { perSecond, lowestPerSecond, highestPerSecond } of figures) {
        expect(lowestPerSecond).toBeGreaterThan(0)
        expect(perSecond).toBeGreaterThanOrEqual(lowestPerSecond)
        expect(perSecond).toBeLessThanOrEqual(highestPerSecond)
      }
    }
  })
})

describe('the harness', () => {
  it('takes turns between the cases and counts units', async () => {
    const order: string[] = []
    const figures = await measure(
      ['a', 'b'].map((name) => ({ name, unitsPerCall: 10, run: () => order.push(name) })),
      { secondsPerRun: 0, runs: 3 },
    )
    // Once each to warm up, then in turn.
    expect(order.join('')).toBe('abababab')
    expect(figures.map(({ runs }) => runs)).toEqual([3, 3])
  })

  it('finds medians and writes rates and tables', () => {
    expect(medianOf([1, 2, 9])).toBe(2)
    expect(medianOf([1, 2, 4, 9])).toBe(3)
    expect([12.34, 999.4, 999.9, 12_345, 1_234_567].map(formatRate)).toEqual(['12.3', '999', '1k', '12.3k', '1.23M'])
    expect(formatTable(['task', 'rate'], [['sign', '7']])).toBe('task  rate\n----  ----\nsign     7')
  })
})
