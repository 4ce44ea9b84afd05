/**
 * Changes for people to see, a few times a second at most: each peer once, with what holds when they are handed out. Whoever
 * missed some reads the view anew.
 */
import type { Scheduler } from '../../core/clock.ts'
import type { PeerChange } from '../types.ts'
import { peerLimits } from './limits.ts'

export interface ChangeFeed {
  push(change: PeerChange): void
  onChange(listener: (change: PeerChange) => void): () => void
  close(): void
}

/** @param reportFault told of a listener that threw; the others are told all the same */
export function createChangeFeed(deps: { scheduler: Scheduler; reportFault: (fault: unknown) => void }): ChangeFeed {
  const listeners = new Set<(change: PeerChange) => void>()
  /** By what they are about, in the order in which that changed last. */
  const waiting = new Map<string, PeerChange>()
  let cancelTimer: (() => void) | undefined

  const flush = (): void => {
    cancelTimer = undefined
    const changes = [...waiting.values()]
    waiting.clear()
    for (const change of changes) {
      for (const listener of listeners) {
        try {
          listener(change)
        } catch (fault) {
          deps.reportFault(fault)
        }
      }
    }
    // What comes within the next moment waits for its end.
    if (changes.length > 0) cancelTimer = deps.scheduler.after(peerLimits.changeIntervalMs, flush)
  }

  return {
    push(change) {
      if (listeners.size === 0) return
      const key = keyOf(change)
      const before = waiting.get(key)
      waiting.delete(key)
      const news = before === undefined ? change : merged(before, change)
      if (news !== undefined) waiting.set(key, news)
      for (const oldest of waiting.keys()) {
        if (waiting.size <= peerLimits.maxWaitingChanges) break
        waiting.delete(oldest)
      }
      cancelTimer ??= deps.scheduler.after(0, flush)
    },
    onChange(listener) {
      if (listeners.size < peerLimits.maxListeners) listeners.add(listener)
      return () => listeners.delete(listener)
    },
    close() {
      cancelTimer?.()
      waiting.clear()
      listeners.clear()
    },
  }
}

/** What two changes come to for whoever has heard of neither; undefined where that is nothing. */
function merged(before: PeerChange, change: PeerChange): PeerChange | undefined {
  if (before.kind === 'connected' && change.kind === 'updated') return { ...change, kind: 'connected' }
  if (before.kind === 'connected' && change.kind === 'disconnected') return undefined
  if (before.kind === 'disconnected' && change.kind === 'connected') return { ...change, kind: 'updated' }
  return change
}

function keyOf(change: PeerChange): string {
  switch (change.kind) {
    case 'connected':
    case 'disconnected':
    case 'updated':
      return `peer ${change.peer.id}`
    case 'banned':
      return `ban ${change.ban.id}`
    case 'unbanned':
      return `ban ${change.id}`
    case 'reachability':
      return 'reachability'
  }
}
