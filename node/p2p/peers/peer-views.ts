/**
 * Who is connected, as people see it and as those above need it: one entry a peer whatever the number of its connections, with
 * its way, traffic, latency and score; and what can be done about a peer.
 */
import type { Connection } from '@libp2p/interface'
import { peerIdFromString } from '@libp2p/peer-id'
import type { Multiaddr } from '@multiformats/multiaddr'
import type { Clock, Scheduler } from '../../core/clock.ts'
import { NodeError } from '../../core/node-error.ts'
import type { Host } from '../host/types.ts'
import type { BanView, LinkKey, P2pViews, PeerRole, PeerView } from '../types.ts'
import { bannableHost, isRelayed, parseAddress, pathOf, peerOfAddress } from './address.ts'
import { roleOfAgent } from './agent.ts'
import { createChangeFeed } from './change-feed.ts'
import type { Gater } from './gater.ts'
import { peerLimits } from './limits.ts'
import { byHand, type PeerBook } from './peer-book.ts'
import type { Traffic } from './traffic.ts'

export interface PeerViewsDeps {
  readonly host: Host
  readonly book: PeerBook
  readonly traffic: Traffic
  readonly gater: Gater
  readonly clock: Clock
  readonly scheduler: Scheduler
  readonly bootstrap: readonly string[]
  /** What kind of handshake a connection has, by its name: `connection.encryption`. */
  readonly isHybrid: (encryption: string | undefined) => boolean
  readonly reportFault: (fault: unknown) => void
}

export interface PeerDirectory extends P2pViews {
  /** Counts against the peer; where that bans it, it is cut off at once. */
  misconduct(peer: LinkKey, code: string): void
  /** A connection has proven, or lost, that it belongs to a validator. @param validator hex of its id */
  setValidator(peer: LinkKey, validator: string | null): void
  /** Whether a connection of this peer has proven to belong to a validator, now or lately. */
  hasProven(peer: LinkKey): boolean
  /** A hybrid handshake took place within a connection whose own is another (WebRTC). */
  setHybrid(peer: LinkKey): void
  start(): void
  stop(): void
}

interface Entry {
  readonly id: string
  connections: Connection[]
  agent: string | null
  role: PeerRole
  validator: string | null
  hasInnerHybrid: boolean
  readonly connectedAtMs: number
  /** Until libp2p has taken it by itself. */
  firstLatencyMs: number | null
  /** Of connections that have ended meanwhile. */
  readonly before: { received: number; sent: number }
  rewardedAtMs: number
  /** As it was told last, to see whether there is news. */
  told: string
}

export function createPeerViews(deps: PeerViewsDeps): PeerDirectory {
  const { host, book, traffic, gater, clock, scheduler } = deps
  const entries = new Map<string, Entry>()
  /** Validators by peer, also of those that have not said yet what they run. */
  const proven = new Map<string, string>()
  /** Those that were validators at some time, the one that was proven last at the end. */
  const provenLately = new Set<string>()
  const feed = createChangeFeed(deps)
  let cancelSample: (() => void) | undefined
  const cancels: (() => void)[] = []

  const viewOf = (entry: Entry): PeerView => {
    const best = bestOf(entry.connections)
    const counters = entry.connections.map((connection) => traffic.counterOf(connection))
    const sum = (direction: 'received' | 'sent'): number =>
      counters.reduce((total, counter) => total + counter[direction], entry.before[direction])
    return {
      id: entry.id,
      validator: entry.validator,
      role: entry.validator === null ? entry.role : 'validator',
      agent: entry.agent,
      address: best.remoteAddr.toString(),
      path: pathOf(best.remoteAddr),
      direction: best.direction,
      channel: entry.hasInnerHybrid || deps.isHybrid(best.encryption) ? 'hybrid' : 'classical',
      connectedAtMs: entry.connectedAtMs,
      latencyMs: best.rtt ?? entry.firstLatencyMs,
      receivedBytes: sum('received'),
      sentBytes: sum('sent'),
      score: book.score(entry.id),
    }
  }

  const tell = (entry: Entry, kind: 'connected' | 'updated'): void => {
    const peer = viewOf(entry)
    entry.told = newsOf(peer)
    feed.push({ kind, peer })
  }

  const onIdentified = (connection: Connection, agent: string | null): void => {
    const id = connection.remotePeer.toString()
    const nowMs = clock.nowMs()
    const known = entries.get(id)
    const entry: Entry = known ?? {
      id,
      connections: [],
      agent,
      role: 'light',
      validator: proven.get(id) ?? null,
      hasInnerHybrid: false,
      connectedAtMs: nowMs,
      firstLatencyMs: null,
      before: { received: 0, sent: 0 },
      rewardedAtMs: nowMs,
      told: '',
    }
    entry.agent = agent
    // Only a proof makes a validator; what merely says it is one keeps a full copy at best.
    const claimed = agent === null ? null : roleOfAgent(agent)
    entry.role = claimed === null ? 'light' : claimed === 'validator' ? 'full' : claimed
    entry.connections.push(connection)
    entries.set(id, entry)
    tell(entry, known === undefined ? 'connected' : 'updated')
    if (known === undefined) void measure(entry, connection)
  }

  /** libp2p asks every connection now and then; nobody waits for that to see the first figure. */
  const measure = async (entry: Entry, connection: Connection): Promise<void> => {
    try {
      entry.firstLatencyMs = await host.libp2p.services.ping.ping(connection.remotePeer)
    } catch {
      // It has gone, or answers too late: the next time is libp2p's.
    }
  }

  const onClose = ({ detail: connection }: CustomEvent<Connection>): void => {
    const id = connection.remotePeer.toString()
    const entry = entries.get(id)
    if (host.libp2p.getConnections(connection.remotePeer).length === 0) proven.delete(id)
    if (entry === undefined || !entry.connections.includes(connection)) return
    const last = viewOf(entry)
    const { received, sent } = traffic.counterOf(connection)
    entry.before.received += received
    entry.before.sent += sent
    entry.connections = entry.connections.filter((other) => other !== connection)
    if (entry.connections.length > 0) {
      tell(entry, 'updated')
      return
    }
    entries.delete(id)
    feed.push({ kind: 'disconnected', peer: last })
  }

  const cutOff = (ban: BanView): void => {
    for (const connection of host.libp2p.getConnections()) {
      const isMeant = connection.remotePeer.toString() === ban.id || bannableHost(connection.remoteAddr) === ban.id
      if (isMeant) connection.abort(new Error(ban.reason))
    }
    feed.push({ kind: 'banned', ban })
  }

  const sample = (): void => {
    traffic.sample()
    const nowMs = clock.nowMs()
    for (const entry of entries.values()) {
      if (nowMs - entry.rewardedAtMs >= 3_600_000) {
        entry.rewardedAtMs = nowMs
        book.reward(entry.id, peerLimits.goodHourPoints)
      }
      const peer = viewOf(entry)
      if (newsOf(peer) === entry.told) continue
      entry.told = newsOf(peer)
      feed.push({ kind: 'updated', peer })
    }
    cancelSample = scheduler.after(peerLimits.sampleIntervalMs, sample)
  }

  const reach = async (address: Multiaddr): Promise<Connection> => {
    gater.permit(address)
    const signal = AbortSignal.timeout(peerLimits.addTimeoutMs)
    try {
      for (let attempt = 1; ; attempt++) {
        try {
          return await host.libp2p.dial(address, { signal })
        } catch (cause) {
          // Again where it failed soon: libp2p drops one of two connections to a peer, or to a relay, made in the same moment.
          if (signal.aborted || attempt >= peerLimits.addAttempts) throw cause
          await new Promise<void>((resolve) => scheduler.after(peerLimits.addPauseMs, resolve))
        }
      }
    } catch (cause) {
      throw new NodeError('PEER_UNREACHABLE', 'nobody answered at this address as a node of this network', {
        hint: 'Check the address, and that the other node runs and can be reached from here.',
        cause,
      })
    }
  }

  /** It is a peer once it has shown that it is of our network. @param until when to give up */
  const entryOf = async (id: string, until: () => boolean): Promise<Entry | undefined> => {
    for (;;) {
      const entry = entries.get(id)
      if (entry !== undefined || until()) return entry
      await new Promise<void>((resolve) => scheduler.after(peerLimits.lookIntervalMs, resolve))
    }
  }

  /** Connects, and waits until the other side is known; whichever of both has called. */
  const meet = async (address: Multiaddr, id: string | undefined): Promise<Entry> => {
    let isOver = false
    // It may call us in the same moment, and ours then comes to nothing.
    const calledUs = id === undefined ? undefined : entryOf(id, () => isOver)
    const calledIt = reach(address).then(async (connection) => {
      const endMs = clock.nowMs() + peerLimits.addTimeoutMs
      const isGone = (): boolean => connection.status !== 'open' || clock.nowMs() >= endMs
      return entryOf(connection.remotePeer.toString(), isGone)
    })
    try {
      const entry = await Promise.race(calledUs === undefined ? [calledIt] : [calledIt, calledUs])
      if (entry !== undefined) return entry
    } finally {
      isOver = true
      calledIt.catch(() => undefined)
    }
    throw new NodeError('PEER_UNREACHABLE', 'what answered at this address is no node of this network')
  }

  return {
    self: { id: host.id, role: host.role, agent: host.agent },
    peers: () => [...entries.values()].map(viewOf),
    bans: () => book.bans(),
    reachability: () => host.reachability(),
    traffic: () => traffic.view(),
    bootstrap: () => deps.bootstrap,

    async add(text) {
      const address = parseAddress(text.trim())
      const id = address === undefined ? undefined : peerOfAddress(address)
      if (address === undefined || id === host.id) {
        throw new NodeError('PEER_ADDRESS_INVALID', 'this is no address of another node', {
          hint: 'An address reads like /ip4/203.0.113.7/tcp/4001/p2p/12D3KooW…',
        })
      }
      if (id !== undefined && book.isBanned(id)) throw isBannedError(id)
      const entry = await meet(address, id)
      // With the id it has proven, so that nobody else can answer there next time.
      book.addAddress(id === undefined ? `${address.toString()}/p2p/${entry.id}` : address.toString())
      return viewOf(entry)
    },

    async ban(id, hours) {
      if (id === host.id) throw new NodeError('PEER_IS_SELF', 'this is the node itself')
      if (!isPeerId(id)) throw new NodeError('PEER_ID_INVALID', 'this is no id of a peer')
      const entry = entries.get(id)
      const address = entry === undefined ? null : viewOf(entry).address
      const untilMs = hours === null ? null : clock.nowMs() + hours * 3_600_000
      const ban = book.ban(id, byHand, address, untilMs)
      cutOff(ban)
      await book.flush()
      return ban
    },

    async unban(id) {
      if (!book.unban(id)) return false
      feed.push({ kind: 'unbanned', id })
      await book.flush()
      return true
    },

    onChange: (listener) => feed.onChange(listener),

    misconduct(id, code) {
      const entry = entries.get(id)
      const connection =
        entry === undefined ? host.libp2p.getConnections(parsePeerId(id))[0] : bestOf(entry.connections)
      const address = connection?.remoteAddr
      const bans = book.misconduct(
        id,
        code,
        address?.toString() ?? null,
        address === undefined ? undefined : bannableHost(address),
      )
      if (entry !== undefined) entry.rewardedAtMs = clock.nowMs()
      for (const ban of bans) cutOff(ban)
      if (bans.length === 0 && entry !== undefined && entry.connections.length > 0) tell(entry, 'updated')
    },

    setValidator(id, validator) {
      if (validator === null) proven.delete(id)
      else {
        proven.set(id, validator)
        provenLately.delete(id)
        provenLately.add(id)
        const [oldest = ''] = provenLately
        if (provenLately.size > peerLimits.maxKept) provenLately.delete(oldest)
      }
      const entry = entries.get(id)
      if (entry === undefined || entry.validator === validator) return
      entry.validator = validator
      tell(entry, 'updated')
    },

    hasProven: (id) => provenLately.has(id),

    setHybrid(id) {
      const entry = entries.get(id)
      if (entry === undefined || entry.hasInnerHybrid) return
      entry.hasInnerHybrid = true
      tell(entry, 'updated')
    },

    start() {
      const onOpen = ({ detail }: CustomEvent<Connection>): void => traffic.opened(detail)
      host.libp2p.addEventListener('connection:open', onOpen)
      host.libp2p.addEventListener('connection:close', onClose)
      cancels.push(
        () => host.libp2p.removeEventListener('connection:open', onOpen),
        () => host.libp2p.removeEventListener('connection:close', onClose),
        host.onIdentified(onIdentified),
        host.onReachability((reachability) => feed.push({ kind: 'reachability', reachability })),
      )
      cancelSample = scheduler.after(peerLimits.sampleIntervalMs, sample)
    },

    stop() {
      for (const cancel of cancels.splice(0)) cancel()
      cancelSample?.()
      feed.close()
      entries.clear()
    },
  }
}

/** A direct connection before a relayed one, and the one that has lasted before a new one. */
function bestOf(connections: readonly Connection[]): Connection {
  const best = connections.find(({ remoteAddr }) => !isRelayed(remoteAddr)) ?? connections[0]
  if (best === undefined) throw new Error('broken invariant: an entry has a connection')
  return best
}

/** Traffic and score move all the time, and are read when they are looked at. */
function newsOf({ receivedBytes: _received, sentBytes: _sent, score, ...rest }: PeerView): string {
  return JSON.stringify({ ...rest, score: Math.round(score) })
}

function isBannedError(id: string): NodeError {
  return new NodeError('PEER_BANNED', 'this peer is banned here', {
    hint: 'Lift the ban first.',
    details: { id },
  })
}

function isPeerId(text: string): boolean {
  return parsePeerId(text) !== undefined
}

function parsePeerId(text: string) {
  try {
    return peerIdFromString(text)
  } catch {
    return undefined
  }
}
