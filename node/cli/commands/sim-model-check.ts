/** `qudag sim model-check`: whether two honest validators can come to different orders. Ends with 1 where they can. */
import { type Command, Option } from 'commander'
import {
  type Counterexample,
  type ModelBreak,
  type ModelCheckReport,
  modelBreaks,
  modelCheckDefaults,
  modelCheckRanges,
  runModelCheck,
} from '../../sim/model-check/index.ts'
import type { Environment } from '../environment.ts'
import { CliError } from '../errors.ts'
import { fields } from '../output.ts'
import { action, examples } from './action.ts'
import { wholeNumber } from './numbers.ts'

export function addModelCheckCommand(sim: Command, environment: Environment): void {
  const { twins, rounds, graphs, seed } = modelCheckDefaults
  const command = sim
    .command('model-check')
    .description('look for two honest views that order differently: in all small graphs, and in drawn larger ones')
    .option('--twins <n>', 'vertices the Byzantine validator makes a round, in all graphs', within('twins'), twins)
    .option('--rounds <n>', 'rounds of a drawn graph', within('rounds'), rounds)
    .option('--graphs <n>', 'drawn graphs', within('graphs'), graphs)
    .option('--seed <n>', 'the same seed gives the same graphs', within('seed'), seed)
    .addOption(
      new Option('--break <rule>', 'take a rule away, to see the check notice').choices(Object.keys(modelBreaks)),
    )
  examples(command, 'sim model-check', 'sim model-check --break certificates', 'sim model-check --twins 3 --json')
  action(command, environment, ({ out }, options) => {
    const broken = (options.break as ModelBreak | undefined) ?? null
    const report = runModelCheck({
      broken,
      twins: options.twins as number,
      rounds: options.rounds as number,
      graphs: options.graphs as number,
      seed: options.seed as number,
    })
    out.data(report, () => told(report))
    if (report.counterexample !== null) {
      throw new CliError('MODEL_COUNTEREXAMPLE', 'Two honest views commit different orders.')
    }
  })
}

function told({ broken, exhaustive, drawn, rounds, counterexample }: ModelCheckReport): string {
  const counts = fields([
    ['Rules', broken === null ? 'sound' : `broken: ${modelBreaks[broken].what}`],
    ['All graphs of one leader', `${exhaustive.graphs}, ${exhaustive.anchors} anchors, ${exhaustive.views} views`],
    ['  first leader', outcomes(exhaustive)],
    [`Drawn graphs of ${rounds} rounds`, drawn === null ? undefined : `${drawn.graphs}, ${drawn.views} views`],
    ['  first leader', drawn === null ? undefined : outcomes(drawn)],
    ['Counterexample', counterexample === null ? 'none' : `round ${counterexample.round}`],
  ])
  return counterexample === null ? counts : `${counts}\n\n${shown(counterexample)}`
}

function outcomes({ commits, skips, undecided }: { commits: number; skips: number; undecided: number }): string {
  return `committed in ${commits}, skipped in ${skips}, undecided in ${undecided}`
}

function shown({ leaders, vertices, views }: Counterexample): string {
  return [
    `Leaders by round: ${leaders.join(' ')}. A, B and C are honest, X is not; a vertex names its parents.`,
    ...vertices.map((vertex) => `  ${vertex}`),
    ...views.map(
      ({ has, decides }, index) => `View ${index + 1}, in the order it came: ${has.join(' ')}\n  ${decides}`,
    ),
  ].join('\n')
}

function within(name: keyof typeof modelCheckRanges): (value: string) => number {
  const { least, most } = modelCheckRanges[name]
  return wholeNumber(`--${name}`, least, most)
}
