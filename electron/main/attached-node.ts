/**
 * A node that runs in another process on the same data folder: reached by its local socket, never by TCP, so that nobody who
 * squats a port gets a password. Each window's port has a connection of its own; that of a page says in its greeting that it
 * carries no secrets, and the node holds it to that.
 */
import { dirname } from 'node:path'
import { createClient } from '../../node/api/client/index.ts'
import { localSocket } from '../../node/api/transports/index.ts'
import { NodeError } from '../../node/core/node-error.ts'
import type { ProcessHost } from '../../node/node.ts'
import type { ReportFault } from './fault-log.ts'
import type { LiveNode } from './live-node.ts'
import { type Relay, relay } from './relay.ts'

const isWindows = process.platform === 'win32'
/** As the processes of modules name theirs (node/vault/pkcs11/module-process.ts). */
const windowsPinPipe = '\\\\.\\pipe\\qudag-pin-'

/**
 * @param path of socketPathOf
 * @param processHost starts what stands between a PIN window and that node
 * @throws NodeError NODE_NOT_RUNNING, NODE_NOT_ANSWERING, PROTOCOL_MISMATCH, PROTOCOL_UNKNOWN, SOCKET_FOLDER_UNSAFE,
 *   CONNECTION_LOST
 */
export async function attachToNode(
  path: string,
  reportFault: ReportFault,
  processHost?: ProcessHost,
): Promise<LiveNode> {
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
      async handPinPort(socket, port) {
        // Only where this node's modules listen: nobody is to reach another program's socket through here.
        const isOfNode = isWindows ? socket.startsWith(windowsPinPipe) : dirname(socket) === dirname(path)
        if (!isOfNode || processHost === undefined) throw new NodeError('HSM_STOPPED', 'no PIN is waited for there')
        const entry = new URL('./pin-relay.js', import.meta.url)
        const child = await processHost.start(entry, { name: 'qudag-pin', env: {} })
        child.postMessage({ socket }, [port])
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
