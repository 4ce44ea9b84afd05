/** Whom WebRTC asks for its outer address: the servers that were named, and the relays of our own network that we talk to. */
import type { Connection } from '@libp2p/interface'
import { ipOf, isRelayed } from '../peers/address.ts'
import { roleOfAgent } from '../peers/index.ts'
import { hostLimits } from './limits.ts'

export interface IceServers {
  /** A connection whose peer is known. */
  saw(connection: Connection, agent: string | null): void
  /** As WebRTC takes it; asked anew for each connection. */
  configuration(): { iceServers: { urls: string }[] }
}

/** @param named `stun:host:port` */
export function createIceServers(named: readonly string[]): IceServers {
  const relays = new Map<Connection, string>()
  return {
    saw(connection, agent) {
      const { remoteAddr, direction } = connection
      // Its address is that of its socket only where we have dialled it.
      if (direction !== 'outbound' || isRelayed(remoteAddr) || agent === null || roleOfAgent(agent) !== 'relay') return
      const ip = ipOf(remoteAddr)
      const port = remoteAddr.getComponents().find(({ name }) => name === 'tcp')?.value
      if (ip === undefined || port === undefined) return
      relays.set(connection, `stun:${ip.includes(':') ? `[${ip}]` : ip}:${port}`)
      connection.addEventListener('close', () => relays.delete(connection))
    },
    configuration: () => ({
      iceServers: [...new Set([...named, ...relays.values()])]
        .slice(0, hostLimits.maxStunServers)
        .map((urls) => ({ urls })),
    }),
  }
}
