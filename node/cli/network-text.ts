/** The network and who orders in it, for reading. */
import { isOfThisMachine, type NetworkStatus, type Reachability, type Validator } from '../api/contract/index.ts'
import { showAmount } from './amount.ts'
import { fields, type Output, printable, table } from './output.ts'
import { reachedText, syncText } from './peer-text.ts'

const standstillTexts = {
  'no-quorum': 'validators with a third of the stake or more are silent',
  'no-commit': 'what waits is not committed, though the validators are there',
} as const

export function networkText(status: NetworkStatus, reachability: Reachability, paint: Output['paint']): string {
  const { epoch, committee, leader, checkpoint, finalityMs, sync } = status
  const facts = fields([
    ['Network', `${printable(status.network)}, chain ${status.chainId}`],
    ['State', stateText(status, paint)],
    ['This node', syncText(sync, paint)],
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
    ['Reached', reachedText(reachability)],
    ['Waiting', `${status.mempool} transactions`],
  ])
  return `${facts}\n\n${validatorsTable(committee, paint)}`
}

/** What the link is worth to others. @param addresses that it names */
export function inviteNote(addresses: readonly string[]): string {
  if (addresses.length === 0) {
    return 'It names no address, since this node tells others none: see qudag peer list. Whoever has the genesis file can join with it.'
  }
  return addresses.every(isOfThisMachine)
    ? 'It names addresses of this machine alone: others cannot reach them. Listen on another with --p2p-listen, or name one with --p2p-announce.'
    : 'Others join with: qudag network join <link>. Compare the chain id by another way.'
}

/** Whoever is behind cannot tell whether the network goes on. */
function stateText({ standstill, sync }: NetworkStatus, paint: Output['paint']): string {
  if (standstill !== null) {
    return paint('bad', `stands still since ${standstill.since}: ${standstillTexts[standstill.reason]}`)
  }
  if (sync.phase === 'stalled') return paint('bad', 'stands still')
  return sync.phase === 'live' ? paint('good', 'goes on') : paint('warn', 'not known before this node is up to date')
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
