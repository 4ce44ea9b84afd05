import { describe, expect, it } from 'vitest'
import { createFollower, type EventConsumer } from './consumer.ts'
import { eventOf, manualTimers, settled } from './test-support.ts'

function make(consumer: Omit<EventConsumer, 'snapshot'> = {}, maxWaitingEvents = 10) {
  const log: string[] = []
  const snapshots: { resolve: () => void; reject: (error: Error) => void }[] = []
  const timers = manualTimers()
  const follower = createFollower(
    {
      snapshot: () =>
        new Promise((resolve, reject) => {
          log.push('snapshot')
          snapshots.push({ resolve, reject })
        }),
      event: ({ sequence }) => log.push(`event ${sequence}`),
      ...consumer,
    },
    { later: timers.later, maxWaitingEvents },
  )
  const answer = async (index: number): Promise<void> => {
    snapshots[index]!.resolve()
    await settled()
  }
  return { follower, log, snapshots, timers, answer }
}

describe('createFollower', () => {
  it('gives events after the snapshot, in order, those that came meanwhile too', async () => {
    const { follower, log, answer } = make()
    follower.restart()
    follower.take([eventOf(1), eventOf(2)])
    expect(log).toEqual(['snapshot'])
    await answer(0)
    follower.take([eventOf(3)])
    expect(log).toEqual(['snapshot', 'event 1', 'event 2', 'event 3'])
  })

  it('prefers whole batches', async () => {
    const sizes: number[] = []
    const { follower, log, answer } = make({ batch: (events) => sizes.push(events.length) })
    follower.restart()
    await answer(0)
    follower.take([eventOf(1), eventOf(2)])
    expect(sizes).toEqual([2])
    expect(log).toEqual(['snapshot'])
  })

  it('asks again after a gap, and forgets what an older snapshot waited for', async () => {
    const { follower, log, answer } = make()
    follower.restart()
    follower.take([eventOf(1)])
    follower.restart()
    follower.take([eventOf(9)])
    await answer(0)
    expect(log).toEqual(['snapshot', 'snapshot'])
    await answer(1)
    expect(log).toEqual(['snapshot', 'snapshot', 'event 9'])
  })

  it('asks again where more events came than it keeps', async () => {
    const { follower, log, answer } = make({}, 2)
    follower.restart()
    follower.take([eventOf(1), eventOf(2), eventOf(3)])
    await answer(0)
    expect(log).toEqual(['snapshot', 'snapshot'])
    await answer(1)
    follower.take([eventOf(4)])
    expect(log).toEqual(['snapshot', 'snapshot', 'event 4'])
  })

  it('tries again after a snapshot that failed', async () => {
    const { follower, log, snapshots, timers, answer } = make()
    follower.restart()
    snapshots[0]!.reject(new Error('busy'))
    await settled()
    timers.run()
    await answer(1)
    expect(log).toEqual(['snapshot', 'snapshot'])
  })

  it('is silent once stopped', async () => {
    const { follower, log, answer } = make()
    follower.restart()
    follower.take([eventOf(1)])
    follower.stop()
    await answer(0)
    follower.restart()
    expect(log).toEqual(['snapshot'])
  })

  it('takes nothing before the first stream', () => {
    const { follower, log } = make()
    follower.take([eventOf(1)])
    expect(log).toEqual([])
  })
})
