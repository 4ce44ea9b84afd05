/**
 * Memory for answers that are under way: an asker that reads slowly, or not at all, keeps its answers here until their time is
 * over. Bounded in all and for each peer, so that a few of them neither fill it nor leave none for others.
 */
import type { LinkKey } from '../types.ts'
import { wireLimits } from './limits.ts'

export interface AnswerRoom {
  /** @returns what gives the room back; null where there is none */
  take(peer: LinkKey, bytes: number): (() => void) | null
  /** Taken now. */
  readonly bytes: number
}

export function createAnswerRoom(
  limits: Pick<typeof wireLimits, 'maxAnswerBytes' | 'maxPeerAnswerBytes'> = wireLimits,
): AnswerRoom {
  const byPeer = new Map<LinkKey, number>()
  let total = 0
  return {
    get bytes() {
      return total
    },
    take(peer, bytes) {
      const own = byPeer.get(peer) ?? 0
      if (total + bytes > limits.maxAnswerBytes || own + bytes > limits.maxPeerAnswerBytes) return null
      total += bytes
      byPeer.set(peer, own + bytes)
      return () => {
        total -= bytes
        const left = (byPeer.get(peer) ?? bytes) - bytes
        if (left > 0) byPeer.set(peer, left)
        else byPeer.delete(peer)
      }
    },
  }
}
