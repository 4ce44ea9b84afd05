import { describe, expect, it } from 'vitest'
import { ManualClock } from './clock.ts'

describe('ManualClock', () => {
  it('stands still until it is moved', () => {
    const clock = new ManualClock(1_000)
    expect(clock.nowMs()).toBe(1_000)
    clock.advance(5)
    expect(clock.nowMs()).toBe(1_005)
    expect(clock.nowMs()).toBe(1_005)
  })

  it('runs what falls due in order of time, then of asking, and shows each its own time', () => {
    const clock = new ManualClock(0)
    const seen: string[] = []
    const note = (name: string) => () => seen.push(`${name}@${clock.nowMs()}`)
    clock.after(20, note('late'))
    clock.after(10, note('first'))
    clock.after(10, note('second'))
    clock.after(31, note('never'))
    clock.advance(30)
    expect(seen).toEqual(['first@10', 'second@10', 'late@20'])
    expect(clock.nowMs()).toBe(30)
    clock.advance(1)
    expect(seen.at(-1)).toBe('never@31')
  })

  it('runs what a callback schedules within the same stretch', () => {
    const clock = new ManualClock(0)
    const seen: number[] = []
    const tick = () => {
      seen.push(clock.nowMs())
      clock.after(10, tick)
    }
    clock.after(10, tick)
    clock.advance(35)
    expect(seen).toEqual([10, 20, 30])
  })

  it('runs nothing that was cancelled, and each callback once', () => {
    const clock = new ManualClock(0)
    let runs = 0
    const cancel = clock.after(10, () => runs++)
    clock.after(10, () => runs++)
    cancel()
    cancel()
    clock.advance(100)
    clock.advance(100)
    expect(runs).toBe(1)
  })

  it('a callback can cancel one that is due at the same moment', () => {
    const clock = new ManualClock(0)
    let ran = false
    let cancel = () => {}
    clock.after(10, () => cancel())
    cancel = clock.after(10, () => {
      ran = true
    })
    clock.advance(10)
    expect(ran).toBe(false)
  })

  it('can be set back; what was scheduled keeps its moment', () => {
    const clock = new ManualClock(1_000)
    let ranAtMs = 0
    clock.after(100, () => {
      ranAtMs = clock.nowMs()
    })
    clock.set(500)
    expect(clock.nowMs()).toBe(500)
    clock.advance(599)
    expect(ranAtMs).toBe(0)
    clock.advance(1)
    expect(ranAtMs).toBe(1_100)
  })
})
