/**
 * Tells the owner what happened while the window is elsewhere. Nothing is said while the vault is locked, since whoever sees
 * the screen then need not be the owner; only that the disk is full, which holds nothing of theirs.
 */
import type { Client } from '../../node/api/client/index.ts'
import type { DesktopSettings, NodeEventMessage, NodeState } from '../../node/api/contract/index.ts'
import { NodeError } from '../../node/core/node-error.ts'
import type { ReportFault } from './fault-log.ts'
import type { NodeHost } from './node-host.ts'
import { createNotificationBatch, type Happening } from './notification-batch.ts'
import type { Texts } from './texts.ts'
import type { Timer } from './timer.ts'

const types = [
  'transaction.finalized',
  'transaction.rejected',
  'account.balance.changed',
  'account.list.changed',
  'vault.changed',
]

export interface NotificationsDeps {
  readonly host: NodeHost
  readonly settings: () => DesktopSettings
  /** The owner looks at the window, which says it all. */
  readonly isWatched: () => boolean
  readonly texts: () => Texts
  readonly show: (text: string) => void
  readonly timer: Timer
  readonly reportFault: ReportFault
}

/** Starts following. Returns what ends it. */
export function notifyOwner(deps: NotificationsDeps): () => void {
  const { host, settings, texts, show } = deps
  const batch = createNotificationBatch(texts, deps.timer, show)
  let following: AbortController | undefined
  host.onState((state) => {
    following?.abort()
    following = undefined
    if (isDiskFull(state) && settings().notifications.diskFull) show(texts().diskFull)
    const { client } = host
    if (state.kind !== 'running' || client === undefined) return
    following = new AbortController()
    const { signal } = following
    follow(client, signal, batch, deps).catch((cause: unknown) => {
      // That a node has gone, the host tells.
      const isLoss = cause instanceof NodeError && cause.code === 'CONNECTION_LOST'
      if (!signal.aborted && !isLoss) deps.reportFault(cause, 'notifications')
    })
  })
  return () => {
    following?.abort()
    batch.clear()
  }
}

function isDiskFull(state: NodeState): boolean {
  return state.kind === 'failed' && state.code === 'STORAGE_FULL'
}

async function follow(
  { api, events }: Client,
  signal: AbortSignal,
  batch: { add(happening: Happening): void; clear(): void },
  { settings, isWatched }: NotificationsDeps,
): Promise<void> {
  let own: ReadonlySet<string> = new Set()
  let isLocked = true
  const look = async (): Promise<void> => {
    isLocked = (await api.vault.status()).locked
    own = new Set((await api.accounts.list()).map(({ address }) => address))
    if (isLocked) batch.clear()
  }
  await look()
  for await (const event of events({ types }, { signal })) {
    if (event.type === 'gap' || event.type === 'vault.changed' || event.type === 'account.list.changed') {
      await look()
      continue
    }
    const happening = happeningOf(event, own)
    if (happening === undefined || isLocked || isWatched()) continue
    const wanted = happening.kind === 'failed' ? 'rejected' : happening.kind
    if (settings().notifications[wanted]) batch.add(happening)
  }
}

/** What an event means to the owner of these addresses; undefined for what is not worth a notification. */
export function happeningOf(event: NodeEventMessage, own: ReadonlySet<string>): Happening | undefined {
  if (event.type === 'account.balance.changed') {
    const change = BigInt(event.data.change)
    return change > 0n && own.has(event.data.address) ? { kind: 'received', amountMicroRuv: change } : undefined
  }
  if (event.type === 'transaction.finalized') {
    if (!own.has(event.data.account)) return undefined
    return { kind: event.data.outcome === 'failed' ? 'failed' : 'finalized' }
  }
  if (event.type === 'transaction.rejected') return own.has(event.data.account) ? { kind: 'rejected' } : undefined
  return undefined
}
