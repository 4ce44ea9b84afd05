/** `qudag network join`: takes part in a network by its genesis file or a link, in a data folder of its own. */
import type { Command } from 'commander'
import { formatRuv } from '../../core/amount.ts'
import { chunkedHex } from '../chunked.ts'
import { confirm } from '../confirm.ts'
import type { CommandContext } from '../context.ts'
import type { Environment } from '../environment.ts'
import { fields, printable } from '../output.ts'
import { readFileUpTo } from '../private-files.ts'
import { action, examples, given, groupOf, type Options } from './action.ts'

/** Longest genesis file, bytes: as the ledger reads it. */
const maxGenesisBytes = 12_000_000

const kinds = {
  development: 'development network: its rUv have no worth',
  test: 'test network: its rUv have no worth',
  main: 'main network',
} as const

export function addJoinCommand(program: Command, environment: Environment): void {
  const network = groupOf(
    program,
    'network',
    'the network: its state, and networks of several validators on this machine',
  )
  const join = network
    .command('join')
    .description('take part in a network, in a data folder of its own; shows it first, and asks')
    .argument('<source>', 'genesis file, or link: qudag-network:?genesis=…')
    .option('--yes', 'do not ask')
  examples(
    join,
    'network join ./genesis.json --data-dir ./test-network',
    "network join 'qudag-network:?genesis=3f9a…&peer=/dns4/boot.example.org/tcp/4001/p2p/12D3KooW…'",
  )
  action(join, environment, (context, options, source) => joinAction(context, options, given(source)))
}

async function joinAction(context: CommandContext, options: Options, source: string): Promise<void> {
  const { globals, out, environment } = context
  const { fetchGenesis, folderOfChain, joinNetwork, networkLinkScheme, offerOfFile, offerOfLink, offerView } =
    await import('../../join-network.ts')
  const offer = source.trim().toLowerCase().startsWith(networkLinkScheme)
    ? await offerOfLink(source, (chainId, peers, signal) => {
        out.note('Asking the peers that the link names for the genesis of the network …')
        return fetchGenesis(chainId, peers, signal)
      })
    : offerOfFile(new TextDecoder().decode(await readFileUpTo(source, maxGenesisBytes)))
  const view = offerView(offer)
  const { dataDir: usual } = context.settings()
  const isNamed = globals.dataDir !== undefined || (environment.variables.QUDAG_DATA_DIR ?? '') !== ''
  const dataDir = isNamed ? usual : folderOfChain(usual, offer.chainId)
  const shown = fields([
    ['Network', printable(view.name)],
    ['Kind', kinds[view.kind]],
    ['Chain', chunkedHex(view.chainId)],
    ['Validators', String(view.validators)],
    ['Began', new Date(view.startTimeMs).toISOString()],
    ['rUv at start', formatRuv(view.supplyMicroRuv)],
    ['Data folder', dataDir],
  ])
  if (options.yes !== true) {
    await confirm(`${shown}\nCompare the chain with what whoever runs the network says it is. Join it?`)
  }
  const joined = await joinNetwork(dataDir, offer)
  const { chainId, name, kind, validators } = view
  out.data({ chainId, name, kind, validators, dataDir, new: joined.isNew, peersLeft: joined.peersLeft }, () =>
    options.yes === true ? shown : `Joined ${printable(name)} in ${dataDir}`,
  )
  if (joined.peersLeft.length > 0) {
    out.note(`Add these once it runs: ${joined.peersLeft.map((peer) => `qudag peer add ${peer}`).join('; ')}`)
  }
  out.note(`Start it with: qudag node start --data-dir ${dataDir}`)
}
