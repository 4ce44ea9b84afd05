/**
 * A host for one question: it listens nowhere, is found by nobody, remembers nothing and has a name for this time alone. It
 * says as much of itself as a node asks of whoever connects: which network it means.
 */
import { identify } from '@libp2p/identify'
import type { Libp2p, PrivateKey } from '@libp2p/interface'
import { tcp } from '@libp2p/tcp'
import { webSockets } from '@libp2p/websockets'
import { yamux } from '@libp2p/yamux'
import { createLibp2p, type Libp2pOptions } from 'libp2p'
import { agentOf } from '../peers/agent.ts'
import { hostLimits } from './limits.ts'
import { loadWebRtc, tryPart } from './optional-parts.ts'
import { protocolNames } from './protocols.ts'
import type { EncrypterFactory } from './types.ts'

export interface AskingHostOptions {
  readonly chainId: Uint8Array
  /** Of this program. */
  readonly version: string
  /** Whether an address to call is one of WebRTC; its native part is loaded for that alone. */
  readonly webRtc: boolean
}

/** Started. The caller stops it. */
export async function startAskingHost(
  { chainId, version, webRtc }: AskingHostOptions,
  { privateKey, encrypters }: { readonly privateKey: PrivateKey; readonly encrypters: readonly EncrypterFactory[] },
): Promise<Libp2p> {
  const transports: NonNullable<Libp2pOptions['transports']> = [tcp(), webSockets()]
  const rtc = webRtc ? await tryPart('webrtc', [], loadWebRtc) : undefined
  if (rtc !== undefined) transports.push(rtc.webRTCDirect({ rtcConfiguration: { iceServers: [] } }))
  return createLibp2p({
    privateKey,
    nodeInfo: { name: 'qudag', version, userAgent: agentOf(version, 'light') },
    addresses: { listen: [] },
    transports,
    connectionEncrypters: [...encrypters] as NonNullable<Libp2pOptions['connectionEncrypters']>,
    streamMuxers: [yamux()],
    // What a person was given may point anywhere.
    connectionGater: { denyDialMultiaddr: () => false },
    connectionManager: { dialTimeout: hostLimits.dialTimeoutMs, addressDialTimeout: hostLimits.dialTimeoutMs },
    connectionMonitor: { enabled: false },
    services: {
      identify: identify({
        protocolPrefix: protocolNames(chainId).prefix,
        timeout: hostLimits.identifyTimeoutMs,
        maxMessageSize: hostLimits.maxIdentifyBytes,
      }),
    },
  })
}
