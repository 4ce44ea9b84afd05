/** Which of a peer's connections streams are opened on. */
import type { Connection, Libp2p } from '@libp2p/interface'
import type { LinkKey } from '../types.ts'

/**
 * An open connection to the peer; undefined where there is none. A relayed one does not count: it is for finding a direct one,
 * and its relay would end it after a few messages.
 */
export function usableConnection(libp2p: Pick<Libp2p, 'getConnections'>, peer: LinkKey): Connection | undefined {
  return libp2p
    .getConnections()
    .find(
      ({ remotePeer, status, limits }) => status === 'open' && limits === undefined && remotePeer.toString() === peer,
    )
}
