/**
 * To a node's HTTP listener by WebSocket. The token travels as a subprotocol, the only header a page can set; the node
 * answers with the other one, so the token is in no address and in no answer.
 */
import type { Scheduler } from '../../core/clock.ts'
import { NodeError } from '../../core/node-error.ts'
import { type ClientChannel, createChannelEvents } from './channel.ts'
import { clientLimits } from './limits.ts'

export const rpcPath = '/api/v1/rpc'
export const rpcSubprotocol = 'qudag.rpc.v1'
/** Stands before the token among the subprotocols. */
export const bearerPrefix = 'bearer.'

/** The part of WebSocket (WHATWG) that is used. */
export interface WebSocketLike {
  readonly protocol: string
  send(data: string): void
  close(code?: number, reason?: string): void
  addEventListener(event: 'open' | 'error', listener: () => void): void
  addEventListener(event: 'close', listener: (event: { readonly code: number }) => void): void
  addEventListener(event: 'message', listener: (event: { readonly data: unknown }) => void): void
}

export interface WebSocketChannelOptions {
  /** Of the listener: `http://127.0.0.1:3000`. */
  readonly url: string
  readonly token: string
}

export interface WebSocketChannelDeps {
  readonly WebSocket: new (url: string, protocols: string[]) => WebSocketLike
  /** Asks why an upgrade was refused: WebSocket itself does not say. */
  readonly fetch: (url: string, init: { headers: Record<string, string> }) => Promise<{ readonly status: number }>
  readonly scheduler: Scheduler
}

/** Close codes below 3000 are not for programs to send (RFC 6455, 7.4.2). */
const malformedMessageCode = 4400

/** @returns rejects with NodeError NODE_NOT_REACHABLE, TOKEN_INVALID, PROTOCOL_UNKNOWN */
export function openWebSocketChannel(
  { url, token }: WebSocketChannelOptions,
  { WebSocket, fetch, scheduler }: WebSocketChannelDeps,
): Promise<ClientChannel> {
  return new Promise((resolve, reject) => {
    const address = new URL(rpcPath, url)
    address.protocol = address.protocol === 'https:' ? 'wss:' : 'ws:'
    const events = createChannelEvents()
    const socket = new WebSocket(address.href, [rpcSubprotocol, `${bearerPrefix}${token}`])
    let isOpen = false
    const cancelTimeout = scheduler.after(clientLimits.openTimeoutMs, () => {
      reject(notReachable(url))
      socket.close()
    })
    socket.addEventListener('open', () => {
      cancelTimeout()
      if (socket.protocol !== rpcSubprotocol) {
        reject(new NodeError('PROTOCOL_UNKNOWN', 'What answers at this address is not a QuDAG node.'))
        socket.close()
        return
      }
      isOpen = true
      resolve({
        addEventListener: events.addEventListener,
        postMessage(message) {
          if (!events.isOver && typeof message === 'string') socket.send(message)
        },
        close() {
          socket.close()
          events.end()
        },
      })
    })
    socket.addEventListener('message', ({ data }) => {
      if (events.receive(data)) return
      socket.close(malformedMessageCode)
      events.end()
    })
    // It is followed by 'close', and says nothing a program could act on.
    socket.addEventListener('error', () => undefined)
    socket.addEventListener('close', () => {
      cancelTimeout()
      if (isOpen) events.end()
      else refusalOf(url, token, fetch).then(reject, reject)
    })
  })
}

function notReachable(url: string): NodeError {
  return new NodeError('NODE_NOT_REACHABLE', 'The node does not answer.', { details: { url } })
}

async function refusalOf(url: string, token: string, fetch: WebSocketChannelDeps['fetch']): Promise<NodeError> {
  try {
    const { status } = await fetch(new URL('/api/v1/network/status', url).href, {
      headers: { authorization: `Bearer ${token}` },
    })
    if (status === 401) {
      return new NodeError('TOKEN_INVALID', 'The node does not know this token any more.', {
        hint: 'Sign in again, or make another token.',
      })
    }
  } catch {
    // Not even an answer: what the connection itself said.
  }
  return notReachable(url)
}
