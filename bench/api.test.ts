import { describe, expect, it } from 'vitest'
import { type ApiBenchReport, runApiBench } from './api.ts'

describe('runApiBench', () => {
  it('reads and submits by every way and writes one JSON value with all figures', { timeout: 60_000 }, async () => {
    let output = ''
    const report = await runApiBench({
      json: true,
      seconds: 1,
      write: (text) => {
        output += text
      },
    })
    expect(JSON.parse(output)).toEqual(JSON.parse(JSON.stringify(report)))
    const { tasks, machine } = JSON.parse(output) as ApiBenchReport
    expect(machine.node).toBe(process.versions.node)
    expect(tasks.map(({ task }) => task)).toEqual([
      'an account, GET /accounts/{id}',
      'a signed transfer, POST /transactions',
    ])
    for (const { figures } of tasks) {
      expect(figures.map(({ way }) => way)).toEqual(['bare node:http', 'REST', 'WebSocket', 'local socket'])
      for (const { perSecond, lowestPerSecond, highestPerSecond, latencyMs, requests } of figures) {
        expect(requests).toBeGreaterThan(0)
        expect(lowestPerSecond).toBeGreaterThan(0)
        expect(perSecond).toBeGreaterThanOrEqual(lowestPerSecond)
        expect(perSecond).toBeLessThanOrEqual(highestPerSecond)
        expect(latencyMs.p99).toBeGreaterThanOrEqual(latencyMs.p50)
      }
    }
  })
})
