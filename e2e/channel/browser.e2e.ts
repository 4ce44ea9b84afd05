/**
 * The secure channel between a page in Chromium and a node: no module of Node's in the bundle, the portable cryptography, and
 * the DTLS certificates of a real WebRTC connection in the prologue.
 */
import { generateKeyPair } from '@libp2p/crypto/keys'
import type { Connection, Libp2p, Stream } from '@libp2p/interface'
import { lpStream } from '@libp2p/utils'
import { webRTCDirect } from '@libp2p/webrtc'
import { createLibp2p } from 'libp2p'
import { afterAll, expect, it } from 'vitest'
import { toHex, utf8 } from '../../node/core/bytes.ts'
import { channelStreamProtocol, createSecureChannel } from '../../node/p2p/secure-channel/index.ts'
import { skipNote } from '../../scripts/test-support/require-tool.ts'
import type { PageResult } from './page.ts'
import { isChromiumThere, servePage } from './serve-page.ts'

const cleanups: (() => Promise<unknown>)[] = []
afterAll(async () => {
  for (const cleanup of cleanups.reverse()) await cleanup()
})

/** A node that takes channels in streams and answers each message with its length; resolves with the first channel's hash. */
async function startNode(): Promise<{ readonly libp2p: Libp2p; readonly handshakeHash: Promise<string> }> {
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
    addresses: { listen: ['/ip4/127.0.0.1/udp/0/webrtc-direct'] },
    transports: [webRTCDirect({ rtcConfiguration: { iceServers: [] } })],
    connectionEncrypters: [...channel.encrypters],
  })
  cleanups.push(async () => libp2p.stop())
  const { promise: handshakeHash, resolve, reject } = Promise.withResolvers<string>()
  await libp2p.handle(channelStreamProtocol, async (stream: Stream, connection: Connection) => {
    try {
      const secured = await channel.secureStream(stream, connection)
      resolve(toHex(secured.record.handshakeHash))
      const messages = lpStream(secured.stream)
      await messages.write(utf8(`${(await messages.read()).byteLength} bytes`))
    } catch (error) {
      reject(error)
    }
  })
  return { libp2p, handshakeHash }
}

it('a page and a node have one channel, with the same hash at both ends', async (context) => {
  if (!isChromiumThere) return context.skip(skipNote('chromium', 'runs the page'))
  const { libp2p, handshakeHash } = await startNode()
  const [address] = libp2p.getMultiaddrs()
  const { page, close } = await servePage('page.ts', 'talkTo')
  cleanups.push(close)
  const result: PageResult = await page.evaluate(`talkTo(${JSON.stringify(address?.toString())})`)
  expect(result).toEqual({ handshakeHash: await handshakeHash, answer: '13 bytes' })
})
