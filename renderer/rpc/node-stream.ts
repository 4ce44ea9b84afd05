/** One stream of the node's events for any number of followers, over losses of the connection and changes of the client. */
import type { Client, NodeClient } from '../../node/api/client/index.ts'
import type { NodeEventMessage } from '../../node/api/contract/index.ts'
import { createFollower, type EventConsumer, type Follower } from './consumer.ts'
import { codeOf } from './errors.ts'
import { createEventBatches, type FrameScheduler } from './event-batches.ts'
import { limits } from './limits.ts'

/** `lost`: it was there, and is tried for again. `signed-out`: the node does not know this page any more. */
export type ConnectionState = 'connecting' | 'open' | 'lost' | 'signed-out'

export interface NodeStream {
  /** Begins with its snapshot, as soon as the stream is there. Returns a stop function. */
  add(consumer: EventConsumer): () => void
  /** Follows this client from now on, or nobody. */
  use(client: Client | undefined): void
}

export interface NodeStreamDeps {
  readonly nextFrame: FrameScheduler
  /** Milliseconds; returns a cancel function. */
  readonly after: (delayMs: number, callback: () => void) => () => void
  readonly onState: (state: ConnectionState) => void
}

/** What is asked for; all but the vertex graph's where it says nothing. */
export interface StreamQuery {
  readonly types?: readonly string[]
}

/** Failures after which asking again is in vain. */
const signedOutCodes: ReadonlySet<string> = new Set(['TOKEN_INVALID', 'TOKEN_REQUIRED', 'PROTOCOL_UNKNOWN'])

export function createNodeStream(query: StreamQuery, { nextFrame, after, onState }: NodeStreamDeps): NodeStream {
  const followers = new Set<Follower>()
  const subscription = query.types === undefined ? {} : { types: [...query.types] }
  let isLive = false
  let ends: AbortController | undefined

  const restartAll = (): void => {
    batches.clear()
    for (const follower of followers) follower.restart()
  }
  const batches = createEventBatches(
    (events: readonly NodeEventMessage[]) => {
      for (const follower of followers) follower.take(events)
    },
    () => restartAll(),
    { nextFrame, maxEvents: limits.maxBatchedEvents },
  )

  /** From its beginning to a loss, a gap that it cannot tell about, or its end. */
  async function followOnce(used: Client, signal: AbortSignal): Promise<void> {
    const position = await positionOf(used.api, signal)
    isLive = true
    onState('open')
    restartAll()
    const over = new AbortController()
    const end = (): void => over.abort()
    signal.addEventListener('abort', end, { once: true })
    try {
      const events = used.events({ ...subscription, after: position }, { signal: over.signal, onLoss: end })
      for await (const event of events) {
        if (event.type === 'gap') restartAll()
        else batches.add(event)
      }
    } finally {
      signal.removeEventListener('abort', end)
      end()
      isLive = false
    }
  }

  async function run(used: Client, signal: AbortSignal): Promise<void> {
    let failures = 0
    while (!signal.aborted) {
      try {
        await followOnce(used, signal)
        failures = 0
      } catch (error) {
        if (signal.aborted) return
        if (signedOutCodes.has(codeOf(error))) {
          onState('signed-out')
          return
        }
        failures += 1
      }
      if (signal.aborted) return
      onState('lost')
      await pause(Math.min(limits.maxRetryDelayMs, limits.retryDelayMs * 2 ** Math.min(failures, 8)), signal, after)
    }
  }

  return {
    add(consumer) {
      const follower = createFollower(consumer, {
        later: (callback) => after(limits.retryDelayMs * 4, callback),
        maxWaitingEvents: limits.maxBatchedEvents,
      })
      followers.add(follower)
      if (isLive) follower.restart()
      return () => {
        followers.delete(follower)
        follower.stop()
      }
    },
    use(client) {
      ends?.abort()
      batches.clear()
      if (client === undefined) {
        onState('lost')
        return
      }
      ends = new AbortController()
      onState('connecting')
      // Whatever it ends in has been said by then.
      run(client, ends.signal).catch(() => onState('lost'))
    },
  }
}

/** Where the stream stands now: what is asked for afterwards is at least as new, and the events after it are all there is to add. */
async function positionOf(api: NodeClient, signal: AbortSignal): Promise<string> {
  const stream = await api.events.subscribe({}, { signal })
  try {
    for await (const message of stream) {
      if (message.type === 'subscribed') return message.position
    }
  } finally {
    stream.return?.(undefined)?.catch(() => undefined)
  }
  throw new Error('the stream began without its position')
}

function pause(delayMs: number, signal: AbortSignal, after: NodeStreamDeps['after']): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      cancel()
      signal.removeEventListener('abort', done)
      resolve()
    }
    const cancel = after(delayMs, done)
    signal.addEventListener('abort', done, { once: true })
  })
}
