/** `qudag network` and `qudag validator`: how the network does, and who orders. */
import type { Command } from 'commander'
import type { Environment } from '../environment.ts'
import { networkText, validatorsText } from '../network-text.ts'
import { action, examples } from './action.ts'

export function addNetworkCommands(program: Command, environment: Environment): void {
  const network = program.command('network').description('the network that the running node is on')
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

  const validator = program.command('validator').description('the validators of the network')
  const list = validator
    .command('list')
    .description('those of the present epoch: stake, latest round, and what is proven of them')
  examples(list, 'validator list', 'validator list --json')
  action(list, environment, ({ withNode, out }) =>
    withNode(async (client, signal) => {
      const shown = await client.network.validators(undefined, { signal })
      out.data(shown, () => validatorsText(shown, out.paint))
    }),
  )
}
