/** events.*: feeds as streams, each with a name by which its events are acknowledged. */
import type { Scheduler } from '../../core/clock.ts'
import type { NodeServices } from '../../services/types.ts'
import type { EventMessage, EventSubscription } from '../contract/index.ts'
import { contractError, type ReportFault, toContractError } from './errors.ts'
import { createEventFeed, type EventFeed, type EventFeedOptions } from './event-feed.ts'
import type { Guarded } from './guard.ts'
import { systemScheduler } from './system-scheduler.ts'

export interface EventFeedsDeps {
  readonly services: Pick<NodeServices, 'events' | 'accounts'>
  readonly chainId: () => string
  readonly scheduler?: Scheduler | undefined
  /** For tests. */
  readonly feedOptions?: Omit<EventFeedOptions, 'source'> | undefined
}

/**
 * Makes the feeds of a transport.
 *
 * @returns rejects with NodeError ADDRESS_INVALID, ADDRESS_WRONG_NETWORK; the feed's first next() with TOO_MANY_SUBSCRIBERS
 */
export function createEventFeeds({ services, chainId, scheduler = systemScheduler, feedOptions }: EventFeedsDeps) {
  return async (query: EventSubscription): Promise<EventFeed> => {
    // A name that is none is an error of the call, not of the stream that would follow.
    for (const name of query.accounts ?? []) await services.accounts.show(name)
    return createEventFeed(
      query,
      { ...feedOptions, source: `/chains/${chainId()}` },
      { events: services.events, scheduler },
    )
  }
}

export type OpenEventFeed = ReturnType<typeof createEventFeeds>

export function eventsHandlers(os: Guarded['events'], openFeed: OpenEventFeed, report: ReportFault) {
  const feeds = new Map<string, EventFeed>()
  return {
    subscribe: os.subscribe.handler(async ({ input, signal, path }) => {
      const feed = await openFeed(input)
      const close = (): void => {
        feeds.delete(feed.subscription)
        feed.close()
      }
      feeds.set(feed.subscription, feed)
      // A stream whose caller leaves before its first item is never read, so its own end would not come.
      if (signal?.aborted === true) close()
      else signal?.addEventListener('abort', close, { once: true })
      return messagesOf(feed, close, (error) => toContractError(error, path.join('.'), report))
    }),
    acknowledge: os.acknowledge.handler(({ input: { subscription, id } }) => {
      const feed = feeds.get(subscription)
      if (feed?.acknowledge(id) === false) {
        throw contractError('INPUT_INVALID', {
          message: 'The field "id" is not valid: no such event was sent.',
          details: { field: 'id', reason: 'no such event was sent' },
        })
      }
      return { open: feed !== undefined }
    }),
  }
}

async function* messagesOf(
  feed: EventFeed,
  close: () => void,
  mapError: (error: unknown) => unknown,
): AsyncGenerator<EventMessage, void, void> {
  try {
    for (let message = await feed.next(); message !== undefined; message = await feed.next()) yield message
  } catch (error) {
    throw mapError(error)
  } finally {
    close()
  }
}
