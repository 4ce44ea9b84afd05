import { describe, expect, it } from 'vitest'
import { measureHandshakes } from './handshake-cost.ts'
import { realScheduler } from './test-support.ts'

describe('the cost of a handshake', () => {
  it('is measured over whole handshakes of both kinds', async () => {
    // A clock that counts its readings: a figure is then one reading a round, and no test of speed.
    let readings = 0
    const cost = await measureHandshakes({ rounds: 2 }, { cpuMs: () => ++readings * 10, scheduler: realScheduler })
    expect(cost).toEqual({ rounds: 2, hybridCpuMs: 5, classicalCpuMs: 5, hybridBytes: 1_216 + 1_296 + 160 })
  })
})
