/** `qudag sim` as scripts use it: one JSON value, and an exit code that says how it ended. */
import { describe, expect, it } from 'vitest'
import { runCli } from './run-cli.ts'
import { errorOf, jsonOf, type Ran } from './test-support/run-program.ts'

/** In this process: these commands talk to no node. */
async function sim(...args: readonly string[]): Promise<Ran> {
  const written = { stdout: '', stderr: '' }
  const stream = (name: keyof typeof written) => ({
    write: (text: string) => {
      written[name] += text
    },
  })
  const code = await runCli(['sim', ...args], {
    variables: {},
    stdout: stream('stdout'),
    stderr: stream('stderr'),
    program: 'qudag',
    onInterrupt: () => () => undefined,
    openInBrowser: async () => false,
  })
  return { code, ...written }
}

describe('qudag sim sampling', () => {
  it('ends in 0 where all decide alike, and says when', async () => {
    const ran = await sim('sampling', '--nodes', '500', '--seed', '3', '--json')
    expect(ran).toMatchObject({ code: 0, stderr: '' })
    expect(jsonOf(ran)).toMatchObject({
      ...{ seed: 3, nodes: 500, byzantine: 0, k: 20, alphaPreference: 15, alphaConfidence: 15, beta: 20 },
      ...{ variant: 'snowball', strategy: 'minority', verdict: 'pass', undecided: 0 },
      traceHash: expect.stringMatching(/^[0-9a-f]{64}$/),
    })
  })

  it('ends in 1 where the network stalls, with the result on stdout', async () => {
    const args = ['--nodes', '2000', '--byzantine', '0.052', '--rounds', '100', '--json']
    const ran = await sim('sampling', ...args)
    expect(ran.code).toBe(1)
    expect(jsonOf(ran)).toMatchObject({ verdict: 'no-progress', byzantine: 0.052, byzantineNodes: 104, rounds: 100 })
    expect(errorOf(ran).code).toBe('SAMPLING_NO_PROGRESS')
  })

  it('ends in 1 where nodes decide both ways', async () => {
    const rules = ['--variant', 'snowflake+', '--alpha-pref', '11', '--strategy', 'split']
    const ran = await sim('sampling', '--byzantine', '0.3', ...rules, '--json')
    expect(ran.code).toBe(1)
    expect(jsonOf(ran)).toMatchObject({ verdict: 'violated', conflict: expect.any(Number) })
    expect(errorOf(ran).code).toBe('SAMPLING_VIOLATED')
  })

  it('sweeps a range of Byzantine shares', async () => {
    const ran = await sim('sampling', '--nodes', '300', '--sweep', '0..0.2', '--steps', '3', '--runs', '2', '--json')
    expect(ran).toMatchObject({ code: 0, stderr: '' })
    const { rows } = jsonOf(ran) as { rows: { byzantine: number; pass: number }[] }
    expect(rows.map(({ byzantine }) => byzantine)).toEqual([0, 0.1, 0.2])
    expect(rows[0]?.pass).toBe(2)
  })

  it.each([
    [['--byzantine', '0.5']],
    [['--byzantine', '-1']],
    [['--nodes', '1']],
    [['--alpha', '10']],
    [['--variant', 'slush']],
    [['--variant', 'snowflake', '--alpha-pref', '11']],
    [['--sweep', '0.3..0.1']],
    [['--sweep', '0.3']],
  ])('refuses %j as usage', async (args) => {
    expect(await sim('sampling', ...args, '--json')).toMatchObject({ code: 2, stdout: '' })
  })
})

describe('qudag sim sortition', () => {
  it('gives the failure of 400 seats of 10,000 with 20 % Byzantine', async () => {
    const ran = await sim('sortition', '--seats', '400', '--byzantine', '0.2', '--json')
    expect(ran).toMatchObject({ code: 0, stderr: '' })
    const { rows } = jsonOf(ran) as { rows: { failingSeats: number; cells: { probability: number }[] }[] }
    expect(rows[0]?.failingSeats).toBe(134)
    expect(rows[0]?.cells[0]?.probability).toBeCloseTo(6.816e-11, 13)
  })

  it('refuses more seats than validators', async () => {
    expect((await sim('sortition', '--nodes', '100', '--seats', '200')).code).toBe(2)
  })
})
