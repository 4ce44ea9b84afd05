/**
 * The contract over anything that carries text messages: what connections of every kind have alike. The transport owns
 * the connection, checks what may be sent over it and for how long; here calls are answered, counted and ended.
 */
import { type AnyRouter, ORPCError } from '@orpc/server'
import { RPCHandler } from '@orpc/server/bun-ws'
import type { StandardHandleResult, StandardHandlerInterceptorOptions } from '@orpc/server/standard'
import { isRequestMessage } from '../client/envelope.ts'
import { type ApiContext, contractError, type ReportFault, rpcHandlerOptions } from '../handlers/index.ts'

export interface RpcServerOptions {
  /** Calls of one connection that have no answer yet, streams included. */
  readonly maxOutstandingCalls: number
  readonly observer?: CallObserver
  /** Counts a call against its caller's quota. Undefined where it may go on, else for how long it may not, ms. */
  readonly countCall?: (context: ApiContext) => number | undefined
}

/** Told of calls as they end, before their answer goes out. */
export interface CallObserver {
  /** @param procedure `area.name` @param output as it is sent */
  answered(procedure: string, context: ApiContext, output: unknown): Promise<void>
  refused(procedure: string, code: string): void
}

/** The way back to the caller. */
export interface RpcPeer {
  send(message: string): void
  /** Ends the connection: what came was no message, or answering it met a fault. */
  giveUp(): void
}

export interface RpcConnection {
  /** False where the text is no request; the connection has no meaning any more then. */
  receive(text: string): boolean
  /** Calls without an answer, streams included. */
  readonly outstandingCalls: number
  /** Calls back, once, when no answer is owed any more; streams are not waited for. */
  whenAnswered(callback: () => void): void
  /** Ends every call and stream. */
  close(): void
}

export interface RpcServer {
  connect(peer: RpcPeer, context: ApiContext): RpcConnection
}

/** One caller: its context, and what it still waits for. */
interface Caller extends ApiContext {
  outstandingCalls: number
  /** Of these, streams that have begun. */
  streams: number
  whenAnswered: (() => void) | undefined
}

/** @param router of the node's contract, or of the one that the desktop shell serves its windows; of ApiContext */
export function createRpcServer(router: AnyRouter, options: RpcServerOptions, report: ReportFault): RpcServer {
  const rpcOptions = rpcHandlerOptions(report)
  // Of the library's adapters this is the one whose message() returns its promise; the one for MessagePort drops it, and a
  // failure in there would be an unhandled rejection. It needs no more of its "socket" than send().
  const handler = new RPCHandler<ApiContext>(router, {
    ...rpcOptions,
    interceptors: [
      ...(options.observer === undefined ? [] : [observing(options.observer)]),
      ...(options.countCall === undefined ? [] : [limitRate(options.countCall)]),
      limitOutstanding(options.maxOutstandingCalls),
      ...(rpcOptions.interceptors ?? []),
    ],
  })

  return {
    connect(peer, context) {
      const caller: Caller = { ...context, outstandingCalls: 0, streams: 0, whenAnswered: undefined }
      const socket = {
        send(message: string | ArrayBufferLike | Uint8Array): number {
          // No procedure answers with a file, so every message is text.
          if (typeof message === 'string') peer.send(message)
          return 0
        },
      }
      return {
        receive(text) {
          if (!isRequestMessage(text)) return false
          handler.message(socket, text, { context: caller }).catch((fault: unknown) => {
            report(fault, 'rpc')
            peer.giveUp()
          })
          return true
        },
        get outstandingCalls() {
          return caller.outstandingCalls
        },
        whenAnswered(callback) {
          caller.whenAnswered = callback
          settle(caller)
        },
        close: () => handler.close(socket),
      }
    },
  }
}

function settle(caller: Caller): void {
  if (caller.outstandingCalls !== caller.streams) return
  const { whenAnswered } = caller
  caller.whenAnswered = undefined
  whenAnswered?.()
}

type Call = StandardHandlerInterceptorOptions<ApiContext> & {
  next(options?: StandardHandlerInterceptorOptions<ApiContext>): Promise<StandardHandleResult>
}

function observing(observer: CallObserver) {
  return async ({ next, ...options }: Call): Promise<StandardHandleResult> => {
    const procedure = options.request.url.pathname.slice(1).replaceAll('/', '.')
    let result: StandardHandleResult
    try {
      result = await next(options)
    } catch (error) {
      if (error instanceof ORPCError) observer.refused(procedure, error.code)
      throw error
    }
    const body = result.response?.body
    const isAnswer = result.matched && result.response.status < 400 && typeof body === 'object' && body !== null
    if (isAnswer && 'json' in body) await observer.answered(procedure, options.context, body.json)
    return result
  }
}

function limitRate(countCall: (context: ApiContext) => number | undefined) {
  return async ({ next, ...options }: Call): Promise<StandardHandleResult> => {
    const retryAfterMs = countCall(options.context)
    if (retryAfterMs !== undefined) throw contractError('RATE_LIMITED', { details: { retryAfterMs } })
    return next(options)
  }
}

/** A call counts until it is answered, a stream until it ends. */
function limitOutstanding(maxCalls: number) {
  return async ({ next, ...options }: Call): Promise<StandardHandleResult> => {
    const caller = options.context as Caller
    if (caller.outstandingCalls >= maxCalls) throw contractError('TOO_MANY_CALLS', { details: { maxCalls } })
    caller.outstandingCalls += 1
    const done = (): void => {
      caller.outstandingCalls -= 1
      settle(caller)
    }
    let result: StandardHandleResult
    try {
      result = await next(options)
    } catch (error) {
      done()
      throw error
    }
    const body = result.response?.body
    if (!result.matched || !isStream(body)) {
      done()
      return result
    }
    caller.streams += 1
    let over = false
    const ended = (): void => {
      if (over) return
      over = true
      caller.streams -= 1
      done()
    }
    // A stream whose caller leaves before its first item is never read, so its own end would not come.
    if (options.request.signal?.aborted) ended()
    else options.request.signal?.addEventListener('abort', ended, { once: true })
    return { ...result, response: { ...result.response, body: finishing(body, ended) } }
  }
}

function isStream(body: unknown): body is AsyncIterableIterator<unknown> {
  return typeof body === 'object' && body !== null && Symbol.asyncIterator in body
}

async function* finishing(items: AsyncIterableIterator<unknown>, done: () => void): AsyncGenerator<unknown> {
  try {
    return yield* items
  } finally {
    done()
  }
}
