/**
 * The contract over WebSocket, for the browser interface and for programs. What is the owner's alone only to the owner's
 * own page, and secrets only on this machine; everybody else is told SCOPE_REQUIRED or SECRET_CHANNEL_REQUIRED. Whoever
 * does not read is not asked any further.
 */
import { rpcPath, rpcSubprotocol } from '../../client/index.ts'
import type { Scope } from '../../contract/index.ts'
import type { ApiContext } from '../../handlers/index.ts'
import type { Caller } from '../http/index.ts'
import type { RpcServer } from '../rpc-server.ts'
import { closeCodes } from './close-codes.ts'
import type { Endpoint } from './endpoint.ts'
import type { WebSocketLimits } from './limits.ts'

export interface RpcEndpointDeps {
  readonly rpc: RpcServer
  /** Whether only this machine can reach the listener. */
  readonly isLoopback: boolean
}

export function createRpcEndpoint(limits: WebSocketLimits, { rpc, isLoopback }: RpcEndpointDeps): Endpoint {
  const hasSecretChannel = (caller: Caller): boolean => isLoopback && caller.isOwnerSession
  const contextOf = (caller: Caller): ApiContext => {
    const secretChannel = hasSecretChannel(caller)
    const ofOwner: readonly Scope[] = caller.isOwnerSession ? ['owner'] : []
    return {
      scopes: [...caller.scopes, ...ofOwner, ...(secretChannel ? (['secret'] as const) : [])],
      secretChannel,
      ...(caller.isOwner ? {} : { tokenId: caller.tokenId }),
    }
  }

  return {
    path: rpcPath,
    subprotocols: [rpcSubprotocol],
    scope: undefined,
    maxMessageBytes: (caller) => (hasSecretChannel(caller) ? limits.maxSecretMessageBytes : limits.maxMessageBytes),
    accept(socket, caller) {
      const isOpen = (): boolean => socket.readyState === socket.OPEN
      const onSent = (): void => {
        if (socket.isPaused && socket.bufferedAmount <= limits.pauseAtUnsentBytes) socket.resume()
      }
      const connection = rpc.connect(
        {
          send(message) {
            if (!isOpen()) return
            socket.send(message, onSent)
            if (socket.bufferedAmount > limits.maxUnsentBytes) socket.terminate()
            else if (socket.bufferedAmount > limits.pauseAtUnsentBytes) socket.pause()
          },
          giveUp: () => socket.close(closeCodes.internal, 'INTERNAL'),
        },
        contextOf(caller),
      )
      socket.on('message', (data, isBinary) => {
        if (!isOpen()) return
        if (isBinary) socket.close(closeCodes.unsupportedData, 'TEXT_ONLY')
        else if (!connection.receive(data.toString())) socket.close(closeCodes.malformed, 'MESSAGE_MALFORMED')
      })
      socket.on('close', () => connection.close())
      return {
        get isBusy() {
          return connection.outstandingCalls > 0
        },
        finish: (callback) => connection.whenAnswered(callback),
      }
    },
  }
}
