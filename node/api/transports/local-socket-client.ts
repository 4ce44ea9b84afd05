/** To the node that runs on a data folder, over its local socket. */
import { createConnection, type Socket } from 'node:net'
import type { Scheduler } from '../../core/clock.ts'
import { NodeError } from '../../core/node-error.ts'
import { createNodeClient, type NodeClient } from '../client.ts'
import { isResponseMessage } from './envelope.ts'
import { createFramedSocketPort } from './framed-socket-port.ts'
import { checkSocketFolder } from './socket-path.ts'
import { systemScheduler } from './system-scheduler.ts'

export interface LocalConnection {
  readonly client: NodeClient
  /** Resolves when the connection has ended, by whichever side. */
  readonly closed: Promise<void>
  close(): void
}

export interface ConnectOptions {
  readonly greetingTimeoutMs?: number
  readonly scheduler?: Scheduler
}

/**
 * @param path of socketPathOf
 * @throws NodeError NODE_NOT_RUNNING (nothing listens), NODE_NOT_ANSWERING, PROTOCOL_MISMATCH, PROTOCOL_UNKNOWN,
 *   SOCKET_FOLDER_UNSAFE, CONNECTION_LOST
 */
export async function connectLocalSocket(path: string, options: ConnectOptions = {}): Promise<LocalConnection> {
  await checkSocketFolder(path).catch((cause: unknown) => {
    throw cause instanceof NodeError ? cause : notRunning(path, cause)
  })
  const socket = await open(path)
  const { greetingTimeoutMs, scheduler = systemScheduler } = options
  const port = createFramedSocketPort(
    socket,
    { side: 'client', accepts: isResponseMessage, ...(greetingTimeoutMs === undefined ? {} : { greetingTimeoutMs }) },
    { scheduler },
  )
  try {
    await port.greeted
  } catch (cause) {
    throw cause instanceof NodeError && cause.code === 'GREETING_TIMEOUT' ? notAnswering(path, cause) : cause
  }
  return {
    client: createNodeClient(port),
    closed: port.closed.then(() => undefined),
    close: () => port.close(),
  }
}

function open(path: string): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = createConnection(path)
    socket.once('error', (cause) => reject(notRunning(path, cause)))
    socket.once('connect', () => {
      socket.removeAllListeners('error')
      resolve(socket)
    })
  })
}

function notRunning(path: string, cause: unknown): NodeError {
  const systemCode = (cause as NodeJS.ErrnoException).code ?? ''
  const denied = systemCode === 'EACCES' || systemCode === 'EPERM'
  return new NodeError(
    'NODE_NOT_RUNNING',
    denied ? 'The node on this data folder belongs to another user.' : 'No node runs on this data folder.',
    { details: { socket: path, systemCode }, cause },
  )
}

function notAnswering(path: string, cause: unknown): NodeError {
  return new NodeError('NODE_NOT_ANSWERING', 'A node holds the socket of this data folder but does not answer.', {
    hint: 'It may be starting or overloaded: try again in a moment.',
    details: { socket: path },
    cause,
  })
}
