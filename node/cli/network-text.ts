/** The network and who orders in it, for reading. */
import type { NetworkStatus, Validator } from '../api/contract/index.ts'
import { showAmount } from './amount.ts'
import { fields, type Output, printable, table } from './output.ts'

const standstillTexts = {
  'no-quorum': 'validators with a third of the stake or more are silent',
  'no-commit': 'what waits is not committed, though the validators are there',
} as const

export function networkText(status: NetworkStatus, paint: Output['paint']): string {
  const { epoch, committee, leader, checkpoint, finalityMs, standstill } = status
  const facts = fields([
    ['Network', `${printable(status.network)}, chain ${status.chainId}`],
    [
      'State',
      standstill === null
        ? paint('good', 'goes on')
        : paint('bad', `stands still since ${standstill.since}: ${standstillTexts[standstill.reason]}`),
    ],
    ['Epoch', `${epoch.number}, since ${epoch.startedAt}${epoch.endsAt === null ? '' : `, until ${epoch.endsAt}`}`],
    ['Round', `${status.round}, led by ${committee[leader]?.name ?? `validator ${leader + 1}`}`],
    ['Commits', `${status.commitIndex}, ${status.commits} since the start of this node`],
    ['Passed over', `${status.skips} leaders since the start of this node`],
    ['Last commit', status.lastCommitAt ?? 'none since the start of this node'],
    [
      'Finality',
      finalityMs === null ? 'nothing final yet' : `half within ${finalityMs.p50} ms, 95 % within ${finalityMs.p95} ms`,
    ],
    ['Checkpoint', checkpoint === null ? 'none yet' : `${checkpoint.seq}  ${checkpoint.hash}`],
    ['Validators', faultsText(committee.length, status.toleratedFaults)],
    ['Peers', String(status.peers)],
    ['Waiting', `${status.mempool} transactions`],
  ])
  return `${facts}\n\n${validatorsTable(committee, paint)}`
}

function faultsText(validators: number, faults: number): string {
  if (faults > 0) return `${validators}, of which any ${faults} may fail`
  return validators === 1
    ? '1; while it does not run, nothing is committed'
    : `${validators}, none of which can be spared for certain`
}

/** Names first: ids are long, and say nothing to people. */
function validatorsTable(validators: readonly Validator[], paint: Output['paint']): string {
  const rows = validators.map((validator) => [
    `${validator.name}${validator.isSelf ? ' (this node)' : ''}`,
    showAmount(validator.stake),
    `${(validator.sharePpm / 10_000).toFixed(1)} %`,
    String(validator.round),
    validator.lag === 0 ? '' : String(validator.lag),
    validator.id,
    // The last column, since colours have a width of their own.
    validator.isEquivocator ? paint('bad', 'signed two vertices of a round') : '',
  ])
  return table(['Validator', 'Stake', 'Share', 'Round', 'Behind', 'Id', 'Proven'], rows, [1, 2, 3, 4])
}
