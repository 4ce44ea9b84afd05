import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createExpandedKeyRing, type RingEntry } from './expanded-key-ring.ts'

const nothing = (): void => undefined

describe('createExpandedKeyRing', () => {
  it('gives each new key the place of the oldest', () => {
    const ring = createExpandedKeyRing({ capacityBytes: 30, initialBytes: 30, ensure: () => true })
    const [a, b, c] = ['a', 'b', 'c'].map((name) => ring.place(name, 10, nothing)) as [RingEntry, RingEntry, RingEntry]
    expect([a, b, c].map(({ offset }) => offset)).toEqual([0, 10, 20])
    const d = ring.place('d', 10, nothing)
    expect(d.offset).toBe(0)
    expect([a, b, c, d].map(({ isLive }) => isLive)).toEqual([false, true, true, true])
    expect(ring.find('a')).toBeUndefined()
    expect(ring.find('b')).toBe(b)
    expect(ring.size).toBe(3)
  })

  it('leaves the end free where a key does not fit, and drops what was there first', () => {
    const ring = createExpandedKeyRing({ capacityBytes: 30, initialBytes: 30, ensure: () => true })
    const [a, b, c] = [
      ring.place('a', 10, nothing),
      ring.place('b', 10, nothing),
      ring.place('c', 10, nothing),
    ] as const
    ring.place('d', 15, nothing)
    expect([a, b, c].map(({ isLive }) => isLive)).toEqual([false, false, true])
    // Behind d are 15 bytes: too few for 20.
    const e = ring.place('e', 20, nothing)
    expect(e.offset).toBe(0)
    expect(c.isLive).toBe(false)
    expect(ring.size).toBe(1)
  })

  it('forgets a key that could not be written', () => {
    const ring = createExpandedKeyRing({ capacityBytes: 30, initialBytes: 30, ensure: () => true })
    const fails = (): void => {
      throw new Error('out of order')
    }
    expect(() => ring.place('a', 10, fails)).toThrow('out of order')
    expect(ring.find('a')).toBeUndefined()
    expect(ring.place('a', 10, nothing).offset).toBe(0)
  })

  it('asks for memory as keys come, and stays within what it has where there is no more', () => {
    const asked: number[] = []
    const ensure = (sizeBytes: number): boolean => {
      asked.push(sizeBytes)
      return sizeBytes <= 40
    }
    const ring = createExpandedKeyRing({ capacityBytes: 1_000, initialBytes: 20, ensure })
    const offsets = Array.from({ length: 7 }, (_, index) => ring.place(`key ${index}`, 15, nothing).offset)
    // 45 was refused once: from then on the ring has the 30 bytes that keys have taken.
    expect(offsets).toEqual([0, 15, 0, 15, 0, 15, 0])
    expect(asked).toEqual([30, 45])
  })

  it('never lets two live keys overlap or pass the end, and drops the oldest only (property)', () => {
    const keys = fc.array(fc.constantFrom(20, 36, 65), { minLength: 1, maxLength: 60 })
    fc.assert(
      fc.property(fc.integer({ min: 65, max: 400 }), keys, (capacityBytes, sizes) => {
        let thereBytes = 65
        const ring = createExpandedKeyRing({
          capacityBytes,
          initialBytes: thereBytes,
          ensure: (sizeBytes) => {
            thereBytes = sizeBytes
            return true
          },
        })
        const placed: RingEntry[] = []
        sizes.forEach((sizeBytes, index) => {
          const entry = ring.place(`key ${index}`, sizeBytes, (offset) => {
            expect(placed.every((other) => !other.isLive || disjoint(other, { offset, sizeBytes }))).toBe(true)
          })
          placed.push(entry)
          expect(entry.offset + sizeBytes).toBeLessThanOrEqual(Math.min(capacityBytes, thereBytes))
          expect(ring.find(entry.name)).toBe(entry)
          const live = placed.filter(({ isLive }) => isLive)
          expect(live).toEqual(placed.slice(-live.length))
          expect(ring.size).toBe(live.length)
        })
      }),
      { seed: 8, numRuns: 300 },
    )
  })
})

type Place = Pick<RingEntry, 'offset' | 'sizeBytes'>

function disjoint(a: Place, b: Place): boolean {
  return a.offset + a.sizeBytes <= b.offset || b.offset + b.sizeBytes <= a.offset
}
