/** Networks of real nodes in one process, whose messages pass in the encoding of the wire. */
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { systemRng } from '../crypto/index.ts'
import { developmentParameters, type NetworkParameters } from '../ledger/index.ts'
import { type Node, type NodeDeps, nodeVaultKeys } from '../node.ts'
import { loadOrCreateValidatorKey } from '../vault/index.ts'
import { createChain } from './chain.ts'
import { createLocalNetwork } from './consensus-peers.ts'
import { developmentStakeMicroRuv, writeGenesis } from './genesis-file.ts'
import { createLocalRequests, type LocalRequests } from './sync/index.ts'
import { startTestNode, temporaryDataDir } from './test-support.ts'

export interface TestNetwork {
  readonly genesisFile: string
  /** Folder of the node with this number, from 0; those of the genesis have their validator's key in it. */
  dataDir(number: number): string
  /** Starts or restarts a node. */
  start(number: number, deps?: NodeDeps): Promise<Node>
  stop(): Promise<void>
}

/** @param validators of the genesis, of equal stakes; any further node follows */
export async function createTestNetwork(
  validators: number,
  parameters: Partial<NetworkParameters> = {},
  startTimeMs: number = Date.now(),
): Promise<TestNetwork> {
  const folder = temporaryDataDir()
  const dataDir = (number: number): string => join(folder.path, `node-${number}`)
  const publicKeys: Uint8Array[] = []
  for (let number = 0; number < validators; number++) {
    await mkdir(dataDir(number), { mode: 0o700 })
    const file = join(dataDir(number), 'validator.key')
    const key = await loadOrCreateValidatorKey(file, {}, { rng: systemRng, keys: nodeVaultKeys() })
    publicKeys.push(key.publicKey)
    key.wipe()
  }
  const genesisFile = join(folder.path, 'genesis.json')
  const genesis = {
    kind: 'development' as const,
    name: 'test',
    salt: systemRng.bytes(32),
    startTimeMs,
    validators: publicKeys.map((publicKey) => ({ publicKey, stakeMicroRuv: developmentStakeMicroRuv })),
    allocations: [],
    parameters: { ...developmentParameters, ...parameters },
  }
  await writeGenesis(genesisFile, genesis)
  const local = createLocalNetwork(createChain(genesis).chainId)
  const questions = createLocalRequests()
  const asking = new Map<number, LocalRequests>()
  const running = new Set<Node>()
  return {
    genesisFile,
    dataDir,
    async start(number, deps = {}) {
      const peers: NodeDeps['peers'] = (_, self) => local.join(self)
      const requests: NodeDeps['requests'] = (_, self) => {
        const own = questions.join(self)
        asking.set(number, own)
        return own
      }
      const flags = { network: genesisFile, idleHeartbeatSeconds: 1 }
      const node = await startTestNode(dataDir(number), { peers, requests, catchUp: soon, ...deps }, flags)
      running.add(node)
      const left = (): void => {
        running.delete(node)
        asking.get(number)?.leave()
      }
      node.stopped.finally(left).catch(() => undefined)
      return node
    },
    async stop() {
      await Promise.all([...running].map((node) => node.stop()))
      folder.remove()
    },
  }
}

/** Who starts first has nobody to wait for. */
const soon = { patienceMs: 0 }

/** Asks until it is so; for what no event tells of. */
export async function until(isSo: () => Promise<boolean> | boolean): Promise<void> {
  while (!(await isSo())) await new Promise((resolve) => setTimeout(resolve, 20))
}
