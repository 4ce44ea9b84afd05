/**
 * Joining a network by its genesis file or a link, for the command line and for a node that is asked to: the services'
 * part, with the options that a node in the new data folder starts with.
 */
import { changeSettings, options, readConfigFile, settleConfig } from './config/index.ts'
import { NodeError } from './core/node-error.ts'
import { type FetchGenesis, type NetworkOffer, networkOption, writeJoinedNetwork } from './services/index.ts'

export { networkLinkScheme } from './core/network-link.ts'
export {
  type FetchGenesis,
  folderOfChain,
  type NetworkOffer,
  type NetworkOfferView,
  offerOfFile,
  offerOfLink,
  offerView,
} from './services/index.ts'

/** From the peers that a link names, over a host that is there for this alone; what it takes is loaded when it is wanted. */
export const fetchGenesis: FetchGenesis = async (chainId, peers, signal) => {
  const { createGenesisFetcher } = await import('./fetch-genesis.ts')
  return createGenesisFetcher()(chainId, peers, signal)
}

export interface Joined {
  readonly dataDir: string
  /** False where the folder was of this chain already. */
  readonly isNew: boolean
  /** Addresses that are not in its options, because those take none of their form. */
  readonly peersLeft: readonly string[]
}

/** Writes the genesis and the options into the data folder. @throws NodeError NETWORK_MISMATCH, CONFIG_INVALID, SETTINGS_FILE */
export async function joinNetwork(dataDir: string, offer: NetworkOffer): Promise<Joined> {
  const file = readConfigFile({ dataDir }, {})
  if (!file.ok) throw new NodeError('CONFIG_INVALID', file.error.message)
  const settled = settleConfig({ flags: { dataDir }, env: {}, file: file.value })
  if (!settled.ok) throw new NodeError('CONFIG_INVALID', settled.error.message)
  const bootstrap = offer.peers.filter(isBootstrap)
  // A list is one text in the form.
  const named = bootstrap.length === 0 ? {} : { bootstrap: bootstrap.join(',') }
  const values = { network: networkOption(offer.genesis.kind), ...named }
  const changed = changeSettings(settled.value, file.value?.text, values)
  if (!changed.ok) throw new NodeError('CONFIG_INVALID', `the options in ${dataDir} cannot be changed`)
  const isNew = await writeJoinedNetwork(dataDir, offer, changed.value.text)
  return { dataDir, isNew, peersLeft: offer.peers.filter((peer) => !bootstrap.includes(peer)) }
}

/** Whether a node can call it from its options. */
function isBootstrap(peer: string): boolean {
  return options.bootstrap.schema.safeParse([peer]).success
}
