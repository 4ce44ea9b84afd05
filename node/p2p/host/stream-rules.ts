/**
 * How many streams of a kind one peer may open, and what it may send in them: several times what this program does itself on
 * its busiest day. Links and questions have quotas of their own besides (node/p2p/wire); libp2p's parts have none.
 */
import { hostLimits } from './limits.ts'

export interface StreamRules {
  readonly streamsPerSecond: number
  readonly burstStreams: number
  /** Beyond it the stream is not read for a while. Without: whoever reads it has a budget of its own. */
  readonly bytes?: { readonly perSecond: number; readonly burst: number }
}

/** What a protocol's name has in it, the most particular first. */
const rules: readonly (readonly [string, StreamRules])[] = [
  // Signed records are checked and written down for each push; one comes when a node's addresses change.
  ['/id/push/', { streamsPerSecond: 1, burstStreams: 30 }],
  ['/id/', { streamsPerSecond: 1, burstStreams: 20 }],
  // One every few seconds, 32 bytes each.
  ['/ping/', { streamsPerSecond: 2, burstStreams: 30, bytes: { perSecond: 2_000, burst: 32_000 } }],
  // A question has 60 bytes and costs a search in all that is known; 10 a second come of a node that looks for peers.
  ['/kad/', { streamsPerSecond: 10, burstStreams: 100, bytes: { perSecond: 8_000, burst: 64_000 } }],
  // Copies of what is known and control messages included, which no budget of messages counts.
  [
    '/meshsub/',
    {
      streamsPerSecond: 1,
      burstStreams: 10,
      bytes: { perSecond: hostLimits.gossipBytesPerSecond, burst: hostLimits.burstGossipBytes },
    },
  ],
  // Each makes this node call somebody.
  ['/autonat/', { streamsPerSecond: 1, burstStreams: 10 }],
  // A signature of the validator's key each; one a connection.
  ['/bind/', { streamsPerSecond: 1, burstStreams: 10 }],
  ['/link/', { streamsPerSecond: 2, burstStreams: 40 }],
  ['/consensus/', { streamsPerSecond: 2, burstStreams: 40 }],
  // A stream each, of all methods together twice what their quotas allow.
  ['/request/', { streamsPerSecond: 200, burstStreams: 800 }],
]

const otherwise: StreamRules = { streamsPerSecond: 10, burstStreams: 100 }

/** Of the protocol that a stream was negotiated for. */
export function streamRulesOf(protocol: string): readonly [kind: string, rules: StreamRules] {
  return rules.find(([part]) => protocol.includes(part)) ?? ['', otherwise]
}
