import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { serviceLimits } from './limits.ts'
import { createSpendingWindow } from './spending-window.ts'

const { tokenDayMs: dayMs, tokenSlotMs: slotMs } = serviceLimits
const startMs = 1_750_000_000_000

describe('the spending of 24 hours', () => {
  it('counts a payment for exactly 24 hours where it stands alone', () => {
    const window = createSpendingWindow([], startMs)
    window.add(5n, startMs + 1)
    expect(window.totalMicroRuv(startMs + dayMs)).toBe(5n)
    expect(window.totalMicroRuv(startMs + dayMs + 1)).toBe(0n)
    window.remove(5n, startMs + 1)
    expect(window.totalMicroRuv(startMs + dayMs + 1)).toBe(0n)
  })

  it('does not count anew what is old when the clock goes back', () => {
    const window = createSpendingWindow([{ amountMicroRuv: 7n, atMs: startMs }], startMs)
    expect(window.totalMicroRuv(startMs - 10 * dayMs)).toBe(7n)
    expect(window.seenMs).toBe(startMs)
  })

  it('never counts less than a list of all payments would, nor more than a minute longer (property)', () => {
    const step = fc.record({
      waitMs: fc.oneof(fc.nat({ max: 2 * slotMs }), fc.nat({ max: dayMs })),
      amount: fc.bigInt(1n, 100n),
      takesBack: fc.boolean(),
    })
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), fc.array(fc.nat({ max: 600 }), { maxLength: 4 }), (steps, old) => {
        const slots = [...new Set(old)].sort((a, b) => a - b)
        let all = slots.map((slot) => ({ amountMicroRuv: 3n, atMs: startMs - dayMs + 1 + slot * slotMs }))
        const window = createSpendingWindow(all, startMs)
        let nowMs = startMs
        const sumSince = (afterMs: number): bigint =>
          all.filter(({ atMs }) => atMs > afterMs).reduce((sum, { amountMicroRuv }) => sum + amountMicroRuv, 0n)
        for (const { waitMs, amount, takesBack } of steps) {
          nowMs += waitMs
          window.add(amount, nowMs)
          const added = { amountMicroRuv: amount, atMs: nowMs }
          if (takesBack) window.remove(amount, nowMs)
          else all = [...all, added]
          const total = window.totalMicroRuv(nowMs)
          expect(total >= sumSince(nowMs - dayMs)).toBe(true)
          expect(total <= sumSince(nowMs - dayMs - slotMs)).toBe(true)
        }
      }),
      { seed: 42 },
    )
  })
})
