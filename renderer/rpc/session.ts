/**
 * The page's one connection to its node: calls, and the stream of events that everything shown follows. It lasts as long
 * as the page; connections come and go behind it.
 */
import { createContext, useContext } from 'react'
import type { Client, NodeClient } from '../../node/api/client/index.ts'
import type { NodeEventMessage } from '../../node/api/contract/index.ts'
import { createFollower, type EventConsumer, type Follower } from './consumer.ts'
import { codeOf } from './errors.ts'
import { createEventBatches, type FrameScheduler } from './event-batches.ts'
import { limits } from './limits.ts'
import type { Platform } from './platform.ts'
import { createSwitchingApi } from './switching-api.ts'

/** `lost`: it was there, and is tried for again. `signed-out`: the node does not know this page any more. */
export type ConnectionState = 'connecting' | 'open' | 'lost' | 'signed-out'

export interface Session {
  /** Stays the same over all connections. */
  readonly api: NodeClient
  readonly platform: Platform
  /**
   * Subscribes, then calls snapshot(), then event() for each event after it (or batch() for all of a frame); again from
   * snapshot() after a gap or a new connection. Returns a stop function.
   */
  follow(consumer: EventConsumer): () => void
}

export interface SessionControl {
  readonly session: Session
  /** Takes another connection, or undefined for none now. The one before is closed. */
  use(client: Client | undefined): void
  /** Told how it is now, and of each change. */
  onConnection(listener: (state: ConnectionState) => void): void
}

export interface SessionDeps {
  readonly nextFrame: FrameScheduler
  /** Milliseconds; returns a cancel function. */
  readonly after: (delayMs: number, callback: () => void) => () => void
}

/** Failures after which asking again is in vain. */
const signedOutCodes: ReadonlySet<string> = new Set(['TOKEN_INVALID', 'TOKEN_REQUIRED', 'PROTOCOL_UNKNOWN'])

export function createSession(platform: Platform, { nextFrame, after }: SessionDeps): SessionControl {
  const followers = new Set<Follower>()
  const listeners: ((state: ConnectionState) => void)[] = []
  let client: Client | undefined
  let isLive = false
  let ends: AbortController | undefined

  let current: ConnectionState = 'connecting'
  const say = (state: ConnectionState): void => {
    current = state
    for (const listener of listeners) listener(state)
  }
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

  /** One stream of one client, from its beginning to a loss, a gap that it cannot tell about, or its end. */
  async function followOnce(used: Client, signal: AbortSignal): Promise<void> {
    const position = await positionOf(used.api, signal)
    isLive = true
    say('open')
    restartAll()
    const over = new AbortController()
    const end = (): void => over.abort()
    signal.addEventListener('abort', end, { once: true })
    try {
      const events = used.events({ after: position }, { signal: over.signal, onLoss: end })
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
          say('signed-out')
          return
        }
        failures += 1
      }
      if (signal.aborted) return
      say('lost')
      await pause(Math.min(limits.maxRetryDelayMs, limits.retryDelayMs * 2 ** Math.min(failures, 8)), signal, after)
    }
  }

  return {
    session: {
      api: createSwitchingApi(() => client?.api),
      platform,
      follow(consumer) {
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
    },
    use(next) {
      ends?.abort()
      client?.close()
      batches.clear()
      client = next
      if (next === undefined) {
        say('lost')
        return
      }
      ends = new AbortController()
      say('connecting')
      // Whatever it ends in has been said by then.
      run(next, ends.signal).catch(() => say('lost'))
    },
    onConnection(listener) {
      listeners.push(listener)
      listener(current)
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

function pause(delayMs: number, signal: AbortSignal, after: SessionDeps['after']): Promise<void> {
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

export const SessionContext = createContext<Session | null>(null)

export function useSession(): Session {
  const session = useContext(SessionContext)
  if (session === null) throw new Error('useSession outside of the application')
  return session
}
