/** Token bucket: so much a second, and so much at once. It may go into debt by what it was asked for last. */
import type { Clock } from '../core/clock.ts'

export interface TokenBucket {
  /** Takes it in any case. @returns how long until the bucket is out of debt, in ms; 0 where it is not in debt */
  charge(amount: number): number
  /** Takes it where it is there. */
  take(amount: number): boolean
  /** Until so much is there, in ms. */
  waitMs(amount: number): number
  /** What is there now; below 0 where it is in debt. */
  readonly tokens: number
}

/** @param initial what is there at first; default all that may be taken at once */
export function createTokenBucket(perSecond: number, burst: number, clock: Clock, initial = burst): TokenBucket {
  let tokens = initial
  let atMs = clock.nowMs()

  const refill = (): void => {
    const nowMs = clock.nowMs()
    // A clock that was set back gives nothing, and takes nothing.
    tokens = Math.min(burst, tokens + (Math.max(0, nowMs - atMs) * perSecond) / 1_000)
    atMs = nowMs
  }
  const waitMs = (amount: number): number => Math.max(0, Math.ceil(((amount - tokens) * 1_000) / perSecond))

  return {
    charge(amount) {
      refill()
      tokens -= amount
      return waitMs(0)
    },
    take(amount) {
      refill()
      if (tokens < amount) return false
      tokens -= amount
      return true
    },
    waitMs(amount) {
      refill()
      return waitMs(amount)
    },
    get tokens() {
      refill()
      return tokens
    },
  }
}
