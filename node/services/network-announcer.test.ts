import { describe, expect, it } from 'vitest'
import { createFakePeers, fakePeer, fakePeerId } from '../api/test-support/fake-peers.ts'
import { ManualClock } from '../core/clock.ts'
import type { NodeEvent } from './events.ts'
import { serviceLimits } from './limits.ts'
import { createNetworkAnnouncer } from './network-announcer.ts'

function setUp() {
  const clock = new ManualClock()
  const peers = createFakePeers()
  const events: NodeEvent[] = []
  const announcer = createNetworkAnnouncer({
    p2p: peers.source,
    sync: peers.sync,
    validatorName: (id) => (id === 'a'.repeat(64) ? 'Validator 1' : null),
    hub: { publish: (event) => events.push(event) },
    clock,
    scheduler: clock,
  })
  const taken = (): NodeEvent[] => events.splice(0)
  return { clock, peers, announcer, taken }
}

describe('createNetworkAnnouncer', () => {
  it('tells who comes, goes, is banned and let back, and how this node is reached', async () => {
    const { peers, taken, clock } = setUp()
    const peer = fakePeer(1, { validator: 'a'.repeat(64) })
    const atMs = clock.nowMs()
    peers.connect(peer)
    expect(taken()).toEqual([{ type: 'peer-connected', atMs, peer: { ...peer, validatorName: 'Validator 1' } }])
    const ban = await peers.source.ban(peer.id, 1)
    expect(taken()).toEqual([
      { type: 'peer-disconnected', atMs, peer: { ...peer, validatorName: 'Validator 1' } },
      { type: 'peer-banned', atMs, ban },
    ])
    await peers.source.unban(peer.id)
    expect(taken()).toEqual([{ type: 'peer-unbanned', atMs, id: fakePeerId(1) }])
    peers.setReachability({ state: 'private', reason: 'DIAL_BACK_FAILED' })
    expect(taken()).toEqual([{ type: 'reachability', atMs, reachability: peers.source.reachability() }])
  })

  it('tells how it synchronises, once a second at most, and nothing while that stays the same', () => {
    const { peers, taken, clock } = setUp()
    const tick = (): void => clock.advance(serviceLimits.syncTickMs)
    tick()
    expect(taken()).toEqual([])
    peers.setSync({ phase: 'snapshot', done: 0, total: 100, unit: 'bytes' })
    for (let done = 1; done <= 50; done++) peers.setSync({ done })
    expect(taken()).toEqual([])
    tick()
    expect(taken()).toMatchObject([{ type: 'sync', sync: { phase: 'snapshot', done: 50, total: 100 } }])
    peers.setSync({ done: 51, dropped: [{ peer: fakePeerId(1), code: 'CHUNK_WRONG' }] })
    tick()
    expect(taken()).toMatchObject([{ sync: { done: 51, dropped: [{ code: 'CHUNK_WRONG' }] } }])
    peers.setSync({ phase: 'live', unit: 'commits', done: 1, total: null })
    tick()
    expect(taken()).toMatchObject([{ sync: { phase: 'live' } }])
    // A chain that goes on says so itself.
    peers.setSync({ done: 2 })
    tick()
    expect(taken()).toEqual([])
    peers.setSync({ phase: 'stalled' })
    tick()
    expect(taken()).toMatchObject([{ sync: { phase: 'stalled' } }])
  })

  it('says nothing more once it is stopped', () => {
    const { peers, announcer, taken, clock } = setUp()
    announcer.stop()
    peers.connect(fakePeer(1))
    peers.setSync({ phase: 'connecting' })
    clock.advance(10 * serviceLimits.syncTickMs)
    expect(taken()).toEqual([])
  })
})
