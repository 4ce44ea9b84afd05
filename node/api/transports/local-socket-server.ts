/**
 * The node's door for its own user: a Unix socket (named pipe on Windows) that carries the whole contract, secrets
 * included. Who may open it is the operating system's answer: folder 0700, socket 0600.
 */
import { chmod, unlink } from 'node:fs/promises'
import { createServer, type Server, type Socket } from 'node:net'
import { RPCHandler } from '@orpc/server/bun-ws'
import type { StandardHandleResult, StandardHandlerInterceptorOptions } from '@orpc/server/standard'
import type { Scheduler } from '../../core/clock.ts'
import { NodeError } from '../../core/node-error.ts'
import type { NodeInfo } from '../contract/index.ts'
import {
  type ApiContext,
  type ApiServices,
  contractError,
  createRouter,
  ownerContext,
  type ReportFault,
  rpcHandlerOptions,
} from '../handlers/index.ts'
import { isRequestMessage } from './envelope.ts'
import { createFramedSocketPort, type FramedSocketPort } from './framed-socket-port.ts'
import { transportLimits } from './limits.ts'
import { kindAt, prepareSocketFolder, socketPathOf } from './socket-path.ts'
import { systemScheduler } from './system-scheduler.ts'

export interface LocalSocketServerOptions {
  /**
   * Data folder the socket stands for. The caller holds the folder's lock, so a socket file found there is one that a
   * killed node left behind, and is replaced.
   */
  readonly dataDir: string
  readonly maxConnections?: number
  readonly maxOutstandingCalls?: number
  readonly maxUnsentBytes?: number
  readonly greetingTimeoutMs?: number
  readonly closeGraceMs?: number
}

export interface LocalSocketServerDeps {
  readonly services: ApiServices
  /** All of `node.info` but the socket, which is decided here. */
  readonly info: () => Omit<NodeInfo, 'socket'>
  readonly scheduler?: Scheduler
  /** Told of faults of our own and of connections that were given up, with the code. */
  readonly reportFault?: ReportFault
}

export interface LocalSocketServer {
  readonly path: string
  readonly connections: number
  /** Lets answers that are written go out, then ends every connection and removes the socket. */
  close(): Promise<void>
}

/** One caller: its context, and what it still waits for. */
interface Connection extends ApiContext {
  /** Calls without an answer, streams included. */
  outstandingCalls: number
  /** Of these, streams that have begun. */
  streams: number
  /** Set when the server closes: run when no answer is owed any more. */
  whenAnswered: (() => void) | undefined
}

function settle(connection: Connection): void {
  if (connection.outstandingCalls === connection.streams) connection.whenAnswered?.()
}

/** @throws NodeError SOCKET_FOLDER_UNSAFE, SOCKET_PATH_TAKEN, SOCKET_FAILED */
export async function createLocalSocketServer(
  options: LocalSocketServerOptions,
  deps: LocalSocketServerDeps,
): Promise<LocalSocketServer> {
  const path = socketPathOf(options.dataDir)
  const scheduler = deps.scheduler ?? systemScheduler
  const report = deps.reportFault ?? (() => undefined)
  const maxConnections = options.maxConnections ?? transportLimits.maxConnections
  const closeGraceMs = options.closeGraceMs ?? transportLimits.closeGraceMs
  const router = createRouter(deps.services, { info: () => ({ ...deps.info(), socket: path }), reportFault: report })
  const rpcOptions = rpcHandlerOptions(report)
  // Of the library's adapters this is the one whose message() returns its promise; the one for MessagePort drops it, and a
  // failure in there would be an unhandled rejection. It needs no more of its "socket" than send().
  const handler = new RPCHandler<ApiContext>(router, {
    ...rpcOptions,
    interceptors: [
      limitOutstanding(options.maxOutstandingCalls ?? transportLimits.maxOutstandingCalls),
      ...(rpcOptions.interceptors ?? []),
    ],
  })
  const ports = new Map<FramedSocketPort, Connection>()

  const onConnection = (socket: Socket): void => {
    if (ports.size >= maxConnections) {
      socket.destroy()
      return
    }
    const port = createFramedSocketPort(
      socket,
      { side: 'node', accepts: isRequestMessage, ...portOptions(options) },
      { scheduler },
    )
    const context: Connection = { ...ownerContext, outstandingCalls: 0, streams: 0, whenAnswered: undefined }
    const peer = {
      send: (message: string | ArrayBufferLike | Uint8Array): number => {
        port.postMessage(message)
        return 0
      },
    }
    ports.set(port, context)
    port.addEventListener('message', ({ data }) => {
      handler.message(peer, data, { context }).catch((fault: unknown) => {
        report(fault, 'socket')
        port.destroy()
      })
    })
    port.addEventListener('close', () => {
      ports.delete(port)
      handler.close(peer)
    })
    void port.closed.then((reason) => {
      if (reason !== undefined) report(reason, 'socket')
    })
  }

  const server = createServer(onConnection)
  await prepareSocketFolder(path)
  await removeStale(path)
  await listen(server, path)
  if (process.platform !== 'win32') await chmod(path, 0o600)

  return {
    path,
    get connections() {
      return ports.size
    },
    async close() {
      const stopped = new Promise<void>((resolve) => server.close(() => resolve()))
      for (const [port, connection] of ports) {
        // The answer is posted a few promises after its call has ended, so the end waits for the next turn.
        connection.whenAnswered = () => setImmediate(() => port.close())
        settle(connection)
      }
      const cancel = scheduler.after(closeGraceMs, () => {
        for (const port of ports.keys()) port.destroy()
      })
      await stopped
      cancel()
    },
  }
}

function portOptions({ maxUnsentBytes, greetingTimeoutMs }: LocalSocketServerOptions) {
  return {
    ...(maxUnsentBytes === undefined ? {} : { maxUnsentBytes }),
    ...(greetingTimeoutMs === undefined ? {} : { greetingTimeoutMs }),
  }
}

type Call = StandardHandlerInterceptorOptions<ApiContext> & {
  next(options?: StandardHandlerInterceptorOptions<ApiContext>): Promise<StandardHandleResult>
}

/** A call counts until it is answered, a stream until it ends. */
function limitOutstanding(maxCalls: number) {
  return async ({ next, ...options }: Call): Promise<StandardHandleResult> => {
    const connection = options.context as Connection
    if (connection.outstandingCalls >= maxCalls) throw contractError('TOO_MANY_CALLS', { details: { maxCalls } })
    connection.outstandingCalls += 1
    const done = (): void => {
      connection.outstandingCalls -= 1
      settle(connection)
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
    connection.streams += 1
    let over = false
    const ended = (): void => {
      if (over) return
      over = true
      connection.streams -= 1
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

async function removeStale(path: string): Promise<void> {
  if (process.platform === 'win32') return
  const kind = await kindAt(path)
  if (kind === 'nothing') return
  if (kind === 'other') {
    throw new NodeError('SOCKET_PATH_TAKEN', "Something that is no socket is where the node's socket belongs.", {
      hint: `Look at ${path} and move it away.`,
      details: { path },
    })
  }
  await unlink(path)
}

function listen(server: Server, path: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const onError = (cause: Error): void =>
      reject(
        new NodeError('SOCKET_FAILED', "The node's socket could not be opened.", {
          details: { path, systemCode: (cause as NodeJS.ErrnoException).code ?? '' },
          cause,
        }),
      )
    server.once('error', onError)
    server.listen(path, () => {
      server.off('error', onError)
      // Running out of descriptors while accepting must not end the node; the caller of that connection sees it closed.
      server.on('error', () => undefined)
      resolve()
    })
  })
}
