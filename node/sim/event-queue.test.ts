import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { EventQueue } from './event-queue.ts'

describe('EventQueue', () => {
  it('gives events in order of time, and those of one time as they came (property)', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(20)), (times) => {
        const queue = new EventQueue<number>()
        for (const [number, atMs] of times.entries()) queue.push(atMs, number)
        const expected = [...times.entries()].sort(([a, x], [b, y]) => x - y || a - b)
        expect(queue.nextAtMs).toBe(expected[0]?.[1])
        for (const [number, atMs] of expected) expect(queue.pop()).toMatchObject({ atMs, event: number })
        expect([queue.pop(), queue.size]).toEqual([undefined, 0])
      }),
    )
  })

  it('keeps the order when events are added in between', () => {
    const queue = new EventQueue<string>()
    queue.push(5, 'c')
    queue.push(1, 'a')
    expect(queue.pop()?.event).toBe('a')
    queue.push(5, 'd')
    queue.push(2, 'b')
    expect([queue.pop(), queue.pop(), queue.pop()].map((entry) => entry?.event)).toEqual(['b', 'c', 'd'])
  })
})
