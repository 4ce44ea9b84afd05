/** Joining another network from a running node: shown first, then written beside its own data folder, which it leaves alone. */
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { equalBytes, fromHex, toHex } from '../core/bytes.ts'
import { NodeError } from '../core/node-error.ts'
import { chainIdOf } from '../ledger/index.ts'
import type { Chain } from './chain.ts'
import { genesisFileName, readGenesis } from './genesis-file.ts'
import {
  chainsParent,
  type FetchGenesis,
  folderOfChain,
  isChainFolderName,
  type NetworkOffer,
  offerOfFile,
  offerOfLink,
  offerView,
} from './join-network.ts'
import type { JoiningServices, JoinSource, KnownNetworkView } from './joining-types.ts'
import { serviceLimits as limits } from './limits.ts'

export interface JoiningDeps {
  /** Of this node. */
  readonly dataDir: string
  readonly chain: Pick<Chain, 'chainId'>
  /** Undefined where no peer can be asked. */
  readonly fetchGenesis: FetchGenesis | undefined
  /** Writes the data folder, with the options that a node starts with in it. */
  readonly write: (dataDir: string, offer: NetworkOffer) => Promise<{ isNew: boolean; peersLeft: readonly string[] }>
  /** Resolves when the entry is durable. */
  readonly audit: (action: string, details: Readonly<Record<string, string | number | boolean>>) => Promise<void>
}

export function createJoiningServices({ dataDir, chain, fetchGenesis, write, audit }: JoiningDeps): JoiningServices {
  const isCurrent = (chainId: Uint8Array): boolean => equalBytes(chainId, chain.chainId)
  const folderOf = (chainId: Uint8Array): string => (isCurrent(chainId) ? dataDir : folderOfChain(dataDir, chainId))
  /** What was shown is what is joined: not asked for a second time. */
  let fetched: { readonly link: string; readonly offer: NetworkOffer } | undefined
  const offerOf = async (source: JoinSource): Promise<NetworkOffer> => {
    if (!('link' in source)) return offerOfFile(source.genesis)
    const { link } = source
    if (fetched?.link === link) return fetched.offer
    const offer = await offerOfLink(link, fetchGenesis)
    fetched = { link, offer }
    return offer
  }

  return {
    async known() {
      const parent = chainsParent(dataDir)
      const joined = await readdir(join(parent, 'networks')).catch(() => [])
      const folders = joined.filter(isChainFolderName).sort().slice(0, limits.maxKnownNetworks)
      const found: KnownNetworkView[] = []
      for (const folder of [parent, ...folders.map((name) => join(parent, 'networks', name))]) {
        // One that is damaged is none that could be started.
        const genesis = await readGenesis(join(folder, genesisFileName)).catch(() => null)
        if (genesis === null) continue
        const chainId = chainIdOf(genesis)
        const { name, kind } = genesis
        found.push({ chainId: toHex(chainId), name, kind, dataDir: folder, isCurrent: isCurrent(chainId) })
      }
      return found
    },
    async inspect(source) {
      const offer = await offerOf(source)
      return { ...offerView(offer), dataDir: folderOf(offer.chainId), isCurrent: isCurrent(offer.chainId) }
    },
    async join(source, agreedTo) {
      const offer = await offerOf(source)
      if (!equalBytes(offer.chainId, fromHex(agreedTo) ?? new Uint8Array())) {
        throw new NodeError('GENESIS_MISMATCH', 'this is another network than the one that was agreed to', {
          hint: 'Nothing was written. Look at it again.',
        })
      }
      const folder = folderOf(offer.chainId)
      await audit('network.join', { chainId: agreedTo, dataDir: folder })
      return { ...(await write(folder, offer)), chainId: agreedTo, dataDir: folder }
    },
  }
}
