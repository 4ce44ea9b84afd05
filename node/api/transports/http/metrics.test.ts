import { describe, expect, it } from 'vitest'
import { createHttpMetrics } from './metrics.ts'

const status = {
  pid: 1,
  chainId: 'c',
  network: 'n',
  role: 'validator',
  commitIndex: 7,
  round: 9,
  stateRoot: '',
  checkpoint: null,
  validators: 1,
  peers: 0,
  mempool: 2,
  finalityMs: { p50: 210, p95: 340 },
  storage: { bytes: 5 },
} as const

describe('createHttpMetrics', () => {
  it('writes samples that add up, each name with its type', () => {
    const metrics = createHttpMetrics()
    const answer = { method: 'GET', route: '/a/{b}', status: 200, code: undefined, tokenId: undefined }
    for (const durationMs of [0.5, 30, 60_000]) metrics.answered({ ...answer, durationMs })
    const lines = metrics.text({ status, connections: 3 }).trimEnd().split('\n')
    metrics.close()
    const labels = 'method="GET",route="/a/{b}",status="200"'
    const name = 'qudag_http_request_duration_seconds'
    expect(lines).toContain(`${name}_bucket{${labels},le="0.001"} 1`)
    expect(lines).toContain(`${name}_bucket{${labels},le="0.1"} 2`)
    expect(lines).toContain(`${name}_bucket{${labels},le="10"} 2`)
    expect(lines).toContain(`${name}_bucket{${labels},le="+Inf"} 3`)
    expect(lines).toContain(`${name}_count{${labels}} 3`)
    expect(lines).toContain('qudag_commits_total 7')
    expect(lines).toContain('qudag_finality_seconds{quantile="0.95"} 0.34')
    expect(lines).toContain('qudag_http_connections 3')
    const typed = new Set(lines.filter((line) => line.startsWith('# TYPE')).map((line) => line.split(' ')[2]))
    for (const line of lines.filter((text) => !text.startsWith('#'))) {
      expect(line).toMatch(/^[a-z0-9_]+(\{.*\})? -?[0-9.e+-]+$/)
      const sample = /^[a-z0-9_]+/.exec(line)?.[0] ?? ''
      expect(typed.has(sample) || typed.has(sample.replace(/_(bucket|sum|count)$/, ''))).toBe(true)
    }
    // A checkpoint that is not there has no number.
    expect(lines.some((line) => line.startsWith('qudag_checkpoint_sequence'))).toBe(false)
  })
})
