/**
 * libp2p looks for relays, and for peers that dial back, by walking through the DHT without end and without a pause (RandomWalk
 * of libp2p 3.3.11). Where a network is smaller than what it looks for, that is ten questions a second from every node to every
 * other one, for ever. Here a few walks go at once, and then one in a while; a peer that connects is noticed without them.
 */
import type { PeerRouting } from '@libp2p/interface'
import type { Clock, Scheduler } from '../../core/clock.ts'
import { pause } from '../../core/pause.ts'
import { createTokenBucket } from '../token-bucket.ts'
import { hostLimits } from './limits.ts'

/** Of libp2p's walker: whom it asks. */
export interface Walker {
  peerRouting: Pick<PeerRouting, 'getClosestPeers'>
}

export function paceWalks(
  walker: Walker,
  { clock, scheduler }: { readonly clock: Clock; readonly scheduler: Scheduler },
): void {
  const { peerRouting } = walker
  const walks = createTokenBucket(1_000 / hostLimits.walkIntervalMs, hostLimits.walksAtOnce, clock)
  walker.peerRouting = {
    async *getClosestPeers(key, options) {
      const waitMs = walks.charge(1)
      if (waitMs > 0) await pause(waitMs, scheduler, options?.signal)
      if (options?.signal?.aborted === true) return
      yield* peerRouting.getClosestPeers(key, options)
    },
  }
}
