/**
 * The driver's peers over links: gives bytes their meaning, and messages their urgency and their way. What is for everybody
 * goes to the validators directly and to all others by gossip. Source: docs/protocol.md, "Wire".
 */
import {
  consensusLimits,
  decodeMessage,
  encodeMessage,
  type Message,
  messageKindOf,
  type PeerKey,
} from '../consensus/index.ts'
import { batchesOf } from '../core/batches.ts'
import { bytesKey, toHex } from '../core/bytes.ts'
import type { Scheduler } from '../core/clock.ts'
import type { GossipTopic, GossipVerdict, Link, LinkKey, Links, TrafficClass } from '../p2p/types.ts'
import type { ConsensusPeers, PeerListener } from './consensus-peers.ts'
import { serviceLimits } from './limits.ts'

export interface LinkedPeersOptions {
  readonly chainId: Uint8Array
  /** Whether this node is a validator at this moment: only then its links to validators carry votes. */
  readonly isValidator: () => boolean
}

export interface LinkedPeersDeps {
  readonly links: Links
  readonly scheduler: Scheduler
}

type Kind = Message['kind']

/** What may be taken of a peer that is not proven to be a validator, or told to one: nothing that is believed for who says it. */
const unprovenKinds: ReadonlySet<Kind> = new Set<Kind>([
  'vertices',
  'fetch',
  'transactions',
  'checkpoint-certificate',
  'checkpoint-request',
])

const gossipedKinds: Readonly<Record<GossipTopic, ReadonlySet<Kind>>> = {
  transactions: new Set<Kind>(['transactions']),
  consensus: new Set<Kind>(['vertices', 'checkpoint-signature']),
}

/** Above it an answer is sent when nothing else waits: a certificate of 20 validators is below. */
const smallAnswerBytes = 64_000

export function createConsensusPeers(
  { chainId, isValidator }: LinkedPeersOptions,
  { links, scheduler }: LinkedPeersDeps,
): ConsensusPeers {
  /** Open links by peer, oldest first: a validator may have two for a moment, when it comes back from elsewhere. */
  const linksOf = new Map<PeerKey, readonly Link[]>()
  /** The same by their own key. */
  const openLinks = new Map<LinkKey, Link>()
  let listener: PeerListener | undefined
  let isStopped = false
  let waiting: Uint8Array[] = []
  let waitingBytes = 0
  let cancelFlush: (() => void) | undefined

  const carriesVotes = ({ validator }: Link): boolean => isValidator() && validator !== null

  const sendTo = (link: Link, message: Message, bytes: Uint8Array, isOwn: boolean): void => {
    const isProven = carriesVotes(link)
    if (!isProven && !unprovenKinds.has(message.kind)) return
    links.send(link.key, trafficClassOf(message.kind, bytes.length, isOwn && isProven), bytes)
  }

  const linkOf = (peer: PeerKey): Link | undefined => linksOf.get(peer)?.at(-1)

  const publishTransactions = (): void => {
    cancelFlush?.()
    cancelFlush = undefined
    const batches = batchesOf(waiting, {
      maxItems: consensusLimits.maxVertexTransactions,
      maxBytes: serviceLimits.gossipBatchBytes,
      bytesOf: ({ length }) => length,
    })
    waiting = []
    waitingBytes = 0
    for (const transactions of batches)
      links.publish('transactions', encodeMessage({ kind: 'transactions', transactions }))
  }

  /** Many small batches would cost every node of the network more than the wait. */
  const gossipTransactions = (transactions: readonly Uint8Array[]): void => {
    for (const transaction of transactions) {
      waiting.push(transaction)
      waitingBytes += transaction.length
    }
    const isFull =
      waiting.length >= consensusLimits.maxVertexTransactions || waitingBytes >= serviceLimits.gossipBatchBytes
    if (isFull) publishTransactions()
    else cancelFlush ??= scheduler.after(serviceLimits.gossipBatchMs, publishTransactions)
  }

  const sendAll = (message: Message): void => {
    if (message.kind === 'transactions') return gossipTransactions(message.transactions)
    const bytes = encodeMessage(message)
    for (const link of openLinks.values()) if (carriesVotes(link)) sendTo(link, message, bytes, true)
    if (gossipedKinds.consensus.has(message.kind)) links.publish('consensus', bytes)
  }

  const take = (link: Link, bytes: Uint8Array): void => {
    const kind = messageKindOf(bytes)
    if (kind === undefined) return links.misconduct(link.key, 'MESSAGE_MALFORMED')
    if (!carriesVotes(link) && !unprovenKinds.has(kind)) return links.misconduct(link.key, 'MESSAGE_REFUSED')
    const decoded = decodeMessage(chainId, bytes)
    if (!decoded.ok) return links.misconduct(link.key, 'MESSAGE_MALFORMED')
    if (!isStopped) listener?.message(peerKeyOf(link), decoded.value)
  }

  const judge = async (topic: GossipTopic, from: LinkKey, bytes: Uint8Array): Promise<GossipVerdict> => {
    const kind = messageKindOf(bytes)
    if (listener === undefined || isStopped) return 'ignore'
    if (kind === undefined || !gossipedKinds[topic].has(kind)) return 'reject'
    const decoded = decodeMessage(chainId, bytes)
    if (!decoded.ok) return 'reject'
    const link = openLinks.get(from)
    return listener.gossip(link === undefined ? unprovenKey(from) : peerKeyOf(link), decoded.value)
  }

  return {
    send(to, message) {
      if (isStopped) return
      if (to === null) return sendAll(message)
      const link = linkOf(to)
      if (link !== undefined) sendTo(link, message, encodeMessage(message), false)
    },
    start(to) {
      listener = to
      links.start({
        opened(link) {
          const peer = peerKeyOf(link)
          const known = linksOf.get(peer)
          openLinks.set(link.key, link)
          linksOf.set(peer, [...(known ?? []), link])
          if (known === undefined) to.connected(peer)
        },
        closed(link) {
          const peer = peerKeyOf(link)
          openLinks.delete(link.key)
          const left = (linksOf.get(peer) ?? []).filter(({ key }) => key !== link.key)
          if (left.length > 0) linksOf.set(peer, left)
          else if (linksOf.delete(peer)) to.disconnected(peer)
        },
        message: take,
        gossip: judge,
      })
    },
    stop() {
      isStopped = true
      cancelFlush?.()
      linksOf.clear()
      openLinks.clear()
    },
    misconduct(peer, code) {
      const key = linkOf(peer)?.key ?? linkKeyOf(peer)
      if (key !== undefined) links.misconduct(key, code)
    },
    get count() {
      return linksOf.size
    },
    list: () =>
      [...openLinks.values()].map((link) => ({
        peer: peerKeyOf(link),
        id: link.validator === null ? link.key : toHex(link.validator),
        address: link.address,
        isValidator: link.validator !== null,
      })),
  }
}

/** A proven validator is known by its id, so that whoever asks for it finds it; all others by their peer id. */
function peerKeyOf({ key, validator }: Link): PeerKey {
  return validator === null ? unprovenKey(key) : bytesKey(validator)
}

const unprovenPrefix = 'peer:'

/** No validator's key can be such a one: those are as long as a hash. */
function unprovenKey(key: LinkKey): PeerKey {
  return `${unprovenPrefix}${key}`
}

function linkKeyOf(peer: PeerKey): LinkKey | undefined {
  return peer.startsWith(unprovenPrefix) ? peer.slice(unprovenPrefix.length) : undefined
}

/** @param isOwnVote said by this node to all validators */
function trafficClassOf(kind: Kind, length: number, isOwnVote: boolean): TrafficClass {
  switch (kind) {
    case 'vertices':
      return isOwnVote ? 'proposal' : length <= smallAnswerBytes ? 'fetch' : 'bulk'
    case 'checkpoint-signature':
    case 'poll':
    case 'poll-reply':
      return 'vote'
    case 'fetch':
    case 'checkpoint-request':
      return 'fetch'
    case 'checkpoint-certificate':
      return length <= smallAnswerBytes ? 'fetch' : 'bulk'
    case 'transactions':
      return 'gossip'
  }
}
