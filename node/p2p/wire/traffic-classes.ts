/** What each class of messages may take: on its way out, on its way in, and over which streams. */
import type { TrafficClass } from '../types.ts'
import { wireLimits } from './limits.ts'

export interface TrafficRules {
  /** Number on the wire. */
  readonly wire: number
  readonly maxMessageBytes: number
  /** Of what waits for one peer. */
  readonly queuedBytes: number
  readonly queuedMessages: number
  /** What happens at that bound: the peer is cut off, the oldest goes, or what is new does. */
  readonly whenFull: 'cut-off' | 'drop-oldest' | 'refuse'
  /** Of what one peer sends: so much a second, and so much at once. */
  readonly bytesPerSecond: number
  readonly burstBytes: number
  readonly messagesPerSecond: number
  readonly burstMessages: number
  /** Only from and to proven validators. */
  readonly needsValidator: boolean
}

const { maxMessageBytes, maxSmallMessageBytes } = wireLimits

/** In order of urgency. */
export const trafficRules: Readonly<Record<TrafficClass, TrafficRules>> = {
  /** A vertex a round: 10 a second of 2.2 MB at most, three rounds of them waiting. Resends and pushes on top. */
  proposal: {
    wire: 1,
    maxMessageBytes,
    queuedBytes: 3 * maxMessageBytes,
    queuedMessages: 256,
    whenFull: 'cut-off',
    bytesPerSecond: 24_000_000,
    burstBytes: 48_000_000,
    messagesPerSecond: 50,
    burstMessages: 500,
    needsValidator: true,
  },
  /** 20 polls a second and their answers, a checkpoint signature of 4 kB every 2 s, of all who pass theirs on. */
  vote: {
    wire: 2,
    maxMessageBytes: maxSmallMessageBytes,
    queuedBytes: 1_000_000,
    queuedMessages: 1_024,
    whenFull: 'cut-off',
    bytesPerSecond: 1_000_000,
    burstBytes: 4_000_000,
    messagesPerSecond: 200,
    burstMessages: 1_000,
    needsValidator: true,
  },
  /** A question a missing vertex every 300 ms, 14 kB at most. */
  fetch: {
    wire: 3,
    maxMessageBytes: maxSmallMessageBytes,
    queuedBytes: 1_000_000,
    queuedMessages: 1_024,
    whenFull: 'cut-off',
    bytesPerSecond: 1_000_000,
    burstBytes: 4_000_000,
    messagesPerSecond: 100,
    burstMessages: 1_000,
    needsValidator: false,
  },
  /** Transactions that a node hands to a validator: 1,000 a second of 6 kB. */
  gossip: {
    wire: 4,
    maxMessageBytes,
    queuedBytes: 2 * maxMessageBytes,
    queuedMessages: 512,
    whenFull: 'drop-oldest',
    bytesPerSecond: 6_000_000,
    burstBytes: 12_000_000,
    messagesPerSecond: 200,
    burstMessages: 1_000,
    needsValidator: false,
  },
  /** Answers to questions for vertices. The first is the one the rest builds on, so that the newest goes. */
  bulk: {
    wire: 5,
    maxMessageBytes,
    queuedBytes: 2 * maxMessageBytes,
    queuedMessages: 512,
    whenFull: 'refuse',
    bytesPerSecond: 20_000_000,
    burstBytes: 60_000_000,
    messagesPerSecond: 200,
    burstMessages: 2_000,
    needsValidator: false,
  },
}

/** Of what one peer passes on by gossip: all vertices of a busy network may come through it, and all transactions. */
export const pubsubBudget = {
  bytesPerSecond: 30_000_000,
  burstBytes: 60_000_000,
  messagesPerSecond: 1_000,
  burstMessages: 4_000,
} as const satisfies Pick<TrafficRules, 'bytesPerSecond' | 'burstBytes' | 'messagesPerSecond' | 'burstMessages'>

/** The most urgent first. */
export const trafficClasses = Object.keys(trafficRules) as readonly TrafficClass[]

const byWire = new Map(trafficClasses.map((name) => [trafficRules[name].wire, name]))

/** Undefined for a number no class has. */
export function trafficClassOf(wire: number): TrafficClass | undefined {
  return byWire.get(wire)
}
