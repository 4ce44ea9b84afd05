/** To the node that runs on a data folder, over its local socket. */
import { createConnection, type Socket } from 'node:net'
import type { Scheduler } from '../../core/clock.ts'
import { NodeError } from '../../core/node-error.ts'
import { isResponseMessage } from '../client/envelope.ts'
import { type Client, createClient, type NodeClient } from '../client/index.ts'
import { createFramedSocketPort, type FramedSocketPort } from './framed-socket-port.ts'
import { checkSocketFolder } from './socket-path.ts'
import { systemScheduler } from './system-scheduler.ts'

export interface LocalConnection {
  readonly client: NodeClient
  readonly events: Client['events']
  /** Resolves when the connection has ended, by whichever side. */
  readonly closed: Promise<void>
  close(): void
}

export interface ConnectOptions {
  /**
   * False for a connection whose messages come from a page: the node then gives it everything of the owner's but what
   * takes or shows a secret (SECRET_CHANNEL_REQUIRED).
   */
  readonly secrets?: boolean
  /** True for a relay: what the node sends is not looked at here, since whoever gets it checks it. */
  readonly isRelay?: boolean
  readonly greetingTimeoutMs?: number
  readonly scheduler?: Scheduler
}

/**
 * One connection; a program that lives longer than it uses createClient({kind: 'socket', open: localSocket(path)}).
 *
 * @param path of socketPathOf
 * @throws NodeError NODE_NOT_RUNNING (nothing listens), NODE_NOT_ANSWERING, PROTOCOL_MISMATCH, PROTOCOL_UNKNOWN,
 *   SOCKET_FOLDER_UNSAFE, CONNECTION_LOST
 */
export async function connectLocalSocket(path: string, options: ConnectOptions = {}): Promise<LocalConnection> {
  const client = createClient({ kind: 'socket', open: localSocket(path, options), reconnect: false })
  await client.connect()
  const { api, events, closed, close } = client
  return { client: api, events, closed, close }
}

/** How a client opens the local socket. @throws what connectLocalSocket throws */
export function localSocket(path: string, options: ConnectOptions = {}): () => Promise<FramedSocketPort> {
  const { greetingTimeoutMs, secrets = true, isRelay = false, scheduler = systemScheduler } = options
  return async () => {
    await checkSocketFolder(path).catch((cause: unknown) => {
      throw cause instanceof NodeError ? cause : notRunning(path, cause)
    })
    const port = createFramedSocketPort(
      await open(path),
      {
        side: 'client',
        secrets,
        ...(isRelay ? {} : { accepts: isResponseMessage }),
        ...(greetingTimeoutMs === undefined ? {} : { greetingTimeoutMs }),
      },
      { scheduler },
    )
    try {
      await port.greeted
    } catch (cause) {
      throw cause instanceof NodeError && cause.code === 'GREETING_TIMEOUT' ? notAnswering(path, cause) : cause
    }
    return port
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
