/** What a node serves over its HTTP listener beside REST: the contract by WebSocket, and its events in two forms. */
import type { Scheduler } from '../../core/clock.ts'
import type { NodeInfo } from '../contract/index.ts'
import {
  type ApiServices,
  createEventFeeds,
  createRouter,
  type EventFeedOptions,
  type ReportFault,
} from '../handlers/index.ts'
import {
  createEventsEndpoint,
  createServerSentEvents,
  type ServerSentEventLimits,
  serverSentEventLimits,
} from './events/index.ts'
import { ownerTokenId } from './http/authenticate.ts'
import { type HttpListener, httpLimits } from './http/index.ts'
import { createRefusals } from './http/refusals.ts'
import { createRpcServer } from './rpc-server.ts'
import { systemScheduler } from './system-scheduler.ts'
import { createCallRecord } from './websocket/call-record.ts'
import { createRpcEndpoint, createWebSocketServer, type WebSocketLimits, webSocketLimits } from './websocket/index.ts'

export interface StreamsOptions {
  readonly webSocketLimits?: Partial<WebSocketLimits>
  readonly serverSentEventLimits?: Partial<ServerSentEventLimits>
  readonly feedOptions?: Omit<EventFeedOptions, 'source'>
}

export interface StreamsDeps {
  readonly services: ApiServices
  readonly info: () => NodeInfo
  readonly scheduler?: Scheduler
  /** Resolves when the entry is durable. Rejects where it cannot be written. */
  readonly audit: (action: string, details: Readonly<Record<string, string | number | boolean>>) => Promise<void>
  /** Told where an entry about a refusal could not be written: there is no answer it could be told in. */
  readonly auditFailed: (cause: unknown) => void
  readonly reportFault?: ReportFault
}

export interface Streams {
  /** Open by WebSocket. */
  readonly connections: number
  /** Before the listener's own close(): lets answers that are owed go out. */
  close(): Promise<void>
}

export function addStreams(
  listener: Pick<
    HttpListener,
    'route' | 'onUpgrade' | 'authenticateToken' | 'refuseUpgrade' | 'isLoopback' | 'takeTokenQuota'
  >,
  options: StreamsOptions,
  { services, info, scheduler = systemScheduler, audit, auditFailed, reportFault = () => undefined }: StreamsDeps,
): Streams {
  const limits: WebSocketLimits = { ...webSocketLimits, ...options.webSocketLimits }
  const openFeed = createEventFeeds({
    services,
    chainId: () => info().chainId,
    scheduler,
    feedOptions: options.feedOptions,
  })
  const refusals = createRefusals(httpLimits, {
    scheduler,
    write: (action, details) => void audit(action, details).catch(auditFailed),
  })
  const observer = createCallRecord({
    audit,
    refused: (code, route) => refusals.record(code, route),
    maxRecordedChanges: limits.maxRecordedChanges,
  })
  const router = createRouter(services, { info, reportFault, scheduler })
  // One quota for all that a token asks, by whichever way.
  const countCall = (tokenId: string): number | undefined => {
    const { isAllowed, retryAfterMs } = listener.takeTokenQuota(tokenId)
    return isAllowed ? undefined : retryAfterMs
  }
  const rpc = createRpcServer(
    router,
    {
      maxOutstandingCalls: limits.maxOutstandingCalls,
      observer,
      countCall: ({ tokenId = ownerTokenId }) => countCall(tokenId),
    },
    reportFault,
  )
  const feedDeps = { openFeed, scheduler, reportFault }
  listener.route(createServerSentEvents({ ...serverSentEventLimits, ...options.serverSentEventLimits }, feedDeps))
  const server = createWebSocketServer(limits, {
    listener,
    endpoints: [
      createRpcEndpoint(limits, { rpc, isLoopback: listener.isLoopback }),
      createEventsEndpoint(limits, { ...feedDeps, countMessage: countCall }),
    ],
    scheduler,
  })
  return {
    get connections() {
      return server.connections
    },
    async close() {
      await server.close()
      refusals.flush()
    },
  }
}
