import type { Connection } from '@libp2p/interface'
import { describe, expect, it } from 'vitest'
import { ManualClock } from '../../core/clock.ts'
import { createFreePlaces } from './free-places.ts'
import { hostLimits } from './limits.ts'

interface Played {
  readonly id: string
  readonly streams?: number
  readonly isMarked?: boolean
}

/** A host with these connections, the first of them the oldest; all old enough unless they come later. */
function hostWith(maxPeers: number, kept: readonly string[] = []) {
  const clock = new ManualClock()
  const connections: Connection[] = []
  const marked = new Set<string>()
  const closed: string[] = []
  const add = ({ id, streams = 2, isMarked = false }: Played): void => {
    if (isMarked) marked.add(id)
    const remotePeer = { toString: () => id }
    const connection = {
      ...{ remotePeer, status: 'open', timeline: { open: clock.nowMs() }, streams: Array(streams).fill({}) },
      async close() {
        closed.push(id)
        connections.splice(connections.indexOf(connection), 1)
      },
    } as unknown as Connection
    connections.push(connection)
  }
  const libp2p = {
    getConnections: () => [...connections],
    peerStore: {
      get: async (peer: unknown) => ({
        tags: new Map([['kad-peer', {}], ...(marked.has(String(peer)) ? [['circuit-relay-source', {}] as const] : [])]),
      }),
    },
  } as unknown as Parameters<typeof createFreePlaces>[1]
  const isKept = (id: string): boolean => kept.includes(id)
  const places = createFreePlaces({ maxPeers }, libp2p, { clock, scheduler: clock, isKept })
  /** In steps, so that it looks as often as it would. */
  const pass = async (ms: number): Promise<void> => {
    for (let passed = 0; passed < ms; passed += hostLimits.placesIntervalMs) {
      clock.advance(hostLimits.placesIntervalMs)
      // Everything that it waits for is there.
      await new Promise((resolve) => setImmediate(resolve))
    }
  }
  places.start()
  return { add, pass, places, closed, open: () => connections.map(({ remotePeer }) => remotePeer.toString()) }
}

const named = (count: number, prefix: string): Played[] =>
  Array.from({ length: count }, (_, index) => ({ id: `${prefix}${index}` }))

describe('free places', () => {
  it('are there without anybody leaving while half of all is enough', async () => {
    const host = hostWith(40)
    for (const peer of named(20, 'p')) host.add(peer)
    await host.pass(hostLimits.settlingMs - hostLimits.placesIntervalMs)
    await host.pass(hostLimits.placesIntervalMs)
    expect(host.closed).toEqual([])
  })

  it('are made by those that have had their time, the silent ones first, and never by the oldest', async () => {
    const host = hostWith(40)
    for (const peer of named(25, 'p')) host.add(peer)
    host.add({ id: 'silent', streams: 0 })
    await host.pass(hostLimits.settlingMs - hostLimits.placesIntervalMs)
    for (const peer of named(3, 'new')) host.add(peer)
    await host.pass(hostLimits.placesIntervalMs)
    // 29 connections, 20 may stay: nine leave, and of the others the longest known but for the eight oldest.
    expect(host.closed).toEqual(['silent', ...named(8, 'p').map((_, index) => `p${index + hostLimits.oldestKept}`)])
    expect(host.open()).toEqual(expect.arrayContaining(['new0', 'new1', 'new2', 'p0', 'p7']))
  })

  it('are not made by those that are named or needed, nor by newcomers', async () => {
    const kept = named(15, 'kept').map(({ id }) => id)
    const host = hostWith(40, kept)
    for (const id of kept) host.add({ id })
    for (const peer of named(10, 'old')) host.add(peer)
    for (const { id } of named(5, 'relay')) host.add({ id, isMarked: true })
    await host.pass(hostLimits.settlingMs - hostLimits.placesIntervalMs)
    for (const peer of named(20, 'new')) host.add(peer)
    await host.pass(hostLimits.placesIntervalMs)
    expect(host.closed).toEqual(['old8', 'old9'])
    await host.pass(hostLimits.settlingMs - hostLimits.placesIntervalMs)
    await host.pass(hostLimits.placesIntervalMs)
    expect(host.open()).toHaveLength(28)
    expect(host.closed.every((id) => /^(?:old|new)/.test(id))).toBe(true)
  })

  it('are no longer looked after once it has stopped', async () => {
    const host = hostWith(4)
    for (const peer of named(4, 'p')) host.add(peer)
    await host.pass(hostLimits.settlingMs - hostLimits.placesIntervalMs)
    host.places.stop()
    await host.pass(hostLimits.placesIntervalMs)
    expect(host.closed).toEqual([])
  })
})
