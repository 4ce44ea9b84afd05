/** The Scheduler of a program that uses the client, browsers included. */
import type { Scheduler } from '../../core/clock.ts'

export const clientScheduler: Scheduler = {
  after(delayMs, callback) {
    const timer = setTimeout(callback, delayMs)
    return () => clearTimeout(timer)
  },
}
