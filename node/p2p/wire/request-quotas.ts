/**
 * Quotas of questions, on both sides: whoever asks waits for its turn, so that it never asks for more than it is given; whoever
 * answers refuses from twice the quota on, since the two do not see the same moment.
 */
import type { Clock, Scheduler } from '../../core/clock.ts'
import { NodeError } from '../../core/node-error.ts'
import { createTokenBucket, type TokenBucket } from '../token-bucket.ts'
import type { LinkKey, RequestQuota } from '../types.ts'
import { wireLimits } from './limits.ts'

/** Of one peer and one method. */
interface Share {
  readonly bucket: TokenBucket
  open: number
}

/** Bounded by peers and methods; the one that was used longest ago goes, unless it is in use. */
function createShares(clock: Clock, factor: number): (peer: LinkKey, method: string, quota: RequestQuota) => Share {
  const shares = new Map<string, Share>()
  return (peer, method, quota) => {
    const key = `${method} ${peer}`
    const share = shares.get(key) ?? {
      bucket: createTokenBucket(factor * quota.perSecond, factor * Math.max(1, quota.perSecond), clock),
      open: 0,
    }
    shares.delete(key)
    shares.set(key, share)
    if (shares.size > wireLimits.rememberedPeers * wireLimits.maxMethods) {
      for (const [oldest, { open }] of shares) {
        if (open > 0) continue
        shares.delete(oldest)
        break
      }
    }
    return share
  }
}

export interface AskingQuotas {
  /** Resolves with what gives the turn back. @throws NodeError PEER_REFUSED where too many wait; the signal's reason */
  turn(peer: LinkKey, method: string, quota: RequestQuota, signal: AbortSignal): Promise<() => void>
}

export function createAskingQuotas(clock: Clock, scheduler: Scheduler): AskingQuotas {
  const shareOf = createShares(clock, 1)
  const waiting = new Map<LinkKey, number>()
  const freed = new Set<() => void>()

  const pause = (delayMs: number | null, signal: AbortSignal): Promise<void> =>
    new Promise((resolve) => {
      const cancel = delayMs === null ? () => undefined : scheduler.after(delayMs, () => done())
      const done = (): void => {
        cancel()
        freed.delete(done)
        signal.removeEventListener('abort', done)
        resolve()
      }
      if (delayMs === null) freed.add(done)
      signal.addEventListener('abort', done, { once: true })
    })

  return {
    async turn(peer, method, quota, signal) {
      const share = shareOf(peer, method, quota)
      const count = waiting.get(peer) ?? 0
      if (count >= wireLimits.maxWaitingQuestions) {
        throw new NodeError('PEER_REFUSED', 'too many questions to this peer wait already', {
          details: { code: 'REQUEST_QUOTA' },
        })
      }
      waiting.set(peer, count + 1)
      try {
        for (;;) {
          signal.throwIfAborted()
          if (share.open >= quota.concurrent) await pause(null, signal)
          else if (share.bucket.take(1)) break
          else await pause(Math.max(1, share.bucket.waitMs(1)), signal)
        }
      } finally {
        const left = (waiting.get(peer) ?? 1) - 1
        if (left > 0) waiting.set(peer, left)
        else waiting.delete(peer)
      }
      share.open += 1
      return () => {
        share.open -= 1
        for (const wake of [...freed]) wake()
      }
    },
  }
}

export interface AnsweringQuotas {
  /** What gives the place back; null where the peer asks for more than it is given. */
  enter(peer: LinkKey, method: string, quota: RequestQuota): (() => void) | null
}

const tolerance = 2

export function createAnsweringQuotas(clock: Clock): AnsweringQuotas {
  const shareOf = createShares(clock, tolerance)
  return {
    enter(peer, method, quota) {
      const share = shareOf(peer, method, quota)
      if (share.open >= tolerance * quota.concurrent || !share.bucket.take(1)) return null
      share.open += 1
      return () => {
        share.open -= 1
      }
    },
  }
}
