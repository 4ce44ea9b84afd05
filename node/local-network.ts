/** Development networks of several validators: their files, and who of them is on this machine. */
import { createServer } from 'node:net'
import { join } from 'node:path'
import { systemRng } from './crypto/index.ts'
import { peerIdIn } from './node-network.ts'
import { nodeVaultKeys } from './node-vault.ts'
import { createNetworkFiles, type NetworkFiles, type NetworkRequest } from './services/index.ts'
import { loadOrCreateValidatorKey } from './vault/index.ts'

export { networkDataDirs } from './services/index.ts'

/** Makes what is missing of its files. @throws NodeError as createNetworkFiles */
export function prepareLocalNetwork(request: NetworkRequest): Promise<NetworkFiles> {
  return createNetworkFiles(request, {
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
    peerId: (dataDir) => peerIdIn(dataDir, systemRng),
    freePort,
  })
}

/** A port of this machine that nobody listens on at this moment. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', reject)
    server.listen({ host: '127.0.0.1', port: 0 }, () => {
      const address = server.address()
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0))
    })
  })
}
