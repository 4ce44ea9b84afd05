/**
 * Holds peers to the rules of streams (stream-rules.ts): one stream too many is cut off before anybody looks at it, and one
 * that brings too much is not read for a while. Who goes on is told on, once a second, unless it is known by name. Sits where
 * libp2p reports its streams: its middleware runs handlers twice (libp2p 3.3.11 puts each stream's handler into the list that
 * it keeps).
 */
import type { Connection, Stream } from '@libp2p/interface'
import type { Clock, Scheduler } from '../../core/clock.ts'
import { createRecentKeys } from '../../core/recent-keys.ts'
import { shape } from '../peers/shaper.ts'
import { createSharedCap, type SharedCap } from '../peers/shared-cap.ts'
import { createTokenBucket, type TokenBucket } from '../token-bucket.ts'
import { hostLimits } from './limits.ts'
import { type StreamRules, streamRulesOf } from './stream-rules.ts'

export interface StreamGuard {
  /** A stream was negotiated. @throws Error where it is one too many: libp2p then aborts it */
  opened(stream: Stream): void
  stop(): void
}

export interface StreamGuardDeps {
  readonly connections: () => readonly Connection[]
  /** Somebody that a person, the configuration or a proof has named: bans among validators would cost the network its quorum. */
  readonly isKept: (peer: string) => boolean
  readonly onExcess: (peer: string) => void
  readonly clock: Clock
  readonly scheduler: Scheduler
}

interface Share {
  readonly streams: TokenBucket
  readonly bytes: SharedCap | undefined
}

export function createStreamGuard(deps: StreamGuardDeps): StreamGuard {
  const { clock } = deps
  /** Of a peer and a kind. They outlast connections; the one that was used longest ago goes. */
  const shares = new Map<string, Share>()
  const reported = createRecentKeys({ forMs: hostLimits.excessReportMs, maxKeys: hostLimits.maxStreamShares }, clock)

  const shareOf = (key: string, { streamsPerSecond, burstStreams, bytes }: StreamRules): Share => {
    const share = shares.get(key) ?? {
      streams: createTokenBucket(streamsPerSecond, burstStreams, clock),
      bytes: bytes === undefined ? undefined : createSharedCap(bytes.perSecond, deps, bytes.burst),
    }
    shares.delete(key)
    shares.set(key, share)
    for (const oldest of shares.keys()) {
      if (shares.size <= hostLimits.maxStreamShares) break
      // Streams that wait for it are still let on: it lives as long as they do.
      shares.delete(oldest)
    }
    return share
  }

  const tell = (peer: string): void => {
    if (!deps.isKept(peer) && reported.isNew(peer)) deps.onExcess(peer)
  }

  return {
    opened(stream) {
      if (stream.direction !== 'inbound') return
      const connection = deps.connections().find(({ streams }) => streams.includes(stream))
      if (connection === undefined) return
      const peer = connection.remotePeer.toString()
      const [kind, rules] = streamRulesOf(stream.protocol)
      const { streams, bytes } = shareOf(`${kind} ${peer}`, rules)
      if (!streams.take(1)) {
        tell(peer)
        throw new Error('too many streams')
      }
      if (bytes === undefined) return
      shape(stream, {
        ...{ counters: [], sending: undefined, receiving: bytes, canPause: true },
        onExcess: () => tell(peer),
      })
    },
    stop() {
      for (const { bytes } of shares.values()) bytes?.close()
      shares.clear()
    },
  }
}
