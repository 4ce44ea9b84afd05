/** `qudag sim fuzz`: mutated messages against the whole engine. Ends with 0 only where the others go on undisturbed. */
import type { Command } from 'commander'
import { defaultFuzzOptions, type FuzzResult, runFuzz } from '../../sim/fuzz/index.ts'
import { describeViolation } from '../../sim/index.ts'
import type { Environment } from '../environment.ts'
import { CliError } from '../errors.ts'
import { fields, type Output, table } from '../output.ts'
import { action, examples } from './action.ts'
import { wholeNumber } from './numbers.ts'

const maxMessages = 10_000_000

export function addFuzzCommand(sim: Command, environment: Environment): void {
  const command = sim
    .command('fuzz')
    .description('mutated messages against the whole engine: refused, held or without effect, and bounded in memory')
    .option('--messages <n>', 'messages in all', wholeNumber('--messages', 1, maxMessages), defaultFuzzOptions.messages)
    .option('--seed <n>', 'the same seed gives the same run', wholeNumber('--seed', 0, 0xffff_ffff), 1)
    .option('--nodes <n>', 'validators', wholeNumber('--nodes', 2, 100), defaultFuzzOptions.nodes)
    .option('--fuzzers <n>', 'of these, those that fuzz', wholeNumber('--fuzzers', 1, 99), defaultFuzzOptions.fuzzers)
  examples(command, 'sim fuzz --messages 100000 --seed 1', 'sim fuzz --nodes 7 --fuzzers 2 --messages 20000 --json')
  command.addHelpText(
    'after',
    '\nExit code 0 where the honest validators agree and finalise all the time; 1 where they do not.',
  )
  action(command, environment, ({ out }, given) => {
    const messages = given.messages as number
    const options = {
      messages,
      seed: given.seed as number,
      nodes: given.nodes as number,
      fuzzers: Math.min(given.fuzzers as number, (given.nodes as number) - 1),
    }
    const result = runFuzz(options, {
      progress: (sent) => out.progress(`${sent} of ${messages} messages`),
    })
    out.data(result, () => told(result, out))
    if (result.verdict === 'pass') return
    const [first] = result.violations
    throw first === undefined
      ? new CliError('SIM_NO_PROGRESS', `Seed ${result.seed} makes no progress.`)
      : new CliError('SIM_VIOLATED', `Seed ${result.seed} violates a rule: ${describeViolation(first)}.`)
  })
}

function told(result: FuzzResult, out: Output): string {
  const { verdict, finalityMs, maxMemory, mutations } = result
  const rows = Object.entries(mutations).map(([name, fates]) => [
    name,
    ...[fates.messages, fates.items, sum(fates.refused), fates.held, fates.accepted, fates.ignored].map(String),
  ])
  const headings = ['mutation', 'messages', 'items', 'refused', 'held', 'accepted', 'without effect']
  const summary = fields([
    ['verdict', out.paint(verdict === 'pass' ? 'good' : 'bad', verdict)],
    ...result.violations.map((violation): [string, string] => ['violation', describeViolation(violation)]),
    ['messages', `${result.messages}, of ${result.items} items`],
    ['refused', counted(result.refused)],
    ['refused later', counted(result.refusedLater)],
    ['held', `${result.held}`],
    ['accepted', `${result.accepted}`],
    ['without effect', `${result.ignored}`],
    ['memory at most', counted({ ...maxMemory })],
    ['finalized', `${result.finalized}, p95 ${finalityMs.p95} ms, max ${finalityMs.max} ms`],
    ['trace', result.traceHash],
  ])
  return `${table(headings, rows, [1, 2, 3, 4, 5, 6])}\n\n${summary}`
}

function sum(counts: Readonly<Record<string, number>>): number {
  return Object.values(counts).reduce((total, count) => total + count, 0)
}

function counted(counts: Readonly<Record<string, number>>): string {
  const sorted = Object.entries(counts).sort(([, a], [, b]) => b - a)
  return sorted.length === 0 ? 'none' : sorted.map(([name, count]) => `${name} ${count}`).join(', ')
}
