import type { Scheduler } from './clock.ts'

/** Resolves after so many ms, or as soon as the signal is given. */
export function pause(delayMs: number, scheduler: Scheduler, signal?: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve) => {
    if (signal?.aborted === true) return resolve()
    const end = (): void => {
      cancel()
      signal?.removeEventListener('abort', end)
      resolve()
    }
    const cancel = scheduler.after(delayMs, end)
    signal?.addEventListener('abort', end, { once: true })
  })
}
