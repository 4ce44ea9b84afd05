/**
 * Events over WebSocket at /api/v1/events: the client sends one `subscribe`, then `ack`s; the node sends events in the
 * JSON form of CloudEvents, and between them `subscribed`, `heartbeat`, `gap` and `error`. Messages: docs/events.md.
 */
import type { WebSocket } from 'ws'
import { z } from 'zod'
import type { Scheduler } from '../../../core/clock.ts'
import { rpcSubprotocol } from '../../client/index.ts'
import { type EventMessage, eventCursor, eventSubscription, isNodeEvent, type Scope } from '../../contract/index.ts'
import { type EventFeed, type OpenEventFeed, type ReportFault, streamError } from '../../handlers/index.ts'
import { closeCodes, type Endpoint, type Session, type WebSocketLimits } from '../websocket/index.ts'

export const eventsPath = '/api/v1/events'
export const eventsSubprotocol = 'qudag.events.v1'
export const eventsScope: Scope = 'read'

const clientMessage = z.discriminatedUnion('type', [
  eventSubscription.extend({ type: z.literal('subscribe') }),
  z.strictObject({ type: z.literal('ack'), id: eventCursor }),
])

export interface EventsEndpointDeps {
  readonly openFeed: OpenEventFeed
  readonly scheduler: Scheduler
  readonly reportFault: ReportFault
  /** Counts a message against the quota of its sender. Undefined where it may go on. */
  readonly countMessage: (tokenId: string) => number | undefined
}

export function createEventsEndpoint(limits: WebSocketLimits, deps: EventsEndpointDeps): Endpoint {
  return {
    path: eventsPath,
    // The browser interface has one list of subprotocols for both addresses.
    subprotocols: [eventsSubprotocol, rpcSubprotocol],
    scope: eventsScope,
    maxMessageBytes: () => limits.maxEventMessageBytes,
    accept: (socket, { tokenId }) => serveEvents(socket, tokenId, limits, deps),
  }
}

function serveEvents(
  socket: WebSocket,
  tokenId: string,
  limits: WebSocketLimits,
  { openFeed, scheduler, reportFault, countMessage }: EventsEndpointDeps,
): Session {
  let feed: EventFeed | undefined
  let isSubscribed = false

  const isOpen = (): boolean => socket.readyState === socket.OPEN
  const send = (message: object): void => {
    if (isOpen()) socket.send(JSON.stringify(message))
  }
  const refuse = (code: number, error: { code: string; message: string; data?: object }): void => {
    send({ type: 'error', code: error.code, message: error.message, ...error.data })
    socket.close(code, error.code)
  }
  const invalid = (field: string, reason: string): void =>
    refuse(closeCodes.malformed, {
      code: 'INPUT_INVALID',
      message: field === '' ? `The message is not valid: ${reason}` : `The field "${field}" is not valid: ${reason}`,
      data: { details: { field, reason } },
    })

  const sendAll = async (from: EventFeed): Promise<void> => {
    let last: string | undefined
    for (let message = await from.next(); message !== undefined; message = await from.next()) {
      if (!isOpen()) return
      // Bounded by the credit as well, unless a client acknowledges what it has not read.
      if (last !== undefined && socket.bufferedAmount > limits.maxUnsentEventBytes) {
        send({ type: 'gap', next: after(last), reason: 'slow-reader', ended: true })
        return socket.close(closeCodes.tooSlow, 'GAP')
      }
      send(shown(message))
      if (isNodeEvent(message)) last = message.id
      if (message.type === 'gap' && message.ended) return socket.close(closeCodes.tooSlow, 'GAP')
    }
    socket.close(closeCodes.goingAway, 'NODE_STOPPING')
  }

  const subscribe = async (query: z.infer<typeof eventSubscription>): Promise<void> => {
    feed = await openFeed(query)
    if (isOpen()) await sendAll(feed)
    feed.close()
  }

  const receive = (text: string): void => {
    const retryAfterMs = countMessage(tokenId)
    if (retryAfterMs !== undefined) {
      const message = 'Too many messages in a short time.'
      return refuse(closeCodes.tooSlow, { code: 'RATE_LIMITED', message, data: { details: { retryAfterMs } } })
    }
    const parsed = clientMessage.safeParse(parseJson(text))
    if (!parsed.success) {
      const [issue] = parsed.error.issues
      return invalid((issue?.path ?? []).map(String).join('.'), issue?.message ?? 'not understood')
    }
    const message = parsed.data
    if (message.type === 'ack') {
      if (feed?.acknowledge(message.id) !== true) invalid('id', 'no such event was sent')
      return
    }
    if (isSubscribed) return invalid('type', 'a connection has one subscription')
    isSubscribed = true
    cancelTimeout()
    const { type: _, ...query } = message
    subscribe(query).catch((error: unknown) => {
      feed?.close()
      const told = streamError(error, eventsPath, reportFault)
      refuse(told.code === 'INTERNAL' ? closeCodes.internal : closeCodes.refused, told)
    })
  }

  const cancelTimeout = scheduler.after(limits.subscribeTimeoutMs, () =>
    socket.close(closeCodes.idle, 'NO_SUBSCRIPTION'),
  )
  socket.on('message', (data, isBinary) => {
    if (!isOpen()) return
    if (isBinary) socket.close(closeCodes.unsupportedData, 'TEXT_ONLY')
    else receive(data.toString())
  })
  socket.on('close', () => {
    cancelTimeout()
    feed?.close()
  })
  return { isBusy: true, finish: (callback) => callback() }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** The name of a subscription is for those who acknowledge by a call of its own. */
function shown(message: EventMessage): object {
  if (message.type !== 'subscribed') return message
  const { subscription: _, ...rest } = message
  return rest
}

/** The place after this event. */
export function after(id: string): string {
  const point = id.lastIndexOf('.')
  return `${id.slice(0, point)}.${Number(id.slice(point + 1)) + 1}`
}
