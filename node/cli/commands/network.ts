/** `qudag network status`: how the network does, and who orders. */
import type { Command } from 'commander'
import type { Environment } from '../environment.ts'
import { networkText } from '../network-text.ts'
import { action, examples, groupOf } from './action.ts'

export function addNetworkCommands(program: Command, environment: Environment): void {
  const network = groupOf(
    program,
    'network',
    'the network: its state, and networks of several validators on this machine',
  )
  const status = network
    .command('status')
    .description('epoch, round and leader, validators, commits, finality, and whether the chain stands still')
  examples(status, 'network status', 'network status --json')
  action(status, environment, ({ withNode, out }) =>
    withNode(async (client, signal) => {
      const shown = await client.network.status(undefined, { signal })
      out.data(shown, () => networkText(shown, out.paint))
    }),
  )
}
