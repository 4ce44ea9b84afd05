/** Real nodes on temporary folders, joined over libp2p on loopback. */
import { join } from 'node:path'
import { createEngine, type EngineOptions, messageKindOf } from '../consensus/index.ts'
import { systemRng } from '../crypto/index.ts'
import { validatorIdOf } from '../ledger/index.ts'
import { type Node, type NodeDeps, nodeVaultKeys } from '../node.ts'
import { createLinks, type WireLinks, wholeChannelStreams } from '../p2p/wire/index.ts'
import { startHosts, systemClock, systemScheduler, type TestHost } from '../p2p/wire/test-support/hosts.ts'
import { loadOrCreateValidatorKey } from '../vault/index.ts'
import { createChain } from './chain.ts'
import { readGenesis } from './genesis-file.ts'
import { createConsensusPeers } from './linked-peers.ts'
import { createNetworkFiles } from './network-files.ts'
import { startTestNode, temporaryDataDir } from './test-support.ts'

export interface LinkedNode {
  readonly node: Node
  readonly host: TestHost
  readonly links: WireLinks
  readonly faults: { readonly peer: string; readonly code: string }[]
}

export interface LinkedNetwork {
  readonly nodes: readonly LinkedNode[]
  readonly chainId: Uint8Array
  /** Starts a node again on the folder of the one that had this index. */
  restart(index: number): Promise<LinkedNode>
  stop(): Promise<void>
}

/**
 * @param validators in the genesis; those from `seated` on make no vertices and are not bound: they follow. The others have
 *   to make a quorum
 * @param connect pairs of indices that dial each other; everybody by default
 */
export async function startLinkedNetwork(
  validators: number,
  {
    seated = validators,
    connect,
    flags = {},
  }: { seated?: number; connect?: readonly (readonly [number, number])[]; flags?: Record<string, unknown> } = {},
): Promise<LinkedNetwork> {
  const folder = temporaryDataDir()
  const keys = nodeVaultKeys()
  const ids: Uint8Array[] = []
  const { genesisFile, dataDirs } = await createNetworkFiles(
    { dir: folder.path, validators },
    {
      clock: systemClock,
      rng: systemRng,
      async validatorKey(dataDir) {
        const key = await loadOrCreateValidatorKey(join(dataDir, 'validator.key'), {}, { rng: systemRng, keys })
        ids.push(validatorIdOf(key.publicKey))
        key.wipe()
        return key.publicKey
      },
      // Where the nodes of this process find each other is no file's to say.
      peerId: async (dataDir) => dataDir,
      freePort: async () => 0,
    },
  )
  const genesis = await readGenesis(genesisFile)
  if (genesis === null) throw new Error('no genesis')
  const { chainId } = createChain(genesis)
  const hosts = await startHosts(validators, chainId)
  const validatorOf = new Map(
    hosts.slice(0, seated).map(({ peerId }, index) => [peerId.toString(), ids[index] as Uint8Array]),
  )

  const start = async (index: number): Promise<LinkedNode> => {
    const host = hosts[index] as TestHost
    const isValidator = index < seated
    const faults: { peer: string; code: string }[] = []
    const links = createLinks(
      {
        chainId,
        role: isValidator ? 'validator' : 'full',
        subscribed: isValidator ? ['transactions'] : ['transactions', 'consensus'],
      },
      {
        libp2p: host,
        streams: wholeChannelStreams(host),
        gossip: host.services.gossip,
        async bind({ remotePeer }) {
          const validator = validatorOf.get(remotePeer.toString())
          return validator === undefined ? null : { validator }
        },
        onMisconduct: (peer, code) => void faults.push({ peer, code }),
        clock: systemClock,
        scheduler: systemScheduler,
        labelOf: (bytes) => messageKindOf(bytes) ?? 'unknown',
      },
    )
    const deps: NodeDeps = {
      peers: () =>
        createConsensusPeers({ chainId, isValidator: () => isValidator }, { links, scheduler: systemScheduler }),
      ...(isValidator ? {} : { createEngine: (options: EngineOptions) => createEngine({ ...options, self: null }) }),
    }
    const node = await startTestNode(dataDirs[index] as string, deps, { network: genesisFile, ...flags })
    return { node, host, links, faults }
  }

  const nodes: LinkedNode[] = []
  for (let index = 0; index < validators; index++) nodes.push(await start(index))
  const pairs = connect ?? hosts.flatMap((_, a) => hosts.slice(a + 1).map((_, b) => [a, a + 1 + b] as const))
  const dialAll = (among: (pair: readonly [number, number]) => boolean): Promise<unknown> =>
    Promise.all(pairs.filter(among).map(([a, b]) => hosts[a]?.dial((hosts[b] as TestHost).getMultiaddrs())))
  await dialAll(() => true)

  return {
    nodes,
    chainId,
    async restart(index) {
      const before = nodes[index] as LinkedNode
      await before.node.stop()
      await before.links.stop()
      nodes[index] = await start(index)
      return nodes[index]
    },
    async stop() {
      await Promise.all(nodes.map(({ node }) => node.stop()))
      await Promise.all(nodes.map(({ links }) => links.stop()))
      await Promise.all(hosts.map((host) => host.stop()))
      folder.remove()
    },
  }
}
