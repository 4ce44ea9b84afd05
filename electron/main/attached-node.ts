/**
 * A node that runs in another process on the same data folder: reached by its local socket, never by TCP, so that nobody who
 * squats a port gets a password. Each window's port has a connection of its own; that of a page says in its greeting that it
 * carries no secrets, and the node holds it to that.
 */
import { createClient } from '../../node/api/client/index.ts'
import { localSocket } from '../../node/api/transports/index.ts'
import type { ReportFault } from './fault-log.ts'
import type { LiveNode } from './live-node.ts'
import { type Relay, relay } from './relay.ts'

/**
 * @param path of socketPathOf
 * @throws NodeError NODE_NOT_RUNNING, NODE_NOT_ANSWERING, PROTOCOL_MISMATCH, PROTOCOL_UNKNOWN, SOCKET_FOLDER_UNSAFE,
 *   CONNECTION_LOST
 */
export async function attachToNode(path: string, reportFault: ReportFault): Promise<LiveNode> {
  const client = createClient({ kind: 'socket', open: localSocket(path, { secrets: false }), reconnect: false })
  await client.connect()
  const relays = new Set<Relay>()
  try {
    const { network, dataDir } = await client.api.node.info()
    return {
      isAttached: true,
      network,
      dataDir,
      client,
      serve(port, kind) {
        const made = relay(port, localSocket(path, { secrets: kind === 'secret', isRelay: true }), (cause) => {
          relays.delete(made)
          if (cause !== undefined) reportFault(cause, 'relay')
        })
        relays.add(made)
      },
      ended: client.closed,
      async close() {
        for (const open of relays) open.close()
        client.close()
      },
    }
  } catch (cause) {
    client.close()
    throw cause
  }
}
