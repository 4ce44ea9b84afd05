/** What happened a moment ago, so that it does not happen again at once. Bounded: the oldest is forgotten first. */
import type { Clock } from './clock.ts'

export interface RecentKeys {
  /** True where the key was not seen within the time; it is from now on. */
  isNew(key: string): boolean
  forget(key: string): void
}

export function createRecentKeys(
  limits: { readonly forMs: number; readonly maxKeys: number },
  clock: Clock,
): RecentKeys {
  /** When each was seen as new, the oldest first. */
  const seenAtMs = new Map<string, number>()
  return {
    isNew(key) {
      const nowMs = clock.nowMs()
      const atMs = seenAtMs.get(key)
      // A clock that was set back must not keep a key for longer.
      if (atMs !== undefined && Math.abs(nowMs - atMs) < limits.forMs) return false
      seenAtMs.delete(key)
      seenAtMs.set(key, nowMs)
      for (const [oldest] of seenAtMs) {
        if (seenAtMs.size <= limits.maxKeys) break
        seenAtMs.delete(oldest)
      }
      return true
    },
    forget: (key) => void seenAtMs.delete(key),
  }
}
