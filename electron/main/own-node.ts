/** The node in this process: made by node/node.ts, served to windows over message ports. */
import { MessageChannel } from 'node:worker_threads'
import { createClient } from '../../node/api/client/index.ts'
import { createMessagePortServer, ownerContext, windowContext } from '../../node/api/transports/index.ts'
import type { SettledConfig } from '../../node/config/index.ts'
import { NodeError } from '../../node/core/node-error.ts'
import type { ProcessHost } from '../../node/node.ts'
import type { ReportFault } from './fault-log.ts'
import type { LiveNode } from './live-node.ts'

export interface OwnNodeDeps {
  /** SQLite's native module, where the package's own cannot be loaded. */
  readonly nativeBinding?: string | undefined
  readonly reportFault: ReportFault
  /** Ends a start that is under way. */
  readonly signal?: AbortSignal | undefined
  /** Starts the processes of hardware keys' modules. */
  readonly processHost?: ProcessHost | undefined
}

/** @throws what createNode throws */
export async function startOwnNode(
  settled: SettledConfig,
  { nativeBinding, reportFault, signal, processHost }: OwnNodeDeps,
): Promise<LiveNode> {
  // Loaded here, so that the window is on the screen before it.
  const { createNode } = await import('../../node/node.ts')
  const node = await createNode(settled.config, {
    settled,
    nativeBinding,
    reportFault,
    ...(signal === undefined ? {} : { signal }),
    ...(processHost === undefined ? {} : { processHost }),
  })
  const { chainId, network, dataDir, apiUrl, tokenFile, socketPath } = node.info
  const info = { pid: process.pid, chainId, network, dataDir, apiUrl, tokenFile, socket: socketPath }
  const server = createMessagePortServer({}, { services: node.services, info: () => info, reportFault })
  const { port1, port2 } = new MessageChannel()
  server.serve(port1, windowContext)
  const client = createClient({ kind: 'port', port: port2 })
  const closePorts = (): void => {
    client.close()
    server.close()
  }
  void node.stopped.then(closePorts, closePorts)
  return {
    isAttached: false,
    network,
    dataDir,
    client,
    serve: (port, kind) => server.serve(port, kind === 'secret' ? ownerContext : windowContext),
    async handPinPort(socket, port) {
      if (!node.handPinPort(socket, port)) throw new NodeError('HSM_STOPPED', 'no PIN is waited for there')
    },
    ended: node.stopped,
    async close() {
      closePorts()
      await node.stop()
    },
  }
}
