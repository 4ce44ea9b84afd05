/**
 * Composition root: createNode(config, deps) puts the layers together and starts them, in an order in which nothing is served
 * before everything behind it is recovered; stop() takes them down in the opposite order.
 */
import { dirname, join } from 'node:path'
import type { Answered, HttpLimits } from './api/transports/http/index.ts'
import { prepareSocketFolder, socketPathOf } from './api/transports/index.ts'
import {
  type Config,
  changeSettings,
  describeSettings,
  listenAddresses,
  type SettledConfig,
  settledBy,
} from './config/index.ts'
import {
  consensusLimits,
  createEngine,
  type Engine,
  type EngineOptions,
  type PeerKey,
  type ResumePoint,
} from './consensus/index.ts'
import { bytesKey, equalBytes, toHex } from './core/bytes.ts'
import type { Clock, Scheduler } from './core/clock.ts'
import { NodeError } from './core/node-error.ts'
import type { ProcessHost } from './core/process-host.ts'
import type { Rng } from './core/rng.ts'
import { createTurns } from './core/turns.ts'
import { defaultSignatureBackend, sha256, systemRng } from './crypto/index.ts'
import { createVerifierPool } from './crypto/verifier-pool.ts'
import { fetchGenesis, joinNetwork } from './join-network.ts'
import { stateRoot, validatorIdOf } from './ledger/index.ts'
import { type NodeDoors, openDoors } from './node-doors.ts'
import { type NodeNetwork, openNodeNetwork, roleOf } from './node-network.ts'
import { reachHead } from './reach-head.ts'
import {
  alwaysLive,
  type CatchUpOptions,
  type Chain,
  type ConsensusPeers,
  createAccountServices,
  createChain,
  createConsensusDriver,
  createContests,
  createDagView,
  createDoor,
  createDrafts,
  createEventServices,
  createEvidenceReports,
  createExecutor,
  createFinalityTimes,
  createHistoryList,
  createHsmServices,
  createInFlightRegistry,
  createLabelServices,
  createMessageServices,
  createNetworkAnnouncer,
  createNetworkServices,
  createNetworkStatus,
  createNodeEventHub,
  createPayments,
  createPolicyServices,
  createSettingsServices,
  createSiblings,
  createStorageServices,
  createSyncProgress,
  createTokens,
  createTransactionServices,
  createTransactionViews,
  createValidatorServices,
  createVaultAnnouncer,
  createVaultServices,
  createVertexChecks,
  createVertexTimes,
  type EvidenceReports,
  type FetchGenesis,
  holdProvableState,
  keptFromOf,
  loadOrCreateGenesis,
  type NodeServices,
  type NodeStatus,
  nodeStops,
  noNetwork,
  noPeers,
  opensVault,
  type PeerSource,
  type Possession,
  type PossessionRequest,
  provePossession,
  type Recovered,
  recordEarlierBalances,
  recover,
  type SyncRequests,
  type SyncView,
  serveGenesis,
  serveSync,
  serviceLimits,
} from './services/index.ts'
import { createAuditLog, createStorage, type DurableStorage, lockDataFolder } from './storage/index.ts'
import { systemClock, systemScheduler } from './system-time.ts'
import { createVault, loadOrCreateValidatorKey, type ValidatorKey, type Vault, type VaultKeys } from './vault/index.ts'
import {
  createForkHost,
  createHardwareKeys,
  createPairings,
  createTokenWorkbench,
  type HardwareKeyDeps,
} from './vault/pkcs11/index.ts'

export type { Child, ChildOptions, ProcessHost } from './core/process-host.ts'

export interface NodeDeps {
  readonly clock?: Clock
  readonly scheduler?: Scheduler
  readonly rng?: Rng
  /** Entries of the worker threads, where they are not beside the sources. */
  readonly workers?: { readonly storage?: URL; readonly verify?: URL; readonly hardwareKey?: URL }
  /** Starts the processes of hardware keys' modules, where fork is not the way. */
  readonly processHost?: ProcessHost
  /** Folder of the built browser interface, where it is not this program's own. */
  readonly interfaceDir?: string
  /** SQLite's native module, where the package's own cannot be loaded. */
  readonly nativeBinding?: string | undefined
  /** The other nodes of its network, by the chain and this validator's name among them; without, it is alone. */
  readonly peers?: (chainId: Uint8Array, self: PeerKey) => ConsensusPeers
  /** What people see of the network layer; without one, of a node that has none. */
  readonly p2p?: PeerSource
  /** In place of asking the peers that a link names for the genesis of another network. */
  readonly fetchGenesis?: FetchGenesis
  /** How far it has come to the head of its network; without, it has nothing to fetch. */
  readonly sync?: () => SyncView
  /** Where it asks how far the network is, and for a snapshot; and where it answers such questions. */
  readonly requests?: (chainId: Uint8Array, self: PeerKey) => SyncRequests
  /** Ends the start, whatever it waits for; once the node serves, `stop` does. */
  readonly signal?: AbortSignal
  /** How it comes to the head of its network. */
  readonly catchUp?: CatchUpOptions
  /** Told each second how far it has come, until it serves. */
  readonly onCatchingUp?: (view: SyncView) => void
  /** Stands in for the engine: for tests that hold back what it would do. */
  readonly createEngine?: (options: EngineOptions) => Engine
  /** Further fields of the storage worker's workerData: for tests with an entry of their own. */
  readonly storageWorkerData?: Readonly<Record<string, unknown>>
  /** How the configuration was settled, for its form; without it, it holds until the node ends whatever a file says. */
  readonly settled?: SettledConfig
  /** Told of options that were changed and hold another value from now on, beside what the node itself does about them. */
  readonly onSettingsChanged?: (config: Config) => void
  /** Told of every request that was answered over HTTP: the request log. */
  readonly onAnswered?: (answered: Answered) => void
  /** Other bounds of the HTTP listener than its own: for tests. */
  readonly httpLimits?: Partial<HttpLimits>
  /** Told of its wire, before it starts: for those that measure what goes over it. */
  readonly onNetwork?: (network: NodeNetwork) => void
  /** Told of faults of our own, and where they happened. */
  readonly reportFault?: (fault: unknown, where: string) => void
}

export interface NodeInfo {
  readonly chainId: string
  readonly network: string
  readonly dataDir: string
  readonly socketPath: string
  readonly apiUrl: string
  /** Holds the owner's token while the node runs. */
  readonly tokenFile: string
}

export interface Node {
  readonly services: NodeServices
  readonly info: NodeInfo
  /**
   * Hands a port to the module's process that waits for a PIN at this socket (`hsm.unlock`, `hsm.expectPin`), so that what
   * comes over the port passes nobody else. False where none waits there. For hosts whose children take ports.
   */
  handPinPort(pinSocket: string, port: unknown): boolean
  /** Opens the browser interface as its owner: single-use, for a minute. It goes into the fragment of the address: `#c=`. */
  issueBrowserCode(): string
  /** Resolves when the node has stopped; rejects with the reason where it had to. */
  readonly stopped: Promise<void>
  stop(): Promise<void>
}

const chainIdKey = 'chain-id'

/**
 * Starts a node on its data folder and recovers it to where it was.
 *
 * @throws NodeError DATA_FOLDER_IN_USE, DATA_FOLDER_PERMISSIONS, STORAGE_*, NO_GENESIS, NETWORK_MISMATCH, GENESIS_*,
 *   NODE_STOPPING where the signal was given, VALIDATOR_KEY_*, TRUST_ANCHOR_TOO_OLD, TRUST_ANCHOR_UNKNOWN, SYNC_*, STATE_BEHIND, VALIDATOR_NOT_IN_GENESIS, NETWORK_UNSUPPORTED, STATE_DAMAGED, REPLAY_MISMATCH, JOURNAL_DAMAGED,
 *   API_PORT_IN_USE, API_PORT_FORBIDDEN, API_ADDRESS_UNAVAILABLE, API_REMOTE_REFUSED, API_TLS_FILES, API_TOKEN_FILE
 */
export async function createNode(config: Config, deps: NodeDeps = {}): Promise<Node> {
  const closers: (() => void | Promise<void>)[] = []
  const closeAll = async (): Promise<void> => {
    for (let close = closers.pop(); close !== undefined; close = closers.pop()) await close()
  }
  try {
    return await start(config, deps, closers, closeAll)
  } catch (cause) {
    await closeAll()
    throw cause
  }
}

async function start(
  config: Config,
  deps: NodeDeps,
  closers: (() => void | Promise<void>)[],
  closeAll: () => Promise<void>,
): Promise<Node> {
  const clock = deps.clock ?? systemClock
  const scheduler = deps.scheduler ?? systemScheduler
  const rng = deps.rng ?? systemRng
  const { nativeBinding } = deps
  const reportFault = deps.reportFault ?? (() => undefined)
  /** After what takes long: whoever has asked for the end waits for no more of the start. */
  const goOn = (): void => {
    if (deps.signal?.aborted === true) throw nodeStops()
  }

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

  const keys = nodeVaultKeys()
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

  const verifier = createVerifierPool({
    workers: Math.min(config.verifierWorkers, 16),
    ...(deps.workers?.verify === undefined ? {} : { workerUrl: deps.workers.verify }),
  })
  closers.push(() => verifier.close())
  await verifier.ready()
  goOn()

  const self = validatorIdOf(validator.publicKey)
  /** Whom it signs as; null where it is told to sign for nobody. */
  const seat = config.role === 'auto' ? self : null
  const replay = {
    chain,
    read: storage.read,
    verify: (jobs: Parameters<typeof verifier.verify>[0]) => verifier.verify(jobs),
  }
  let network: NodeNetwork | undefined
  await recordEarlierBalances({ ...replay, write: storage.write })
  const nextTurn = (): Promise<void> => new Promise((resolve) => void setImmediate(resolve))
  /** Who has stake, as of what this node knows at the moment. */
  let stakes: { has(id: string): boolean } = new Set(chain.validators.map(({ id }) => bytesKey(id)))
  const hasStake = (id: Uint8Array): boolean => stakes.has(bytesKey(id))
  if (isOnWire) {
    network = await openNodeNetwork(
      {
        config,
        listen,
        dataDir,
        chainId: chain.chainId,
        validator,
        isValidator: () => seat !== null && hasStake(self),
        hasStake,
      },
      { clock, scheduler, rng, verifier, reportFault },
    )
    closers.push(() => network?.stop())
    deps.onNetwork?.(network)
  }
  const requests = deps.requests?.(chain.chainId, bytesKey(self)) ?? network?.requests
  const progress = createSyncProgress(clock)
  const syncServer = requests === undefined ? null : serveSync(requests, storage.read)
  if (requests !== undefined) serveGenesis(requests, genesis)
  await network?.start()
  const reached =
    requests === undefined
      ? null
      : await reachHead(
          {
            config,
            isOnly: chain.validators.length === 1 && hasStake(self),
            onCatchingUp: deps.onCatchingUp,
            catchUp: deps.catchUp,
          },
          {
            ...{ chain, source: requests, storage, clock, scheduler, progress, nextTurn },
            ...(deps.signal === undefined ? {} : { signal: deps.signal }),
          },
        )
  goOn()
  const recovered = await recover({ ...replay, storage, clock, self })
  goOn()
  const { state } = recovered
  stakes = state.stakes

  let fail: (cause: unknown) => void = () => undefined
  const failure = new Promise<never>((_, reject) => {
    fail = reject
  })
  failure.catch(() => undefined)
  void storage.failed.then(fail)
  void audit.failed.then(fail)

  const registry = createInFlightRegistry()
  const hub = createNodeEventHub()
  const times = createVertexTimes(4 * consensusLimits.horizonRounds)
  const finality = createFinalityTimes(serviceLimits.finalitySamples)
  const provable = holdProvableState(recovered.provable)
  const siblings = createSiblings({
    state,
    registry,
    write: storage.write,
    hub,
    clock,
    enqueue: (entry) => driver.enqueue(entry),
    withdraw: (entry) => driver.withdraw(entry),
    onFailure: fail,
  })
  const { settle } = siblings
  const { captured } = recovered
  const executor = createExecutor({
    ...{ chain, state, storage, registry, times, provable, finality, hub, clock, settle, captured },
    isAlone,
  })
  const engine = (deps.createEngine ?? createEngine)({ ...engineOptions(config, chain, seat, recovered.resume), rng })
  const peers = deps.peers?.(chain.chainId, bytesKey(self)) ?? network?.peers ?? noPeers
  const dag = createDagView({ hub, clock, scheduler })
  closers.push(() => dag.stop())
  const { epoch } = recovered.resume
  dag.epoch({ ...epoch, endMs: epoch.startMs + chain.genesis.parameters.epochMs })
  dag.restore(recovered.resume)
  const contests = createContests()
  /** Made once there is a vault to pay: what is found before, on the way through the journal, is found again by others. */
  let reports: EvidenceReports | undefined
  const driver = createConsensusDriver({
    chain,
    engine,
    executor,
    checks: createVertexChecks({ chain, state, verifier, clock, scheduler }),
    peers,
    registry,
    dag,
    contests,
    nextTurn,
    onEvidence(offence) {
      const { epoch, round } = offence
      const details = { validator: toHex(offence.validator), epoch, round, evidence: toHex(sha256(offence.evidence)) }
      audit.append('validator.equivocated', details).catch(fail)
      void reports?.found(offence.evidence)
    },
    storage,
    times,
    hub,
    clock,
    scheduler,
    // In a turn of its own: it takes milliseconds, and is asked for where a commit is being carried out.
    sign: async (message) => {
      await new Promise((resolve) => setImmediate(resolve))
      return validator.sign(message)
    },
    onFailure: fail,
  })
  closers.push(() => driver.stop())

  const processHost = deps.processHost ?? createForkHost()
  if (deps.processHost === undefined) closers.push(() => processHost.killAll())
  const pinFolder = async (): Promise<string> => {
    const socket = socketPathOf(dataDir)
    await prepareSocketFolder(socket)
    return dirname(socket)
  }
  const hardwareDeps = {
    processHost,
    scheduler,
    rng,
    verify: keys.verify,
    entry: deps.workers?.hardwareKey,
    audit: (action, details) => void audit.append(action, details).catch(fail),
    changed: () => void hub.publish({ type: 'hardware-key', atMs: clock.nowMs() }),
  } satisfies HardwareKeyDeps
  const hardware = createHardwareKeys({ dataDir, pinFolder }, hardwareDeps)
  const workbench = createTokenWorkbench({ ...hardwareDeps, clock, pairings: createPairings(dataDir), pinFolder })
  const lockTokens = (): void => {
    hardware.lock()
    workbench.closeAll()
  }
  closers.push(lockTokens)

  const announceVault = createVaultAnnouncer({ status: () => vault.status(), hub, clock, reportFault })
  const vault: Vault = createVault(
    { dir: dataDir, autoLockMs: config.autoLockMinutes * 60_000 },
    {
      clock,
      scheduler,
      rng,
      keys,
      addressOf: chain.addressOf,
      hardware: { ...hardware, lock: lockTokens },
      discover: async (address) => state.accounts.has(bytesKey(chain.parse(address))),
      audit(action, details) {
        audit.append(action, details).catch(fail)
        announceVault(action)
        if (opensVault(action)) void reports?.submit()
      },
    },
  )
  closers.push(() => vault.lockNow('shutdown'))

  const { read, write } = storage
  const writeAudit = async (action: string, details: Readonly<Record<string, string | number | boolean>>) =>
    void (await audit.append(action, details))
  const accounts = await createAccountServices({
    chain,
    state,
    registry,
    vault,
    read,
    write,
    hub,
    clock,
    audit: writeAudit,
  })
  const door = createDoor({
    chain,
    state,
    registry,
    driver,
    verifier,
    write: storage.write,
    read: storage.read,
    hub,
    clock,
    siblings,
    turns: createTurns(serviceLimits.doorStepsATurn, setImmediate),
    maxInFlightTransactions: Math.min(config.maxMempoolTransactions, serviceLimits.maxInFlightTransactions),
  })
  const tokens = await createTokens({
    chain,
    read: storage.read,
    write: storage.write,
    clock: door,
    rng,
    audit: async (action, details) => void (await audit.append(action, details)),
  })
  const drafts = createDrafts({ chain, state, registry, door })
  const payments = createPayments({
    chain,
    state,
    registry,
    door,
    drafts,
    accounts,
    vault,
    guard: tokens.guard,
    read: storage.read,
    write: storage.write,
    clock,
    rng,
    audit: async (action, details) => void (await audit.append(action, details)),
  })
  reports = await createEvidenceReports({
    ...{ chain, state, self, vault, payments, scheduler, reportFault },
    ...{ read: storage.read, write: storage.write, audit: writeAudit },
  })
  closers.push(() => reports?.stop())
  const views = createTransactionViews({ chain, state, registry, read: storage.read, contests })
  const names = { accounts: () => services.accounts.list(), labels: () => services.labels.list({}) }
  const list = createHistoryList({ chain, state, registry, views, read: storage.read, clock, accounts, names })

  let stopping: Promise<void> | undefined
  const stop = (): Promise<void> => {
    stopping ??= audit
      .append('node.stop')
      .then(() => undefined)
      .catch(() => undefined)
      .then(closeAll)
    return stopping
  }
  let ended: () => void = () => undefined
  const stopAsked = new Promise<void>((resolve) => {
    ended = resolve
  })

  const nodeStatus = async (): Promise<NodeStatus> => {
    const checkpoint = await storage.read.lastCheckpoint()
    return {
      pid: process.pid,
      chainId: chain.chainIdHex,
      network: genesis.name,
      role: roleOf(config, seat !== null && engine.status.validators.some(({ id }) => equalBytes(id, self))),
      commitIndex: state.commitIndex,
      round: engine.status.round,
      stateRoot: toHex(stateRoot(state)),
      checkpoint: checkpoint === null ? null : { seq: checkpoint.seq, hash: toHex(checkpoint.hash) },
      validators: engine.status.validators.length,
      peers: p2p.peers().length,
      mempool: registry.size,
      finalityMs: finality.percentiles(),
      storage: { bytes: (await storage.read.status()).bytes },
    }
  }
  const p2p = deps.p2p ?? network?.views ?? noNetwork({ clock, peers })
  const sync = deps.sync ?? (reached === null ? alwaysLive(chain, clock) : progress.view)
  const seen = createNetworkStatus({
    ...{ chain, dag, engine, nodeStatus, registry, clock, sync, self },
    idleIntervalMs: config.idleHeartbeatSeconds * 1_000,
    vertexBytes: async (hash) => (await storage.read.journalByHash(hash))?.bytes ?? null,
  })

  const { syncNow, validatorName } = seen
  const announcer = createNetworkAnnouncer({ p2p, sync: syncNow, validatorName, hub, clock, scheduler })
  closers.push(() => announcer.stop())

  /** Undefined until they are open: the services come first. */
  let doors: NodeDoors | undefined
  const services: NodeServices = {
    node: {
      status: nodeStatus,
      stop: async () => ended(),
      async browserLink() {
        if (doors === undefined) throw new NodeError('BROWSER_UNAVAILABLE', 'this node does not serve yet')
        return doors.browserLink()
      },
    },
    vault: createVaultServices({ vault, accounts, hardware }),
    hsm: createHsmServices({ keys: hardware, workbench, env: process.env }),
    accounts: accounts.api,
    labels: createLabelServices({ chain, read, write, hub, clock, audit: writeAudit }),
    transactions: createTransactionServices({
      accounts,
      payments,
      drafts,
      list,
      door,
      views,
      registry,
      read: storage.read,
      hub,
    }),
    settings: createSettingsServices(deps.settled ?? settledBy(config), {
      form: { describe: describeSettings, change: changeSettings },
      audit: async (action, details) => void (await audit.append(action, details)),
      apply(changed, names) {
        network?.setCaps(changed)
        if (names.includes('autoLockMinutes')) vault.setAutoLock(changed.autoLockMinutes * 60_000)
        deps.onSettingsChanged?.(changed)
      },
    }),
    messages: createMessageServices({
      chain,
      state,
      accounts,
      vault,
      guard: tokens.guard,
      verifier,
      audit: writeAudit,
    }),
    tokens: tokens.api,
    policies: createPolicyServices({ chain, state, accounts, payments, views, vault, nowMs: door.nowMs }),
    validators: createValidatorServices({ chain, state, accounts, payments, views, validator }),
    network: createNetworkServices({
      ...{ chain, state, accounts, provable, read: storage.read, seen, p2p, clock, audit: writeAudit },
      ...{ dataDir, fetchGenesis: deps.fetchGenesis ?? fetchGenesis, writeNetwork: joinNetwork },
    }),
    events: createEventServices({ hub, chain, accounts, run: toHex(rng.bytes(8)) }),
    audit: {
      show: async ({ limit = serviceLimits.defaultPageSize }) => ({
        entries: await audit.tail(Math.min(limit, serviceLimits.maxAuditPage)),
      }),
      verify: () => audit.verify(),
    },
    storage: createStorageServices(replay),
  }

  takeOver(recovered, { registry, driver, executor, times })
  const place = { chainId: chain.chainIdHex, network: genesis.name, dataDir }
  doors = await openDoors(
    { place, config, httpLimits: deps.httpLimits, interfaceDir: deps.interfaceDir },
    {
      services,
      clock,
      rng,
      scheduler,
      audit: async (action, details) => void (await audit.append(action, details)),
      auditFailed: fail,
      onAnswered: deps.onAnswered,
      reportFault,
    },
  )
  const opened = doors
  closers.push(() => opened.close())
  await audit.append('node.start', { chainId: chain.chainIdHex, commitIndex: state.commitIndex })
  driver.start()
  if (reached !== null) progress.follow(reached.headIndex, () => state.commitIndex)
  if (syncServer !== null) {
    const keptFrom = await keptFromOf(storage.read, recovered.resume.epoch.number)
    syncServer.begin({ read: storage.read, state, provable, keptFrom, clock, nextTurn })
  }

  const stopped = Promise.race([stopAsked, failure]).then(stop, async (cause: unknown) => {
    await stop()
    throw cause
  })
  stopped.catch(() => undefined)
  return {
    services,
    info: { ...place, apiUrl: opened.apiUrl, tokenFile: opened.tokenFile, socketPath: opened.socketPath },
    handPinPort(pinSocket, port) {
      const module = hardware.moduleAt(pinSocket) ?? workbench.moduleAt(pinSocket)
      module?.child.postMessage({ kind: 'pin-port' }, [port])
      return module !== undefined
    },
    issueBrowserCode: opened.issueBrowserCode,
    stopped,
    async stop() {
      ended()
      await stop()
    },
  }
}

/** For the command line: the proof that a bond under another key than the node's own needs. */
export function provePossessionOf(request: PossessionRequest): Promise<Possession> {
  return provePossession(request, nodeVaultKeys())
}

/** Signatures of vault and validator by the backend this machine is best served with. */
export function nodeVaultKeys(): VaultKeys {
  const backend = defaultSignatureBackend()
  return {
    publicKeyOfSeed: (suite, seed) => backend.keygen(suite, seed).publicKey,
    sign: (suite, seed, message) => backend.sign(suite, seed, message),
    verify: (suite, publicKey, message, signature) => backend.verify(suite, publicKey, message, signature),
  }
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

function engineOptions(
  config: Config,
  chain: Chain,
  self: Uint8Array | null,
  resume: ResumePoint | null,
): Omit<EngineOptions, 'rng'> {
  return {
    chainId: chain.chainId,
    startTimeMs: chain.genesis.startTimeMs,
    validators: chain.validators,
    self,
    epochMs: chain.genesis.parameters.epochMs,
    checkpointIntervalMs: chain.genesis.parameters.checkpointIntervalMs,
    roundIntervalMs: config.roundIntervalMs,
    idleIntervalMs: config.idleHeartbeatSeconds * 1_000,
    resume,
  }
}

/** Gives what the recovery found to those who carry it on. */
function takeOver(
  recovered: Recovered,
  to: {
    registry: ReturnType<typeof createInFlightRegistry>
    driver: ReturnType<typeof createConsensusDriver>
    executor: ReturnType<typeof createExecutor>
    times: ReturnType<typeof createVertexTimes>
  },
): void {
  for (const { vertex, candidates, journalledAtMs } of recovered.uncommitted) {
    to.times.journalled(vertex.hash, journalledAtMs)
    to.executor.prepare(vertex, candidates)
    for (const candidate of candidates) to.driver.adopt(candidate)
  }
  for (const entry of recovered.underWay) {
    to.registry.add(entry)
  }
  for (const entry of recovered.waiting) {
    to.registry.add(entry)
    if (!entry.held) to.driver.enqueue(entry)
  }
}
