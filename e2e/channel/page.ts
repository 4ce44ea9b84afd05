/** What a page does to talk to a node inside the secure channel: a WebRTC connection, and the handshake in a stream of it. */
import { generateKeyPair } from '@libp2p/crypto/keys'
import { lpStream } from '@libp2p/utils'
import { webRTCDirect } from '@libp2p/webrtc'
import { multiaddr } from '@multiformats/multiaddr'
import { createLibp2p } from 'libp2p'
import { toHex, utf8 } from '../../node/core/bytes.ts'
import { channelStreamProtocol, createSecureChannel } from '../../node/p2p/secure-channel/index.ts'

export interface PageResult {
  readonly handshakeHash: string
  /** What the node made of the page's message. */
  readonly answer: string
}

async function talkTo(address: string): Promise<PageResult> {
  const privateKey = await generateKeyPair('Ed25519')
  const scheduler = {
    after(delayMs: number, callback: () => void) {
      const timer = setTimeout(callback, delayMs)
      return () => clearTimeout(timer)
    },
  }
  const channel = createSecureChannel({ chainId: new Uint8Array(32).fill(0xc1) }, { privateKey, scheduler })
  const libp2p = await createLibp2p({
    privateKey,
    transports: [webRTCDirect({ rtcConfiguration: { iceServers: [] } })],
    connectionEncrypters: [...channel.encrypters],
    connectionGater: { denyDialMultiaddr: () => false },
  })
  const connection = await libp2p.dial(multiaddr(address))
  const { stream, record } = await channel.secureStream(await connection.newStream(channelStreamProtocol), connection)
  const messages = lpStream(stream)
  await messages.write(utf8('from the page'))
  const answer = new TextDecoder().decode((await messages.read()).subarray())
  await libp2p.stop()
  return { handshakeHash: toHex(record.handshakeHash), answer }
}

Reflect.set(globalThis, 'talkTo', talkTo)
