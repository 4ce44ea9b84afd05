/**
 * A node's place on the wire: the host with its key and its memory of peers, the post-quantum channel under its connections,
 * validators bound to theirs, and the links that consensus and synchronising go over. Put together here, since the network
 * layer knows nothing of consensus, and consensus nothing of the network.
 */
import { peerIdFromPrivateKey } from '@libp2p/peer-id'
import { programVersion } from './api/transports/http/index.ts'
import { type Config, capBytesPerSecond } from './config/index.ts'
import { messageKindOf } from './consensus/index.ts'
import { toHex } from './core/bytes.ts'
import type { Clock, Scheduler } from './core/clock.ts'
import type { MessageMeter } from './core/meter.ts'
import { invariant, NodeError } from './core/node-error.ts'
import type { Rng } from './core/rng.ts'
import type { Verifier } from './crypto/index.ts'
import {
  createBindings,
  createChannelStreams,
  createHybridPins,
  createLinks,
  createRequests,
  createSecureChannel,
  type GossipService,
  gossipService,
  hybridProtocol,
  loadOrCreatePeerKey,
  openPeerHost,
  type PeerRole,
  type PeerView,
  type Requests,
  type SecureChannel,
  type TrafficCaps,
  type WireStats,
} from './p2p/index.ts'
import { type ConsensusPeers, createConsensusPeers, type PeerSource, peerFiles } from './services/index.ts'
import { createValidatorSeeker } from './validator-seeker.ts'
import type { ValidatorKey } from './vault/index.ts'

export interface NodeNetwork {
  readonly peers: ConsensusPeers
  readonly views: PeerSource
  readonly requests: Requests
  /** Bytes and frames by kind of message, since the start. */
  stats(): WireStats
  setCaps(config: CapOptions): void
  /** Listens, and looks for peers. `peers` starts after it: those that are connected by then are told of. */
  start(): Promise<void>
  stop(): Promise<void>
}

export interface NodeNetworkOptions {
  readonly config: Config
  /** Multiaddrs. */
  readonly listen: readonly string[]
  readonly dataDir: string
  readonly chainId: Uint8Array
  readonly validator: Pick<ValidatorKey, 'publicKey' | 'sign'>
  /** Whether this node signs under its key, and has stake under it at this moment: only then it speaks as a validator. */
  readonly isValidator: () => boolean
  /** Whether an id is that of somebody with stake at this moment: a key that nobody knows votes for nothing. */
  readonly hasStake: (validator: Uint8Array) => boolean
}

export interface NodeNetworkDeps {
  readonly clock: Clock
  readonly scheduler: Scheduler
  readonly rng: Rng
  readonly verifier: Verifier
  readonly reportFault: (fault: unknown, where: string) => void
  readonly meter?: MessageMeter | undefined
}

/** The name of a node on the wire; makes its key where there is none. @throws NodeError PEER_KEY_* */
export async function peerIdIn(dataDir: string, rng: Rng): Promise<string> {
  return peerIdFromPrivateKey(await loadOrCreatePeerKey(peerFiles(dataDir), rng)).toString()
}

/** Built, not started. @throws NodeError PEER_KEY_* */
export async function openNodeNetwork(options: NodeNetworkOptions, deps: NodeNetworkDeps): Promise<NodeNetwork> {
  const { config, dataDir, chainId, validator, isValidator, hasStake } = options
  const { clock, scheduler, rng, verifier, reportFault, meter } = deps
  const files = peerFiles(dataDir)
  const allowClassical = config.allowClassicalPeers === 'yes' && !isValidator()
  let channel: SecureChannel | undefined
  const role = roleOf(config, isValidator())
  const { host, directory, privateKey, validators, setCaps, start, stop } = await openPeerHost(
    {
      ...{ chainId, role, version: programVersion() },
      listen: options.listen,
      announce: config.p2pAnnounce,
      bootstrap: config.bootstrap,
      servesRelay: config.serveRelay === 'yes' || (config.serveRelay === 'auto' && role === 'relay'),
      stunServers: config.stunServers,
      usesRelays: config.useRelays === 'yes',
      webRtc: config.webRtc === 'yes',
      mdns: config.mdns === 'yes',
      upnp: config.upnp === 'yes',
      maxPeers: config.maxPeers,
      dht: 'auto',
      caps: capsOf(config),
    },
    {
      ...{ files, clock, scheduler, rng },
      encrypters(store, ownKey) {
        const pins = createHybridPins({}, { store, clock })
        channel = createSecureChannel({ chainId, allowClassical }, { privateKey: ownKey, scheduler, rng, pins })
        return channel.encrypters
      },
      pubsub: gossipService(chainId),
      isHybrid: (encryption) => encryption === hybridProtocol,
      note: ({ code, reason }) => reportFault(new NodeError(code, reason), 'network'),
      reportFault: (fault) => reportFault(fault, 'network'),
    },
  )
  const { libp2p } = host
  const opened = channel
  invariant(opened !== undefined, 'the channel is made with the host')
  const streams = createChannelStreams({
    ...{ libp2p, channel: opened, clock, scheduler },
    hasInnerChannels: config.webRtc === 'yes',
    onSecured: ({ remotePeer }) => directory.setHybrid(remotePeer.toString()),
  })
  const onMisconduct = (peer: string, code: string): void => directory.misconduct(peer, code)
  const bindings = createBindings(
    { chainId, validator: () => (isValidator() ? validator : null) },
    {
      ...{ libp2p, clock, scheduler },
      channelOf: (connection) => channel?.of(connection),
      signAsPeer: (message) => privateKey.sign(message),
      async verifyValidator(publicKey, message, signature) {
        const [isGood] = await verifier.verify([{ suite: 'ML-DSA-65', publicKey, message, signature }])
        return isGood === true
      },
      isKnown: hasStake,
      onBound(peer, id) {
        directory.setValidator(peer, toHex(id))
        validators.put(toHex(id), peer)
        seekValidators()
      },
      onRefused: onMisconduct,
    },
  )
  const links = createLinks(
    {
      chainId,
      get role() {
        return roleOf(config, isValidator())
      },
      // Those of validators come to a validator by their own links.
      get subscribed() {
        return isValidator() ? (['transactions'] as const) : (['transactions', 'consensus'] as const)
      },
    },
    {
      ...{ libp2p, streams, clock, scheduler, onMisconduct, meter },
      // libp2p's type asks more of a message than is ever read of it.
      gossip: libp2p.services.pubsub as unknown as GossipService,
      bind: (connection, doubt) => bindings.bind(connection, doubt),
      labelOf: (bytes) => messageKindOf(bytes) ?? 'unknown',
    },
  )
  const requests = createRequests(chainId, {
    ...{ libp2p, streams, clock, scheduler, onMisconduct },
    connected: () => directory.peers().map(({ id }) => id),
    rank: (keys) => ranked(keys, directory.peers()),
  })
  const { seekValidators, stopSeeking } = createValidatorSeeker(
    { isValidator, hasStake, self: host.id },
    { validators, scheduler, want: (ids) => host.want(ids) },
  )
  return {
    peers: createConsensusPeers({ chainId, isValidator }, { links, scheduler }),
    views: directory,
    requests,
    stats: () => links.stats(),
    setCaps: (changed) => setCaps(capsOf(changed)),
    async start() {
      await bindings.start()
      await requests.start()
      await start()
      seekValidators()
    },
    async stop() {
      stopSeeking()
      await requests.stop()
      await links.stop()
      await bindings.stop()
      await stop()
    },
  }
}

/** What a node is to its network. */
export function roleOf({ role }: Pick<Config, 'role'>, isValidator: boolean): PeerRole {
  if (isValidator) return 'validator'
  return role === 'relay' ? 'relay' : 'full'
}

/** The best known first; of equals the nearest. */
function ranked(keys: readonly string[], views: readonly PeerView[]): readonly string[] {
  const byId = new Map(views.map((view) => [view.id, view]))
  const score = (key: string): number => byId.get(key)?.score ?? 0
  const latencyMs = (key: string): number => byId.get(key)?.latencyMs ?? Number.MAX_SAFE_INTEGER
  return [...keys].sort((a, b) => score(b) - score(a) || latencyMs(a) - latencyMs(b))
}

type CapOptions = Pick<Config, 'maxUploadKbPerSecond' | 'maxDownloadKbPerSecond'>

function capsOf({ maxUploadKbPerSecond, maxDownloadKbPerSecond }: CapOptions): TrafficCaps {
  return { sent: capBytesPerSecond(maxUploadKbPerSecond), received: capBytesPerSecond(maxDownloadKbPerSecond) }
}
