import { afterEach, describe, expect, it } from 'vitest'
import type { EventConsumer } from '../../../rpc/index.ts'
import { manualTimers, settled } from '../../../rpc/test-support.ts'
import { select, setPaused, shownGraph, useGraphStore } from './graph-store.ts'
import { followGraph, type GraphSyncDeps } from './graph-sync.ts'
import { graphEvent, hashOf, snapshotOf, vertexOf } from './test-support.ts'

afterEach(() => useGraphStore.setState(useGraphStore.getInitialState()))

function make() {
  const timers = manualTimers()
  const seen = { asked: 0, types: undefined as readonly string[] | undefined, stopped: false }
  let consumer: EventConsumer | undefined
  const stop = followGraph({
    session: {
      api: {
        network: {
          graph: async () => {
            seen.asked += 1
            return snapshotOf(2, 4)
          },
        },
      },
      follow(given: EventConsumer, types?: readonly string[]) {
        consumer = given
        seen.types = types
        return () => {
          seen.stopped = true
        }
      },
    } as unknown as GraphSyncDeps['session'],
    after: (_, callback) => timers.later(callback),
  })
  const follower = (): EventConsumer => {
    if (consumer === undefined) throw new Error('nobody follows')
    return consumer
  }
  return { timers, seen, stop, follower }
}

describe('followGraph', () => {
  it('shows a snapshot, then what events say', async () => {
    const { seen, follower } = make()
    expect(seen.types).toEqual(['network.vertex', 'network.vertex.state', 'network.commit'])
    await follower().snapshot()
    expect(useGraphStore.getState()).toMatchObject({ isLoaded: true, live: { highestRound: 2 } })
    follower().batch?.([graphEvent('network.vertex', { epoch: 1, vertices: [vertexOf(3, 0)], left: 0 })])
    expect(shownGraph(useGraphStore.getState()).highestRound).toBe(3)
  })

  it('asks anew, once in a while, where events leave something out', async () => {
    const { seen, timers, follower } = make()
    await follower().snapshot()
    const left = graphEvent('network.vertex', { epoch: 1, vertices: [], left: 9 })
    for (let i = 0; i < 5; i++) follower().batch?.([left])
    expect([seen.asked, timers.count]).toEqual([1, 1])
    timers.run()
    await settled()
    expect([seen.asked, timers.count]).toEqual([2, 0])
  })

  it('stands still while it is paused, and goes on with what has come', async () => {
    const { follower } = make()
    await follower().snapshot()
    setPaused(true)
    select(hashOf(1, 0))
    follower().batch?.([graphEvent('network.vertex', { epoch: 1, vertices: [vertexOf(3, 0)], left: 0 })])
    expect(shownGraph(useGraphStore.getState()).highestRound).toBe(2)
    setPaused(false)
    expect(shownGraph(useGraphStore.getState()).highestRound).toBe(3)
  })

  it('leaves nothing behind', async () => {
    const { seen, timers, stop, follower } = make()
    await follower().snapshot()
    follower().batch?.([graphEvent('network.vertex', { epoch: 2, vertices: [], left: 0 })])
    stop()
    expect(seen.stopped).toBe(true)
    expect(timers.count).toBe(0)
    expect(useGraphStore.getState()).toEqual(useGraphStore.getInitialState())
  })
})
