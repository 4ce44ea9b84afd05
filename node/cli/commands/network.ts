/** `qudag network status` and `invite`: how the network does and who orders, and the way there for others. */
import type { Command } from 'commander'
import { inviteAddresses, inviteLink } from '../../api/contract/index.ts'
import type { Environment } from '../environment.ts'
import { inviteNote, networkText } from '../network-text.ts'
import { action, examples, groupOf } from './action.ts'

export function addNetworkCommands(program: Command, environment: Environment): void {
  const network = groupOf(
    program,
    'network',
    'the network: its state, and networks of several validators on this machine',
  )
  const status = network
    .command('status')
    .description('epoch, round and leader, validators, commits, finality, peers, and whether the chain stands still')
  examples(status, 'network status', 'network status --json')
  action(status, environment, ({ withNode, out }) =>
    withNode(async (client, signal) => {
      const [shown, reachability] = await Promise.all([
        client.network.status(undefined, { signal }),
        client.network.reachability(undefined, { signal }),
      ])
      out.data({ ...shown, reachability }, () => networkText(shown, reachability, out.paint))
    }),
  )

  const invite = network
    .command('invite')
    .description(
      'a link by which others join this network: it names the chain, and where this node can be asked for its genesis',
    )
  examples(invite, 'network invite', 'network invite --json')
  action(invite, environment, ({ withNode, out }) =>
    withNode(async (client, signal) => {
      const [{ chainId }, { announced }] = await Promise.all([
        client.network.status(undefined, { signal }),
        client.network.reachability(undefined, { signal }),
      ])
      const link = inviteLink(chainId, announced)
      const addresses = inviteAddresses(announced)
      out.data({ link, chainId, addresses }, () => link)
      out.note(inviteNote(addresses))
    }),
  )
}
