/**
 * Tells of peers that come, go or are banned, of whether others reach this node, and of how far it has come to the head
 * of its network. How it synchronises is looked at once a second: a bar on a screen needs no more.
 */
import type { Clock, Scheduler } from '../core/clock.ts'
import type { NodeEventHub } from './events.ts'
import { serviceLimits as limits } from './limits.ts'
import type { PeerSource, SyncView } from './peer-types.ts'
import { nameWith } from './peers.ts'

export interface NetworkAnnouncerDeps {
  readonly p2p: Pick<PeerSource, 'onChange'>
  readonly sync: () => SyncView
  readonly validatorName: (id: string) => string | null
  readonly hub: Pick<NodeEventHub, 'publish'>
  readonly clock: Clock
  readonly scheduler: Scheduler
}

/** Runs from now on. */
export function createNetworkAnnouncer(deps: NetworkAnnouncerDeps): { stop(): void } {
  const { p2p, sync, validatorName, hub, clock, scheduler } = deps
  const named = nameWith(validatorName)
  let known = sync()

  const off = p2p.onChange((change) => {
    const atMs = clock.nowMs()
    switch (change.kind) {
      case 'connected':
      case 'disconnected':
        hub.publish({ type: `peer-${change.kind}`, atMs, peer: named(change.peer) })
        return
      case 'banned':
        hub.publish({ type: 'peer-banned', atMs, ban: change.ban })
        return
      case 'unbanned':
        hub.publish({ type: 'peer-unbanned', atMs, id: change.id })
        return
      case 'reachability':
        hub.publish({ type: 'reachability', atMs, reachability: change.reachability })
        return
      case 'updated':
        // Latencies and counts change all the time: who shows them asks for them.
        return
    }
  })

  const look = (): void => {
    cancel = scheduler.after(limits.syncTickMs, look)
    const now = sync()
    if (!isNews(known, now)) return
    known = now
    hub.publish({ type: 'sync', atMs: clock.nowMs(), sync: now })
  }
  let cancel = scheduler.after(limits.syncTickMs, look)

  return {
    stop() {
      cancel()
      off()
    },
  }
}

/** A new phase, a step within one that has an end, or a peer that was dropped. */
function isNews(before: SyncView, now: SyncView): boolean {
  if (before.phase !== now.phase || before.anchor?.hash !== now.anchor?.hash) return true
  if (before.dropped.length !== now.dropped.length) return true
  if (now.phase === 'live' || now.phase === 'stalled') return false
  return before.done !== now.done || before.total !== now.total
}
