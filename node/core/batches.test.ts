import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { batchesOf } from './batches.ts'

describe('batchesOf', () => {
  it('keeps order and content, and both limits but for a single item (property)', () => {
    fc.assert(
      fc.property(
        fc.array(fc.nat({ max: 30 })),
        fc.integer({ min: 1, max: 5 }),
        fc.integer({ min: 1, max: 40 }),
        (sizes, maxItems, maxBytes) => {
          const batches = batchesOf(sizes, { maxItems, maxBytes, bytesOf: (size) => size })
          expect(batches.flat()).toEqual(sizes)
          for (const batch of batches) {
            expect(batch.length).toBeGreaterThan(0)
            expect(batch.length).toBeLessThanOrEqual(maxItems)
            if (batch.length > 1) expect(batch.reduce((sum, size) => sum + size, 0)).toBeLessThanOrEqual(maxBytes)
          }
        },
      ),
    )
  })

  it('begins a new part only where the one before is full', () => {
    expect(batchesOf([3, 3, 3, 9, 1], { maxItems: 10, maxBytes: 6, bytesOf: (size) => size })).toEqual([
      [3, 3],
      [3],
      [9],
      [1],
    ])
  })
})
