/**
 * libp2p's WebSocket transport with bounds on what is no WebSocket yet: it waits without end for a socket's first byte, and
 * knows no most of them (@libp2p/websockets 10.1.21), so that silent sockets would use up the process's descriptors.
 */
import type { Server, Socket } from 'node:net'
import { webSockets } from '@libp2p/websockets'
import { hostLimits } from './limits.ts'

type Factory = ReturnType<typeof webSockets>
type Listener = ReturnType<ReturnType<Factory>['createListener']>

/** @param maxConnections sockets of a listener, whatever they are yet */
export function boundedWebSockets({ maxConnections }: { readonly maxConnections: number }): Factory {
  const make = webSockets({
    http: {
      headersTimeout: hostLimits.httpTimeoutMs,
      requestTimeout: hostLimits.httpTimeoutMs,
      connectionsCheckingInterval: hostLimits.httpCheckMs,
    },
  })
  return (components) => {
    const transport = make(components)
    const createListener = transport.createListener.bind(transport)
    transport.createListener = (options) => {
      const listener = createListener(options)
      const server = serverOf(listener)
      if (server !== undefined) {
        server.maxConnections = maxConnections
        server.on('connection', dropSilent)
      }
      return listener
    }
    return transport
  }
}

/** libp2p shows it to nobody; without it there is no bound, which a test would tell. */
function serverOf(listener: Listener): Server | undefined {
  return (listener as { readonly server?: Server }).server
}

/** What has begun to speak is HTTP's to time. */
function dropSilent(socket: Socket): void {
  const timer = setTimeout(() => {
    if (socket.bytesRead === 0) socket.destroy()
  }, hostLimits.httpTimeoutMs)
  timer.unref()
  socket.once('close', () => clearTimeout(timer))
}
