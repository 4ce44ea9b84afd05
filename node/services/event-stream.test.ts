import { describe, expect, it } from 'vitest'
import { eventMessageOf } from '../api/handlers/event-message.ts'
import { fakePeer } from '../api/test-support/fake-peers.ts'
import type { AccountServices } from './accounts.ts'
import type { Chain } from './chain.ts'
import { createEventServices } from './event-stream.ts'
import { createNodeEventHub, type NodeEvent } from './events.ts'
import { serviceLimits } from './limits.ts'
import type { BanView, EventDelivery, GraphVertexView, NamedPeer, ReachabilityView, SyncView } from './types.ts'

const atMs = 1_750_000_000_000
const hash = (digit: string): string => digit.repeat(64)

const vertex: GraphVertexView = {
  hash: hash('a'),
  round: 7,
  author: 2,
  parents: [hash('b')],
  transactions: 3,
  timestampMs: atMs,
  state: 'confirming',
  supportMicroRuv: 20_000_000_000_000_000n,
  supporters: 2,
  isLeader: true,
  isAnchor: false,
  isTwin: false,
  commitIndex: null,
}
const checkpoint: NodeEvent = { type: 'checkpoint', atMs, seq: 1, hash: new Uint8Array(32), commitIndex: 4 }
const vertices: NodeEvent = { type: 'graph-vertices', atMs, epoch: 5, vertices: [vertex], left: 2 }
const states: NodeEvent = {
  type: 'graph-states',
  atMs,
  epoch: 5,
  changes: [
    {
      hash: hash('a'),
      state: 'committed',
      supportMicroRuv: 3n,
      supporters: 3,
      isAnchor: true,
      isTwin: false,
      commitIndex: 9,
    },
  ],
  left: 0,
}
const commits: NodeEvent = {
  type: 'graph-commits',
  atMs,
  epoch: 5,
  commits: [
    {
      commitIndex: 9,
      leaderRound: 7,
      anchor: hash('a'),
      commitTimeMs: atMs,
      vertices: 4,
      transactions: 3,
      skipped: [6],
      closesEpoch: false,
    },
  ],
  left: 0,
}

function setUp() {
  const hub = createNodeEventHub()
  const services = createEventServices({
    hub,
    chain: {} as Chain,
    accounts: {} as AccountServices,
    run: 'run',
  })
  /** All that there is for a subscriber, once the hub has closed. */
  const read = async (query: Parameters<typeof services.subscribe>[0]): Promise<EventDelivery[]> => {
    const iterator = services.subscribe(query)[Symbol.asyncIterator]()
    const first = iterator.next()
    const deliveries: EventDelivery[] = []
    for (const event of [checkpoint, vertices, states, commits]) hub.publish(event)
    hub.close()
    for (let step = await first; step.done !== true; step = await iterator.next()) deliveries.push(step.value)
    return deliveries
  }
  return { hub, read }
}

const typesOf = (deliveries: readonly EventDelivery[]): string[] =>
  deliveries.map((delivery) => (delivery.kind === 'event' ? delivery.event.type : delivery.kind))

describe('events of the vertex graph', () => {
  it('come to who asks for them, and not to who asks for everything', async () => {
    expect(typesOf(await setUp().read({}))).toEqual(['checkpoint.created'])
    const network = ['network.vertex', 'network.vertex.state', 'network.commit']
    expect(typesOf(await setUp().read({ types: ['network.*'] }))).toEqual(network)
    expect(typesOf(await setUp().read({ types: ['network.vertex', 'checkpoint.*'] }))).toEqual([
      'checkpoint.created',
      'network.vertex',
    ])
    expect(typesOf(await setUp().read({ types: ['network.commit'] }))).toEqual(['network.commit'])
  })

  it('are what the contract declares', async () => {
    const deliveries = await setUp().read({ types: ['network.*'] })
    const messages = deliveries.map((delivery) =>
      eventMessageOf(delivery as Extract<EventDelivery, { kind: 'event' }>, '/chains/c'),
    )
    expect(messages).toMatchObject([
      {
        type: 'network.vertex',
        subject: '5',
        data: {
          epoch: 5,
          vertices: [{ parents: [hash('b')], support: '20000000000000000', state: 'confirming' }],
          left: 2,
        },
      },
      { type: 'network.vertex.state', data: { changes: [{ support: '3', commitIndex: 9, isAnchor: true }] } },
      {
        type: 'network.commit',
        data: { commits: [{ anchor: hash('a'), skipped: [6], at: '2025-06-15T15:06:40.000Z' }] },
      },
    ])
  })

  it('push nothing else out of what can be resumed', async () => {
    const { hub, read } = setUp()
    hub.publish(checkpoint)
    for (let i = 0; i < 4 * serviceLimits.networkEventHistory; i++) hub.publish(vertices)
    const after = { run: 'run', sequence: 0 }
    expect(typesOf(await read({ after }))).toEqual(['checkpoint.created', 'checkpoint.created'])
    const other = setUp()
    for (let i = 0; i < 4 * serviceLimits.networkEventHistory; i++) other.hub.publish(vertices)
    expect(typesOf(await other.read({ after, types: ['network.vertex'] }))[0]).toBe('gap')
  })
})

describe('events of peers', () => {
  const peer: NamedPeer = { ...fakePeer(1), validatorName: null, latencyMs: 1.4 }
  const ban: BanView = { id: peer.id, address: null, reason: 'BY_HAND', atMs, untilMs: null }
  const sync: SyncView = {
    phase: 'replay',
    done: 3,
    total: 9,
    unit: 'commits',
    phaseStartedAtMs: atMs,
    remainingMs: null,
    dropped: [{ peer: peer.id, code: 'CHUNK_WRONG' }],
    anchor: { kind: 'checkpoint', hash: hash('c'), atMs },
  }
  const reachability: ReachabilityView = {
    state: 'private',
    reason: 'DIAL_BACK_FAILED',
    listening: ['/ip4/0.0.0.0/tcp/4001'],
    announced: [],
    relays: [],
    isPortMapped: false,
    missing: [{ part: 'mdns', reason: 'ENODEV' }],
    asOfMs: atMs,
  }
  const all: readonly NodeEvent[] = [
    { type: 'peer-connected', atMs, peer },
    { type: 'peer-disconnected', atMs, peer },
    { type: 'peer-banned', atMs, ban },
    { type: 'peer-unbanned', atMs, id: peer.id },
    { type: 'sync', atMs, sync },
    { type: 'reachability', atMs, reachability },
  ]

  it('are what the contract declares, and come to who asks for everything', async () => {
    const { hub, read } = setUp()
    for (const event of all) hub.publish(event)
    const after = { run: 'run', sequence: 0 }
    const deliveries = await read({ after })
    const messages = deliveries.map((delivery) =>
      eventMessageOf(delivery as Extract<EventDelivery, { kind: 'event' }>, '/chains/c'),
    )
    expect(messages).toMatchObject([
      { type: 'network.peer.connected', subject: peer.id, data: { id: peer.id, latencyMs: 1, channel: 'hybrid' } },
      { type: 'network.peer.disconnected', subject: peer.id },
      { type: 'network.peer.banned', data: { reason: 'BY_HAND', until: null } },
      { type: 'network.peer.unbanned', data: { id: peer.id } },
      { type: 'network.sync.changed', subject: 'replay', data: { done: 3, dropped: [{ code: 'CHUNK_WRONG' }] } },
      {
        type: 'network.reachability.changed',
        subject: 'private',
        data: { portMapped: false, missing: [{ part: 'mdns' }] },
      },
      { type: 'checkpoint.created' },
    ])
  })

  it('push nothing else out of what can be resumed', async () => {
    const after = { run: 'run', sequence: 0 }
    const { hub, read } = setUp()
    hub.publish(checkpoint)
    for (let i = 0; i < 4 * serviceLimits.peerEventHistory; i++) hub.publish(all[0] as NodeEvent)
    expect(typesOf(await read({ after, types: ['checkpoint.*'] }))).toEqual([
      'checkpoint.created',
      'checkpoint.created',
    ])
    const other = setUp()
    for (let i = 0; i < 4 * serviceLimits.peerEventHistory; i++) other.hub.publish(all[0] as NodeEvent)
    expect(typesOf(await other.read({ after, types: ['network.peer.*'] }))[0]).toBe('gap')
  })
})
