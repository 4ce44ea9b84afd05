/** What a node stands on: its data folder with lock, audit log, database and validator key, and the chain that they belong to. */
import { join } from 'node:path'
import { type Config, listenAddresses } from './config/index.ts'
import { equalBytes } from './core/bytes.ts'
import type { Clock } from './core/clock.ts'
import { NodeError } from './core/node-error.ts'
import type { Rng } from './core/rng.ts'
import type { Closers, NodeDeps } from './node-types.ts'
import { type Chain, createChain, loadOrCreateGenesis } from './services/index.ts'
import { type AuditLog, createAuditLog, createStorage, type DurableStorage, lockDataFolder } from './storage/index.ts'
import { loadOrCreateValidatorKey, type ValidatorKey, type VaultKeys } from './vault/index.ts'

export interface NodeBase {
  /** As the system resolves it. */
  readonly dataDir: string
  readonly audit: AuditLog
  readonly storage: DurableStorage
  readonly validator: ValidatorKey
  readonly chain: Chain
  /** Addresses for its wire to listen on. */
  readonly listen: readonly string[]
  /** Whether it has a wire of its own. */
  readonly isOnWire: boolean
  /** Whether nobody else keeps its chain. */
  readonly isAlone: boolean
}

const chainIdKey = 'chain-id'

/** @throws NodeError DATA_FOLDER_*, STORAGE_*, VALIDATOR_*, NO_GENESIS, GENESIS_*, NETWORK_MISMATCH */
export async function openNodeBase(
  config: Config,
  deps: Pick<NodeDeps, 'nativeBinding' | 'workers' | 'storageWorkerData' | 'peers'>,
  { clock, rng, keys, closers }: { clock: Clock; rng: Rng; keys: VaultKeys; closers: Closers },
): Promise<NodeBase> {
  const { nativeBinding } = deps
  const lock = lockDataFolder(config.dataDir, { nativeBinding })
  closers.push(() => lock.release())
  const dataDir = lock.folder
  const audit = await createAuditLog({ folder: join(dataDir, 'audit') }, { clock })
  closers.push(() => audit.close())
  const storage = await createStorage({
    file: join(dataDir, 'qudag.db'),
    nativeBinding,
    ...(deps.workers?.storage === undefined ? {} : { workerUrl: deps.workers.storage }),
    ...(deps.storageWorkerData === undefined ? {} : { workerData: deps.storageWorkerData }),
  })
  closers.push(() => storage.close())

  const validator = await loadOrCreateValidatorKey(
    config.validatorKeyFile ?? join(dataDir, 'validator.key'),
    { passwordFile: config.validatorPasswordFile },
    { rng, keys },
  )
  closers.push(() => validator.wipe())
  const genesis = await loadOrCreateGenesis(
    { dataDir, network: config.network, validatorPublicKey: validator.publicKey },
    { clock, rng },
  )
  const chain = createChain(genesis)
  // A network of one validator needs no wire, unless somebody says where it is to listen or whom to call.
  const listen = listenAddresses(config.p2pListen, { isAlone: genesis.validators.length === 1 })
  const isOnWire = deps.peers === undefined && (listen.length > 0 || config.bootstrap.length > 0)
  const isAlone = deps.peers === undefined && !isOnWire
  // Without others there is nobody to follow.
  if (isAlone) checkValidator(chain, validator)
  await bindToChain(storage, chain)
  return { dataDir, audit, storage, validator, chain, listen, isOnWire, isAlone }
}

function checkValidator(chain: Chain, validator: ValidatorKey): void {
  if (!chain.genesis.validators.some(({ publicKey }) => equalBytes(publicKey, validator.publicKey))) {
    throw new NodeError('VALIDATOR_NOT_IN_GENESIS', 'the validator key of this node is not one of this network', {
      hint: 'Name the key file of the network with --validator, or use another data folder.',
    })
  }
}

/** A database belongs to one chain for good. @throws NodeError NETWORK_MISMATCH */
async function bindToChain(storage: DurableStorage, chain: Chain): Promise<void> {
  const bound = await storage.read.meta(chainIdKey)
  if (bound === null) await storage.write.setMeta(chainIdKey, chain.chainId)
  else if (!equalBytes(bound, chain.chainId)) {
    throw new NodeError('NETWORK_MISMATCH', 'the database in this data folder belongs to another chain', {
      hint: 'Put back the genesis file it was made with, or use another data folder.',
    })
  }
}
