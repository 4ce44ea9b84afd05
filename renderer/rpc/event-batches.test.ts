import { describe, expect, it } from 'vitest'
import { createEventBatches } from './event-batches.ts'
import { eventOf, manualTimers } from './test-support.ts'

function make(maxEvents: number) {
  const frames = manualTimers()
  const batches: number[][] = []
  let overflows = 0
  const events = createEventBatches(
    (batch) => batches.push(batch.map(({ sequence }) => sequence)),
    () => {
      overflows += 1
    },
    { nextFrame: frames.later, maxEvents },
  )
  return { frames, batches, events, overflows: () => overflows }
}

describe('createEventBatches', () => {
  it('hands over at a frame what came since the last', () => {
    const { frames, batches, events } = make(10)
    for (const sequence of [1, 2, 3]) events.add(eventOf(sequence))
    expect(batches).toEqual([])
    frames.run()
    events.add(eventOf(4))
    frames.run()
    expect(batches).toEqual([[1, 2, 3], [4]])
  })

  it('asks for one frame, however many events come', () => {
    const { frames, events } = make(10)
    for (let sequence = 1; sequence <= 10; sequence += 1) events.add(eventOf(sequence))
    expect(frames.count).toBe(1)
  })

  it('drops all and says so where more come than it keeps', () => {
    const { frames, batches, events, overflows } = make(3)
    for (const sequence of [1, 2, 3, 4]) events.add(eventOf(sequence))
    expect(overflows()).toBe(1)
    frames.run()
    expect(batches).toEqual([])
    events.add(eventOf(5))
    frames.run()
    expect(batches).toEqual([[5]])
  })
})
