/**
 * The node's door for its own user: a Unix socket (named pipe on Windows) that carries the whole contract, secrets
 * included. Who may open it is the operating system's answer: folder 0700, socket 0600. A client may ask for less: the
 * desktop does, for connections whose messages come from its main window.
 */
import { chmod, unlink } from 'node:fs/promises'
import { createServer, type Server, type Socket } from 'node:net'
import type { Scheduler } from '../../core/clock.ts'
import { NodeError } from '../../core/node-error.ts'
import type { NodeInfo } from '../contract/index.ts'
import { type ApiServices, createRouter, ownerContext, type ReportFault, windowContext } from '../handlers/index.ts'
import { createFramedSocketPort, type FramedSocketPort } from './framed-socket-port.ts'
import { transportLimits } from './limits.ts'
import { createRpcServer, type RpcConnection } from './rpc-server.ts'
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
  const rpc = createRpcServer(
    router,
    { maxOutstandingCalls: options.maxOutstandingCalls ?? transportLimits.maxOutstandingCalls },
    report,
  )
  /** Undefined until the first message, by which the greeting has come. */
  const ports = new Map<FramedSocketPort, RpcConnection | undefined>()

  const onConnection = (socket: Socket): void => {
    if (ports.size >= maxConnections) {
      socket.destroy()
      return
    }
    const port = createFramedSocketPort(socket, { side: 'node', ...portOptions(options) }, { scheduler })
    const peer = { send: (message: string) => port.postMessage(message), giveUp: () => port.destroy() }
    const connected = (): RpcConnection => {
      const known = ports.get(port)
      if (known !== undefined) return known
      const made = rpc.connect(peer, port.theirGreeting?.secrets === true ? ownerContext : windowContext)
      ports.set(port, made)
      return made
    }
    ports.set(port, undefined)
    port.addEventListener('message', ({ data }) => {
      if (typeof data === 'string' && connected().receive(data)) return
      port.destroy(new NodeError('MESSAGE_MALFORMED', 'The other side sent something that is not a message.'))
    })
    port.addEventListener('close', () => {
      ports.get(port)?.close()
      ports.delete(port)
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
        if (connection === undefined) port.close()
        else connection.whenAnswered(() => setImmediate(() => port.close()))
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
