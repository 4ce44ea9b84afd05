/**
 * Links: a long-lived stream to every connected peer, and gossip. Of two peers the one with the lower id opens the stream, so
 * that there is one; between two validators that have proven it over this connection it is the consensus stream, elsewhere
 * the feed, over which no vote is taken. Source: docs/protocol.md, "Wire".
 */
import type { Connection, Libp2p, PeerId, Stream } from '@libp2p/interface'
import type { Clock, Scheduler } from '../../core/clock.ts'
import { type MessageMeter, unmetered } from '../../core/meter.ts'
import { createRecentKeys } from '../../core/recent-keys.ts'
import type { GossipTopic, Link, LinkKey, LinkListener, Links, PeerRole, TrafficClass } from '../types.ts'
import type { ChannelStreams } from './channel-streams.ts'
import type { WireFault } from './codes.ts'
import { createCompressedForms, nodeCompression } from './compression.ts'
import { createWireCounters, type WireStats } from './counters.ts'
import { createGossip, type Gossip, type GossipService } from './gossip.ts'
import { wireLimits } from './limits.ts'
import { createLinkedPeer, createLinkOpener, type LinkedPeer } from './link-opener.ts'
import { createLinkSession, type LinkSession } from './link-session.ts'
import { createPeerBudgets } from './peer-budgets.ts'
import { wireProtocols } from './protocols.ts'
import { settledWithin } from './settled-within.ts'

/**
 * Proves over a connection who is at its other end; null where that is no validator, or not proven so far.
 * isDoubted: the other side has refused what it takes of proven validators, so that this one shows itself once more.
 */
export type BindPeer = (
  connection: Connection,
  options: { readonly isDoubted: boolean },
) => Promise<{ readonly validator: Uint8Array } | null>

export interface LinksOptions {
  readonly chainId: Uint8Array
  /** What this node says of itself, read anew each time; only as 'validator' it opens and takes consensus streams. */
  readonly role: PeerRole
  /** Topics it hears and passes on; read at the start. */
  readonly subscribed: readonly GossipTopic[]
}

export interface LinksDeps {
  readonly libp2p: Pick<Libp2p, 'peerId' | 'getConnections' | 'getPeers' | 'addEventListener' | 'removeEventListener'>
  readonly streams: ChannelStreams
  /** Of `gossipService`; null for a node that neither hears nor says gossip. */
  readonly gossip: GossipService | null
  readonly bind: BindPeer
  readonly onMisconduct: (peer: LinkKey, code: string) => void
  readonly clock: Clock
  readonly scheduler: Scheduler
  /** Name of a message's kind, for the counters. Never throws. */
  readonly labelOf?: (bytes: Uint8Array) => string
  /** Of those who measure. */
  readonly meter?: MessageMeter | undefined
}

export interface WireLinks extends Links {
  /** What went over the wire since the start, by kind of message. */
  stats(): WireStats
  /** What waits for a peer here, bytes; 0 where it has no link. */
  waitingBytes(peer: LinkKey): number
}

export function createLinks(options: LinksOptions, deps: LinksDeps): WireLinks {
  const { chainId } = options
  const { libp2p, streams, clock, scheduler, meter = unmetered } = deps
  const protocols = wireProtocols(chainId)
  const compression = nodeCompression()
  const counters = createWireCounters()
  const labelOf = deps.labelOf ?? (() => 'message')
  const self = libp2p.peerId.toString()
  const peers = new Map<LinkKey, LinkedPeer>()
  const budgetOf = createPeerBudgets(clock)
  const reported = createRecentKeys({ forMs: wireLimits.reportIntervalMs, maxKeys: wireLimits.rememberedPeers }, clock)
  const compressedForm = createCompressedForms(compression)
  let listener: LinkListener | undefined
  const registering: Promise<void>[] = []
  let isStopped = false
  let cancelWatch: (() => void) | undefined

  const misbehaved = (key: LinkKey, code: WireFault): void => {
    // Excess goes on for as long as it is not told to stop: that it does is said once a second.
    if (code !== 'LINK_RATE_EXCEEDED' || reported.isNew(key)) deps.onMisconduct(key, code)
  }

  const gossip: Gossip | null =
    deps.gossip === null
      ? null
      : createGossip(chainId, () => options.subscribed, {
          ...{ service: deps.gossip, clock, scheduler, counters, labelOf, meter, budgetOf, misbehaved },
        })

  const peerOf = (id: PeerId): LinkedPeer => {
    const key = id.toString()
    let peer = peers.get(key)
    if (peer === undefined) {
      peer = createLinkedPeer(key)
      peers.set(key, peer)
    }
    return peer
  }

  const proven = async (connection: Connection, isDoubted = false): Promise<Uint8Array | null> => {
    const proof = await settledWithin(deps.bind(connection, { isDoubted }), wireLimits.helloTimeoutMs, null, scheduler)
    return proof?.validator ?? null
  }

  const begin = (peer: LinkedPeer, stream: Stream, connection: Connection, validator: Uint8Array | null): void => {
    const isConsensus = stream.protocol === protocols.consensus
    let link: Link | null = null
    const session: LinkSession = createLinkSession(
      { stream, own: { chainId, role: options.role, takesZstd: compression !== null }, takesAll: isConsensus },
      {
        compression,
        budget: budgetOf(peer.key),
        clock,
        scheduler,
        established({ hello }) {
          if (isStopped || hello === null) return
          peer.isOpening = false
          // The newest counts: whoever opened it had lost the one before.
          const before = peer.session
          if (before !== null && before !== session) before.end(null)
          link = {
            key: peer.key,
            validator,
            role: isConsensus ? 'validator' : hello.role === 'validator' && validator === null ? 'full' : hello.role,
            address: connection.remoteAddr.toString(),
          }
          peer.session = session
          peer.link = link
          peer.openedAtMs = clock.nowMs()
          peer.upgradeAtMs = peer.openedAtMs + wireLimits.upgradeIntervalMs
          if (isConsensus) peer.refusals = 0
          listener?.opened(link)
        },
        message(_, bytes, wireBytes) {
          if (link === null || peer.session !== session) return
          const kind = labelOf(bytes)
          const from = link
          counters.received(kind, wireBytes)
          meter.around(kind, () => listener?.message(from, bytes))
        },
        exceeded: () => misbehaved(peer.key, 'LINK_RATE_EXCEEDED'),
        ended(fault) {
          if (fault !== null) misbehaved(peer.key, fault)
          if (link === null) {
            peer.isOpening = false
            if (isConsensus) peer.refusals += 1
          }
          if (peer.session === session) {
            peer.session = null
            peer.link = null
            if (clock.nowMs() - peer.openedAtMs >= wireLimits.soundLinkMs) peer.failures = 0
            if (link !== null) listener?.closed(link)
          }
          if (peer.session === null) opener.retry(peer)
        },
      },
    )
  }

  const isKnown = (peer: LinkedPeer): boolean => peers.get(peer.key) === peer
  const opener = createLinkOpener({
    libp2p,
    streams,
    role: () => options.role,
    protocols,
    proven,
    isKnown,
    begin,
    clock,
    scheduler,
  })

  const take = async (stream: Stream, connection: Connection): Promise<void> => {
    const isConsensus = stream.protocol === protocols.consensus
    // Only one side opens; a validator's stream needs a validator here, too.
    const isExpected = connection.remotePeer.toString() < self && (!isConsensus || options.role === 'validator')
    if (isStopped || !isExpected) return stream.abort(new Error('link refused'))
    const validator = await proven(connection)
    if (isStopped || stream.status !== 'open') return
    if (isConsensus && validator === null) return stream.abort(new Error('link refused'))
    // A validator that does not speak as one is for this validator like anybody else.
    begin(
      peerOf(connection.remotePeer),
      stream,
      connection,
      options.role === 'validator' && !isConsensus ? null : validator,
    )
  }

  const onOpen = ({ detail }: CustomEvent<Connection>): void => void opener.open(peerOf(detail.remotePeer))
  const onIdentify = ({ detail }: CustomEvent<{ readonly peerId: PeerId; readonly protocols: string[] }>): void => {
    // It may have begun to speak the protocol since it was asked last.
    const isSpoken = detail.protocols.includes(protocols.feed) || detail.protocols.includes(protocols.consensus)
    if (isSpoken) void opener.open(peerOf(detail.peerId))
  }
  const onDisconnect = ({ detail }: CustomEvent<PeerId>): void => {
    const peer = peers.get(detail.toString())
    peers.delete(detail.toString())
    peer?.session?.end(null)
    peer?.cancelRetry?.()
  }

  const watch = (): void => {
    for (const peer of peers.values()) {
      peer.session?.watch()
      void opener.upgrade(peer)
    }
    // Who is banned for it leaves in the middle.
    gossip?.watch(libp2p.getPeers().map(String))
    cancelWatch = scheduler.after(wireLimits.watchIntervalMs, watch)
  }

  return {
    start(to) {
      listener = to
      const handler = { maxInboundStreams: 2, maxOutboundStreams: 2 }
      const handle = (protocol: string): void => {
        registering.push(streams.handle(protocol, take, handler))
      }
      handle(protocols.feed)
      // Refused while it is none.
      handle(protocols.consensus)
      libp2p.addEventListener('connection:open', onOpen)
      libp2p.addEventListener('peer:identify', onIdentify)
      libp2p.addEventListener('peer:disconnect', onDisconnect)
      gossip?.start((topic, from, bytes) => to.gossip(topic, from, bytes))
      for (const { remotePeer } of libp2p.getConnections()) void opener.open(peerOf(remotePeer))
      watch()
    },
    async stop() {
      if (isStopped) return
      isStopped = true
      opener.stop()
      cancelWatch?.()
      libp2p.removeEventListener('connection:open', onOpen)
      libp2p.removeEventListener('peer:identify', onIdentify)
      libp2p.removeEventListener('peer:disconnect', onDisconnect)
      gossip?.stop()
      for (const peer of peers.values()) {
        peer.cancelRetry?.()
        peer.session?.end(null)
      }
      peers.clear()
      await Promise.all(registering)
      await streams.unhandle([protocols.feed, protocols.consensus])
    },
    send(to, trafficClass: TrafficClass, bytes) {
      const session = peers.get(to)?.session ?? null
      if (session === null) return
      const kind = labelOf(bytes)
      meter.around(kind, () => {
        const short = session.hello?.takesZstd === true ? compressedForm(bytes) : null
        const queued = session.send(trafficClass, short ?? bytes, short !== null)
        if (queued !== 'queued') counters.dropped(kind)
        if (queued === 'queued' || queued === 'dropped-oldest')
          counters.sent(kind, framedBytes((short ?? bytes).length))
      })
    },
    publish: (topic, bytes) => gossip?.publish(topic, bytes),
    list: () => [...peers.values()].flatMap(({ link }) => (link === null ? [] : [link])),
    misconduct: (key, code) => deps.onMisconduct(key, code),
    stats: () => counters.stats(),
    waitingBytes: (key) => peers.get(key)?.session?.waitingBytes ?? 0,
  }
}

/** A message with the heads of its frames. */
function framedBytes(length: number): number {
  return length + 12 + 8 * (Math.ceil(length / wireLimits.maxChunkBytes) - 1)
}
