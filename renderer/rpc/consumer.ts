/** One follower of the node's events: first its snapshot, then every event since the stream began, in order. */
import type { NodeEventMessage } from '../../node/api/contract/index.ts'

export interface EventConsumer {
  /** Asks for all that it shows. Called again after a gap and with a new connection; the last one counts. */
  snapshot(): Promise<void>
  event?(event: NodeEventMessage): void
  /** In place of `event`: all that came since the last frame. */
  batch?(events: readonly NodeEventMessage[]): void
}

export interface Follower {
  /** A stream is live from here on: what it says from now waits until the snapshot is there. */
  restart(): void
  take(events: readonly NodeEventMessage[]): void
  stop(): void
}

export interface FollowerDeps {
  /** A snapshot failed: it is tried again after this, as long as the stream lives. Returns a cancel function. */
  readonly later: (callback: () => void) => () => void
  /** Events kept while the snapshot is asked for; above it, it is asked for again when it has come. */
  readonly maxWaitingEvents: number
}

export function createFollower(consumer: EventConsumer, { later, maxWaitingEvents }: FollowerDeps): Follower {
  let isStopped = false
  let run = 0
  let waiting: NodeEventMessage[] | undefined
  let hasOverflowed = false
  let cancelRetry: (() => void) | undefined

  const give = (events: readonly NodeEventMessage[]): void => {
    if (events.length === 0) return
    if (consumer.batch !== undefined) consumer.batch(events)
    else for (const event of events) consumer.event?.(event)
  }

  const restart = (): void => {
    if (isStopped) return
    cancelRetry?.()
    cancelRetry = undefined
    run += 1
    const own = run
    waiting = []
    hasOverflowed = false
    consumer.snapshot().then(
      () => {
        if (isStopped || own !== run) return
        if (hasOverflowed) {
          restart()
          return
        }
        const events = waiting ?? []
        waiting = undefined
        give(events)
      },
      () => {
        if (isStopped || own !== run) return
        cancelRetry = later(restart)
      },
    )
  }

  return {
    restart,
    take(events) {
      // Before the first stream there is nothing to hold against: its snapshot comes after these.
      if (isStopped || run === 0) return
      if (waiting === undefined) give(events)
      else if (waiting.length + events.length > maxWaitingEvents) {
        waiting = []
        hasOverflowed = true
      } else waiting.push(...events)
    },
    stop() {
      isStopped = true
      cancelRetry?.()
    },
  }
}
