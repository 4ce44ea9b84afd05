/**
 * One listener's view of the node's events: the messages of the contract in order, no further ahead of the
 * acknowledgements than the credit allows. Whoever falls behind costs no memory: what waits is the node's own history,
 * and at most one event is held here.
 */
import { randomUUID } from 'node:crypto'
import type { Scheduler } from '../../core/clock.ts'
import { createTurns, type Turns } from '../../core/turns.ts'
import type { EventDelivery, NodeServices } from '../../services/types.ts'
import { contractLimits, type EventMessage, type EventSubscription, type GapNotice } from '../contract/index.ts'
import { eventLimits } from './event-limits.ts'
import { cursorOf, eventMessageOf, type Place, placeOf } from './event-message.ts'
import { createSequenceQueue } from './sequence-queue.ts'

export interface EventFeedOptions {
  /** `source` of every event: `/chains/<chain id>`. */
  readonly source: string
  readonly heartbeatMs?: number
  readonly acknowledgeGraceMs?: number
}

export interface EventFeedDeps {
  readonly events: NodeServices['events']
  readonly scheduler: Scheduler
  /** For tests: left out, those of the event loop. */
  readonly turns?: Turns
}

export interface EventFeed {
  readonly subscription: string
  /** One call at a time. Undefined at the end; rejects with the NodeError that the subscription failed with. */
  next(): Promise<EventMessage | undefined>
  /** Of every event up to this one. False for one that was never sent. */
  acknowledge(cursor: string): boolean
  close(): void
}

export function createEventFeed(
  query: EventSubscription,
  options: EventFeedOptions,
  { events, scheduler, turns = createTurns(eventLimits.eventsATurn, setImmediate) }: EventFeedDeps,
): EventFeed {
  const heartbeatMs = options.heartbeatMs ?? eventLimits.heartbeatMs
  const graceMs = options.acknowledgeGraceMs ?? eventLimits.acknowledgeGraceMs
  const credit = query.credit ?? contractLimits.maxUnacknowledgedEvents
  const { types, accounts } = query
  const subscription = randomUUID()
  const start = events.position()
  const asked = query.after === undefined ? start : placeOf(query.after)
  const stop = new AbortController()
  const unacknowledged = createSequenceQueue()

  /** Everything up to here has been given out. */
  let place = asked.run === start.run ? asked : start
  let phase: 'new' | 'open' | 'ended' = 'new'
  let arrived: EventDelivery | 'end' | undefined
  let failure: { readonly error: unknown } | undefined
  /** The present subscription is in place: one for accounts looks their names up first, and may wait for that. */
  let isEstablished = false
  let eventsOfIterator = 0
  /** What the present subscription resumes after. */
  let resumedAfter = asked
  let beat: Place | undefined
  let isBeatDue = false
  let isGraceOver = false
  let cancelGrace: (() => void) | undefined
  let wake: (() => void) | undefined
  let iterator: AsyncIterator<EventDelivery>

  const signal = (): void => wake?.()

  const pull = (): void => {
    const from = iterator
    from.next().then(
      (step) => {
        if (from !== iterator) return
        arrived = step.done === true ? 'end' : step.value
        signal()
      },
      (error: unknown) => {
        if (from !== iterator) return
        failure = { error }
        signal()
      },
    )
  }

  const subscribe = (after: Place): void => {
    isEstablished = false
    eventsOfIterator = 0
    resumedAfter = after
    arrived = undefined
    const onEstablished = (): void => {
      isEstablished ||= iterator === made
    }
    const made = events.subscribe({ types, accounts, after, onEstablished }, stop.signal)[Symbol.asyncIterator]()
    iterator = made
    pull()
  }

  const close = (): void => {
    if (phase === 'ended') return
    phase = 'ended'
    cancelBeat()
    cancelGrace?.()
    stop.abort()
    // It waits for the next event; the signal above wakes it.
    iterator.return?.().catch(() => undefined)
    signal()
  }

  const scheduleBeat = (): (() => void) =>
    scheduler.after(heartbeatMs, () => {
      isBeatDue = true
      // With nothing on its way the newest event is behind us, wanted or not. Taken here and not when it is sent: by
      // then something may have happened that is still on its way.
      beat = arrived === undefined && isEstablished ? events.position() : undefined
      cancelBeat = scheduleBeat()
      signal()
    })

  const sleep = (): Promise<void> =>
    new Promise((resolve) => {
      wake = () => {
        wake = undefined
        resolve()
      }
    })

  const gap = (next: Place, reason: GapNotice['reason'], ended: boolean): GapNotice => {
    if (ended) close()
    return { type: 'gap', next: cursorOf(next), reason, ended }
  }

  const heartbeat = (): EventMessage => {
    isBeatDue = false
    if (beat !== undefined && beat.run === place.run && beat.sequence > place.sequence) place = beat
    return { type: 'heartbeat', position: cursorOf(place) }
  }

  const messageOf = (delivery: Extract<EventDelivery, { kind: 'event' }>): EventMessage => {
    try {
      return eventMessageOf(delivery, options.source)
    } catch (fault) {
      close()
      throw fault
    }
  }

  /** What becomes of what has arrived: a message, or undefined where it has to wait or was no message. */
  const take = (delivery: EventDelivery | 'end'): EventMessage | undefined => {
    if (delivery === 'end') {
      close()
      return undefined
    }
    const { run } = delivery
    if (delivery.kind === 'gap') {
      if (eventsOfIterator > 0) {
        // We were slower than the node's queue for us, but its history reaches further.
        iterator.return?.().catch(() => undefined)
        subscribe(place)
        return undefined
      }
      const next = { run, sequence: delivery.nextSequence }
      const reason = run === resumedAfter.run ? 'history-gone' : 'other-run'
      place = { run, sequence: next.sequence - 1 }
      arrived = undefined
      pull()
      return gap(next, reason, false)
    }
    const { sequence } = delivery
    if (unacknowledged.size >= credit) {
      if (isGraceOver) return gap({ run, sequence }, 'unacknowledged', true)
      cancelGrace ??= scheduler.after(graceMs, () => {
        isGraceOver = true
        signal()
      })
      return undefined
    }
    place = { run, sequence }
    eventsOfIterator += 1
    unacknowledged.push(sequence)
    arrived = undefined
    pull()
    return messageOf(delivery)
  }

  let cancelBeat = scheduleBeat()
  subscribe(asked)

  return {
    subscription,
    async next() {
      if (phase === 'new') {
        phase = 'open'
        const position = cursorOf(place)
        return { type: 'subscribed', subscription, position, credit, heartbeatMs }
      }
      await turns.pass()
      for (;;) {
        if (phase === 'ended') return undefined
        if (failure !== undefined) {
          close()
          throw failure.error
        }
        if (isBeatDue) return heartbeat()
        if (arrived !== undefined) {
          const message = take(arrived)
          if (message !== undefined) return message
        }
        if (phase === 'open' && failure === undefined && !isBeatDue) await sleep()
      }
    },
    acknowledge(cursor) {
      const { run, sequence } = placeOf(cursor)
      if (run !== place.run || sequence > place.sequence) return false
      unacknowledged.dropUpTo(sequence)
      if (unacknowledged.size < credit) {
        cancelGrace?.()
        cancelGrace = undefined
        isGraceOver = false
        signal()
      }
      return true
    },
    close,
  }
}
