import { describe, expect, it } from 'vitest'
import { type Checkpoint, consensusLimits, encodeMessage, type Message, type PeerKey } from '../consensus/index.ts'
import { bytesKey, bytesOfKey } from '../core/bytes.ts'
import { ManualClock } from '../core/clock.ts'
import { sha3 } from '../crypto/index.ts'
import type { GossipTopic, GossipVerdict, Link, LinkListener, Links, TrafficClass } from '../p2p/types.ts'
import { wireLimits } from '../p2p/wire/index.ts'
import { serviceLimits } from './limits.ts'
import { createConsensusPeers } from './linked-peers.ts'

const chainId = sha3(Uint8Array.of(1))
const hash = (seed: number): Uint8Array => sha3(Uint8Array.of(2, seed))

const checkpoint: Checkpoint = {
  epoch: 0,
  seq: 1,
  commitIndex: 1,
  commitTimeMs: 1,
  stateRoot: hash(1),
  historyRoot: hash(2),
  consensusRoot: hash(3),
  nextValidatorsHash: hash(4),
  previous: hash(5),
}
const transactions = (count: number, sizeBytes = 10): Message => ({
  kind: 'transactions',
  transactions: Array.from({ length: count }, (_, index) => new Uint8Array(sizeBytes).fill(index)),
})
const fetch: Message = { kind: 'fetch', epoch: 0, references: [], fromRound: 3 }
const poll: Message = { kind: 'poll', request: { pollId: 1, sets: [{ account: new Uint8Array(33), nonce: 1 }] } }
const vote: Message = { kind: 'checkpoint-signature', checkpoint, validator: hash(6), signature: new Uint8Array(9) }
const certificate = (signatures: number): Message => ({
  kind: 'checkpoint-certificate',
  checkpoint,
  certificate: Array.from({ length: signatures }, () => ({ validator: hash(1), signature: new Uint8Array(3_309) })),
})

function setUp(isValidator: boolean) {
  const clock = new ManualClock()
  const sent: [string, TrafficClass, number][] = []
  const published: [GossipTopic, number][] = []
  const faults: [string, string][] = []
  const open: Link[] = []
  let links: LinkListener | undefined
  const heard: unknown[] = []
  let verdict: GossipVerdict = 'accept'
  const fake: Links = {
    start(listener) {
      links = listener
    },
    stop: async () => undefined,
    send: (to, trafficClass, bytes) => void sent.push([to, trafficClass, bytes.length]),
    publish: (topic, bytes) => void published.push([topic, bytes.length]),
    list: () => open,
    misconduct: (peer, code) => void faults.push([peer, code]),
  }
  const peers = createConsensusPeers({ chainId, isValidator: () => isValidator }, { links: fake, scheduler: clock })
  peers.start({
    connected: (peer) => void heard.push(['connected', peer]),
    disconnected: (peer) => void heard.push(['disconnected', peer]),
    message: (peer, message) => void heard.push([message.kind, peer]),
    async gossip(peer, message) {
      heard.push([`gossip ${message.kind}`, peer])
      return verdict
    },
  })
  const linked = (key: string, validator: Uint8Array | null): Link => {
    const link: Link = { key, validator, role: validator === null ? 'full' : 'validator', address: '/ip4/1.2.3.4' }
    open.push(link)
    links?.opened(link)
    return link
  }
  const unlink = (link: Link): void => {
    open.splice(open.indexOf(link), 1)
    links?.closed(link)
  }
  const judge = (topic: GossipTopic, from: string, bytes: Uint8Array) => links?.gossip(topic, from, bytes)
  return {
    ...{ clock, peers, sent, published, faults, heard, linked, unlink, judge },
    message: (link: Link, bytes: Uint8Array) => links?.message(link, bytes),
    answer(next: GossipVerdict) {
      verdict = next
    },
  }
}
const [one, two] = [hash(11), hash(12)]

describe('peers over links', () => {
  it('know a validator by its id and all others by a name that no validator can have', () => {
    const { peers, heard, linked, unlink } = setUp(true)
    linked('a', one)
    const stranger = linked('b', null)
    expect(heard).toEqual([
      ['connected', bytesKey(one)],
      ['connected', expect.not.stringMatching(/^.{32}$/s)],
    ])
    unlink(stranger)
    expect(heard[2]).toEqual(['disconnected', 'peer:b'])
    expect(bytesOfKey(peers.list()[0]?.peer as PeerKey)).toEqual(one)
    expect(peers.count).toBe(1)
  })

  it('take a validator that is linked twice for one, until both links have ended', () => {
    const { peers, heard, linked, unlink, sent } = setUp(true)
    const [first, second] = [linked('a', one), linked('b', one)]
    peers.send(bytesKey(one), fetch)
    unlink(second)
    peers.send(bytesKey(one), fetch)
    unlink(first)
    peers.send(bytesKey(one), fetch)
    expect(sent.map(([to]) => to)).toEqual(['b', 'a'])
    expect(heard).toEqual([
      ['connected', bytesKey(one)],
      ['disconnected', bytesKey(one)],
    ])
  })

  it('say a vote to every validator directly, and to all others by gossip', () => {
    const { peers, sent, published, linked } = setUp(true)
    linked('a', one)
    linked('b', two)
    linked('c', null)
    peers.send(null, vote)
    expect(sent.map(([to, trafficClass]) => [to, trafficClass])).toEqual([
      ['a', 'vote'],
      ['b', 'vote'],
    ])
    expect(published).toEqual([['consensus', encodeMessage(vote).length]])
  })

  it.each([
    [fetch, 'fetch'],
    [poll, 'vote'],
    [certificate(4), 'fetch'],
    [certificate(30), 'bulk'],
    [{ kind: 'checkpoint-request', seqs: [3] } as const, 'fetch'],
    [transactions(3), 'gossip'],
  ] as const)('give a message the class that fits it: %o', (message, trafficClass) => {
    const { peers, sent, linked } = setUp(true)
    linked('a', one)
    peers.send(bytesKey(one), message)
    expect(sent.map(([, sentAs]) => sentAs)).toEqual([trafficClass])
  })

  it('tell no vote to whom is not proven, and take none of it', () => {
    const { peers, sent, faults, heard, linked, message } = setUp(true)
    const stranger = linked('a', null)
    for (const one of [poll, vote, { kind: 'poll-reply', reply: { pollId: 1, preferences: [null] } } as const]) {
      peers.send('peer:a', one)
      message(stranger, encodeMessage(one))
    }
    expect(sent).toEqual([])
    expect(faults).toEqual([1, 2, 3].map(() => ['a', 'MESSAGE_REFUSED']))
    message(stranger, encodeMessage(fetch))
    expect(heard.slice(1)).toEqual([['fetch', 'peer:a']])
  })

  it('take no vote on a node that is no validator, whoever says it', () => {
    const { faults, linked, message } = setUp(false)
    message(linked('a', one), encodeMessage(poll))
    expect(faults).toEqual([['a', 'MESSAGE_REFUSED']])
  })

  it.each([[[]], [[0x82, 0x63]], [[...encodeMessage(fetch), 0]]])(
    'tell on a peer whose bytes are no message',
    (bytes) => {
      const { faults, linked, message, heard } = setUp(true)
      message(linked('a', one), Uint8Array.from(bytes))
      expect(faults).toEqual([['a', 'MESSAGE_MALFORMED']])
      expect(heard).toHaveLength(1)
    },
  )

  it('gossip transactions together, soon or as soon as they are many', () => {
    const { clock, peers, published } = setUp(true)
    peers.send(null, transactions(2))
    peers.send(null, transactions(3))
    expect(published).toEqual([])
    clock.advance(serviceLimits.gossipBatchMs)
    expect(published).toEqual([['transactions', encodeMessage(transactions(5)).length]])
    peers.send(null, transactions(consensusLimits.maxVertexTransactions))
    expect(published).toHaveLength(2)
    peers.send(null, transactions(3, serviceLimits.gossipBatchBytes / 2))
    expect(published).toHaveLength(4)
    for (const [, length] of published) expect(length).toBeLessThanOrEqual(wireLimits.maxMessageBytes)
    clock.advance(1_000)
    expect(published).toHaveLength(4)
  })

  it('pass gossip on as those who know judge it, and what belongs to no topic not at all', async () => {
    const { answer, heard, judge } = setUp(false)
    expect(await judge('consensus', 'a', encodeMessage(vote))).toBe('accept')
    answer('ignore')
    expect(await judge('transactions', 'a', encodeMessage(transactions(1)))).toBe('ignore')
    expect(heard).toEqual([
      ['gossip checkpoint-signature', 'peer:a'],
      ['gossip transactions', 'peer:a'],
    ])
    for (const [topic, bytes] of [
      ['transactions', encodeMessage(vote)],
      ['consensus', encodeMessage(transactions(1))],
      ['consensus', encodeMessage(fetch)],
      ['consensus', encodeMessage(poll)],
      ['consensus', Uint8Array.of(1, 2, 3)],
      ['transactions', new Uint8Array([...encodeMessage(transactions(1)), 0])],
    ] as const) {
      expect(await judge(topic, 'a', bytes)).toBe('reject')
    }
    expect(heard).toHaveLength(2)
  })

  it('fit the wire: its longest message is that of consensus', () => {
    expect(wireLimits.maxMessageBytes).toBe(consensusLimits.maxMessageBytes)
  })
})
