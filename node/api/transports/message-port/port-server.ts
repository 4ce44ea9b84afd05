/**
 * Any router over message ports: the node's contract (message-port-server.ts), and what the desktop shell serves its own
 * windows. A port cannot tell how much of what was sent has been read; streams are held by the acknowledgements of the
 * contract or are few, and everything else is an answer to a call, of which only so many are outstanding.
 */
import type { AnyRouter } from '@orpc/server'
import { NodeError } from '../../../core/node-error.ts'
import { listenToPort, type PortLike } from '../../client/index.ts'
import type { ApiContext, ReportFault } from '../../handlers/index.ts'
import { createRpcServer, type RpcConnection } from '../rpc-server.ts'
import { messagePortLimits } from './limits.ts'

export interface PortServerOptions {
  readonly maxPorts?: number
  readonly maxOutstandingCalls?: number
  readonly maxMessageCharacters?: number
}

export interface PortServer<Context extends ApiContext = ApiContext> {
  /**
   * Serves the router over this end until either side closes it. Whoever has the other end is the caller: hand it to
   * nobody whose origin was not checked.
   *
   * @param context what the caller may do
   * @throws NodeError TOO_MANY_CALLS where as many ports are open as are served
   */
  serve(port: PortLike, context: Context): void
  readonly ports: number
  /** Lets answers that are owed go out, then closes every port. */
  close(): void
}

/** @param report told of faults of our own and of ports that were given up, with the code */
export function createPortServer<Context extends ApiContext = ApiContext>(
  router: AnyRouter,
  options: PortServerOptions,
  report: ReportFault,
): PortServer<Context> {
  const maxPorts = options.maxPorts ?? messagePortLimits.maxPorts
  const maxMessageCharacters = options.maxMessageCharacters ?? messagePortLimits.maxMessageCharacters
  const maxOutstandingCalls = options.maxOutstandingCalls ?? messagePortLimits.maxOutstandingCalls
  const rpc = createRpcServer(router, { maxOutstandingCalls }, report)
  const open = new Map<PortLike, RpcConnection>()

  return {
    serve(port, context) {
      if (open.size >= maxPorts) {
        throw new NodeError('TOO_MANY_CALLS', 'this node serves as many ports as it can', { details: { maxPorts } })
      }
      const end = (): void => {
        if (!open.delete(port)) return
        connection.close()
        port.close?.()
      }
      const giveUp = (): void => {
        report(new NodeError('MESSAGE_MALFORMED', 'The other side sent something that is not a message.'), 'port')
        end()
      }
      const connection = rpc.connect(
        {
          send(message) {
            if (open.has(port)) port.postMessage(message)
          },
          giveUp: end,
        },
        context,
      )
      open.set(port, connection)
      listenToPort(
        port,
        (data) => {
          if (!open.has(port)) return
          if (typeof data !== 'string' || data.length > maxMessageCharacters || !connection.receive(data)) giveUp()
        },
        end,
      )
    },
    get ports() {
      return open.size
    },
    close() {
      for (const [port, connection] of [...open]) {
        // The answer is posted a few promises after its call has ended, so the end waits for the next turn.
        connection.whenAnswered(() =>
          setImmediate(() => {
            if (!open.delete(port)) return
            connection.close()
            port.close?.()
          }),
        )
      }
    },
  }
}
