/**
 * Events as server-sent events (HTML Living Standard, 9.2) at GET /api/v1/events: what a program can read with curl. `id`
 * is the cursor, so Last-Event-ID resumes. Nothing acknowledges here: the connection itself says how much has been taken,
 * and whoever takes nothing is waited for, then dropped.
 */
import type { ServerResponse } from 'node:http'
import type { Scheduler } from '../../../core/clock.ts'
import { type EventMessage, type EventSubscription, eventSubscription, isNodeEvent } from '../../contract/index.ts'
import { type EventFeed, type OpenEventFeed, type ReportFault, streamError } from '../../handlers/index.ts'
import { type HttpCall, type HttpRoute, ProblemError, problem } from '../http/index.ts'
import type { ServerSentEventLimits } from './limits.ts'
import { after, eventsPath, eventsScope } from './web-socket-events.ts'

export interface ServerSentEventsDeps {
  readonly openFeed: OpenEventFeed
  readonly scheduler: Scheduler
  readonly reportFault: ReportFault
}

const mediaType = 'text/event-stream'

export function createServerSentEvents(limits: ServerSentEventLimits, deps: ServerSentEventsDeps): HttpRoute {
  const streamsOf = new Map<string, number>()
  let streams = 0

  /** Undefined where there are too many. */
  const begin = (caller: string): (() => void) | undefined => {
    const ofCaller = streamsOf.get(caller) ?? 0
    if (streams >= limits.maxStreams || ofCaller >= limits.maxStreamsPerCaller) return undefined
    streams += 1
    streamsOf.set(caller, ofCaller + 1)
    return () => {
      streams -= 1
      const left = (streamsOf.get(caller) ?? 1) - 1
      if (left === 0) streamsOf.delete(caller)
      else streamsOf.set(caller, left)
    }
  }

  return {
    method: 'GET',
    template: eventsPath,
    access: [eventsScope],
    async handle(call) {
      const { request, response, signal } = call
      if (!accepts(request.headers.accept)) {
        throw new ProblemError(
          problem('NOT_ACCEPTABLE', { hint: `Ask with Accept: ${mediaType}, or upgrade to WebSocket.` }),
        )
      }
      const query = readQuery(call, limits)
      const end = begin(call.caller?.tokenId ?? '')
      if (end === undefined) {
        throw new ProblemError(problem('TOO_MANY_CONNECTIONS', { details: { maxStreams: limits.maxStreamsPerCaller } }))
      }
      let feed: EventFeed
      try {
        feed = await deps.openFeed(query)
      } catch (error) {
        end()
        throw error
      }
      const close = (): void => {
        feed.close()
        end()
      }
      signal.addEventListener('abort', () => feed.close(), { once: true })
      response.writeHead(200, { 'Content-Type': mediaType })
      if (signal.aborted || request.method === 'HEAD') {
        close()
        response.end()
        return
      }
      // The request is answered now; the stream goes on without counting among those that are being answered.
      void stream(feed, response, limits, deps).finally(close)
    },
  }
}

async function stream(
  feed: EventFeed,
  response: ServerResponse,
  limits: ServerSentEventLimits,
  { scheduler, reportFault }: ServerSentEventsDeps,
): Promise<void> {
  let last: string | undefined
  try {
    for (let message = await feed.next(); message !== undefined; message = await feed.next()) {
      const isTaken = response.write(eventText(message))
      if (isNodeEvent(message)) last = message.id
      if (!isTaken && !(await drained(response, limits.maxStalledMs, scheduler))) {
        // What is left in the connection goes out if it ever is read; for more than that there is no waiting.
        if (last !== undefined) {
          response.write(eventText({ type: 'gap', next: after(last), reason: 'slow-reader', ended: true }))
        }
        response.destroy()
        return
      }
      if (isNodeEvent(message)) feed.acknowledge(message.id)
    }
  } catch (error) {
    const { code, message, data } = streamError(error, eventsPath, reportFault)
    response.write(`event: error\ndata: ${JSON.stringify({ type: 'error', code, message, ...data })}\n\n`)
  }
  response.end()
}

/** False where nothing was taken for too long, or nobody is there any more. */
function drained(response: ServerResponse, maxStalledMs: number, scheduler: Scheduler): Promise<boolean> {
  return new Promise((resolve) => {
    const settle = (isDrained: boolean) => (): void => {
      cancel()
      response.off('drain', onDrain)
      response.off('close', onClose)
      resolve(isDrained)
    }
    const onDrain = settle(true)
    const onClose = settle(false)
    const cancel = scheduler.after(maxStalledMs, onClose)
    response.once('drain', onDrain)
    response.once('close', onClose)
    if (response.destroyed) onClose()
  })
}

/** One message. Its data is JSON without line breaks, so one line carries it. */
export function eventText(message: EventMessage): string {
  const { data, id } = textParts(message)
  const idLine = id === undefined ? '' : `id: ${id}\n`
  return `${idLine}event: ${message.type}\ndata: ${JSON.stringify(data)}\n\n`
}

function textParts(message: EventMessage): { data: object; id: string | undefined } {
  if (isNodeEvent(message)) return { data: message, id: message.id }
  switch (message.type) {
    case 'subscribed': {
      const { type, position, heartbeatMs } = message
      return { data: { type, position, heartbeatMs }, id: position }
    }
    case 'heartbeat':
      return { data: message, id: message.position }
    // A reader that resumes after it must not lose its place to a cursor that names what it has not got.
    case 'gap':
      return { data: message, id: undefined }
  }
}

function accepts(accept: string | undefined): boolean {
  return accept === undefined || /(?:^|[\s,])(?:text\/event-stream|text\/\*|\*\/\*)(?:[\s,;]|$)/i.test(accept)
}

/** `types` and `accounts` as lists with commas or repeated; `after`, or the header that a resuming reader sends. */
function readQuery({ query, request }: HttpCall, limits: ServerSentEventLimits): EventSubscription {
  const list = (name: string): string[] | undefined => {
    const given = query.getAll(name).join(',')
    if (given.length > limits.maxListCharacters) throw invalid(name, 'too long')
    return query.has(name) ? given.split(',') : undefined
  }
  for (const name of query.keys()) {
    if (!['types', 'accounts', 'after'].includes(name)) throw invalid(name, 'no such parameter')
  }
  const types = list('types')
  const accounts = list('accounts')
  const cursor = request.headers['last-event-id'] ?? query.get('after') ?? undefined
  const parsed = eventSubscription.safeParse({
    ...(types === undefined ? {} : { types }),
    ...(accounts === undefined ? {} : { accounts }),
    ...(cursor === undefined ? {} : { after: cursor }),
  })
  if (parsed.success) return parsed.data
  const [issue] = parsed.error.issues
  throw invalid(String(issue?.path[0] ?? ''), issue?.message ?? 'not understood')
}

function invalid(parameter: string, detail: string): ProblemError {
  return new ProblemError(
    problem('INPUT_INVALID', { detail: `${parameter}: ${detail}`, errors: [{ parameter, detail }] }),
  )
}
