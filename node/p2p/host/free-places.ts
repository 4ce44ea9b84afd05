/**
 * Keeps places free for those that come: where more than a share of the connections is taken, those that nobody needs are closed, so
 * that a node that everybody is told of first is not full for good. By then they know others. Walks through the DHT, too, leave
 * more connections behind than are of use.
 */
import type { Connection, Libp2p } from '@libp2p/interface'
import type { Clock, Scheduler } from '../../core/clock.ts'
import { hostLimits } from './limits.ts'
import type { HostServices } from './types.ts'

/** @libp2p/kad-dht's tag of whoever is in its tables: all that it has met. */
const anyDhtPeer = 'kad-peer'

export interface FreePlaces {
  start(): void
  stop(): void
}

export interface FreePlacesDeps {
  readonly clock: Clock
  readonly scheduler: Scheduler
  /** Named by a person, the configuration or those above, or proven: never closed here. */
  readonly isKept: (id: string) => boolean
}

export function createFreePlaces(
  { maxPeers }: { readonly maxPeers: number },
  libp2p: Pick<Libp2p<HostServices>, 'getConnections' | 'peerStore'>,
  { clock, scheduler, isKept }: FreePlacesDeps,
): FreePlaces {
  const comfortable = Math.ceil(maxPeers * hostLimits.comfortableShare)
  let cancelTimer: (() => void) | undefined
  let isStopped = true

  /** libp2p marks whom it needs: relays, those behind one, the nearest of the DHT; and, not so, everybody in its tables. */
  const isMarked = async ({ remotePeer }: Connection): Promise<boolean> =>
    libp2p.peerStore.get(remotePeer).then(
      ({ tags }) => [...tags.keys()].some((tag) => tag !== anyDhtPeer),
      () => false,
    )

  const look = async (): Promise<void> => {
    const connections = libp2p.getConnections()
    const surplus = connections.length - comfortable
    if (surplus <= 0) return
    const nowMs = clock.nowMs()
    // Long known is the hardest to pretend to be.
    const byAge = connections
      .filter(({ remotePeer }) => !isKept(remotePeer.toString()))
      .sort((a, b) => a.timeline.open - b.timeline.open)
      .slice(Math.min(hostLimits.oldestKept, comfortable >> 1))
    const settled: Connection[] = []
    for (const connection of byAge) {
      const isNew = nowMs - connection.timeline.open < hostLimits.settlingMs
      if (connection.status === 'open' && !isNew && !(await isMarked(connection))) settled.push(connection)
    }
    // Whoever says nothing goes first, then who has been here longest.
    const leaving = settled.sort((a, b) => a.streams.length - b.streams.length).slice(0, surplus)
    await Promise.all(leaving.map((connection) => connection.close().catch((error: Error) => connection.abort(error))))
  }

  const tick = (): void => {
    cancelTimer = scheduler.after(hostLimits.placesIntervalMs, () => {
      void look()
        .catch(() => undefined)
        .then(() => {
          if (!isStopped) tick()
        })
    })
  }

  return {
    start() {
      isStopped = false
      tick()
    },
    stop() {
      isStopped = true
      cancelTimer?.()
    },
  }
}
