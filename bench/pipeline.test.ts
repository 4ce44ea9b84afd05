import { describe, expect, it } from 'vitest'
import { type PipelineBenchReport, runPipelineBench } from './pipeline.ts'
import { runLoad } from './pipeline-load.ts'

describe('runPipelineBench', () => {
  it('takes every load to Finalized and writes one JSON value with all figures', { timeout: 60_000 }, async () => {
    let output = ''
    const report = await runPipelineBench({
      json: true,
      seconds: 0.5,
      write: (text) => {
        output += text
      },
    })
    expect(JSON.parse(output)).toEqual(JSON.parse(JSON.stringify(report)))
    const { figures, machine } = JSON.parse(output) as PipelineBenchReport
    expect(machine.node).toBe(process.versions.node)
    expect(figures.map(({ load, operationsPerTransaction }) => [load, operationsPerTransaction])).toEqual([
      ['transfers, new keys', 1],
      ['transfers, keys cached', 1],
      ['transfers, keys cached, over the socket', 1],
      ['bundles of 64, new keys', 64],
      ['bundles of 64, keys cached', 64],
      ['one transfer at a time', 1],
    ])
    for (const { admittedPerSecond, finalizedPerSecond, operationsPerSecond, finalityMs, ...figure } of figures) {
      expect(finalizedPerSecond).toBeGreaterThan(0)
      expect(admittedPerSecond).toBeGreaterThanOrEqual(finalizedPerSecond)
      expect(operationsPerSecond).toBeCloseTo(finalizedPerSecond * figure.operationsPerTransaction, 6)
      // Finality takes two rounds after the vertex that carries it, and rounds are 100 ms apart at least.
      expect(finalityMs.p50).toBeGreaterThan(50)
      expect(finalityMs.p95).toBeGreaterThanOrEqual(finalityMs.p50)
    }
  })
})

describe('runLoad', () => {
  it('stays within what may be in flight, and fails where a transaction does', async () => {
    let onEnd: (txId: string, outcome: string | undefined) => void = () => undefined
    let inFlight = 0
    let most = 0
    const transactions = Array.from({ length: 20 }, (_, index) => ({ txId: `t${index}`, bytes: Uint8Array.of(index) }))
    const target = (outcomeOf: (index: number) => string) => ({
      async submit(bytes: Uint8Array) {
        inFlight += 1
        most = Math.max(most, inFlight)
        setImmediate(() => {
          inFlight -= 1
          onEnd(`t${bytes[0]}`, outcomeOf(bytes[0] as number))
        })
      },
      async followEnds(callback: typeof onEnd) {
        onEnd = callback
      },
    })
    const options = { concurrency: 8, maxInFlight: 3 }
    const result = await runLoad(
      target(() => 'ok'),
      transactions,
      options,
    )
    expect(most).toBe(3)
    expect(result).toMatchObject({ transactions: 20 })
    expect(result.latenciesMs).toHaveLength(20)
    const failing = runLoad(
      target((index) => (index === 7 ? 'failed' : 'ok')),
      transactions,
      options,
    )
    await expect(failing).rejects.toThrow('transaction t7 ended failed')
  })
})
