/** Gathers what happened over a few seconds into one notification a kind, so that a busy account does not fill the screen. */
import { formatRuv } from '../../node/api/contract/index.ts'
import { shellLimits } from './limits.ts'
import { fill, type Texts } from './texts.ts'
import type { Timer } from './timer.ts'

export type Happening =
  | { readonly kind: 'received'; readonly amountMicroRuv: bigint }
  | { readonly kind: 'finalized' }
  | { readonly kind: 'failed' }
  | { readonly kind: 'rejected' }

export interface NotificationBatch {
  add(happening: Happening): void
  /** Drops what has been gathered: the vault was locked. */
  clear(): void
}

export function createNotificationBatch(
  texts: () => Texts,
  timer: Timer,
  show: (text: string) => void,
): NotificationBatch {
  const counts = { received: 0, finalized: 0, failed: 0, rejected: 0 }
  let receivedMicroRuv = 0n
  let cancel: (() => void) | undefined

  const clear = (): void => {
    cancel?.()
    cancel = undefined
    for (const kind of ['received', 'finalized', 'failed', 'rejected'] as const) counts[kind] = 0
    receivedMicroRuv = 0n
  }
  const flush = (): void => {
    const gathered = { ...counts }
    const amount = formatRuv(receivedMicroRuv)
    clear()
    for (const kind of ['received', 'finalized', 'failed', 'rejected'] as const) {
      const count = gathered[kind]
      if (count > 0) show(fill(texts()[`${kind}${count === 1 ? 'One' : 'Many'}`], { count, amount }))
    }
  }
  return {
    add(happening) {
      counts[happening.kind] += 1
      if (happening.kind === 'received') receivedMicroRuv += happening.amountMicroRuv
      cancel ??= timer.after(shellLimits.notificationWindowMs, flush)
    },
    clear,
  }
}
