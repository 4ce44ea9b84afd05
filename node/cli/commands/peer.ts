/** `qudag peer`: whom this node is connected to, and who is added, banned and let back. */
import type { Command } from 'commander'
import { contractLimits } from '../../api/contract/index.ts'
import type { Environment } from '../environment.ts'
import { usageError } from '../errors.ts'
import { banText, peersText, peerText } from '../peer-text.ts'
import { action, examples, given } from './action.ts'

const exampleAddress = '/ip4/203.0.113.7/tcp/4001/p2p/12D3KooW…'

export function addPeerCommands(program: Command, environment: Environment): void {
  const peer = program.command('peer').description('peers of this node: list, add, ban, unban')

  const list = peer
    .command('list')
    .description('connected peers with their way, channel, latency and traffic, how this node is reached, and bans')
  examples(list, 'peer list', 'peer list --json')
  action(list, environment, ({ withNode, out }) =>
    withNode(async (client, signal) => {
      const [shown, reachability, traffic] = await Promise.all([
        client.network.peers(undefined, { signal }),
        client.network.reachability(undefined, { signal }),
        client.network.traffic(undefined, { signal }),
      ])
      out.data({ ...shown, reachability, traffic }, () => peersText(shown, { reachability, traffic }))
    }),
  )

  const add = peer
    .command('add')
    .description('connect to a peer, and keep its address for the next starts')
    .argument('<address>', `multiaddr, such as ${exampleAddress}`)
  examples(add, `peer add ${exampleAddress}`)
  action(add, environment, ({ withNode, out }, _, address) =>
    withNode(async (client, signal) => {
      const added = await client.network.addPeer({ address: given(address) }, { signal })
      out.data(added, () => peerText(added))
    }),
  )

  const ban = peer
    .command('ban')
    .description('cut a peer off, and keep it off; without --hours until the ban is lifted')
    .argument('<id>', 'id of the peer, as `peer list` shows it')
    .option('--hours <n>', 'how long', hours)
  examples(ban, 'peer ban 12D3KooW… --hours 24', 'peer ban 12D3KooW…')
  action(ban, environment, ({ withNode, out }, options, id) =>
    withNode(async (client, signal) => {
      const lasting = (options.hours as number | undefined) ?? null
      const banned = await client.network.banPeer({ id: given(id), hours: lasting }, { signal })
      out.data(banned, () => banText(banned))
    }),
  )

  const unban = peer
    .command('unban')
    .description('lift a ban; the peer is not dialled for it')
    .argument('<id>', 'id of the peer, as `peer list` shows it')
  examples(unban, 'peer unban 12D3KooW…')
  action(unban, environment, ({ withNode, out }, _, id) =>
    withNode(async (client, signal) => {
      const lifted = await client.network.unbanPeer({ id: given(id) }, { signal })
      out.data(lifted, () => `The ban of ${lifted.id} is lifted.`)
    }),
  )
}

/** Also parts of one: `0.5`. */
function hours(text: string): number {
  const value = /^\d{1,5}(?:\.\d{1,4})?$/.test(text) ? Number(text) : 0
  if (value > 0 && value <= contractLimits.maxBanHours) return value
  throw usageError(`--hours is a number above 0 and up to ${contractLimits.maxBanHours}, not ${text}.`)
}
