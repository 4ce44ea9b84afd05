/**
 * Quotas: a bucket a caller that refills evenly, so that a burst is fine and a flood is not. What is left goes out with
 * every answer (draft-ietf-httpapi-ratelimit-headers-10: RateLimit-Policy and RateLimit, structured fields of RFC 9651).
 */
import type { Clock } from '../../../core/clock.ts'

export interface Quota {
  /** Of the policy, in the headers. */
  readonly name: string
  readonly requests: number
  readonly windowSeconds: number
  /** Callers kept in mind. */
  readonly maxKeys: number
}

export interface Taken {
  readonly isAllowed: boolean
  readonly remaining: number
  /** Until the quota is whole again. */
  readonly resetSeconds: number
  /** Until one request is allowed; 0 where it is now. */
  readonly retryAfterMs: number
}

export interface RateLimiter {
  readonly quota: Quota
  take(key: string): Taken
}

export function createRateLimiter(quota: Quota, clock: Clock): RateLimiter {
  const perMs = quota.requests / (quota.windowSeconds * 1_000)
  /** Least recently used first. */
  const buckets = new Map<string, { left: number; atMs: number }>()

  return {
    quota,
    take(key) {
      const nowMs = clock.nowMs()
      const known = buckets.get(key)
      buckets.delete(key)
      // A clock that was set back gives nothing and takes nothing.
      const elapsedMs = known === undefined ? 0 : Math.max(0, nowMs - known.atMs)
      const before = known === undefined ? quota.requests : Math.min(quota.requests, known.left + elapsedMs * perMs)
      const isAllowed = before >= 1
      const left = isAllowed ? before - 1 : before
      const [oldest] = buckets.keys()
      if (oldest !== undefined && buckets.size >= quota.maxKeys) buckets.delete(oldest)
      buckets.set(key, { left, atMs: nowMs })
      return {
        isAllowed,
        remaining: Math.floor(left),
        resetSeconds: Math.ceil((quota.requests - left) / perMs / 1_000),
        retryAfterMs: isAllowed ? 0 : Math.ceil((1 - left) / perMs),
      }
    },
  }
}

/** Of several quotas that a request counted against, all policies, and the one with the least left. */
export function rateLimitHeaders(taken: readonly { quota: Quota; taken: Taken }[]): Record<string, string> {
  const policies = taken.map(({ quota }) => `"${quota.name}";q=${quota.requests};w=${quota.windowSeconds}`)
  const limits = taken.map(
    ({ quota, taken: { remaining, resetSeconds } }) => `"${quota.name}";r=${remaining};t=${resetSeconds}`,
  )
  return { 'RateLimit-Policy': policies.join(', '), RateLimit: limits.join(', ') }
}
