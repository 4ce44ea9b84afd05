/** The Scheduler of a running program. A pending timer does not keep the process alive. */
import type { Scheduler } from '../../core/clock.ts'

export const systemScheduler: Scheduler = {
  after(delayMs, callback) {
    const timer = setTimeout(callback, delayMs)
    timer.unref()
    return () => clearTimeout(timer)
  },
}
