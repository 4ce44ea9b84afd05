/** `qudag sim run` and `sim campaign` as scripts call them: options, output, exit code, and the same from any number of workers. */
import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Command } from 'commander'
import { describe, expect, it } from 'vitest'
import { temporaryFolder } from '../api/test-support/temporary-folder.ts'
import { runSimulation, simOptions } from '../sim/index.ts'
import { addNetworkOptions, networkOptions } from './commands/sim-options.ts'
import { createSimPool } from './sim-pool.ts'

const main = fileURLToPath(new URL('./main.ts', import.meta.url))
const folder = temporaryFolder('sim-run')

function qudag(...args: readonly string[]): { status: number | null; stdout: string; stderr: string } {
  const { status, stdout, stderr } = spawnSync(process.execPath, [main, 'sim', ...args], { encoding: 'utf8' })
  return { status, stdout, stderr }
}

describe('sim run', { timeout: 120_000 }, () => {
  it('prints what scripts rely on, and ends with 0 on pass', () => {
    const { status, stdout } = qudag('run', '--nodes', '4', '--seconds', '3', '--seed', '5', '--json')
    const result = JSON.parse(stdout) as Record<string, unknown>
    expect(status).toBe(0)
    expect(Object.keys(result).slice(0, 11)).toEqual(
      'seed traceHash violations finalized rejected finalityMs commits skips messages bytes verdict'.split(' '),
    )
    expect(result).toMatchObject({ seed: 5, violations: [], rejected: 0, verdict: 'pass' })
    expect(result.traceHash).toMatch(/^[0-9a-f]{64}$/)
    expect(result.finalityMs).toMatchObject({
      p50: expect.any(Number),
      p95: expect.any(Number),
      max: expect.any(Number),
    })
  })

  it('ends with 1 and says which rule is violated', () => {
    const { status, stdout, stderr } = qudag('run', '--break', 'twin', '--json')
    const { verdict, violations } = JSON.parse(stdout) as { verdict: string; violations: { rule: string }[] }
    expect([status, verdict, violations[0]?.rule]).toEqual([1, 'violated', 'prefix'])
    expect(JSON.parse(stderr)).toMatchObject({ error: { code: 'SIM_VIOLATED' } })
  })
})

describe('sim fuzz', { timeout: 120_000 }, () => {
  it('prints what became of every message, and ends with 0 on pass', () => {
    const { status, stdout } = qudag('fuzz', '--messages', '300', '--seed', '4', '--json')
    const result = JSON.parse(stdout) as { refused: Record<string, number>; maxMemory: Record<string, number> }
    expect(status).toBe(0)
    expect(result).toMatchObject({ seed: 4, messages: 300, verdict: 'pass', violations: [] })
    expect(result.refused.ENCODING_MALFORMED).toBeGreaterThan(10)
    expect(result.maxMemory.pending).toBeGreaterThan(0)
  })

  it('ends with 1 where those who fuzz are too many', () => {
    const { status, stderr } = qudag('fuzz', '--messages', '20', '--fuzzers', '2', '--json')
    expect(status).toBe(1)
    expect(JSON.parse(stderr)).toMatchObject({ error: { code: 'SIM_NO_PROGRESS' } })
  })
})

describe('simulations in workers', () => {
  it('have the same traces from one worker as from three, and in this thread', { timeout: 120_000 }, async () => {
    const networks = [1, 2, 3, 4].map((seed) =>
      simOptions({ seed, nodes: 4, byzantine: 1, adversaries: ['mixed'], seconds: 3 }),
    )
    const run = async (workers: number): Promise<string[]> => {
      const pool = createSimPool(workers)
      const results = await Promise.all(networks.map((network) => pool.run(network)))
      await pool.close()
      return results.map(({ traceHash }) => traceHash)
    }
    const traces = networks.map((network) => runSimulation(network).traceHash)
    expect(new Set(traces).size).toBe(4)
    expect([await run(1), await run(3)]).toEqual([traces, traces])
  })
})

describe('the options of a network', () => {
  const optionsOf = (...args: readonly string[]) => {
    const command = addNetworkOptions(new Command())
      .exitOverride()
      .configureOutput({ writeErr: () => undefined })
    command.parse(args, { from: 'user' })
    return networkOptions(command.opts())
  }

  it('are taken as they are typed', () => {
    const typed = [
      ...['--nodes', '7', '--byzantine', '2', '--adversary', 'equivocate,omit', '--stakes', '5,1,1,1,1,1,1'],
      ...['--partition', '10s:2/2:5s', '--partition', '20s:3:500ms:oneway', '--delay', '20-40', '--late', '0.05:300'],
      ...['--crash', '8s:1:2s', '--crash', 'random:5s', '--crash', '9s:0:1s:damage', '--epoch', '2m', '--skew', '50'],
    ]
    expect(optionsOf(...typed)).toMatchObject({
      nodes: 7,
      byzantine: 2,
      adversaries: ['equivocate', 'omit'],
      stakes: [5, 1, 1, 1, 1, 1, 1],
      partitions: [
        { startMs: 10_000, groups: [2, 2], durationMs: 5_000, isOneWay: false },
        { startMs: 20_000, groups: [3], durationMs: 500, isOneWay: true },
      ],
      crashes: [
        { atMs: 8_000, node: 1, downMs: 2_000, damagesJournal: false },
        { atMs: 9_000, node: 0, downMs: 1_000, damagesJournal: true },
      ],
      randomCrashes: { meanIntervalMs: 5_000 },
      ...{ minDelayMs: 20, maxDelayMs: 40, late: 0.05, maxLateMs: 300, epochMs: 120_000, maxSkewMs: 50 },
    })
    const large = ['--nodes', '1000', '--seats', '400', '--seconds', '0.4']
    expect(optionsOf(...large)).toMatchObject({ nodes: 1_000, seats: 400, seconds: 0.4 })
    expect(optionsOf()).toEqual(simOptions())
  })

  it('stage the attack of a rule that is taken away', () => {
    expect(optionsOf('--break', 'heads', '--seed', '9')).toMatchObject({
      control: 'heads',
      attack: 'heads',
      seed: 9,
      nodes: 7,
    })
  })

  it.each([
    [['--partition', '10s']],
    [['--partition', '10s:2/2:5']],
    [['--partition', '10s:3/3:5s']],
    [['--crash', '1s:9:1s']],
    [['--adversary', 'evil']],
    [['--adversary', 'omit']],
    [['--byzantine', '4']],
    [['--stakes', '1,2']],
    [['--seats', '5']],
    [['--seconds', '0']],
    [['--seconds', '1e3']],
    [['--delay', '9-3']],
    [['--late', '0.05']],
    [['--break', 'everything']],
  ])('%j are refused', (args) => {
    expect(() => optionsOf(...args)).toThrow()
  })
})

describe('sim campaign', { timeout: 240_000 }, () => {
  it('goes on where it was cut, and comes out as if it had not been', () => {
    const state = join(folder, 'campaign.jsonl')
    const run = (runs: string): { runs: number; failed: unknown[] } => {
      const { status, stdout } = qudag('campaign', '--runs', runs, '--state', state, '--workers', '2', '--json')
      expect(status).toBe(0)
      return JSON.parse(stdout) as { runs: number; failed: unknown[] }
    }
    expect(run('4')).toMatchObject({ runs: 4, failed: [] })
    const lines = readFileSync(state, 'utf8').trimEnd().split('\n')
    expect(lines).toHaveLength(4)
    // Killed in the middle of its last line.
    writeFileSync(state, `${lines.slice(0, 2).join('\n')}\n${lines[2]?.slice(0, 20)}`)
    expect(run('4')).toMatchObject({ runs: 4, failed: [] })
    expect(existsSync(state)).toBe(true)
    const { status, stdout } = qudag('campaign', '--case', '2', '--json')
    expect([status, (JSON.parse(stdout) as { index: number }).index]).toEqual([0, 2])
  })
})
