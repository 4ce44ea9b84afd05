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
  readonly socket: Socket
  readonly address: string
  requests: number
}

/** Alike for a connection and for the TLS that runs over it: requests come from the one, ends and limits are of the other. */
function keyOf({ remoteAddress, remotePort, localAddress }: Socket): string | undefined {
  return remoteAddress === undefined ? undefined : `${remoteAddress} ${remotePort} ${localAddress}`
}

export function createConnections(
  limits: Pick<HttpLimits, 'maxConnections' | 'maxConnectionsPerAddress'>,
): Connections {
  /** Longest idle first. */
  const open = new Map<string, Entry>()
  const countByAddress = new Map<string, number>()

  const forget = (key: string, entry: Entry): void => {
    // Its place may be another's by now: the system gives ports out again.
    if (open.get(key) !== entry) return
    open.delete(key)
    const left = (countByAddress.get(entry.address) ?? 1) - 1
    if (left === 0) countByAddress.delete(entry.address)
    else countByAddress.set(entry.address, left)
  }
  const drop = (key: string, entry: Entry): void => {
    forget(key, entry)
    entry.socket.destroy()
  }
  const dropIdle = (address: string | undefined): boolean => {
    for (const [key, entry] of open) {
      if (entry.requests > 0 || (address !== undefined && entry.address !== address)) continue
      drop(key, entry)
      return true
    }
    return false
  }
  const entryOf = (socket: Socket): Entry | undefined => open.get(keyOf(socket) ?? '')

  return {
    get size() {
      return open.size
    },
    opened(socket) {
      const key = keyOf(socket)
      const address = socket.remoteAddress ?? ''
      const isFull =
        ((countByAddress.get(address) ?? 0) >= limits.maxConnectionsPerAddress && !dropIdle(address)) ||
        (open.size >= limits.maxConnections && !dropIdle(undefined))
      if (key === undefined || isFull) {
        socket.destroy()
        return
      }
      const before = open.get(key)
      if (before !== undefined) forget(key, before)
      const entry = { socket, address, requests: 0 }
      open.set(key, entry)
      countByAddress.set(address, (countByAddress.get(address) ?? 0) + 1)
      socket.once('close', () => forget(key, entry))
    },
    began(socket) {
      const key = keyOf(socket) ?? ''
      const entry = open.get(key)
      if (entry === undefined) return () => undefined
      entry.requests += 1
      return () => {
        entry.requests -= 1
        if (open.get(key) !== entry) return
        // To the end of the line: idle from now on.
        open.delete(key)
        open.set(key, entry)
      }
    },
    tookOver(socket) {
      const entry = entryOf(socket)
      if (entry !== undefined) entry.requests += 1
    },
    destroyIdle() {
      for (const [key, entry] of [...open]) if (entry.requests === 0) drop(key, entry)
    },
    destroyAll() {
      for (const [key, entry] of [...open]) drop(key, entry)
    },
  }
}
