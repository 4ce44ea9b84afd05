/**
 * A cap on bytes a second that many connections share. What was sent or taken is charged afterwards, so the cap can be
 * overdrawn by one write; everybody then waits, and goes on one by one in the order in which they came.
 */
import type { Clock, Scheduler } from '../../core/clock.ts'
import { createTokenBucket, type TokenBucket } from '../token-bucket.ts'
import { peerLimits } from './limits.ts'

export interface SharedCap {
  /** Null: without a cap. Holds from now on; who waits is asked again. */
  setRate(bytesPerSecond: number | null): void
  readonly rate: number | null
  charge(bytes: number): void
  /** Whether there is something left. */
  readonly isOpen: boolean
  /** Calls back once when it is this one's turn. @returns takes it back */
  whenOpen(turn: () => void): () => void
  /** Nobody waits any more: for the end. */
  close(): void
}

/** @param burstBytes what may come at once after a pause; default a second's worth */
export function createSharedCap(
  bytesPerSecond: number | null,
  { clock, scheduler }: { readonly clock: Clock; readonly scheduler: Scheduler },
  burstBytes?: number,
): SharedCap {
  let rate: number | null = null
  let bucket: TokenBucket | undefined
  const waiting = new Set<() => void>()
  let cancelTimer: (() => void) | undefined

  const take = (next: number | null): void => {
    rate = next
    if (next === null) {
      bucket = undefined
      return
    }
    const burst = burstBytes ?? next * peerLimits.burstSeconds
    bucket = createTokenBucket(next, burst, clock, Math.min(burst, bucket?.tokens ?? burst))
  }
  take(bytesPerSecond)

  const isOpen = (): boolean => bucket === undefined || bucket.tokens > 0

  const arm = (): void => {
    if (cancelTimer !== undefined || waiting.size === 0) return
    const delayMs = bucket === undefined || isOpen() ? 0 : bucket.waitMs(0) + 1
    cancelTimer = scheduler.after(delayMs, () => {
      cancelTimer = undefined
      if (isOpen()) {
        const [first] = waiting
        if (first !== undefined) {
          waiting.delete(first)
          // It charges what it moves in its own time, so the next one is looked at in a turn of its own.
          first()
        }
      }
      arm()
    })
  }

  return {
    get rate() {
      return rate
    },
    setRate(next) {
      take(next)
      cancelTimer?.()
      cancelTimer = undefined
      arm()
    },
    charge: (bytes) => void bucket?.charge(bytes),
    get isOpen() {
      return isOpen()
    },
    whenOpen(turn) {
      waiting.add(turn)
      arm()
      return () => waiting.delete(turn)
    },
    close() {
      cancelTimer?.()
      cancelTimer = undefined
      waiting.clear()
    },
  }
}
