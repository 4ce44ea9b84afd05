import { randomFillSync } from 'node:crypto'
import type { Stream } from '@libp2p/interface'
import { afterEach, describe, expect, it } from 'vitest'
import { ManualClock } from '../../core/clock.ts'
import { sha256 } from '../../crypto/hash.ts'
import { encodeFrame, frameTypes } from './frame.ts'
import { encodeHello } from './hello.ts'
import { wireLimits } from './limits.ts'
import type { BindPeer } from './links.ts'
import { wireProtocols } from './protocols.ts'
import { dial, linksOn, startHosts, type TestHost, type TestLinks, testChainId } from './test-support/hosts.ts'
import { trafficRules } from './traffic-classes.ts'

const hosts: TestHost[] = []
const linked: TestLinks[] = []

const start = async (count: number): Promise<TestHost[]> => {
  const started = await startHosts(count)
  hosts.push(...started)
  return started
}
const link = (...args: Parameters<typeof linksOn>): TestLinks => {
  const made = linksOn(...args)
  linked.push(made)
  return made
}

afterEach(async () => {
  await Promise.all(linked.splice(0).map(({ links }) => links.stop()))
  await Promise.all(hosts.splice(0).map((host) => host.stop()))
})

/** As a validator every peer is, named by a hash of its id. */
const bindAll: BindPeer = async ({ remotePeer }) => ({ validator: sha256(remotePeer.toMultihash().bytes) })
const sure = { isDoubted: false }
const closing = (stream: Stream): Promise<void> =>
  new Promise((resolve) => {
    stream.addEventListener('close', () => resolve())
    if (stream.status !== 'open') resolve()
  })
const random = (length: number): Uint8Array => randomFillSync(new Uint8Array(length))

describe('links', () => {
  it('join two peers by one stream, whoever dialled, and carry messages of any length both ways', async () => {
    const [a, b] = (await start(2)) as [TestHost, TestHost]
    const [onA, onB] = [link(a, { role: 'full' }), link(b, { role: 'relay' })]
    await dial(b, a)
    await Promise.all([
      onA.heard.until(() => onA.heard.opened.length > 0),
      onB.heard.until(() => onB.heard.opened.length > 0),
    ])
    expect(onA.heard.opened).toEqual([
      expect.objectContaining({ key: b.peerId.toString(), validator: null, role: 'relay' }),
    ])
    expect(onB.links.list()).toHaveLength(1)
    const [short, long] = [Uint8Array.of(1, 2, 3), random(wireLimits.maxMessageBytes)]
    onA.links.send(b.peerId.toString(), 'bulk', long)
    onA.links.send(b.peerId.toString(), 'fetch', short)
    onB.links.send(a.peerId.toString(), 'bulk', long)
    await onB.heard.until(() => onB.heard.messages.length === 2)
    await onA.heard.until(() => onA.heard.messages.length === 1)
    // The question was said later, and is more urgent.
    expect(onB.heard.messages.map(({ bytes }) => bytes.length)).toEqual([3, long.length])
    expect(Buffer.compare(onB.heard.messages[1]?.bytes as Uint8Array, long)).toBe(0)
    expect(Buffer.compare(onA.heard.messages[0]?.bytes as Uint8Array, long)).toBe(0)
    expect([...onA.faults, ...onB.faults]).toEqual([])
    const sent = onA.links.stats()['kind-1']
    expect(sent?.sentMessages).toBe(1)
    expect(sent?.sentBytes).toBe(onB.links.stats()['kind-1']?.receivedBytes)
  })

  it('join validators by the consensus stream, and give a follower the feed, on which no vote is sent', async () => {
    const [a, b, c] = (await start(3)) as [TestHost, TestHost, TestHost]
    const isC = (id: string): boolean => id === c.peerId.toString()
    const bind: BindPeer = async (connection) =>
      isC(connection.remotePeer.toString()) ? null : bindAll(connection, sure)
    const [onA, onB, onC] = [
      link(a, { role: 'validator', bind }),
      link(b, { role: 'validator', bind }),
      link(c, { role: 'full', bind: bindAll }),
    ]
    await dial(a, b)
    await dial(c, a)
    await onA.heard.until(() => onA.heard.opened.length === 2)
    await onC.heard.until(() => onC.heard.opened.length === 1)
    await onB.heard.until(() => onB.heard.opened.length === 1)
    expect(onA.links.list().find(({ key }) => key === b.peerId.toString())?.validator).toEqual(
      sha256(b.peerId.toMultihash().bytes),
    )
    expect(onA.links.list().find(({ key }) => isC(key))?.validator).toBeNull()
    // The follower knows whom it is linked to.
    expect(onC.heard.opened[0]?.validator).toEqual(sha256(a.peerId.toMultihash().bytes))
    onA.links.send(c.peerId.toString(), 'vote', Uint8Array.of(1))
    onA.links.send(c.peerId.toString(), 'bulk', Uint8Array.of(2))
    onA.links.send(b.peerId.toString(), 'vote', Uint8Array.of(3))
    await onC.heard.until(() => onC.heard.messages.length === 1)
    await onB.heard.until(() => onB.heard.messages.length === 1)
    expect(onC.heard.messages[0]?.bytes).toEqual(Uint8Array.of(2))
    expect(onB.heard.messages[0]?.bytes).toEqual(Uint8Array.of(3))
  })

  it('refuse the consensus stream to whom has not proven to be a validator', async () => {
    const [a, b] = (await start(2)) as [TestHost, TestHost]
    // The one who opens believes that both are; the other has no proof of it.
    link(a, { role: 'validator', bind: bindAll })
    const onB = link(b, { role: 'validator' })
    await dial(a, b)
    const { consensus } = wireProtocols(testChainId)
    const connection = a.getConnections(b.peerId)[0]
    const stream = (await connection?.newStream(consensus)) as Stream
    await closing(stream)
    expect(onB.heard.opened).toEqual([])
  })

  it('become a feed between validators that cannot prove it to each other, and more once they can', async () => {
    const [a, b] = (await start(2)) as [TestHost, TestHost]
    let isProven = false
    const time = new ManualClock()
    const onA = link(a, { role: 'validator', bind: bindAll, time })
    const onB = link(b, {
      role: 'validator',
      bind: async (connection) => (isProven ? bindAll(connection, sure) : null),
    })
    await dial(a, b)
    // Each refusal is waited out; what is waited for is on the other machine, so that time has to go on meanwhile.
    const pass = async (): Promise<void> => {
      time.advance(10)
      await new Promise((resolve) => setImmediate(resolve))
    }
    while (onB.heard.opened.length === 0) await pass()
    await onA.heard.until(() => onA.heard.opened.length === 1)
    expect([onA, onB].map(({ heard }) => heard.opened[0]?.validator)).toEqual([null, null])
    isProven = true
    while (onB.heard.opened.length < 2) await pass()
    await onA.heard.until(() => onA.heard.opened.length === 2)
    expect(onB.links.list()[0]?.validator).toEqual(sha256(a.peerId.toMultihash().bytes))
    expect(onA.links.list()[0]?.validator).toEqual(sha256(b.peerId.toMultihash().bytes))
    expect([...onA.faults, ...onB.faults]).toEqual([])
  })

  it('are opened again when their stream breaks and the connection stays', async () => {
    const [a, b] = (await start(2)) as [TestHost, TestHost]
    const [onA, onB] = [link(a, {}), link(b, {})]
    await dial(a, b)
    await onB.heard.until(() => onB.heard.opened.length === 1)
    const { feed } = wireProtocols(testChainId)
    const stream = b.getConnections(a.peerId)[0]?.streams.find(({ protocol }) => protocol === feed)
    stream?.abort(new Error('test'))
    await onA.heard.until(() => onA.heard.opened.length === 2)
    await onB.heard.until(() => onB.heard.opened.length === 2)
    expect(onA.heard.closed).toHaveLength(1)
    expect(b.getConnections(a.peerId)).toHaveLength(1)
  })

  it('end with the connection, and nothing is sent to whom is gone', async () => {
    const [a, b] = (await start(2)) as [TestHost, TestHost]
    const [onA, onB] = [link(a, {}), link(b, {})]
    await dial(a, b)
    await Promise.all([
      onA.heard.until(() => onA.heard.opened.length > 0),
      onB.heard.until(() => onB.heard.opened.length > 0),
    ])
    await a.hangUp(b.peerId)
    await Promise.all([
      onA.heard.until(() => onA.heard.closed.length > 0),
      onB.heard.until(() => onB.heard.closed.length > 0),
    ])
    onA.links.send(b.peerId.toString(), 'fetch', Uint8Array.of(1))
    expect(onA.links.list()).toEqual([])
    expect([...onA.faults, ...onB.faults]).toEqual([])
  })

  /** A peer that speaks frames by hand. */
  const strangerOf = async (bytes: readonly Uint8Array[]): Promise<TestLinks> => {
    const [a, b] = (await start(2)) as [TestHost, TestHost]
    const onB = link(b, {})
    await dial(a, b)
    const stream = await (a.getConnections(b.peerId)[0] as { newStream(p: string): Promise<Stream> }).newStream(
      wireProtocols(testChainId).feed,
    )
    for (const part of bytes) stream.send(part)
    await closing(stream)
    return onB
  }
  const hello = encodeFrame(
    frameTypes.hello,
    0,
    encodeHello({ chainId: testChainId, role: 'validator', takesZstd: false }),
  )
  const message = (wire: number, total: number, length = total): Uint8Array => {
    const head = new Uint8Array(5)
    head[0] = wire
    new DataView(head.buffer).setUint32(1, total)
    return encodeFrame(frameTypes.begin, 0, head, new Uint8Array(length))
  }

  it.each([
    ['LINK_HELLO_INVALID', [message(trafficRules.fetch.wire, 3)]],
    ['LINK_HELLO_INVALID', [hello, hello]],
    [
      'LINK_WRONG_CHAIN',
      [encodeFrame(1, 0, encodeHello({ chainId: new Uint8Array(32), role: 'full', takesZstd: true }))],
    ],
    ['LINK_FRAME_INVALID', [hello, Uint8Array.of(0, 0, 0, 1, 9, 2, 0, 0)]],
    ['LINK_CLASS_REFUSED', [hello, message(trafficRules.vote.wire, 3)]],
    ['LINK_MESSAGE_INVALID', [hello, message(trafficRules.fetch.wire, wireLimits.maxSmallMessageBytes + 1, 10)]],
    ['LINK_MESSAGE_INVALID', [hello, message(trafficRules.bulk.wire, 3, 4)]],
  ])('cut off a peer and say why: %s', async (code, frames) => {
    const onB = await strangerOf(frames)
    expect(onB.faults.map((fault) => fault.code)).toEqual([code])
  })

  it('take no more memory for a peer that never reads than its queues have, and cut it off', async () => {
    const [a, b] = (await start(2)) as [TestHost, TestHost]
    const onB = link(b, { role: 'validator', bind: bindAll })
    // A peer that says hello and then reads nothing.
    await dial(a, b)
    const stream = await (a.getConnections(b.peerId)[0] as { newStream(p: string): Promise<Stream> }).newStream(
      wireProtocols(testChainId).consensus,
    )
    stream.send(hello)
    await onB.heard.until(() => onB.heard.opened.length === 1)
    stream.addEventListener('message', () => undefined)
    stream.pause()
    const key = a.peerId.toString()
    let most = 0
    const sample = random(500_000)
    for (let sent = 0; sent < 200 && onB.heard.closed.length === 0; sent++) {
      onB.links.send(key, 'gossip', sample)
      onB.links.send(key, 'bulk', sample)
      most = Math.max(most, onB.links.waitingBytes(key))
      await new Promise((resolve) => setImmediate(resolve))
    }
    const { gossip, bulk, proposal } = trafficRules
    // Gossip and answers are left out, and the link stays.
    expect(onB.heard.closed).toEqual([])
    expect(most).toBeGreaterThan(gossip.queuedBytes / 2)
    expect(most).toBeLessThanOrEqual(gossip.queuedBytes + bulk.queuedBytes + 1_000_000)
    for (let sent = 0; sent < 200 && onB.heard.closed.length === 0; sent++) {
      onB.links.send(key, 'proposal', sample)
      most = Math.max(most, onB.links.waitingBytes(key))
    }
    expect(onB.heard.closed).toHaveLength(1)
    expect(onB.faults).toEqual([{ peer: key, code: 'LINK_TOO_SLOW' }])
    expect(most).toBeLessThanOrEqual(gossip.queuedBytes + bulk.queuedBytes + proposal.queuedBytes + 1_000_000)
    expect(onB.links.waitingBytes(key)).toBe(0)
  })

  it('read no faster than the budget of the peer, and tell on it', async () => {
    const [a, b] = (await start(2)) as [TestHost, TestHost]
    const [onA, onB] = [link(a, {}), link(b, {})]
    await dial(a, b)
    await onA.heard.until(() => onA.heard.opened.length > 0)
    const { burstMessages, queuedMessages } = trafficRules.fetch
    const key = b.peerId.toString()
    const total = burstMessages + 50
    for (let sent = 0; sent < total; sent++) {
      onA.links.send(key, 'fetch', Uint8Array.of(7, sent & 255))
      if (sent % (queuedMessages / 2) === 0) await new Promise((resolve) => setImmediate(resolve))
    }
    await onB.heard.until(() => onB.heard.messages.length === total)
    expect(onB.faults[0]).toEqual({ peer: a.peerId.toString(), code: 'LINK_RATE_EXCEEDED' })
  })
})

describe('gossip', () => {
  it('reaches those who are not linked, and stops at whoever does not accept it', async () => {
    const [a, b, c] = (await start(3)) as [TestHost, TestHost, TestHost]
    const judge = (bytes: Uint8Array) =>
      bytes[0] === 1 ? ('accept' as const) : bytes[0] === 2 ? ('ignore' as const) : ('reject' as const)
    const [onA, onB, onC] = [link(a, {}), link(b, { judge }), link(c, {})]
    const { transactions } = wireProtocols(testChainId).topics
    await dial(a, b)
    await dial(c, b)
    // Whoever publishes has to know who listens: their subscriptions come with the first heartbeat.
    const grafted = (host: TestHost, peer: TestHost) =>
      new Promise<void>((resolve) => {
        const { gossip } = host.services as unknown as { gossip: EventTarget & { getMeshPeers(t: string): string[] } }
        const look = (): void => {
          if (gossip.getMeshPeers(transactions).includes(peer.peerId.toString())) resolve()
        }
        gossip.addEventListener('gossipsub:heartbeat', look)
        look()
      })
    await Promise.all([grafted(a, b), grafted(b, c), grafted(c, b)])
    onA.links.publish('transactions', Uint8Array.of(3, 3))
    onA.links.publish('transactions', Uint8Array.of(2, 2))
    onA.links.publish('transactions', Uint8Array.of(1, 1))
    await onC.heard.until(() => onC.heard.messages.length > 0)
    expect(onB.heard.messages.map(({ bytes }) => bytes[0])).toEqual([3, 2, 1])
    expect(onC.heard.messages).toEqual([{ from: b.peerId.toString(), bytes: Uint8Array.of(1, 1) }])
    expect(onB.faults).toEqual([{ peer: a.peerId.toString(), code: 'GOSSIP_REJECTED' }])
    expect(onA.links.stats()['gossip:kind-1']?.sentMessages).toBe(1)
  })
})
