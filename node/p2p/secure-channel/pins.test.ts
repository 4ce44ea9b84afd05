import { describe, expect, it } from 'vitest'
import { ManualClock } from '../../core/clock.ts'
import { createHybridPins, type HybridPin, type HybridPinStore } from './pins.ts'

function memoryStore(pins: HybridPin[] = []): HybridPinStore & { readonly kept: Map<string, HybridPin> } {
  const kept = new Map(pins.map((pin) => [pin.peerId, pin]))
  return {
    kept,
    list: () => [...kept.values()],
    put: (pin) => kept.set(pin.peerId, pin),
    remove: (id) => kept.delete(id),
  }
}

describe('pins of hybrid peers', () => {
  it('outlive a restart', () => {
    const store = memoryStore()
    const clock = new ManualClock()
    createHybridPins({}, { store, clock }).pin('a', { isDialled: true })
    const again = createHybridPins({}, { store, clock })
    expect([again.isPinned('a'), again.isPinned('b')]).toEqual([true, false])
  })

  it('never exceed their number: the one seen longest ago goes, here and in the store', () => {
    const store = memoryStore()
    const clock = new ManualClock()
    const pins = createHybridPins({ maxPins: 3 }, { store, clock })
    for (const id of ['a', 'b', 'c']) pins.pin(id, { isDialled: false })
    pins.pin('a', { isDialled: false })
    pins.pin('d', { isDialled: false })
    expect([...store.kept.keys()].sort()).toEqual(['a', 'c', 'd'])
    expect([pins.size, pins.isPinned('b')]).toEqual([3, false])
  })

  it('of peers that we called are not pushed out by any number that called us', () => {
    const store = memoryStore()
    const pins = createHybridPins({ maxPins: 10 }, { store, clock: new ManualClock() })
    pins.pin('ours', { isDialled: true })
    // That it called us later takes nothing away from it.
    pins.pin('ours', { isDialled: false })
    for (let i = 0; i < 100; i++) pins.pin(`stranger ${i}`, { isDialled: false })
    expect([pins.isPinned('ours'), pins.size, store.kept.size]).toEqual([true, 10, 10])
  })

  it('are cut to their number when the store holds more', () => {
    const stored = [1, 2, 3].map((n) => ({ peerId: `${n}`, isDialled: true, seenAtMs: n }))
    const store = memoryStore(stored.reverse())
    const pins = createHybridPins({ maxPins: 2 }, { store, clock: new ManualClock() })
    expect(['1', '2', '3'].map((id) => pins.isPinned(id))).toEqual([false, true, true])
    expect(store.kept.has('1')).toBe(false)
  })
})
