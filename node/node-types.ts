/** What a node is started with, and what whoever starts it gets. */
import type { Answered, HttpLimits } from './api/transports/http/index.ts'
import type { Config, SettledConfig } from './config/index.ts'
import type { Engine, EngineOptions, PeerKey } from './consensus/index.ts'
import type { Clock, Scheduler } from './core/clock.ts'
import type { MessageMeter } from './core/meter.ts'
import type { ProcessHost } from './core/process-host.ts'
import type { Rng } from './core/rng.ts'
import type { VerifierPool } from './crypto/verifier-pool.ts'
import type { NodeNetwork } from './node-network.ts'
import type {
  CatchUpOptions,
  ConsensusPeers,
  FetchGenesis,
  NodeServices,
  PeerSource,
  SyncRequests,
  SyncView,
} from './services/index.ts'

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
  /** In place of a pool of its own, and ended with the node: for those that count what is checked. */
  readonly verifier?: VerifierPool
  /** For those that measure what messages cost. */
  readonly meter?: MessageMeter
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

/** What ends the parts of a node, in the order in which they were begun: the last is called first. */
export type Closers = (() => void | Promise<void>)[]
