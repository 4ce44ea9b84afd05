/** Calls back when nothing happened for a while. */
import type { Clock, Scheduler } from '../core/clock.ts'

export interface IdleTimer {
  start(): void
  /** Something happened: the time counts anew. Without effect while stopped. */
  touch(): void
  stop(): void
  /** When it would call back; null while stopped, or where it never does. */
  readonly dueAtMs: number | null
  /** True where the time is over though the timer has not fired: a machine that slept runs no timers. */
  readonly overdue: boolean
}

/** @param delayMs quiet time; 0 never calls back */
export function createIdleTimer(
  delayMs: number,
  deps: { readonly clock: Clock; readonly scheduler: Scheduler },
  onIdle: () => void,
): IdleTimer {
  let dueAtMs: number | null = null
  let cancel: (() => void) | undefined

  const stop = (): void => {
    cancel?.()
    cancel = undefined
    dueAtMs = null
  }
  // A new timer each time: what counts is time that passed, whatever somebody sets the clock to.
  const start = (): void => {
    stop()
    if (delayMs === 0) return
    dueAtMs = deps.clock.nowMs() + delayMs
    cancel = deps.scheduler.after(delayMs, () => {
      stop()
      onIdle()
    })
  }

  return {
    start,
    touch: () => {
      if (dueAtMs !== null) start()
    },
    stop,
    get dueAtMs() {
      return dueAtMs
    },
    get overdue() {
      return dueAtMs !== null && deps.clock.nowMs() >= dueAtMs
    },
  }
}
