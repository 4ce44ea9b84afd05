/**
 * The contract over message ports: the desktop's windows, whose main process hands each of them one end, and worker
 * threads. A port cannot tell how much of what was sent has been read; streams are held by the acknowledgements of the
 * contract instead, and everything else is an answer to a call, of which only so many are outstanding.
 */
import { NodeError } from '../../../core/node-error.ts'
import { listenToPort, type PortLike } from '../../client/index.ts'
import type { NodeInfo } from '../../contract/index.ts'
import { type ApiContext, type ApiServices, createRouter, type ReportFault } from '../../handlers/index.ts'
import { createRpcServer, type RpcConnection } from '../rpc-server.ts'
import { messagePortLimits } from './limits.ts'

export interface MessagePortServerOptions {
  readonly maxPorts?: number
  readonly maxOutstandingCalls?: number
  readonly maxMessageCharacters?: number
}

export interface MessagePortServerDeps {
  readonly services: ApiServices
  readonly info: () => NodeInfo
  /** Told of faults of our own and of ports that were given up, with the code. */
  readonly reportFault?: ReportFault
}

export interface MessagePortServer {
  /**
   * Serves the contract over this end until either side closes it. Whoever has the other end is the caller: hand it to
   * nobody whose origin was not checked.
   *
   * @param context what the caller may do; `secretChannel` only for the port of a secret window
   * @throws NodeError TOO_MANY_CALLS where as many ports are open as are served
   */
  serve(port: PortLike, context: ApiContext): void
  readonly ports: number
  /** Lets answers that are owed go out, then closes every port. */
  close(): void
}

export function createMessagePortServer(
  options: MessagePortServerOptions,
  { services, info, reportFault: report = () => undefined }: MessagePortServerDeps,
): MessagePortServer {
  const maxPorts = options.maxPorts ?? messagePortLimits.maxPorts
  const maxMessageCharacters = options.maxMessageCharacters ?? messagePortLimits.maxMessageCharacters
  const maxOutstandingCalls = options.maxOutstandingCalls ?? messagePortLimits.maxOutstandingCalls
  const rpc = createRpcServer(createRouter(services, { info, reportFault: report }), { maxOutstandingCalls }, report)
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
