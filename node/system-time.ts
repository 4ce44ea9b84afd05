/** The time of the machine, for what runs on it: everything below is handed these from here. */
import type { Clock, Scheduler } from './core/clock.ts'

export const systemClock: Clock = { nowMs: () => Date.now() }

/** What is scheduled keeps the process alive. */
export const systemScheduler: Scheduler = {
  after(delayMs, callback) {
    const timer = setTimeout(callback, delayMs)
    return () => clearTimeout(timer)
  },
}
