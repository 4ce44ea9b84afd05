/**
 * When streams of links are opened, and which: by the side with the lower peer id, so that there is one; again after a break,
 * with growing pauses; for consensus where both sides have proven to be validators, and as a feed where they have not, or
 * where the other side does not think so.
 */
import type { Connection, Libp2p, Stream } from '@libp2p/interface'
import type { Clock, Scheduler } from '../../core/clock.ts'
import type { Link, LinkKey, PeerRole } from '../types.ts'
import type { ChannelStreams } from './channel-streams.ts'
import { usableConnection } from './connections.ts'
import { wireLimits } from './limits.ts'
import type { LinkSession } from './link-session.ts'
import type { WireProtocols } from './protocols.ts'

/** A connected peer, as far as streams to it are concerned. */
export interface LinkedPeer {
  readonly key: LinkKey
  /** Null until the peer has said hello over it. */
  session: LinkSession | null
  link: Link | null
  openedAtMs: number
  /** A stream is being opened, or was and the peer has not said hello over it. */
  isOpening: boolean
  /** In a row. */
  failures: number
  /** Consensus streams to it that ended before it said hello: it does not take this node for a validator. */
  refusals: number
  /** When a feed between two that call themselves validators is tried to be made more of. */
  upgradeAtMs: number
  cancelRetry: (() => void) | undefined
}

export function createLinkedPeer(key: LinkKey): LinkedPeer {
  const none = { session: null, link: null, cancelRetry: undefined }
  return { key, ...none, openedAtMs: 0, isOpening: false, failures: 0, refusals: 0, upgradeAtMs: 0 }
}

export interface LinkOpener {
  /** Opens the stream where this side is the one to do it, there is a connection, and no stream. */
  open(peer: LinkedPeer): Promise<void>
  /** Makes a consensus stream of a feed between two validators, where one could not prove itself at first. */
  upgrade(peer: LinkedPeer): Promise<void>
  /** The same as `open`, after a while. */
  retry(peer: LinkedPeer): void
  stop(): void
}

export interface LinkOpenerDeps {
  readonly libp2p: Pick<Libp2p, 'peerId' | 'getConnections'>
  readonly streams: Pick<ChannelStreams, 'open'>
  /** Of this node, at this moment. */
  readonly role: () => PeerRole
  readonly protocols: WireProtocols
  /** Id of the validator at the other end; null where that is not proven. @param isDoubted it has refused this node as one */
  readonly proven: (connection: Connection, isDoubted: boolean) => Promise<Uint8Array | null>
  /** False for one that has left, also where it has come back: what was planned for it then is over. */
  readonly isKnown: (peer: LinkedPeer) => boolean
  readonly begin: (peer: LinkedPeer, stream: Stream, connection: Connection, validator: Uint8Array | null) => void
  readonly clock: Clock
  readonly scheduler: Scheduler
}

export function createLinkOpener(deps: LinkOpenerDeps): LinkOpener {
  const { libp2p, streams, role, protocols, proven, clock, scheduler } = deps
  const self = libp2p.peerId.toString()
  let isStopped = false

  const isOurs = (peer: LinkedPeer): boolean => !isStopped && self < peer.key && !peer.isOpening && deps.isKnown(peer)

  /** @param isUpgrade a feed is there: only a consensus stream is worth opening */
  const openOn = async (peer: LinkedPeer, connection: Connection, isUpgrade: boolean): Promise<void> => {
    peer.isOpening = true
    peer.cancelRetry?.()
    peer.cancelRetry = undefined
    const opening = new AbortController()
    let cancelTimeout: () => void = () => undefined
    try {
      const validator = await proven(connection, peer.refusals > 0)
      const mayBeConsensus = isUpgrade || peer.refusals < wireLimits.maxRefusals
      const isConsensus = role() === 'validator' && validator !== null && mayBeConsensus
      if (isStopped || (isUpgrade && !isConsensus)) {
        peer.isOpening = false
        return
      }
      cancelTimeout = scheduler.after(wireLimits.openTimeoutMs, () => opening.abort())
      const protocol = isConsensus ? protocols.consensus : protocols.feed
      const stream = await streams.open(connection, protocol, { signal: opening.signal })
      if (isStopped || !deps.isKnown(peer)) stream.abort(new Error('link given up'))
      else deps.begin(peer, stream, connection, isConsensus || role() !== 'validator' ? validator : null)
    } catch {
      // It does not speak the protocol, refuses, or is gone: asked again while it is connected.
      peer.isOpening = false
      if (!isUpgrade) retry(peer)
    } finally {
      cancelTimeout()
    }
  }

  const open = async (peer: LinkedPeer): Promise<void> => {
    const connection = usableConnection(libp2p, peer.key)
    if (connection !== undefined && isOurs(peer) && peer.session === null) await openOn(peer, connection, false)
  }

  const retry = (peer: LinkedPeer): void => {
    if (!isOurs(peer) || peer.cancelRetry !== undefined) return
    const delayMs = Math.min(wireLimits.reopenMs * 2 ** Math.min(peer.failures, 16), wireLimits.maxReopenMs)
    peer.failures += 1
    peer.cancelRetry = scheduler.after(delayMs, () => {
      peer.cancelRetry = undefined
      void open(peer)
    })
  }

  return {
    open,
    async upgrade(peer) {
      const isFeed = peer.session?.hello?.role === 'validator' && peer.link?.validator === null
      if (role() !== 'validator' || !isFeed || !isOurs(peer) || clock.nowMs() < peer.upgradeAtMs) return
      peer.upgradeAtMs = clock.nowMs() + wireLimits.upgradeIntervalMs
      const connection = usableConnection(libp2p, peer.key)
      if (connection !== undefined) await openOn(peer, connection, true)
    },
    retry,
    stop() {
      isStopped = true
    },
  }
}
