/**
 * Composition root: createNode(config, deps) puts the layers together and starts them, in an order in which nothing is served
 * before everything behind it is recovered; stop() takes them down in the opposite order.
 */
import { type Config, changeSettings, describeSettings, settledBy } from './config/index.ts'
import { bytesKey, equalBytes, toHex } from './core/bytes.ts'
import { NodeError } from './core/node-error.ts'
import { createTurns } from './core/turns.ts'
import { systemRng } from './crypto/index.ts'
import { createVerifierPool } from './crypto/verifier-pool.ts'
import { fetchGenesis, joinNetwork } from './join-network.ts'
import { stateRoot, validatorIdOf } from './ledger/index.ts'
import { openNodeBase } from './node-base.ts'
import { openNodeConsensus } from './node-consensus.ts'
import { type NodeDoors, openDoors } from './node-doors.ts'
import { type NodeNetwork, openNodeNetwork, roleOf } from './node-network.ts'
import type { Closers, Node, NodeDeps } from './node-types.ts'
import { nodeVaultKeys, openNodeVault } from './node-vault.ts'
import { reachHead } from './reach-head.ts'
import {
  alwaysLive,
  createAccountServices,
  createDoor,
  createDrafts,
  createEventServices,
  createEvidenceReports,
  createHistoryList,
  createHsmServices,
  createLabelServices,
  createMessageServices,
  createNetworkAnnouncer,
  createNetworkServices,
  createNetworkStatus,
  createPayments,
  createPolicyServices,
  createSettingsServices,
  createStorageServices,
  createSyncProgress,
  createTokens,
  createTransactionServices,
  createTransactionViews,
  createValidatorServices,
  createVaultServices,
  type EvidenceReports,
  keptFromOf,
  type NodeServices,
  type NodeStatus,
  nodeStops,
  noNetwork,
  noPeers,
  type Possession,
  type PossessionRequest,
  provePossession,
  recordEarlierBalances,
  recover,
  serveGenesis,
  serveSync,
  serviceLimits,
} from './services/index.ts'
import { systemClock, systemScheduler } from './system-time.ts'

export type { Child, ChildOptions, ProcessHost } from './core/process-host.ts'
export type { Node, NodeDeps, NodeInfo } from './node-types.ts'
export { nodeVaultKeys } from './node-vault.ts'

/**
 * Starts a node on its data folder and recovers it to where it was.
 *
 * @throws NodeError DATA_FOLDER_IN_USE, DATA_FOLDER_PERMISSIONS, STORAGE_*, NO_GENESIS, NETWORK_MISMATCH, GENESIS_*,
 *   NODE_STOPPING where the signal was given, VALIDATOR_KEY_*, TRUST_ANCHOR_TOO_OLD, TRUST_ANCHOR_UNKNOWN, SYNC_*, STATE_BEHIND, VALIDATOR_NOT_IN_GENESIS, NETWORK_UNSUPPORTED, STATE_DAMAGED, REPLAY_MISMATCH, JOURNAL_DAMAGED,
 *   API_PORT_IN_USE, API_PORT_FORBIDDEN, API_ADDRESS_UNAVAILABLE, API_REMOTE_REFUSED, API_TLS_FILES, API_TOKEN_FILE
 */
export async function createNode(config: Config, deps: NodeDeps = {}): Promise<Node> {
  const closers: Closers = []
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

async function start(config: Config, deps: NodeDeps, closers: Closers, closeAll: () => Promise<void>): Promise<Node> {
  const clock = deps.clock ?? systemClock
  const scheduler = deps.scheduler ?? systemScheduler
  const rng = deps.rng ?? systemRng
  const keys = nodeVaultKeys()
  const reportFault = deps.reportFault ?? (() => undefined)
  /** After what takes long: whoever has asked for the end waits for no more of the start. */
  const goOn = (): void => {
    if (deps.signal?.aborted === true) throw nodeStops()
  }

  const base = await openNodeBase(config, deps, { clock, rng, keys, closers })
  const { dataDir, audit, storage, validator, chain, listen, isOnWire } = base
  const verifier =
    deps.verifier ??
    createVerifierPool({
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
      { clock, scheduler, rng, verifier, reportFault, meter: deps.meter },
    )
    closers.push(() => network?.stop())
    deps.onNetwork?.(network)
  }
  const requests = deps.requests?.(chain.chainId, bytesKey(self)) ?? network?.requests
  const progress = createSyncProgress(clock)
  const syncServer = requests === undefined ? null : serveSync(requests, storage.read)
  if (requests !== undefined) serveGenesis(requests, chain.genesis)
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
  stakes = recovered.state.stakes

  let fail: (cause: unknown) => void = () => undefined
  const failure = new Promise<never>((_, reject) => {
    fail = reject
  })
  failure.catch(() => undefined)
  void storage.failed.then(fail)
  void audit.failed.then(fail)

  /** Made once there is a vault to pay: what is found before, on the way through the journal, is found again by others. */
  let reports: EvidenceReports | undefined
  const peers = deps.peers?.(chain.chainId, bytesKey(self)) ?? network?.peers ?? noPeers
  const consensus = openNodeConsensus({ config, seat, recovered }, base, {
    ...deps,
    ...{ clock, scheduler, rng, verifier, peers, nextTurn, closers, fail },
    found: (evidence) => void reports?.found(evidence),
  })
  const { state, registry, hub, finality, provable, siblings, engine, dag, contests, driver } = consensus
  const { vault, hardware, workbench } = openNodeVault(config, base, {
    ...deps,
    ...{ clock, scheduler, rng, keys, hub, closers, fail, reportFault },
    isOnLedger: (account) => state.accounts.has(account),
    opened: () => void reports?.submit(),
  })

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
    audit: writeAudit,
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
    audit: writeAudit,
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
      network: chain.genesis.name,
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
      audit: writeAudit,
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

  consensus.takeOver()
  const place = { chainId: chain.chainIdHex, network: chain.genesis.name, dataDir }
  doors = await openDoors(
    { place, config, httpLimits: deps.httpLimits, interfaceDir: deps.interfaceDir },
    {
      services,
      clock,
      rng,
      scheduler,
      audit: writeAudit,
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
