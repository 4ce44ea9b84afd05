/** What comes of work that may fail or never end. */
import type { Scheduler } from '../../core/clock.ts'

/** Resolves to what the work does, or to the fallback where it fails or takes longer; never rejects. */
export function settledWithin<T>(work: Promise<T>, timeoutMs: number, fallback: T, scheduler: Scheduler): Promise<T> {
  return new Promise((resolve) => {
    const cancel = scheduler.after(timeoutMs, () => resolve(fallback))
    const settle = (result: T): void => {
      cancel()
      resolve(result)
    }
    work.then(settle, () => settle(fallback))
  })
}
