/** The handshake inside a stream of a real WebRTC connection, bound to its two DTLS certificates. */
import { generateKeyPair } from '@libp2p/crypto/keys'
import type { Connection, Libp2p, Stream } from '@libp2p/interface'
import { lpStream } from '@libp2p/utils'
import { webRTCDirect } from '@libp2p/webrtc'
import { createLibp2p } from 'libp2p'
import { afterEach, describe, expect, it } from 'vitest'
import { toHex, utf8 } from '../../core/bytes.ts'
import { dtlsBindingOf } from './dtls-binding.ts'
import {
  channelStreamProtocol,
  createSecureChannel,
  type SecureChannel,
  type SecuredStreamResult,
} from './secure-channel.ts'
import { realScheduler, testChainId } from './test-support.ts'

interface TestNode {
  readonly libp2p: Libp2p
  readonly channel: SecureChannel
}

const started: Libp2p[] = []
afterEach(async () => {
  await Promise.all(started.splice(0).map((node) => node.stop()))
})

async function start(listen: string[]): Promise<TestNode> {
  const privateKey = await generateKeyPair('Ed25519')
  const channel = createSecureChannel({ chainId: testChainId }, { privateKey, scheduler: realScheduler })
  const libp2p = await createLibp2p({
    privateKey,
    addresses: { listen },
    transports: [webRTCDirect({ rtcConfiguration: { iceServers: [] } })],
    connectionEncrypters: [...channel.encrypters],
    connectionGater: { denyDialMultiaddr: () => false },
  })
  started.push(libp2p)
  return { libp2p, channel }
}

describe('two nodes over WebRTC', () => {
  it('are outside the channel at first, see the same two certificates, and make a channel inside a stream', async () => {
    const server = await start(['/ip4/127.0.0.1/udp/0/webrtc-direct'])
    const client = await start([])
    const {
      promise: accepted,
      resolve,
      reject,
    } = Promise.withResolvers<{ secured: SecuredStreamResult; connection: Connection }>()
    await server.libp2p.handle(channelStreamProtocol, (stream: Stream, connection: Connection) => {
      server.channel.secureStream(stream, connection).then((secured) => resolve({ secured, connection }), reject)
    })
    const [address] = server.libp2p.getMultiaddrs()
    const connection = await client.libp2p.dial(address!)
    expect([client.channel.kindOf(connection), client.channel.of(connection)]).toEqual(['transport', undefined])

    const ours = await client.channel.secureStream(await connection.newStream(channelStreamProtocol), connection)
    const { secured: theirs, connection: inbound } = await accepted
    expect(toHex(dtlsBindingOf(connection)!)).toBe(toHex(dtlsBindingOf(inbound)!))
    expect(new Set(toHex(dtlsBindingOf(connection)!).match(/.{64}/g)).size).toBe(2)
    expect(toHex(ours.record.handshakeHash)).toBe(toHex(theirs.record.handshakeHash))
    await lpStream(ours.stream).write(utf8('through both'))
    expect((await lpStream(theirs.stream).read()).subarray()).toEqual(utf8('through both'))
  })
})
