/** Streams on a real WebRTC connection, each inside a channel of its own, and what is refused there. */
import { generateKeyPair } from '@libp2p/crypto/keys'
import type { Connection, Libp2p } from '@libp2p/interface'
import { lpStream } from '@libp2p/utils'
import { webRTCDirect } from '@libp2p/webrtc'
import { createLibp2p } from 'libp2p'
import { afterEach, describe, expect, it } from 'vitest'
import { utf8 } from '../../core/bytes.ts'
import { ManualClock } from '../../core/clock.ts'
import { createSecureChannel } from '../secure-channel/index.ts'
import { type ChannelStreams, createChannelStreams, inChannel } from './channel-streams.ts'
import { wireLimits } from './limits.ts'
import { systemClock, systemScheduler, testChainId } from './test-support/hosts.ts'

const running: Libp2p[] = []
afterEach(async () => {
  await Promise.all(running.splice(0).map((node) => node.stop()))
})

async function node(listen: string[], time?: ManualClock) {
  const privateKey = await generateKeyPair('Ed25519')
  const channel = createSecureChannel({ chainId: testChainId }, { privateKey, scheduler: systemScheduler })
  const libp2p = await createLibp2p({
    privateKey,
    addresses: { listen },
    transports: [webRTCDirect({ rtcConfiguration: { iceServers: [] } })],
    connectionEncrypters: [...channel.encrypters],
    connectionGater: { denyDialMultiaddr: () => false },
  })
  running.push(libp2p)
  const secured: Connection[] = []
  const streams: ChannelStreams = createChannelStreams({
    ...{ libp2p, channel, hasInnerChannels: true },
    onSecured: (connection) => void secured.push(connection),
    clock: time ?? systemClock,
    scheduler: time ?? systemScheduler,
  })
  return { libp2p, streams, secured }
}

const echo = '/echo/1'

/** A node that echoes one message a stream, and a connection to it. */
async function pair(time?: ManualClock) {
  const server = await node(['/ip4/127.0.0.1/udp/0/webrtc-direct'], time)
  const names: string[] = []
  await server.streams.handle(echo, async (stream) => {
    names.push(stream.protocol)
    const messages = lpStream(stream)
    await messages.write(await messages.read())
  })
  const client = await node([])
  const [address] = server.libp2p.getMultiaddrs()
  if (address === undefined) throw new Error('the node listens nowhere')
  return { server, client, names, connection: await client.libp2p.dial(address) }
}

async function ask({ streams }: { readonly streams: ChannelStreams }, connection: Connection): Promise<string> {
  const messages = lpStream(await streams.open(connection, echo))
  await messages.write(utf8('said'))
  return new TextDecoder().decode((await messages.read()).subarray())
}

describe('streams over WebRTC', () => {
  it('are inside a channel, under the name of what is spoken in them', async () => {
    const { server, client, names, connection } = await pair()
    expect(await ask(client, connection)).toBe('said')
    expect(names).toEqual([echo])
    expect([server.secured.length, client.secured.length]).toEqual([1, 1])
  })

  it('are refused without one', async () => {
    const { names, connection } = await pair()
    // Refused with the first byte or the one after, whichever the other side comes to first.
    const said = async (): Promise<unknown> => {
      const bare = lpStream(await connection.newStream(echo))
      await bare.write(utf8('said'))
      return bare.read()
    }
    await expect(said()).rejects.toThrow()
    expect(names).toEqual([])
  })

  it('do not pass for another protocol than the one that the handshake was made for', async () => {
    const { server, client, names, connection } = await pair()
    await server.streams.handle('/other/1', () => undefined)
    const mixed: Connection = Object.create(connection, {
      newStream: { value: () => connection.newStream(inChannel('/other/1')) },
    })
    await expect(ask(client, mixed)).rejects.toThrow()
    expect(names).toEqual([])
    expect(server.secured).toEqual([])
  })

  it('wait for their turn where one connection opens many', async () => {
    const time = new ManualClock()
    const { server, client, connection } = await pair(time)
    for (let count = 0; count < wireLimits.innerHandshakesAtOnce; count++) await ask(client, connection)
    const late = ask(client, connection)
    await new Promise((resolve) => setTimeout(resolve, 300))
    expect(server.secured).toHaveLength(wireLimits.innerHandshakesAtOnce)
    time.advance(1_000 / wireLimits.innerHandshakesPerSecond)
    expect(await late).toBe('said')
  })
})
