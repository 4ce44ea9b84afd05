/**
 * libp2p's own noise as a second choice, for nodes that are no validators and whose owner allows it. A peer that is known to be
 * hybrid is refused here: somebody on the way can hide the better handshake from both sides.
 */
import type { ConnectionEncrypter, MessageStream, SecureConnectionOptions, SecuredConnection } from '@libp2p/interface'
import { type NoiseComponents, noise } from '@libp2p/noise'
import { channelError } from './errors.ts'
import type { HybridPins } from './pins.ts'

export const classicalProtocol = '/noise'

export function createClassicalEncrypter(
  components: NoiseComponents,
  deps: {
    readonly pins: HybridPins | undefined
    readonly onRefusal: (error: unknown, transport: MessageStream, remotePeer: string) => void
  },
): ConnectionEncrypter {
  const inner = noise()(components)

  const admit = (secured: SecuredConnection, transport: MessageStream): SecuredConnection => {
    const remotePeer = secured.remotePeer.toString()
    if (deps.pins?.isPinned(remotePeer) !== true) return secured
    const error = channelError('CHANNEL_DOWNGRADE_REFUSED')
    deps.onRefusal(error, transport, remotePeer)
    secured.connection.abort(error)
    throw error
  }

  return {
    protocol: inner.protocol,
    secureInbound: async (transport: MessageStream, options?: SecureConnectionOptions) =>
      admit(await inner.secureInbound(transport, options), transport),
    secureOutbound: async (transport: MessageStream, options?: SecureConnectionOptions) =>
      admit(await inner.secureOutbound(transport, options), transport),
  }
}
