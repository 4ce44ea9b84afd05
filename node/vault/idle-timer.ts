/** Calls back when nothing happened for a while. */
import type { Clock, Scheduler } from '../core/clock.ts'

export interface IdleTimer {
  start(): void
  /** Something happened: the time counts anew. Without effect while stopped. */
  touch(): void
  stop(): void
  /** Another quiet time, 0 for none; it counts from now. */
  setDelay(delayMs: number): void
  /** When it would call back; null while stopped, or where it never does. */
  readonly dueAtMs: number | null
  /** True where the time is over though the timer has not fired: a machine that slept runs no timers. */
  readonly overdue: boolean
}

/** @param initialDelayMs quiet time; 0 never calls back */
export function createIdleTimer(
  initialDelayMs: number,
  deps: { readonly clock: Clock; readonly scheduler: Scheduler },
  onIdle: () => void,
): IdleTimer {
  let delayMs = initialDelayMs
  let isStarted = false
  let dueAtMs: number | null = null
  let cancel: (() => void) | undefined

  const cancelTimer = (): void => {
    cancel?.()
    cancel = undefined
    dueAtMs = null
  }
  const stop = (): void => {
    isStarted = false
    cancelTimer()
  }
  // A new timer each time: what counts is time that passed, whatever somebody sets the clock to.
  const start = (): void => {
    isStarted = true
    cancelTimer()
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
    setDelay(next) {
      delayMs = next
      if (isStarted) start()
    },
    get dueAtMs() {
      return dueAtMs
    },
    get overdue() {
      return dueAtMs !== null && deps.clock.nowMs() >= dueAtMs
    },
  }
}
