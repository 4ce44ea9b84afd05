/**
 * What was spent within the last 24 hours, in bounded memory however many payments it was: summed over slots of a minute,
 * each of which counts until its last payment is 24 hours old. So an amount may count up to a minute too long, never too
 * short.
 */
import { serviceLimits } from './limits.ts'

const { tokenSlotMs: slotMs, tokenDayMs: dayMs } = serviceLimits

export interface SpendingWindow {
  /** The last time that was added or asked for. */
  readonly seenMs: number
  /** @param nowMs not before any time given earlier */
  totalMicroRuv(nowMs: number): bigint
  /** @param atMs not before any time given earlier */
  add(amountMicroRuv: bigint, atMs: number): void
  /** Takes back what was added at that time; nothing where it counts no more. */
  remove(amountMicroRuv: bigint, atMs: number): void
}

/** @param slots what is stored, each of its own slot of the clock, oldest first */
export function createSpendingWindow(
  slots: readonly { readonly amountMicroRuv: bigint; readonly atMs: number }[],
  startMs: number,
): SpendingWindow {
  const sums = slots.map(({ amountMicroRuv, atMs }) => ({ amountMicroRuv, lastAtMs: atMs }))
  let total = sums.reduce((sum, { amountMicroRuv }) => sum + amountMicroRuv, 0n)
  let seenMs = Math.max(startMs, sums.at(-1)?.lastAtMs ?? 0)

  const slotOf = (atMs: number): (typeof sums)[number] | undefined =>
    sums.findLast(({ lastAtMs }) => Math.floor(lastAtMs / slotMs) === Math.floor(atMs / slotMs))

  return {
    get seenMs() {
      return seenMs
    },
    totalMicroRuv(nowMs) {
      seenMs = Math.max(seenMs, nowMs)
      for (let oldest = sums[0]; oldest !== undefined && oldest.lastAtMs <= seenMs - dayMs; oldest = sums[0]) {
        total -= oldest.amountMicroRuv
        sums.shift()
      }
      return total
    },
    add(amountMicroRuv, atMs) {
      seenMs = Math.max(seenMs, atMs)
      total += amountMicroRuv
      const slot = slotOf(atMs)
      if (slot === undefined) sums.push({ amountMicroRuv, lastAtMs: atMs })
      else {
        slot.amountMicroRuv += amountMicroRuv
        slot.lastAtMs = Math.max(slot.lastAtMs, atMs)
      }
    },
    remove(amountMicroRuv, atMs) {
      const slot = slotOf(atMs)
      if (slot === undefined) return
      slot.amountMicroRuv -= amountMicroRuv
      total -= amountMicroRuv
    },
  }
}
