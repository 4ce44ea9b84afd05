/**
 * Bounds open connections. Where there are too many, the one that has been idle longest makes room for the new one: idle
 * connections cost a stranger nothing, so refusing new ones instead would let a thousand of them shut everybody out.
 */
import type { Socket } from 'node:net'
import type { HttpLimits } from './limits.ts'

export interface Connections {
  readonly size: number
  /** @param socket just accepted; destroyed where no room can be made */
  opened(socket: Socket): void
  /** A request has begun: the connection is not idle until the returned function is called. */
  began(socket: Socket): () => void
  /** Taken out of this listener's care, but still counted: it became something else. */
  tookOver(socket: Socket): void
  destroyIdle(): void
  destroyAll(): void
}

interface Entry {
  readonly address: string
  requests: number
}

export function createConnections(
  limits: Pick<HttpLimits, 'maxConnections' | 'maxConnectionsPerAddress'>,
): Connections {
  /** Longest idle first. */
  const open = new Map<Socket, Entry>()
  const countByAddress = new Map<string, number>()

  const forget = (socket: Socket): void => {
    const entry = open.get(socket)
    if (entry === undefined) return
    open.delete(socket)
    const left = (countByAddress.get(entry.address) ?? 1) - 1
    if (left === 0) countByAddress.delete(entry.address)
    else countByAddress.set(entry.address, left)
  }
  const drop = (socket: Socket): void => {
    forget(socket)
    socket.destroy()
  }
  const dropIdle = (address: string | undefined): boolean => {
    for (const [socket, entry] of open) {
      if (entry.requests > 0 || (address !== undefined && entry.address !== address)) continue
      drop(socket)
      return true
    }
    return false
  }

  return {
    get size() {
      return open.size
    },
    opened(socket) {
      const address = socket.remoteAddress ?? ''
      const isFull =
        ((countByAddress.get(address) ?? 0) >= limits.maxConnectionsPerAddress && !dropIdle(address)) ||
        (open.size >= limits.maxConnections && !dropIdle(undefined))
      if (isFull) {
        socket.destroy()
        return
      }
      open.set(socket, { address, requests: 0 })
      countByAddress.set(address, (countByAddress.get(address) ?? 0) + 1)
      socket.once('close', () => forget(socket))
    },
    began(socket) {
      const entry = open.get(socket)
      if (entry === undefined) return () => undefined
      entry.requests += 1
      return () => {
        entry.requests -= 1
        // To the end of the line: idle from now on.
        if (open.delete(socket)) open.set(socket, entry)
      }
    },
    tookOver(socket) {
      const entry = open.get(socket)
      if (entry !== undefined) entry.requests += 1
    },
    destroyIdle() {
      for (const [socket, { requests }] of [...open]) if (requests === 0) drop(socket)
    },
    destroyAll() {
      for (const socket of [...open.keys()]) drop(socket)
    },
  }
}
