/**
 * What goes over the network, in all and with each peer, and the caps on it. Plugs into libp2p as its metrics, of which it
 * keeps two hooks: a connection before its first byte, and each stream.
 *
 * Counted is what is handed to a socket and taken from it, handshakes included, headers of TCP and IP not. Of a relayed
 * connection the bytes count for both peers and once in all; a hand of bytes before a WebRTC stream is negotiated is not seen.
 */
import type { Connection, Metrics, MultiaddrConnection, Stream } from '@libp2p/interface'
import type { Clock, Scheduler } from '../../core/clock.ts'
import type { TrafficView } from '../types.ts'
import { isPlainTcp, isRelayed, isWebRtc } from './address.ts'
import { peerLimits } from './limits.ts'
import { quietMetrics } from './quiet-metrics.ts'
import { type ByteCounter, shape } from './shaper.ts'
import { createSharedCap } from './shared-cap.ts'

export interface TrafficCaps {
  /** Bytes a second; null: without a cap. */
  readonly received: number | null
  readonly sent: number | null
}

export interface Traffic {
  /** For libp2p's `metrics`. */
  readonly metrics: Metrics
  /** Tells whose the bytes of a connection are; call at `connection:open`. */
  opened(connection: Connection): void
  /** Of one connection; counts on while it is open. */
  counterOf(connection: Connection): Readonly<ByteCounter>
  view(): TrafficView
  /** A measurement for the rates; call every `peerLimits.sampleIntervalMs`. */
  sample(): void
  setCaps(caps: TrafficCaps): void
  close(): void
}

export function createTraffic(caps: TrafficCaps, deps: { clock: Clock; scheduler: Scheduler }): Traffic {
  const { clock } = deps
  const total: ByteCounter = { received: 0, sent: 0 }
  const sending = createSharedCap(caps.sent, deps)
  const receiving = createSharedCap(caps.received, deps)
  /** By the timeline, which a connection shares with what it was made of. */
  const counters = new WeakMap<object, ByteCounter>()
  /** Connections that cannot be paused as a whole; their streams can. Of WebRTC there is nothing else to count, either. */
  const byStream = new Set<Connection>()
  let samples: { atMs: number; received: number; sent: number }[] = []

  const counterOf = (timeline: object): ByteCounter => {
    const known = counters.get(timeline)
    if (known !== undefined) return known
    const counter = { received: 0, sent: 0 }
    counters.set(timeline, counter)
    return counter
  }

  const metrics: Metrics = {
    ...quietMetrics,
    trackMultiaddrConnection(connection: MultiaddrConnection) {
      const { remoteAddr } = connection
      if (isWebRtc(remoteAddr)) return
      const counter = counterOf(connection.timeline)
      // A relayed connection runs inside one that is counted and held back itself.
      shape(
        connection,
        isRelayed(remoteAddr)
          ? { counters: [counter], sending: undefined, receiving: undefined, canPause: false }
          : {
              counters: [counter, total],
              sending,
              receiving: isPlainTcp(remoteAddr) ? receiving : undefined,
              canPause: true,
            },
      )
    },
    trackProtocolStream(stream: Stream) {
      for (const connection of byStream) {
        if (!connection.streams.includes(stream)) continue
        shape(
          stream,
          isWebRtc(connection.remoteAddr)
            ? // A data channel knows no pause (@libp2p/webrtc 6.0.33).
              { counters: [counterOf(connection.timeline), total], sending, receiving, canPause: false }
            : { counters: [], sending: undefined, receiving, canPause: true },
        )
      }
    },
  }

  const sample = (): void => {
    samples = [...samples, { atMs: clock.nowMs(), ...total }].slice(-(peerLimits.rateSamples + 1))
  }
  sample()

  const rate = (direction: 'received' | 'sent'): number => {
    const first = samples[0]
    if (first === undefined) return 0
    const elapsedMs = clock.nowMs() - first.atMs
    return elapsedMs <= 0 ? 0 : Math.round(((total[direction] - first[direction]) * 1_000) / elapsedMs)
  }

  return {
    metrics,
    opened(connection) {
      const { remoteAddr } = connection
      if (isPlainTcp(remoteAddr) || isRelayed(remoteAddr)) return
      byStream.add(connection)
      connection.addEventListener('close', () => byStream.delete(connection))
    },
    counterOf: (connection) => counterOf(connection.timeline),
    view: () => ({
      receivedBytes: total.received,
      sentBytes: total.sent,
      receivedBytesPerSecond: rate('received'),
      sentBytesPerSecond: rate('sent'),
      maxReceivedBytesPerSecond: receiving.rate,
      maxSentBytesPerSecond: sending.rate,
    }),
    sample,
    setCaps(next) {
      sending.setRate(next.sent)
      receiving.setRate(next.received)
    },
    close() {
      sending.close()
      receiving.close()
    },
  }
}
