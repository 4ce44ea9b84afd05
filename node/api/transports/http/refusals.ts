/**
 * Refusals in the audit log, so that somebody who tries doors leaves a trace, and a flood of tries cannot fill the disk:
 * the first of a kind (code and route) is written at once, the others of its minute in one line with their number.
 */
import type { Scheduler } from '../../../core/clock.ts'
import type { HttpLimits } from './limits.ts'

export type WriteAudit = (action: string, details: Readonly<Record<string, string | number | boolean>>) => void

export interface Refusals {
  /** @param route template of the route, never the path that was asked */
  record(code: string, route: string): void
  /** Writes what is counted and not written yet. */
  flush(): void
}

const otherKinds = 'other'

export function createRefusals(
  limits: Pick<HttpLimits, 'maxRefusalKindsPerMinute' | 'refusalWindowMs'>,
  { scheduler, write }: { scheduler: Scheduler; write: WriteAudit },
): Refusals {
  /** Kinds of this minute and how often they came after the line that is written. */
  const unwritten = new Map<string, { readonly code: string; readonly route: string; count: number }>()
  let cancel: (() => void) | undefined

  const flush = (): void => {
    cancel?.()
    cancel = undefined
    for (const { code, route, count } of unwritten.values()) {
      if (count > 0) write('api.refused', { code, route, count })
    }
    unwritten.clear()
  }

  return {
    record(code, route) {
      cancel ??= scheduler.after(limits.refusalWindowMs, flush)
      const known = unwritten.get(`${code} ${route}`)
      if (known !== undefined) {
        known.count += 1
        return
      }
      if (unwritten.size < limits.maxRefusalKindsPerMinute) {
        unwritten.set(`${code} ${route}`, { code, route, count: 0 })
        write('api.refused', { code, route, count: 1 })
        return
      }
      const rest = unwritten.get(otherKinds) ?? { code: otherKinds, route: otherKinds, count: 0 }
      rest.count += 1
      unwritten.set(otherKinds, rest)
    },
    flush,
  }
}
