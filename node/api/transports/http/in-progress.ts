/** Bounds what is answered at once, so that no caller takes every place. */
import type { HttpLimits } from './limits.ts'

/** Requests being answered, in all and of one caller. */
export function createInProgress({
  maxConcurrentRequests,
  maxConcurrentRequestsPerCaller,
}: Pick<HttpLimits, 'maxConcurrentRequests' | 'maxConcurrentRequestsPerCaller'>) {
  const byCaller = new Map<string, number>()
  let all = 0
  return {
    /** Undefined where there are too many; else call the function when it is answered. */
    begin(caller: string): (() => void) | undefined {
      const ofCaller = byCaller.get(caller) ?? 0
      if (all >= maxConcurrentRequests || ofCaller >= maxConcurrentRequestsPerCaller) return undefined
      all += 1
      byCaller.set(caller, ofCaller + 1)
      return () => {
        all -= 1
        const left = (byCaller.get(caller) ?? 1) - 1
        if (left === 0) byCaller.delete(caller)
        else byCaller.set(caller, left)
      }
    },
  }
}
