/**
 * A node in a process of its own, which ends itself by SIGKILL where the order says so. The real node from end to end: the
 * kill switch only listens at the seams that createNode offers, and at the file functions.
 *
 * `node node-under-test.ts '{"dataDir", "network", "place", "nth"}'` prints `ready` and the socket's path when it serves.
 */
import { writeSync } from 'node:fs'
import { Worker } from 'node:worker_threads'
import { createEngine, type Engine, type EngineInput, type EngineOptions } from '../../node/consensus/index.ts'
import { installFileBoundaries } from './file-boundaries.ts'
import type { KillPlace } from './kill-plan.ts'
import { ackBits, createKillOrder, createKillSwitch, type KillOrder, type KillSwitch } from './kill-switch.ts'

export interface NodeUnderTestOptions {
  readonly dataDir: string
  readonly network: string
  readonly place: KillPlace | 'never'
  readonly nth: number
}

const options = JSON.parse(process.argv[2] ?? '') as NodeUnderTestOptions
const killOrder = createKillOrder(options.place, options.nth)
const killSwitch = createKillSwitch(killOrder)
installFileBoundaries(killSwitch)
watchAcknowledgements(killOrder, killSwitch)

// After the file functions are wrapped: some modules keep the ones they find when they are loaded.
const { createNode } = await import('../../node/node.ts')

const node = await createNode(
  {
    dataDir: options.dataDir,
    network: options.network,
    logLevel: 'error',
    logFormat: 'text',
    validatorKeyFile: undefined,
    validatorPasswordFile: undefined,
    apiPort: 0,
    apiHost: 'localhost',
    allowRemote: 'no',
    tlsCertFile: undefined,
    tlsKeyFile: undefined,
    autoLockMinutes: 0,
    maxMempoolTransactions: 20_000,
    verifierWorkers: 1,
    roundIntervalMs: 100,
    idleHeartbeatSeconds: 60,
    trustCheckpoint: undefined,
    role: 'auto',
    p2pListen: [],
    p2pAnnounce: [],
    bootstrap: [],
    serveRelay: 'auto',
    useRelays: 'no',
    mdns: 'no',
    upnp: 'no',
    webRtc: 'no',
    stunServers: [],
    maxPeers: 100,
    maxUploadKbPerSecond: 0,
    maxDownloadKbPerSecond: 0,
    allowClassicalPeers: 'no',
  },
  {
    workers: { storage: new URL('./killing-storage-worker.ts', import.meta.url) },
    storageWorkerData: { killOrder },
    createEngine: (engineOptions) => watchedEngine(engineOptions, killOrder, killSwitch),
    reportFault: (fault, where) => console.error(where, fault),
  },
)
process.on('SIGTERM', () => void node.stop())
writeSync(1, `ready ${node.info.socketPath}\n`)
await node.stopped

/** What the engine hears is durable and acknowledged; what it asks to be journalled is told to the worker by its kind. */
function watchedEngine(engineOptions: EngineOptions, order: KillOrder, kills: KillSwitch): Engine {
  const engine = createEngine(engineOptions)
  const journalKinds = new Uint8Array(order.journalKinds)
  let journalRecords = 0
  const before = (input: EngineInput): void => {
    if (input.type === 'transactions') kills.pass('engine.transactions')
    if (input.type === 'journalled') kills.pass(`engine.journalled.${input.kind}`)
  }
  return {
    handle(input) {
      before(input)
      const effects = engine.handle(input)
      for (const effect of effects) {
        if (effect.type === 'journal') journalKinds[journalRecords++] = effect.kind === 'checkpoint' ? 1 : 0
      }
      return effects
    },
    withdraw: (txId) => engine.withdraw(txId),
    get room() {
      return engine.room
    },
    get status() {
      return engine.status
    },
  }
}

/** Between the arrival of an acknowledgement in this thread and its first effect here. */
function watchAcknowledgements(order: KillOrder, kills: KillSwitch): void {
  const acked = new Int32Array(order.acked)
  const { emit } = Worker.prototype
  Worker.prototype.emit = function (this: Worker, event: string | symbol, ...parameters: unknown[]) {
    if (event === 'message' && isWritten(parameters[0])) {
      const bits = Atomics.exchange(acked, 0, 0)
      if ((bits & ackBits.admit) !== 0) kills.pass('ack.admit')
      if ((bits & ackBits.signIntent) !== 0) kills.pass('ack.signIntent')
      if ((bits & ackBits.commit) !== 0) kills.pass('ack.commit')
    }
    return Reflect.apply(emit, this, [event, ...parameters]) as boolean
  } as typeof emit
}

function isWritten(message: unknown): boolean {
  return typeof message === 'object' && message !== null && 'type' in message && message.type === 'written'
}
