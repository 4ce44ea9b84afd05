/**
 * Tells peers of our network from others. A connection proves who is there, not what it belongs to: identify does, since its
 * protocol carries the network's name. Who does not answer it in time is let go.
 */
import type { Connection, IdentifyResult, Libp2p } from '@libp2p/interface'
import type { Scheduler } from '../../core/clock.ts'
import { shownAgent } from '../peers/agent.ts'
import { hostLimits } from './limits.ts'
import type { HostServices } from './types.ts'

export interface Strangers {
  start(): void
  stop(): void
  /** With each connection whose peer is known to be of our network, once. */
  onIdentified(listener: (connection: Connection, agent: string | null) => void): () => void
}

export function watchStrangers(libp2p: Libp2p<HostServices>, { scheduler }: { scheduler: Scheduler }): Strangers {
  const listeners = new Set<(connection: Connection, agent: string | null) => void>()
  /** Connections that have not shown yet what they are, each with its timer. */
  const waiting = new Map<Connection, () => void>()

  const settle = (connection: Connection): void => {
    waiting.get(connection)?.()
    waiting.delete(connection)
  }

  const onOpen = ({ detail: connection }: CustomEvent<Connection>): void => {
    waiting.set(
      connection,
      scheduler.after(hostLimits.strangerTimeoutMs, () => {
        waiting.delete(connection)
        void askAgain(connection)
      }),
    )
  }
  const onClose = ({ detail: connection }: CustomEvent<Connection>): void => settle(connection)
  const onIdentify = ({ detail }: CustomEvent<IdentifyResult>): void => {
    const { connection, agentVersion } = detail
    // Pushed once more with each change of its addresses; known is known.
    if (!waiting.has(connection)) return
    settle(connection)
    for (const listener of listeners) {
      listener(connection, agentVersion === undefined ? null : shownAgent(agentVersion))
    }
  }

  /** A busy one may have missed the first time; one of another network fails at once. */
  const askAgain = async (connection: Connection): Promise<void> => {
    if (connection.status !== 'open') return
    waiting.set(connection, () => undefined)
    try {
      await libp2p.services.identify.identify(connection)
    } catch {
      settle(connection)
      await connection.close().catch((error: Error) => connection.abort(error))
    }
  }

  return {
    start() {
      libp2p.addEventListener('connection:open', onOpen)
      libp2p.addEventListener('connection:close', onClose)
      libp2p.addEventListener('peer:identify', onIdentify)
    },
    stop() {
      libp2p.removeEventListener('connection:open', onOpen)
      libp2p.removeEventListener('connection:close', onClose)
      libp2p.removeEventListener('peer:identify', onIdentify)
      for (const cancel of waiting.values()) cancel()
      waiting.clear()
    },
    onIdentified(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
}
