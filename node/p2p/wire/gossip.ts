/**
 * Gossip over gossipsub: without its signatures, since what is gossiped is signed by its authors, and with a hash for its id.
 * Nothing is passed on that those above have not accepted. Ahead of each message stands the second it was said in, so that
 * saying the same again later is a new message: who has heard it keeps it from going round (node/services).
 */
import { gossipsub, StrictNoSign, type TopicValidatorFn, TopicValidatorResult } from '@libp2p/gossipsub'
import type { PeerId } from '@libp2p/interface'
import { concatBytes, toHex, utf8 } from '../../core/bytes.ts'
import type { Clock, Scheduler } from '../../core/clock.ts'
import type { MessageMeter } from '../../core/meter.ts'
import { sha256 } from '../../crypto/hash.ts'
import type { GossipTopic, GossipVerdict, LinkKey } from '../types.ts'
import type { WireFault } from './codes.ts'
import type { WireCounters } from './counters.ts'
import type { InboundBudget } from './inbound-budget.ts'
import { wireLimits } from './limits.ts'
import { wireProtocols } from './protocols.ts'
import { settledWithin } from './settled-within.ts'

/** What is used of the service, and what ours has besides. */
export interface GossipService {
  readonly topicValidators: Map<string, TopicValidatorFn>
  subscribe(topic: string): void
  unsubscribe(topic: string): void
  publish(topic: string, data: Uint8Array): Promise<{ readonly recipients: readonly PeerId[] }>
  /** Told of every copy of a message that comes in, those that are known included. */
  watchCopies(watch: (data: Uint8Array) => void): void
  /** gossipsub's own score of a peer: 0 for a stranger. */
  getScore(peer: string): number
}

type GossipComponents = Parameters<ReturnType<typeof gossipsub>>[0]

/** The service as a host of this chain has to have it; `createLinks` is given what comes of it. */
export function gossipService(
  chainId: Uint8Array,
): (components: GossipComponents) => ReturnType<ReturnType<typeof gossipsub>> & GossipService {
  const { topics } = wireProtocols(chainId)
  return (components) => {
    let watching: (data: Uint8Array) => void = () => undefined
    const service = gossipsub({
      globalSignaturePolicy: StrictNoSign,
      msgIdFn: ({ topic, data }) => sha256(utf8(topic), data),
      msgIdToStrFn: toHex,
      allowedTopics: Object.values(topics),
      allowPublishToZeroTopicPeers: true,
      ignoreDuplicatePublishError: true,
      // To the mesh only: a validator with many followers would upload each vertex to all of them.
      floodPublish: false,
      fallbackToFloodsub: false,
      doPX: false,
      emitSelf: false,
      maxInboundDataLength: wireLimits.maxMessageBytes + wireLimits.maxChunkBytes,
      maxOutboundBufferSize: wireLimits.maxGossipBufferBytes,
      // Eleven nodes of one house, or of one machine, are no attack; how many may connect from an address, the host says.
      scoreParams: { IPColocationFactorWeight: 0 },
      scoreThresholds: { graylistThreshold: wireLimits.gossipGraylistScore },
      dataTransform: {
        inboundTransform(_, data) {
          watching(data)
          return data
        },
        outboundTransform: (_, data) => data,
      },
    })(components)
    // It has it, and its type does not say so (@libp2p/gossipsub 17.1.1).
    const { getScore } = service as unknown as Pick<GossipService, 'getScore'>
    return Object.assign(service, {
      getScore: getScore.bind(service),
      watchCopies(watch: (data: Uint8Array) => void) {
        watching = watch
      },
    })
  }
}

export interface Gossip {
  /** The host runs by now. */
  start(validate: (topic: GossipTopic, from: LinkKey, bytes: Uint8Array) => Promise<GossipVerdict>): void
  stop(): void
  publish(topic: GossipTopic, bytes: Uint8Array): void
  /** Tells on those of the peers that break the rules of gossip itself. */
  watch(peers: Iterable<LinkKey>): void
}

export interface GossipDeps {
  readonly service: GossipService
  readonly clock: Clock
  readonly scheduler: Scheduler
  readonly counters: WireCounters
  readonly labelOf: (bytes: Uint8Array) => string
  readonly meter: MessageMeter
  readonly budgetOf: (peer: LinkKey) => InboundBudget
  readonly misbehaved: (peer: LinkKey, code: WireFault) => void
}

const results: Readonly<Record<GossipVerdict, TopicValidatorResult>> = {
  accept: TopicValidatorResult.Accept,
  ignore: TopicValidatorResult.Ignore,
  reject: TopicValidatorResult.Reject,
}

/** @param topicsAtStart what this node hears and passes on; it may say what it does not hear */
export function createGossip(
  chainId: Uint8Array,
  topicsAtStart: () => readonly GossipTopic[],
  deps: GossipDeps,
): Gossip {
  const { service, clock, scheduler, counters, meter } = deps
  const kindOf = (bytes: Uint8Array): string => `gossip:${deps.labelOf(bytes)}`
  const { topics } = wireProtocols(chainId)
  let validations = 0
  let validationBytes = 0
  let subscribed: readonly GossipTopic[] = []
  let isStarted = false

  return {
    start(validate) {
      isStarted = true
      subscribed = topicsAtStart()
      service.watchCopies((data) => {
        counters.received(kindOf(data.subarray(wireLimits.gossipStampBytes)), data.length)
      })
      for (const topic of subscribed) {
        service.topicValidators.set(topics[topic], async (peer, { data }) => {
          const from = peer.toString()
          // A copy: what is kept of a message must not keep all that came with it.
          const bytes = new Uint8Array(data.subarray(wireLimits.gossipStampBytes))
          if (bytes.length === 0 || bytes.length > wireLimits.maxMessageBytes) {
            deps.misbehaved(from, 'GOSSIP_REJECTED')
            return results.reject
          }
          if (deps.budgetOf(from).charge('pubsub', data.length, 1) > 0) {
            deps.misbehaved(from, 'LINK_RATE_EXCEEDED')
            return results.ignore
          }
          const isBusy =
            validations >= wireLimits.maxValidations || validationBytes + bytes.length > wireLimits.maxValidationBytes
          if (isBusy) return results.ignore
          validations += 1
          validationBytes += bytes.length
          const verdict = meter.around(kindOf(bytes), () => validate(topic, from, bytes))
          // What was given up still takes its memory until it ends.
          const over = (): void => {
            validations -= 1
            validationBytes -= bytes.length
          }
          verdict.then(over, over)
          const result = await settledWithin(verdict, wireLimits.validationTimeoutMs, 'ignore', scheduler)
          if (result === 'reject') deps.misbehaved(from, 'GOSSIP_REJECTED')
          return results[result]
        })
        service.subscribe(topics[topic])
      }
    },
    stop() {
      if (!isStarted) return
      isStarted = false
      service.watchCopies(() => undefined)
      for (const topic of subscribed) {
        service.topicValidators.delete(topics[topic])
        try {
          service.unsubscribe(topics[topic])
        } catch {
          // The host has stopped before, and with it all subscriptions.
        }
      }
    },
    watch(peers) {
      if (!isStarted) return
      for (const peer of peers) {
        if (service.getScore(peer) < wireLimits.gossipGraylistScore) deps.misbehaved(peer, 'GOSSIP_CONTROL')
      }
    },
    publish(topic, bytes) {
      const stamp = new Uint8Array(wireLimits.gossipStampBytes)
      new DataView(stamp.buffer).setUint32(0, Math.floor(clock.nowMs() / 1_000) >>> 0)
      const data = concatBytes(stamp, bytes)
      const kind = kindOf(bytes)
      meter
        .around(kind, () => service.publish(topics[topic], data))
        .then(
          ({ recipients }) => {
            if (recipients.length > 0) counters.sent(kind, recipients.length * data.length, recipients.length)
          },
          // Nobody there, or it stops: gossip is said again by whoever still needs it.
          () => counters.dropped(kind),
        )
    },
  }
}
