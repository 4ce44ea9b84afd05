/** One client for every way to a node: typed calls, and events that survive a lost connection. */
import type { Scheduler } from '../../core/clock.ts'
import type { EventSubscription } from '../contract/index.ts'
import type { ClientChannel } from './channel.ts'
import { createConnection } from './connection.ts'
import { type FollowedEvent, type FollowOptions, followEvents } from './follow-events.ts'
import { createNodeClient, type NodeClient } from './node-client.ts'
import { createPortChannel, type PortLike } from './port-channel.ts'
import { clientScheduler } from './timers.ts'
import { openWebSocketChannel, type WebSocketChannelDeps } from './web-socket-channel.ts'

export type ClientOptions =
  /** A message port whose other end the node serves: the desktop's window, or a worker. It cannot be opened again. */
  | { readonly kind: 'port'; readonly port: PortLike }
  /** A node's HTTP listener. A function is asked for the token at each connection. */
  | {
      readonly kind: 'websocket'
      /** `http://127.0.0.1:3000`, or the page's own origin. */
      readonly url: string
      readonly token: string | (() => string | Promise<string>)
      /** Default true. */
      readonly reconnect?: boolean
    }
  /** The local socket, in Node only: `open` is `localSocket(path)` of node/api/transports. */
  | { readonly kind: 'socket'; readonly open: () => Promise<ClientChannel>; readonly reconnect?: boolean }

export interface ClientDeps extends Partial<WebSocketChannelDeps> {
  readonly scheduler?: Scheduler
}

export interface Client {
  /**
   * The contract's procedures. A call that fails with CONNECTION_LOST may have been carried out; one that fails with
   * NODE_NOT_REACHABLE, NODE_NOT_RUNNING or TOKEN_INVALID was not sent.
   */
  readonly api: NodeClient
  /** Events until the signal fires, or a failure that trying again does not mend. */
  events(query?: EventSubscription, options?: FollowOptions): AsyncGenerator<FollowedEvent, void, void>
  /** Connects now rather than at the first call. */
  connect(): Promise<void>
  close(): void
  /** Resolves when it will not be connected any more. */
  readonly closed: Promise<void>
}

export function createClient(options: ClientOptions, deps: ClientDeps = {}): Client {
  const scheduler = deps.scheduler ?? clientScheduler
  const reconnect = options.kind !== 'port' && options.reconnect !== false
  const connection = createConnection(channelOpener(options, deps, scheduler), { reconnect })
  const api = createNodeClient(connection.link)
  return {
    api,
    events: (query = {}, followOptions = {}) =>
      followEvents(query, followOptions, { api, dropConnection: connection.drop, scheduler, reconnect }),
    connect: () => connection.open(),
    close: () => connection.close(),
    closed: connection.closed,
  }
}

function channelOpener(options: ClientOptions, deps: ClientDeps, scheduler: Scheduler): () => Promise<ClientChannel> {
  switch (options.kind) {
    case 'port': {
      // At once: what arrives before the first listener would be lost.
      const channel = createPortChannel(options.port)
      return async () => channel
    }
    case 'websocket':
      return async () => {
        const { url, token } = options
        const { WebSocket = globalThis.WebSocket, fetch = globalThis.fetch } = deps
        return openWebSocketChannel(
          { url, token: typeof token === 'string' ? token : await token() },
          { WebSocket, fetch, scheduler },
        )
      }
    case 'socket':
      return options.open
  }
}
