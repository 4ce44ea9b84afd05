/**
 * One place where what happened is announced, numbered, and kept for a while so that a subscriber can resume.
 * Each subscriber has a bounded queue: one that does not read is told of the gap and dropped, it never grows memory.
 */
import { BoundedQueue } from './bounded-queue.ts'

export interface HubEvent<T> {
  /** 1, 2, 3 … within this process; a resuming subscriber names the last one it has seen. */
  readonly sequence: number
  readonly event: T
}

/** What a subscriber reads: an event, or the notice that the history it asked for, or fell behind, is gone. */
export type Delivery<T> =
  | ({ readonly kind: 'event' } & HubEvent<T>)
  | { readonly kind: 'gap'; readonly nextSequence: number }

export interface Subscription<T> extends AsyncIterable<Delivery<T>> {
  close(): void
}

export interface EventHubLimits {
  /** Events kept for resuming. */
  readonly history: number
  /** The same of kinds that are kept apart, by the name of their history: many events of one push out none of another. */
  readonly histories?: Readonly<Record<string, number>>
  /** Events a subscriber may leave unread before it gets a gap notice and is closed. */
  readonly unread: number
  readonly subscribers: number
}

export interface EventHub<T> {
  publish(event: T): number
  /**
   * @param afterSequence resume after this event; undefined starts with the next one
   * @param wanted filter, run at publication
   * @param histories what is wanted stands in these alone; undefined where it may stand in any
   * @returns undefined when there are too many subscribers
   */
  subscribe(options?: {
    afterSequence?: number | undefined
    wanted?: (event: T) => boolean
    histories?: readonly string[] | undefined
  }): Subscription<T> | undefined
  readonly lastSequence: number
  readonly subscriberCount: number
  close(): void
}

interface Reader<T> {
  readonly wanted: (event: T) => boolean
  readonly queue: BoundedQueue<Delivery<T>>
  wake: (() => void) | undefined
  /** Delivered after the queue runs empty; then the reader ends. */
  last: Delivery<T> | undefined
  ended: boolean
}

interface History<T> {
  readonly limit: number
  readonly events: HubEvent<T>[]
  /** The newest event that is not kept any more; 0 where all are. */
  lastDropped: number
}

/** Where events are kept that have no history of their own. */
export const mainHistory = 'main'

/** @param historyOf names the history that an event is kept in: `mainHistory`, or one of the limits' `histories` */
export function createEventHub<T>(
  limits: EventHubLimits,
  historyOf: (event: T) => string = () => mainHistory,
): EventHub<T> {
  const histories = new Map<string, History<T>>()
  for (const [name, limit] of Object.entries({ ...limits.histories, [mainHistory]: limits.history })) {
    histories.set(name, { limit, events: [], lastDropped: 0 })
  }
  const readers = new Set<Reader<T>>()
  let lastSequence = 0

  const end = (reader: Reader<T>): void => {
    reader.ended = true
    readers.delete(reader)
    reader.wake?.()
  }

  const offer = (reader: Reader<T>, delivery: HubEvent<T>): void => {
    if (!reader.wanted(delivery.event)) return
    if (!reader.queue.push({ kind: 'event', ...delivery })) {
      reader.last = { kind: 'gap', nextSequence: delivery.sequence }
      end(reader)
      return
    }
    reader.wake?.()
  }

  async function* read(reader: Reader<T>): AsyncGenerator<Delivery<T>> {
    try {
      for (;;) {
        const delivery = reader.queue.shift()
        if (delivery !== undefined) {
          yield delivery
          continue
        }
        if (reader.ended) {
          if (reader.last !== undefined) yield reader.last
          return
        }
        await new Promise<void>((resolve) => {
          reader.wake = resolve
        })
        reader.wake = undefined
      }
    } finally {
      end(reader)
    }
  }

  const keep = (name: string, entry: HubEvent<T>): void => {
    const history = histories.get(name)
    if (history === undefined) throw new Error(`broken invariant: no history is named ${name}`)
    const { events, limit } = history
    events.push(entry)
    // Rarely and many at once, rather than one by one at the front of an array.
    if (events.length > 2 * limit) history.lastDropped = events.splice(0, events.length - limit).at(-1)?.sequence ?? 0
  }

  const chosen = (names: readonly string[] | undefined): History<T>[] =>
    names === undefined ? [...histories.values()] : names.flatMap((name) => histories.get(name) ?? [])

  return {
    publish(event) {
      lastSequence += 1
      const entry = { sequence: lastSequence, event }
      keep(historyOf(event), entry)
      for (const reader of [...readers]) offer(reader, entry)
      return lastSequence
    },
    subscribe({ afterSequence, wanted = () => true, histories: names } = {}) {
      if (readers.size >= limits.subscribers) return undefined
      const reader: Reader<T> = {
        wanted,
        queue: new BoundedQueue(limits.unread),
        wake: undefined,
        last: undefined,
        ended: false,
      }
      readers.add(reader)
      if (afterSequence !== undefined) {
        const from = chosen(names)
        if (afterSequence > lastSequence || from.some(({ lastDropped }) => afterSequence < lastDropped)) {
          reader.queue.push({ kind: 'gap', nextSequence: lastSequence + 1 })
        } else {
          const kept = from.flatMap(({ events }) => events)
          if (from.length > 1) kept.sort((a, b) => a.sequence - b.sequence)
          for (const entry of kept) {
            // One that is full has its gap notice, which names the first event it misses: no later one may replace it.
            if (reader.ended) break
            if (entry.sequence > afterSequence) offer(reader, entry)
          }
        }
      }
      const iterator = read(reader)
      return { [Symbol.asyncIterator]: () => iterator, close: () => end(reader) }
    },
    get lastSequence() {
      return lastSequence
    },
    get subscriberCount() {
      return readers.size
    },
    close() {
      for (const reader of [...readers]) end(reader)
    },
  }
}
