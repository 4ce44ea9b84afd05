/** `qudag sim run`: the real engine on a simulated network. Ends with 0 only where every checker is content. */
import { availableParallelism } from 'node:os'
import type { Command } from 'commander'
import { describeViolation, minimise, type SimOptions, type SimResult } from '../../sim/index.ts'
import type { Environment } from '../environment.ts'
import { CliError } from '../errors.ts'
import { fields, type Output, table } from '../output.ts'
import { createSimPool, type SimPool } from '../sim-pool.ts'
import { action, examples } from './action.ts'
import { wholeNumber } from './numbers.ts'
import { addNetworkOptions, networkOptions } from './sim-options.ts'

/** Tries at making a failing run smaller. */
const minimiseRuns = 60

export function addRunCommand(sim: Command, environment: Environment): void {
  const command = addNetworkOptions(
    sim
      .command('run')
      .description('the real engine on a seeded network with faults and adversaries, checked as it runs'),
  )
    .option('--runs <n>', 'so many seeds, counted up from --seed', wholeNumber('--runs', 1, 100_000), 1)
    .option('--workers <n>', 'runs at once', wholeNumber('--workers', 1, 64), availableParallelism())
    .option('--minimise', 'make the first run that fails smaller, and print it as a regression')
  examples(
    command,
    'sim run --nodes 7 --byzantine 2 --adversary equivocate,omit --seed 1 --seconds 60 --json',
    'sim run --partition 10s:2/2:5s --drop 0.05 --crash random',
    'sim run --break journal --json',
    'sim run --nodes 4 --byzantine 1 --adversary mixed --runs 100',
  )
  command.addHelpText(
    'after',
    '\nExit code 0 where every run passes; 1 where one makes no progress or violates a rule.',
  )
  action(command, environment, async ({ out }, options) => {
    const first = networkOptions(options)
    const runs = options.runs as number
    const pool = createSimPool(Math.min(runs, options.workers as number))
    try {
      const networks = Array.from({ length: runs }, (_, index) => ({ ...first, seed: first.seed + index }))
      const results = await runAll(networks, pool, out)
      if (runs === 1) out.data(shapeOf(results[0] as SimResult), () => resultText(results[0] as SimResult, out))
      else out.data({ runs: results.map(shapeOf), verdict: worst(results) }, () => summary(results))
      const failed = results.findIndex(({ verdict }) => verdict !== 'pass')
      if (failed < 0) return
      const result = results[failed] as SimResult
      if (options.minimise === true) await tellSmaller(networks[failed] as SimOptions, result, pool, out)
      throw failureOf(result)
    } finally {
      await pool.close()
    }
  })
}

async function runAll(networks: readonly SimOptions[], pool: SimPool, out: Output): Promise<SimResult[]> {
  let ended = 0
  return Promise.all(
    networks.map(async (network) => {
      const result = await pool.run(network, (atMs) => {
        const seconds = `${Math.floor(atMs / 1_000)} s of ${network.seconds} s`
        out.progress(
          networks.length === 1 ? seconds : `${ended} of ${networks.length} runs; seed ${network.seed}: ${seconds}`,
        )
      })
      ended += 1
      return result
    }),
  )
}

async function tellSmaller(network: SimOptions, result: SimResult, pool: SimPool, out: Output): Promise<void> {
  const { options, runs } = await minimise(network, result, (candidate) => pool.run(candidate), minimiseRuns)
  out.note(`Made smaller in ${runs} runs; as an entry of node/sim/regressions:\n${JSON.stringify(options, null, 2)}`)
}

/** What `--json` prints of a run: interfaces that scripts rely on. */
export function shapeOf(result: SimResult): Record<string, unknown> {
  const { seed, traceHash, violations, finalized, rejected, finalityMs, commits, skips, messages, bytes, verdict } =
    result
  const { unfinished, overdue, uncontestedMs, kills, events, endMs } = result
  return {
    ...{ seed, traceHash, violations, finalized, rejected, finalityMs, commits, skips, messages, bytes, verdict },
    ...{ unfinished, overdue, uncontestedMs, kills, events, endMs },
  }
}

export function worst(results: readonly SimResult[]): SimResult['verdict'] {
  if (results.some(({ verdict }) => verdict === 'violated')) return 'violated'
  return results.some(({ verdict }) => verdict === 'no-progress') ? 'no-progress' : 'pass'
}

export function failureOf({ seed, verdict, violations, unfinished, overdue }: SimResult): CliError {
  if (verdict === 'violated') {
    const first = violations[0]
    return new CliError(
      'SIM_VIOLATED',
      `Seed ${seed} violates a rule: ${first === undefined ? '' : describeViolation(first)}.`,
    )
  }
  const what = unfinished > 0 ? `${unfinished} transactions were not executed` : `${overdue} transactions took too long`
  return new CliError('SIM_NO_PROGRESS', `Seed ${seed} makes no progress: ${what}.`)
}

function resultText(result: SimResult, out: Output): string {
  const { verdict, finalityMs, messages, bytes, kills, endMs } = result
  return fields([
    ['verdict', out.paint(verdict === 'pass' ? 'good' : 'bad', verdict)],
    ...result.violations.map((violation): [string, string] => ['violation', describeViolation(violation)]),
    ['finalized', `${result.finalized}`],
    ['rejected', `${result.rejected}`],
    ['unfinished', result.unfinished > 0 ? `${result.unfinished}` : undefined],
    ['overdue', result.overdue > 0 ? `${result.overdue}` : undefined],
    ['finality', `p50 ${finalityMs.p50} ms, p95 ${finalityMs.p95} ms, max ${finalityMs.max} ms`],
    ['commits', `${result.commits}, ${result.skips} leaders skipped`],
    ['messages', `${messages}, ${(bytes / 1e6).toFixed(1)} MB`],
    ['kills', kills > 0 ? `${kills}` : undefined],
    ['virtual time', `${(endMs / 1_000).toFixed(1)} s`],
    ['trace', result.traceHash],
  ])
}

function summary(results: readonly SimResult[]): string {
  return table(
    ['seed', 'verdict', 'finalized', 'p50 ms', 'p95 ms', 'max ms', 'commits', 'skips', 'trace'],
    results.map(({ seed, verdict, finalized, finalityMs, commits, skips, traceHash }) => [
      `${seed}`,
      verdict,
      `${finalized}`,
      `${finalityMs.p50}`,
      `${finalityMs.p95}`,
      `${finalityMs.max}`,
      `${commits}`,
      `${skips}`,
      traceHash.slice(0, 12),
    ]),
    [0, 2, 3, 4, 5, 6, 7],
  )
}
