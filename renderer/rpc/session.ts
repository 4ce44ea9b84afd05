/**
 * The page's one connection to its node: calls, and the stream of events that everything shown follows. It lasts as long
 * as the page; connections come and go behind it.
 */
import { createContext, useContext } from 'react'
import type { Client, NodeClient } from '../../node/api/client/index.ts'
import type { EventType } from '../../node/api/contract/index.ts'
import type { EventConsumer } from './consumer.ts'
import type { FrameScheduler } from './event-batches.ts'
import { type ConnectionState, createNodeStream, type NodeStream } from './node-stream.ts'
import type { Platform } from './platform.ts'
import { createSwitchingApi } from './switching-api.ts'

export type { ConnectionState } from './node-stream.ts'

export interface Session {
  /** Stays the same over all connections. */
  readonly api: NodeClient
  readonly platform: Platform
  /**
   * Subscribes, then calls snapshot(), then event() for each event after it (or batch() for all of a frame); again from
   * snapshot() after a gap or a new connection. Returns a stop function.
   *
   * @param types of a stream of its own; left out, all but those of the vertex graph, on the one that all share
   */
  follow(consumer: EventConsumer, types?: readonly (EventType | `${string}.*`)[]): () => void
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

export function createSession(platform: Platform, deps: SessionDeps): SessionControl {
  const listeners: ((state: ConnectionState) => void)[] = []
  /** Of followers that want types of their own; the others share one. */
  const others = new Set<NodeStream>()
  let client: Client | undefined
  let current: ConnectionState = 'connecting'
  const say = (state: ConnectionState): void => {
    current = state
    for (const listener of listeners) listener(state)
  }
  const shared = createNodeStream({}, { ...deps, onState: say })

  return {
    session: {
      api: createSwitchingApi(() => client?.api),
      platform,
      follow(consumer, types) {
        if (types === undefined) return shared.add(consumer)
        const own = createNodeStream({ types }, { ...deps, onState: () => undefined })
        others.add(own)
        own.add(consumer)
        own.use(client)
        return () => {
          others.delete(own)
          own.use(undefined)
        }
      },
    },
    use(next) {
      const before = client
      client = next
      // What they hold of the client before ends first.
      for (const stream of [shared, ...others]) stream.use(next)
      before?.close()
    },
    onConnection(listener) {
      listeners.push(listener)
      listener(current)
    },
  }
}

export const SessionContext = createContext<Session | null>(null)

export function useSession(): Session {
  const session = useContext(SessionContext)
  if (session === null) throw new Error('useSession outside of the application')
  return session
}
