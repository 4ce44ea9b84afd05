import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { BoundedQueue } from './bounded-queue.ts'

describe('BoundedQueue', () => {
  it('takes its capacity and refuses the next, keeping what it has', () => {
    const queue = new BoundedQueue<number>(2)
    expect([queue.push(1), queue.push(2), queue.push(3)]).toEqual([true, true, false])
    expect([queue.shift(), queue.push(4), queue.shift(), queue.shift(), queue.shift()]).toEqual([
      1,
      true,
      2,
      4,
      undefined,
    ])
  })

  it('does what an array does, within its capacity (model)', () => {
    const anyStep = fc.oneof(
      { weight: 5, arbitrary: fc.constant('push' as const) },
      { weight: 4, arbitrary: fc.constant('shift' as const) },
      { weight: 1, arbitrary: fc.constant('drain' as const) },
    )
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 20 }), fc.array(anyStep, { maxLength: 300 }), (capacity, steps) => {
        const queue = new BoundedQueue<number>(capacity)
        let model: number[] = []
        steps.forEach((step, index) => {
          if (step === 'push') {
            const fits = model.length < capacity
            if (fits) model.push(index)
            expect(queue.push(index)).toBe(fits)
          } else if (step === 'shift') expect(queue.shift()).toBe(model.shift())
          else {
            expect(queue.drain()).toEqual(model)
            model = []
          }
          expect(queue.size).toBe(model.length)
        })
      }),
      { seed: 6, numRuns: 300 },
    )
  })

  it('keeps order over far more entries than it ever holds', () => {
    const queue = new BoundedQueue<number>(3_000)
    let written = 0
    let read = 0
    for (let round = 0; round < 50; round++) {
      while (queue.push(written)) written += 1
      expect(queue.size).toBe(3_000)
      for (let i = 0; i < 2_500; i++) expect(queue.shift()).toBe(read++)
    }
    expect(queue.drain()).toEqual(Array.from({ length: 500 }, (_, i) => read + i))
    expect(queue.size).toBe(0)
  })
})
