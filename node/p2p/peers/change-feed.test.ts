import { describe, expect, it } from 'vitest'
import { ManualClock } from '../../core/clock.ts'
import type { PeerChange, PeerView } from '../types.ts'
import { createChangeFeed } from './change-feed.ts'
import { peerLimits } from './limits.ts'

const peer = (id: string, score = 0): PeerView => ({
  id,
  validator: null,
  role: 'full',
  agent: null,
  address: '/memory/a',
  path: 'loopback',
  direction: 'inbound',
  channel: 'hybrid',
  connectedAtMs: 0,
  latencyMs: null,
  receivedBytes: 0,
  sentBytes: 0,
  score,
})

function feedOf() {
  const clock = new ManualClock()
  const faults: unknown[] = []
  const feed = createChangeFeed({ scheduler: clock, reportFault: (fault) => faults.push(fault) })
  const told: PeerChange[] = []
  const cancel = feed.onChange((change) => told.push(change))
  return { clock, faults, feed, told, cancel }
}

describe('changes', () => {
  it('come soon, and then a few times a second, each peer once with its newest state', () => {
    const { clock, feed, told } = feedOf()
    feed.push({ kind: 'connected', peer: peer('a') })
    clock.advance(0)
    expect(told).toHaveLength(1)
    for (let score = 1; score <= 50; score++) feed.push({ kind: 'updated', peer: peer('a', score) })
    clock.advance(peerLimits.changeIntervalMs - 1)
    expect(told).toHaveLength(1)
    clock.advance(1)
    expect(told.slice(1)).toEqual([{ kind: 'updated', peer: peer('a', 50) }])
  })

  it('of a peer that is new stay news until they are told', () => {
    const { clock, feed, told } = feedOf()
    feed.push({ kind: 'connected', peer: peer('a') })
    feed.push({ kind: 'updated', peer: peer('a', 5) })
    clock.advance(0)
    expect(told).toEqual([{ kind: 'connected', peer: peer('a', 5) }])
  })

  it('of a peer that came and went, or went and came back, in between are none, or one', () => {
    const { clock, feed, told } = feedOf()
    feed.push({ kind: 'connected', peer: peer('a') })
    feed.push({ kind: 'disconnected', peer: peer('a') })
    clock.advance(0)
    expect(told).toEqual([])
    feed.push({ kind: 'disconnected', peer: peer('b') })
    feed.push({ kind: 'connected', peer: peer('b', 1) })
    clock.advance(0)
    expect(told).toEqual([{ kind: 'updated', peer: peer('b', 1) }])
  })

  it('reach the others where one listener throws', () => {
    const { clock, feed, told, faults } = feedOf()
    feed.onChange(() => {
      throw new Error('a listener')
    })
    const last: PeerChange[] = []
    feed.onChange((change) => last.push(change))
    feed.push({ kind: 'unbanned', id: 'a' })
    clock.advance(0)
    expect([told.length, last.length, faults.length]).toEqual([1, 1, 1])
  })

  it('do not pile up', () => {
    const { clock, feed, told, cancel } = feedOf()
    for (let index = 0; index < peerLimits.maxWaitingChanges + 10; index++) {
      feed.push({ kind: 'updated', peer: peer(`id ${index}`) })
    }
    clock.advance(0)
    expect(told).toHaveLength(peerLimits.maxWaitingChanges)
    cancel()
    feed.push({ kind: 'unbanned', id: 'a' })
    feed.close()
    clock.advance(10_000)
    expect(told).toHaveLength(peerLimits.maxWaitingChanges)
  })
})
