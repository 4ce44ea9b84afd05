/** A clock that a test moves. */
import type { Timer } from '../timer.ts'

export interface ManualTimer extends Timer {
  /** Lets time pass; whatever is due on the way runs at its own time. */
  advance(ms: number): void
  readonly waiting: number
}

export function manualTimer(startMs = 0): ManualTimer {
  let nowMs = startMs
  let due: { atMs: number; callback: () => void }[] = []
  return {
    nowMs: () => nowMs,
    after(delayMs, callback) {
      const entry = { atMs: nowMs + delayMs, callback }
      due.push(entry)
      return () => {
        due = due.filter((other) => other !== entry)
      }
    },
    advance(ms) {
      const endMs = nowMs + ms
      for (;;) {
        const next = due.toSorted((one, other) => one.atMs - other.atMs)[0]
        if (next === undefined || next.atMs > endMs) break
        due = due.filter((other) => other !== next)
        nowMs = next.atMs
        next.callback()
      }
      nowMs = endMs
    },
    get waiting() {
      return due.length
    },
  }
}
