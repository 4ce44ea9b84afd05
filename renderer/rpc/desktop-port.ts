/**
 * The desktop window's port. The preload hands over one, by a message of the window to itself; over it the shell speaks
 * its own contract, and sends the node's port along whenever a node has started.
 */
import { createORPCClient } from '@orpc/client'
import { RPCLink } from '@orpc/client/message-port'
import type { ContractRouterClient } from '@orpc/contract'
import {
  type DesktopContract,
  jsonSerializers,
  nodePortMessage,
  pinPortMessage,
} from '../../node/api/contract/index.ts'
import type { DesktopClient } from './platform.ts'

/** What comes with the window's port. */
export const windowPortMessage = 'qudag.port'

export interface DesktopConnection {
  readonly desktop: DesktopClient
  /** The node's port now, if there is one, and each that comes. */
  onNodePort(listener: (port: MessagePort) => void): void
  /** To the process that waits for a PIN at this socket. Of a secret window alone. @throws HSM_STOPPED, WINDOW_REFUSED */
  pinPort(socket: string): Promise<MessagePort>
}

function typeOf(data: unknown): unknown {
  return typeof data === 'object' && data !== null && 'type' in data ? data.type : data
}

/** Resolves with the port that the preload hands to this page, and to no other. */
export function windowPort(page: Window): Promise<MessagePort> {
  return new Promise((resolve) => {
    const receive = (event: MessageEvent): void => {
      // Only the preload, which shares this window, can say this with a port: frames and openers are other sources.
      if (event.source !== page || event.origin !== page.location.origin) return
      if (typeOf(event.data) !== windowPortMessage) return
      const [port] = event.ports
      if (port === undefined) return
      page.removeEventListener('message', receive)
      resolve(port)
    }
    page.addEventListener('message', receive)
  })
}

export function connectDesktop(port: MessagePort): DesktopConnection {
  let latest: MessagePort | undefined
  const listeners: ((port: MessagePort) => void)[] = []
  /** By the call that asked for it. */
  const pinPorts = new Map<unknown, (port: MessagePort) => void>()
  port.addEventListener('message', ({ data, ports }) => {
    if (typeOf(data) !== pinPortMessage || ports[0] === undefined) return
    const { call } = data as { call?: unknown }
    pinPorts.get(call)?.(ports[0])
    pinPorts.delete(call)
  })
  port.addEventListener('message', ({ data, ports }) => {
    if (typeOf(data) !== nodePortMessage || ports[0] === undefined) return
    latest = ports[0]
    for (const listener of listeners) listener(ports[0])
  })
  // The library gets text alone: objects are the shell's own notices.
  const channel = {
    addEventListener(event: string, listener: (event: { data: string }) => void): void {
      if (event !== 'message') return
      port.addEventListener('message', ({ data }) => {
        if (typeof data === 'string') listener({ data })
      })
    },
    postMessage: (message: unknown): void => port.postMessage(message),
  }
  const link = new RPCLink({ port: channel as unknown as MessagePort, customJsonSerializers: jsonSerializers })
  const client = createORPCClient<ContractRouterClient<DesktopContract>>(link)
  port.start()
  return {
    desktop: client.desktop,
    onNodePort(listener) {
      listeners.push(listener)
      if (latest !== undefined) listener(latest)
    },
    async pinPort(socket) {
      const call = crypto.randomUUID()
      const { promise, resolve } = Promise.withResolvers<MessagePort>()
      pinPorts.set(call, resolve)
      try {
        await client.desktop.pinPort({ socket, call })
      } catch (error) {
        pinPorts.delete(call)
        throw error
      }
      return promise
    },
  }
}
