/** A network of several validators on this machine, all in this process: for trying out what one validator cannot show. */
import { join } from 'node:path'
import { NodeError } from './core/node-error.ts'
import { systemRng } from './crypto/index.ts'
import type { NodeDeps } from './node.ts'
import { nodeVaultKeys } from './node.ts'
import {
  createChain,
  createLocalNetwork,
  createNetworkFiles,
  type NetworkFiles,
  readGenesis,
} from './services/index.ts'
import { loadOrCreateValidatorKey } from './vault/index.ts'

export { networkDataDirs } from './services/index.ts'

/** Makes what is missing of its files. @throws NodeError as createNetworkFiles */
export function prepareLocalNetwork(dir: string, validators: number): Promise<NetworkFiles> {
  return createNetworkFiles(
    { dir, validators },
    {
      clock: { nowMs: () => Date.now() },
      rng: systemRng,
      async validatorKey(dataDir) {
        const key = await loadOrCreateValidatorKey(
          join(dataDir, 'validator.key'),
          {},
          { rng: systemRng, keys: nodeVaultKeys() },
        )
        const { publicKey } = key
        key.wipe()
        return publicKey
      },
    },
  )
}

/** What joins the nodes of this process that are made with it. @throws NodeError NO_GENESIS */
export async function joinLocally(genesisFile: string): Promise<NonNullable<NodeDeps['peers']>> {
  const genesis = await readGenesis(genesisFile)
  if (genesis === null) throw new NodeError('NO_GENESIS', `there is no genesis file at ${genesisFile}`)
  const network = createLocalNetwork(createChain(genesis).chainId)
  return (_, self) => network.join(self)
}
