/**
 * The libp2p host of a node: sockets, the channel's handshake, multiplexing, discovery, gossip and the ways around routers, with
 * a limit on each. Nothing goes to the Internet by itself: no bootstrap peer, no STUN server and no address that somebody has
 * not named.
 */

import { autoNAT } from '@libp2p/autonat'
import { circuitRelayServer, circuitRelayTransport } from '@libp2p/circuit-relay-v2'
import { dcutr } from '@libp2p/dcutr'
import { gossipsub, StrictNoSign } from '@libp2p/gossipsub'
import { identify, identifyPush } from '@libp2p/identify'
import { kadDHT } from '@libp2p/kad-dht'
import { ping } from '@libp2p/ping'
import { tcp } from '@libp2p/tcp'
import { yamux } from '@libp2p/yamux'
import { multiaddr } from '@multiformats/multiaddr'
import { createLibp2p, type Libp2pOptions } from 'libp2p'
import { utf8 } from '../../core/bytes.ts'
import { sha256 } from '../../crypto/index.ts'
import { ipOf, isPlainTcp, livesOnThisMachine, parseAddress } from '../peers/address.ts'
import { agentOf } from '../peers/agent.ts'
import type { MissingPart } from '../types.ts'
import { createConnector } from './connector.ts'
import { createFreePlaces } from './free-places.ts'
import { createIceServers, type IceServers } from './ice-servers.ts'
import { hostLimits } from './limits.ts'
import { loadMdns, loadUpnp, loadWebRtc, reasonOf, tryPart } from './optional-parts.ts'
import { paceWalks, type Walker } from './paced-walks.ts'
import { type ProtocolNames, protocolNames } from './protocols.ts'
import { createReachability } from './reachability.ts'
import { watchStrangers } from './strangers.ts'
import { type StunServer, startStunServer } from './stun.ts'
import type { Host, HostDeps, HostOptions, HostServices, Inside } from './types.ts'
import { boundedWebSockets } from './web-sockets.ts'

type TransportFactories = NonNullable<Libp2pOptions['transports']>
type DiscoveryFactories = NonNullable<Libp2pOptions['peerDiscovery']>

/** Built, not started. */
export async function createHost(options: HostOptions, deps: HostDeps): Promise<Host> {
  const names = protocolNames(options.chainId)
  const missing: MissingPart[] = []
  const agent = agentOf(options.version, options.role)
  const pace = hostLimits.pace[options.role === 'validator' ? 'validators' : 'usual']
  const iceServers = createIceServers(options.stunServers ?? [])
  const libp2p = await createLibp2p<HostServices>({
    start: false,
    privateKey: deps.privateKey,
    datastore: deps.datastore,
    nodeInfo: { name: 'qudag', version: options.version, userAgent: agent },
    // Listened on one by one at the start, so that an address that is taken costs no other one.
    addresses: { listen: [], announce: [...options.announce], maxObservedAddresses: hostLimits.maxObservedAddresses },
    transports: await transportsOf(options, deps, iceServers, missing),
    connectionEncrypters: [...deps.encrypters] as NonNullable<Libp2pOptions['connectionEncrypters']>,
    streamMuxers: [
      yamux({
        maxInboundStreams: hostLimits.maxStreamsPerConnection,
        maxOutboundStreams: hostLimits.maxStreamsPerConnection,
        maxEarlyStreams: hostLimits.maxEarlyStreams,
        streamOptions: {
          maxStreamWindowSize: hostLimits.maxStreamWindowBytes,
          maxWriteBufferLength: hostLimits.maxStreamWriteBufferBytes,
        },
      }),
    ],
    peerDiscovery: await discoveryOf(options, names, missing),
    connectionGater: deps.gater,
    connectionManager: {
      maxConnections: options.maxPeers,
      maxIncomingPendingConnections: hostLimits.maxPendingInbound,
      // All of it behind one address: then a limit on connections of an address must not meet neighbours.
      inboundConnectionThreshold: livesOnThisMachine([...options.listen, ...options.bootstrap])
        ? hostLimits.inboundPerSecondOnThisMachine
        : hostLimits.inboundPerSecond,
      maxParallelDials: hostLimits.maxParallelDials,
      maxDialQueueLength: hostLimits.maxDialQueue,
      maxPeerAddrsToDial: hostLimits.maxAddressesToDial,
      addressDialTimeout: pace.addressDialTimeoutMs,
      dialTimeout: hostLimits.dialTimeoutMs,
      inboundUpgradeTimeout: hostLimits.inboundUpgradeTimeoutMs,
      inboundStreamProtocolNegotiationTimeout: hostLimits.negotiationTimeoutMs,
      outboundStreamProtocolNegotiationTimeout: hostLimits.negotiationTimeoutMs,
    },
    connectionMonitor: {
      pingInterval: pace.pingIntervalMs,
      pingTimeout: { minTimeout: pace.pingTimeoutMs },
      protocolPrefix: names.prefix,
    },
    ...(deps.metrics === undefined ? {} : { metrics: () => deps.metrics as NonNullable<typeof deps.metrics> }),
    ...(deps.logger === undefined ? {} : { logger: deps.logger }),
    services: {
      ...coreServices(options, deps, names),
      ...(await natServices(options, deps, names, missing)),
    },
  })

  const inside = libp2p.services.inside
  const strangers = watchStrangers(libp2p, deps)
  const connector = createConnector(
    { bootstrap: options.bootstrap, targetPeers: targetOf(options), pace },
    libp2p,
    deps,
  )
  const freePlaces = createFreePlaces(options, libp2p, {
    ...deps,
    isKept: deps.isKept ?? connector.isNamed,
  })
  const reachability = createReachability(options, libp2p, inside, { ...deps, missing: () => missing })
  strangers.onIdentified(iceServers.saw)
  let stun: StunServer | undefined
  let isStopped = false

  return {
    libp2p,
    id: libp2p.peerId.toString(),
    role: options.role,
    agent,
    missing: () => missing,
    reachability: () => reachability.view(),
    onReachability: (listener) => reachability.onChange(listener),
    onIdentified: (listener) => strangers.onIdentified(listener),
    want: (ids) => connector.want(ids),
    isNamed: (id) => connector.isNamed(id),

    async start() {
      strangers.start()
      await libp2p.start()
      await listenOn(listenAddresses(options, missing), inside, missing)
      if (options.servesRelay) stun = await tryPart('stun', missing, () => startStun(options, inside, deps))
      reachability.start()
      connector.start()
      freePlaces.start()
    },

    async stop() {
      if (isStopped) return
      isStopped = true
      freePlaces.stop()
      connector.stop()
      reachability.stop()
      strangers.stop()
      await stun?.close()
      await withinTime(Promise.resolve(libp2p.stop()), deps)
    },
  }
}

function targetOf({ targetPeers, maxPeers }: HostOptions): number {
  return Math.min(targetPeers ?? hostLimits.targetPeers, maxPeers)
}

async function transportsOf(
  options: HostOptions,
  deps: HostDeps,
  iceServers: IceServers,
  missing: MissingPart[],
): Promise<TransportFactories> {
  const sockets = (deps.transports as TransportFactories | undefined) ?? [
    tcp({ maxConnections: 2 * options.maxPeers }),
    boundedWebSockets({ maxConnections: 2 * options.maxPeers }),
  ]
  const transports: TransportFactories = [...sockets]
  if (options.usesRelays || options.servesRelay) {
    transports.push(circuitRelayTransport({ reservationConcurrency: 1 }))
  }
  if (!options.webRtc) return transports
  const webRtc = await tryPart('webrtc', missing, loadWebRtc)
  if (webRtc === undefined) return transports
  // Given explicitly: libp2p's own default is a list of public servers.
  const rtcConfiguration = () => iceServers.configuration()
  transports.push(webRtc.webRTCDirect({ rtcConfiguration }))
  // Its offer and answer travel through a relay.
  if (options.usesRelays) transports.push(webRtc.webRTC({ rtcConfiguration }))
  return transports
}

async function discoveryOf(
  options: HostOptions,
  names: ProtocolNames,
  missing: MissingPart[],
): Promise<DiscoveryFactories> {
  if (!options.mdns) return []
  const mdns = await tryPart('mdns', missing, loadMdns)
  return mdns === undefined ? [] : [mdns.mdns({ serviceTag: names.mdnsService })]
}

function coreServices(options: HostOptions, deps: HostDeps, names: ProtocolNames) {
  const identifyInit = {
    protocolPrefix: names.prefix,
    timeout: hostLimits.identifyTimeoutMs,
    maxMessageSize: hostLimits.maxIdentifyBytes,
    maxObservedAddresses: hostLimits.maxObservedAddresses,
  }
  return {
    identify: identify(identifyInit),
    identifyPush: identifyPush(identifyInit),
    ping: ping({ protocolPrefix: names.prefix, maxInboundStreams: 4, maxOutboundStreams: 4 }),
    dht: kadDHT({
      protocol: names.dht,
      kBucketSize: hostLimits.dhtBucketSize,
      alpha: hostLimits.dhtAlpha,
      // In a network of private addresses those are what there is to tell; strangers' ones are told by nobody.
      peerInfoMapper: (peer) => peer,
      // Nothing is published in it: it finds peers.
      validators: {},
      selectors: {},
      incomingMessageTimeout: hostLimits.dhtQueryTimeoutMs,
      // Said outright, so that libp2p does not decide it by addresses alone: reachability.ts does.
      clientMode: options.dht !== 'server',
    }),
    pubsub: deps.pubsub ?? defaultGossip(),
    inside(components: Parts): Inside {
      // Whom it asks, its type does not say.
      paceWalks(components.randomWalk as Walker, deps)
      return {
        addresses: () => components.addressManager.getAddressesWithMetadata(),
        listen: (address) => components.transportManager.listen([address]),
        listening: () => components.transportManager.getAddrs(),
      }
    },
  }
}

/** Where the layer above does not bring its own: the same rules, any topic. */
function defaultGossip(): NonNullable<HostDeps['pubsub']> {
  return gossipsub({
    // Who publishes is no secret, but no proof either: what is gossiped carries signatures of its own.
    globalSignaturePolicy: StrictNoSign,
    msgIdFn: ({ topic, data }) => sha256(utf8(topic), data),
    allowPublishToZeroTopicPeers: true,
    ignoreDuplicatePublishError: true,
    emitSelf: false,
    floodPublish: false,
    fallbackToFloodsub: false,
    doPX: false,
    maxInboundDataLength: hostLimits.maxGossipBytes,
    maxOutboundBufferSize: hostLimits.maxGossipQueueBytes,
    maxTopicBytesPerPeer: hostLimits.maxTopicBytesPerPeer,
  })
}

/** Of libp2p's parts those that `Inside` shows; it exports no type for them. */
interface Parts {
  readonly randomWalk: object
  readonly addressManager: { getAddressesWithMetadata(): ReturnType<Inside['addresses']> }
  readonly transportManager: {
    listen(addresses: Parameters<Inside['listen']>[0][]): Promise<void>
    getAddrs(): ReturnType<Inside['listening']>
  }
}

/** Of sockets only: an address within a process is behind no router. */
async function natServices(options: HostOptions, deps: HostDeps, names: ProtocolNames, missing: MissingPart[]) {
  if (deps.transports !== undefined) return {}
  const upnp = options.upnp ? await tryPart('upnp', missing, loadUpnp) : undefined
  return {
    autoNAT: autoNAT({ protocolPrefix: names.prefix }),
    ...(options.usesRelays ? { dcutr: dcutr() } : {}),
    ...(options.servesRelay
      ? {
          relay: circuitRelayServer({
            reservations: {
              maxReservations: hostLimits.maxReservations,
              defaultDataLimit: hostLimits.relayedBytes,
              defaultDurationLimit: hostLimits.relayedDurationMs,
            },
          }),
        }
      : {}),
    ...(upnp === undefined ? {} : { upnp: upnp.uPnPNAT({ portMappingDescription: 'QuDAG Exchange' }) }),
  }
}

function listenAddresses(options: HostOptions, missing: readonly MissingPart[]): readonly string[] {
  const hasWebRtc = options.webRtc && missing.every(({ part }) => part !== 'webrtc')
  return [
    ...options.listen.filter((address) => hasWebRtc || !address.includes('webrtc')),
    ...(options.usesRelays ? Array<string>(hostLimits.relaysWanted).fill('/p2p-circuit') : []),
    ...(options.usesRelays && hasWebRtc ? ['/webrtc'] : []),
  ]
}

/** One after the other: what is taken is named, and costs no other one. */
async function listenOn(addresses: readonly string[], inside: Inside, missing: MissingPart[]): Promise<void> {
  for (const address of addresses) {
    try {
      await inside.listen(multiaddr(address))
    } catch (cause) {
      // libp2p tells the cause in the text of its error alone.
      const text = String(cause instanceof Error ? cause.message : cause)
      const [code = reasonOf(cause)] = /\bE[A-Z]{4,}\b/.exec(text) ?? []
      missing.push({ part: 'listen', reason: `${address}: ${code}` })
    }
  }
}

/** On the UDP port of the first TCP address, where those who have dialled it look for it. */
async function startStun({ listen }: HostOptions, inside: Inside, deps: HostDeps): Promise<StunServer | undefined> {
  const host = listen.map(parseAddress).find((address) => address !== undefined && isPlainTcp(address))
  const port = inside
    .listening()
    .find(isPlainTcp)
    ?.getComponents()
    .find(({ name }) => name === 'tcp')?.value
  const ip = host === undefined ? undefined : ipOf(host)
  if (ip === undefined || port === undefined) return undefined
  return startStunServer({ host: ip, port: Number(port) }, deps)
}

/** libp2p waits for peers that do not answer; we do not. */
async function withinTime(ending: Promise<void>, { scheduler }: HostDeps): Promise<void> {
  const late = Promise.withResolvers<void>()
  const cancel = scheduler.after(hostLimits.stopTimeoutMs, () => late.resolve())
  try {
    await Promise.race([ending, late.promise])
  } finally {
    cancel()
    ending.catch(() => undefined)
  }
}
