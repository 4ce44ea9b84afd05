/** `qudag sim sortition`: how probably a drawn committee has a third of Byzantine seats. Figures: docs/sampling.md. */
import type { Command } from 'commander'
import { type FailureCell, failureTable } from '../../sim/sortition/index.ts'
import type { Environment } from '../environment.ts'
import { usageError } from '../errors.ts'
import { table } from '../output.ts'
import { action, examples } from './action.ts'
import { share, wholeNumber } from './numbers.ts'

const maxValidators = 1_000_000

export function addSortitionCommand(sim: Command, environment: Environment): void {
  const sortition = sim
    .command('sortition')
    .description('how probably a committee drawn by stake has a third of Byzantine seats')
    .option('--nodes <n>', 'validators, all of equal stake', wholeNumber('--nodes', 1, maxValidators), 10_000)
    .option(
      '--seats <n,n>',
      'sizes of committees',
      list('--seats', wholeNumber('--seats', 1, maxValidators)),
      [100, 200, 300, 400, 500, 600, 700, 800, 900, 1_000],
    )
    .option(
      '--byzantine <share,share>',
      'Byzantine shares of the stake',
      list('--byzantine', share('--byzantine')),
      [0.2, 0.25, 0.3],
    )
  examples(sortition, 'sim sortition', 'sim sortition --nodes 1000 --seats 200,400 --byzantine 0.1,0.2 --json')
  action(sortition, environment, ({ out }, options) => {
    const validators = options.nodes as number
    const seats = options.seats as readonly number[]
    const shares = options.byzantine as readonly number[]
    if (seats.some((count) => count > validators)) throw usageError('--seats cannot be more than --nodes.')
    const rows = failureTable(validators, seats, shares)
    out.data({ nodes: validators, rows }, () =>
      table(
        ['seats', 'fails from', ...shares.map((value) => `${Number((100 * value).toFixed(4))} % Byzantine`)],
        rows.map((row) => [`${row.seats}`, `${row.failingSeats}`, ...row.cells.map(chance)]),
        [0, 1, ...shares.map((_, column) => column + 2)],
      ),
    )
  })
}

const maxListed = 100

function list(what: string, entry: (value: string) => number): (value: string) => number[] {
  return (value) => {
    const entries = value.split(',')
    if (entries.length > maxListed) throw usageError(`${what} takes at most ${maxListed} values.`)
    return entries.map(entry)
  }
}

/** 6.8e-11, also below what a double holds. */
function chance({ log10 }: FailureCell): string {
  if (log10 === null) return '0'
  const exponent = Math.floor(log10)
  if (exponent >= -2) return (10 ** log10).toFixed(3)
  const mantissa = (10 ** (log10 - exponent)).toFixed(1)
  return mantissa === '10.0' ? `1.0e${exponent + 1}` : `${mantissa}e${exponent}`
}
