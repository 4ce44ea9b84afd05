/**
 * `qudag sim campaign`: the whole matrix of networks, stakes, adversaries and faults, over many seeds. What is done stands in
 * a file, a line a run, and is not done again.
 */
import { appendFileSync, existsSync, readFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import type { Command } from 'commander'
import { campaignCase, casesOfRound, describeViolation, type SimResult } from '../../sim/index.ts'
import type { Environment } from '../environment.ts'
import { CliError, usageError } from '../errors.ts'
import { type Output, table } from '../output.ts'
import { createSimPool } from '../sim-pool.ts'
import { action, examples } from './action.ts'
import { wholeNumber } from './numbers.ts'

/** A line of the file. */
interface Done {
  readonly index: number
  readonly network: string
  readonly stakes: string
  readonly adversary: string
  readonly environment: string
  readonly verdict: SimResult['verdict']
  readonly violations: readonly string[]
  readonly finalityMs: SimResult['finalityMs']
  readonly traceHash: string
}

export function addCampaignCommand(sim: Command, environment: Environment): void {
  const command = sim
    .command('campaign')
    .description('thousands of runs over sizes, stakes, adversaries and faults; goes on where it was cut')
    .option(
      '--runs <n>',
      'cases of the matrix, counted up',
      wholeNumber('--runs', 1, 1_000_000),
      3 * casesOfRound.length,
    )
    .option('--state <file>', 'what is done, a line a run', 'sim-campaign.jsonl')
    .option('--workers <n>', 'runs at once', wholeNumber('--workers', 1, 64), availableParallelism())
    .option('--case <n>', 'run this case alone and print its options', wholeNumber('--case', 0, 1_000_000))
  examples(command, 'sim campaign --runs 4000 --state campaign.jsonl', 'sim campaign --case 1234 --json')
  action(command, environment, async ({ out }, options) => {
    const pool = createSimPool(options.workers as number)
    try {
      if (options.case !== undefined) {
        const chosen = campaignCase(options.case as number)
        const result = await pool.run(chosen.options)
        out.data({ ...chosen, result }, () => JSON.stringify({ ...chosen, result }, null, 2))
        if (result.verdict !== 'pass') throw failed(1)
        return
      }
      const file = options.state as string
      const done = readDone(file)
      const runs = options.runs as number
      const indices = Array.from({ length: runs }, (_, index) => index).filter((index) => !done.has(index))
      await Promise.all(
        indices.map(async (index) => {
          const { options: network, ...place } = campaignCase(index)
          const result = await pool.run(network)
          const { verdict, finalityMs, traceHash } = result
          const violations = result.violations.map(describeViolation)
          const line: Done = { ...place, verdict, violations, finalityMs, traceHash }
          done.set(index, line)
          appendFileSync(file, `${JSON.stringify(line)}\n`)
          out.progress(`${done.size} of ${runs} runs, ${countFailed(done)} failed`)
        }),
      )
      const lines = [...done.values()].filter(({ index }) => index < runs)
      out.data(summaryOf(lines), () => summaryText(lines, out))
      const bad = lines.filter(({ verdict }) => verdict !== 'pass').length
      if (bad > 0) throw failed(bad)
    } finally {
      await pool.close()
    }
  })
}

function failed(count: number): CliError {
  return new CliError('SIM_CAMPAIGN_FAILED', `${count} runs failed.`, {
    hint: 'See one with: qudag sim campaign --case <n>',
  })
}

function countFailed(done: ReadonlyMap<number, Done>): number {
  let count = 0
  for (const { verdict } of done.values()) if (verdict !== 'pass') count += 1
  return count
}

/** @throws CliError USAGE where the file is another one */
function readDone(file: string): Map<number, Done> {
  const done = new Map<number, Done>()
  if (!existsSync(file)) return done
  const lines = readFileSync(file, 'utf8').split('\n')
  for (const [number, line] of lines.entries()) {
    if (line === '') continue
    try {
      const parsed = JSON.parse(line) as Done
      if (!Number.isInteger(parsed.index)) throw new Error('no index')
      done.set(parsed.index, parsed)
    } catch {
      // A campaign that was killed while it wrote leaves half of a last line.
      if (number < lines.length - 2) throw usageError(`${file} is no file of a campaign: line ${number + 1}.`)
    }
  }
  return done
}

interface Row {
  readonly network: string
  readonly adversary: string
  runs: number
  pass: number
  noProgress: number
  violated: number
  readonly p95: number[]
}

function rowsOf(lines: readonly Done[]): Row[] {
  const rows = new Map<string, Row>()
  for (const { network, adversary, verdict, finalityMs } of lines) {
    const key = `${network} ${adversary}`
    let row = rows.get(key)
    if (row === undefined) {
      row = { network, adversary, runs: 0, pass: 0, noProgress: 0, violated: 0, p95: [] }
      rows.set(key, row)
    }
    row.runs += 1
    if (verdict === 'pass') row.pass += 1
    else if (verdict === 'violated') row.violated += 1
    else row.noProgress += 1
    row.p95.push(finalityMs.p95)
  }
  return [...rows.values()]
}

function summaryOf(lines: readonly Done[]): unknown {
  const rows = rowsOf(lines).map(({ p95, ...row }) => ({ ...row, medianP95Ms: median(p95) }))
  return { runs: lines.length, failed: lines.filter(({ verdict }) => verdict !== 'pass'), rows }
}

function summaryText(lines: readonly Done[], out: Output): string {
  const bad = lines.filter(({ verdict }) => verdict !== 'pass')
  const rows = rowsOf(lines).map(({ network, adversary, runs, pass, noProgress, violated, p95 }) => [
    network,
    adversary,
    ...[runs, pass, noProgress, violated, median(p95)].map((value) => `${value}`),
  ])
  const headings = ['network', 'adversary', 'runs', 'pass', 'no progress', 'violated', 'median p95 ms']
  const failures = bad.map(
    ({ index, network, stakes, adversary, environment, verdict, violations }) =>
      `case ${index}: ${network} ${stakes} ${adversary} ${environment}: ${verdict} ${violations[0] ?? ''}`,
  )
  const verdict = out.paint(bad.length === 0 ? 'good' : 'bad', `${lines.length} runs, ${bad.length} failed`)
  return [table(headings, rows, [2, 3, 4, 5, 6]), ...failures, verdict].join('\n')
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0
}
