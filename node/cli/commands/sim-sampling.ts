/** `qudag sim sampling`: Snowflake and Snowball alone, at scale, under an adversary. Figures: docs/sampling.md. */
import { type Command, Option } from 'commander'
import { seededRng } from '../../core/rng.ts'
import {
  checkSamplingParameters,
  runSampling,
  runSweep,
  type SamplingParameters,
  type SamplingResult,
  type SweepRange,
  type SweepRow,
  samplingLimits,
  samplingSchedules,
  samplingStrategies,
  samplingVariants,
} from '../../sim/sampling/index.ts'
import type { Environment } from '../environment.ts'
import { CliError, usageError } from '../errors.ts'
import { cliLimits } from '../limits.ts'
import { fields, type Output, table } from '../output.ts'
import { action, examples, type Options } from './action.ts'
import { share, wholeNumber } from './numbers.ts'

export function addSamplingCommand(sim: Command, environment: Environment): void {
  const sampling = sim
    .command('sampling')
    .description('random sampling alone: when a network decides, stalls, or decides both ways')
    .option('--nodes <n>', 'nodes, all of equal stake', wholeNumber('--nodes', 2, samplingLimits.maxNodes), 2_000)
    .option('--k <n>', 'nodes a poll asks', wholeNumber('--k', 1, samplingLimits.maxK), 20)
    .option('--alpha <n>', 'equal answers that make a poll succeed', wholeNumber('--alpha', 1, samplingLimits.maxK), 15)
    .option(
      '--alpha-pref <n>',
      'equal answers that move the preference, where they are fewer',
      wholeNumber('--alpha-pref', 1, samplingLimits.maxK),
    )
    .option(
      '--alpha-conf <n>',
      'equal answers that add to the confidence, where they are more',
      wholeNumber('--alpha-conf', 1, samplingLimits.maxK),
    )
    .option('--beta <n>', 'successes in a row that decide', wholeNumber('--beta', 1, 1_000), 20)
    .option('--byzantine <share>', 'Byzantine share of the nodes', share('--byzantine'), 0)
    .addOption(new Option('--strategy <name>', 'what they answer').choices(samplingStrategies).default('minority'))
    .addOption(new Option('--variant <name>', 'rules of the poll').choices(samplingVariants).default('snowball'))
    .addOption(new Option('--schedule <name>', 'when polls happen').choices(samplingSchedules).default('lockstep'))
    .option('--initial <share>', 'share of honest nodes that prefer red at the start', share('--initial'), 0.5)
    .option(
      '--rounds <n>',
      'rounds after which it counts as stalled',
      wholeNumber('--rounds', 1, samplingLimits.maxRounds),
      1_000,
    )
    .option('--seed <n>', 'the same seed gives the same run', wholeNumber('--seed', 0, 0xffff_ffff), 1)
    .option('--sweep <from..to>', 'a table over Byzantine shares, such as 0..0.33', sweepRange)
    .option(
      '--steps <n>',
      'with --sweep: shares from end to end',
      wholeNumber('--steps', 2, samplingLimits.maxSweepSteps),
      12,
    )
    .option('--runs <n>', 'with --sweep: runs a share, seeds counted up', wholeNumber('--runs', 1, 1_000), 5)
  examples(
    sampling,
    'sim sampling --nodes 10000 --k 20 --alpha 15 --beta 20 --byzantine 0.052 --strategy minority --seed 1 --json',
    'sim sampling --variant snowflake+ --alpha-pref 11 --byzantine 0.3 --strategy split',
    'sim sampling --sweep 0..0.33 --steps 12 --rounds 500',
  )
  sampling.addHelpText('after', '\nExit code 0 where all honest nodes decided alike; 1 else. A sweep ends in 0.')
  action(sampling, environment, async ({ out }, options) => {
    const seed = options.seed as number
    const parameters = parametersOf(options)
    if (options.sweep !== undefined) {
      const range = { ...(options.sweep as { from: number; to: number }), steps: options.steps as number }
      const rows = await sweep(parameters, range, seed, options.runs as number, out)
      const { byzantine: _, ...shown } = parameters
      out.data({ seed, ...shown, runs: options.runs, rows }, () => sweepTable(rows))
      return
    }
    const run = runSampling(parameters, seededRng(seed))
    const result = await toEnd(run, ({ round, redShare, decided }) => {
      out.progress(`round ${round}: ${percent(redShare)} red, ${decided} decided`)
    })
    out.data(
      { seed, ...parameters, ...result, byzantine: parameters.byzantine, byzantineNodes: result.byzantine },
      () => resultText(result, out),
    )
    if (result.verdict !== 'pass') throw failureOf(result)
  })
}

/** Runs a simulation, reports now and then, and lets a Ctrl-C through. */
async function toEnd<P, R>(simulation: Generator<P, R>, report: (progress: P) => void): Promise<R> {
  let reported = performance.now()
  for (;;) {
    const step = simulation.next()
    if (step.done === true) return step.value
    if (performance.now() - reported < cliLimits.progressIntervalMs) continue
    report(step.value)
    await new Promise((resolve) => setImmediate(resolve))
    reported = performance.now()
  }
}

function sweep(
  parameters: SamplingParameters,
  range: SweepRange,
  seed: number,
  runs: number,
  out: Output,
): Promise<SweepRow[]> {
  return toEnd(runSweep(parameters, range, seed, runs), ({ byzantine, run, round }) => {
    out.progress(`${percent(byzantine)} Byzantine, run ${run + 1} of ${runs}: round ${round}`)
  })
}

function parametersOf(options: Options): SamplingParameters {
  const alpha = options.alpha as number
  const sweepTo = (options.sweep as { to: number } | undefined)?.to
  const checked = checkSamplingParameters({
    nodes: options.nodes as number,
    byzantine: sweepTo ?? (options.byzantine as number),
    k: options.k as number,
    alphaPreference: (options.alphaPref as number | undefined) ?? alpha,
    alphaConfidence: (options.alphaConf as number | undefined) ?? alpha,
    beta: options.beta as number,
    variant: options.variant as SamplingParameters['variant'],
    strategy: options.strategy as SamplingParameters['strategy'],
    schedule: options.schedule as SamplingParameters['schedule'],
    initialRed: options.initial as number,
    maxRounds: options.rounds as number,
  })
  if (checked.ok) return checked.value
  const { parameter, reason } = checked.error
  throw usageError(`${optionNames[parameter]} is out of range: ${reason}.`)
}

const optionNames: Readonly<Record<keyof SamplingParameters, string>> = {
  nodes: '--nodes',
  byzantine: '--byzantine',
  k: '--k',
  alphaPreference: '--alpha-pref',
  alphaConfidence: '--alpha-conf',
  beta: '--beta',
  variant: '--variant',
  strategy: '--strategy',
  schedule: '--schedule',
  initialRed: '--initial',
  maxRounds: '--rounds',
}

function sweepRange(value: string): { from: number; to: number } {
  const [from, to, more] = value.split('..')
  if (from === undefined || to === undefined || more !== undefined) {
    throw usageError(`--sweep is a range of shares such as 0..0.33, not ${value}.`)
  }
  const range = { from: share('--sweep')(from), to: share('--sweep')(to) }
  if (range.from >= range.to) throw usageError('--sweep goes from the smaller share to the larger one.')
  return range
}

function failureOf({ verdict, rounds, decided }: SamplingResult): CliError {
  return verdict === 'violated'
    ? new CliError('SAMPLING_VIOLATED', `Honest nodes decided both ways: ${decided.red} red, ${decided.blue} blue.`)
    : new CliError('SAMPLING_NO_PROGRESS', `Not every honest node had decided after ${rounds} rounds.`)
}

function resultText(result: SamplingResult, out: Output): string {
  const { verdict, honest, byzantine, rounds, firstDecision, lastDecision, conflict, decided, undecided } = result
  const words = { pass: 'all decided alike', 'no-progress': 'stalled', violated: 'decided both ways' } as const
  return fields([
    ['verdict', out.paint(verdict === 'pass' ? 'good' : 'bad', `${verdict}: ${words[verdict]}`)],
    ['nodes', `${honest} honest, ${byzantine} Byzantine`],
    ['rounds', `${rounds}`],
    ['first decision', firstDecision === null ? 'none' : `round ${firstDecision}`],
    ['last decision', lastDecision === null ? undefined : `round ${lastDecision}`],
    ['conflict', conflict === null ? undefined : `round ${conflict}`],
    ['decided', `${decided.red} red, ${decided.blue} blue, ${undecided} not`],
    ['prefer red', percent(result.redShare)],
    ['trace', result.traceHash],
  ])
}

function sweepTable(rows: readonly SweepRow[]): string {
  const round = (value: number | null): string => (value === null ? '–' : `${value}`)
  return table(
    ['Byzantine', 'nodes', 'decided alike', 'stalled', 'both ways', 'first decision', 'last decision', 'conflict'],
    rows.map((row) => [
      percent(row.byzantine),
      `${row.byzantineNodes}`,
      `${row.pass}`,
      `${row.noProgress}`,
      `${row.violated}`,
      round(row.firstDecision),
      round(row.lastDecision),
      round(row.conflict),
    ]),
    [0, 1, 2, 3, 4, 5, 6, 7],
  )
}

function percent(value: number): string {
  return `${(100 * value).toFixed(1)} %`
}
