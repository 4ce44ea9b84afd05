/**
 * A node of the network with nothing honest in it: keys, channel and multiplexing are the project's own, so that it gets as far
 * as any peer; what it says then is up to the attack.
 */
import { createConnection, type Socket } from 'node:net'
import { generateKeyPair } from '@libp2p/crypto/keys'
import type { Connection, Stream } from '@libp2p/interface'
import { peerIdFromPrivateKey } from '@libp2p/peer-id'
import { multiaddr } from '@multiformats/multiaddr'
import { MemoryDatastore } from 'datastore-core/memory'
import { systemRng } from '../../../node/crypto/index.ts'
import { createHost, createSecureChannel, gossipService, type Host } from '../../../node/p2p/index.ts'

export interface Victim {
  /** With its peer id. */
  readonly address: string
  readonly id: string
  readonly host: string
  readonly port: number
}

export function victimAt(address: string): Victim {
  const [, , host = '', , port = '', , id = ''] = address.split('/')
  return { address, id, host, port: Number(port) }
}

export interface Intruder {
  readonly host: Host
  readonly id: string
  /** One more connection, whatever there is. */
  dial(victim: Victim): Promise<Connection>
  stop(): Promise<void>
}

const clock = { nowMs: (): number => Date.now() }
const scheduler = {
  after(delayMs: number, callback: () => void) {
    const timer = setTimeout(callback, delayMs)
    return () => clearTimeout(timer)
  },
}
const dialMs = 20_000

/** @param below the id is to be less than this one: of two peers the lower one opens the streams between them */
export async function createIntruder(chainId: Uint8Array, below?: string): Promise<Intruder> {
  let privateKey = await generateKeyPair('Ed25519')
  while (below !== undefined && peerIdFromPrivateKey(privateKey).toString() >= below) {
    privateKey = await generateKeyPair('Ed25519')
  }
  const { encrypters } = createSecureChannel({ chainId }, { privateKey, scheduler })
  const host = await createHost(
    {
      ...{ chainId, role: 'full', version: '0.1.0', listen: [], announce: [], bootstrap: [], maxPeers: 1_000 },
      ...{
        servesRelay: false,
        usesRelays: false,
        webRtc: false,
        mdns: false,
        upnp: false,
        dht: 'auto',
        targetPeers: 0,
      },
    },
    {
      ...{ privateKey, encrypters, clock, scheduler, gater: {} },
      datastore: new MemoryDatastore(),
      rng: systemRng,
      pubsub: gossipService(chainId) as never,
    },
  )
  await host.start()
  return {
    host,
    id: host.id,
    dial: ({ address }) => host.libp2p.dial(multiaddr(address), { force: true, signal: AbortSignal.timeout(dialMs) }),
    stop: () => host.stop(),
  }
}

/** Writes as fast as the other side takes it. False where the stream has ended. */
export async function push(stream: Stream, bytes: Uint8Array, signal: AbortSignal): Promise<boolean> {
  if (stream.status !== 'open' || stream.writeStatus !== 'writable') return false
  try {
    if (!stream.send(bytes)) await stream.onDrain({ signal })
    return true
  } catch {
    return false
  }
}

/** A socket that is opened and left alone, or says only what it is given. Resolves once it is connected, or refused. */
export function openSocket({ host, port }: Victim, first?: Uint8Array): Promise<Socket | null> {
  return new Promise((resolve) => {
    const socket = createConnection({ host, port }, () => {
      if (first !== undefined) socket.write(first)
      resolve(socket)
    })
    socket.on('error', () => resolve(null))
  })
}

/** Length-prefixed as protobuf and multistream have it (unsigned varint). */
export function prefixed(bytes: Uint8Array): Uint8Array {
  return Buffer.concat([varint(bytes.length), bytes])
}

export function varint(value: number): Uint8Array {
  const out: number[] = []
  let left = value
  while (left > 127) {
    out.push((left % 128) | 128)
    left = Math.floor(left / 128)
  }
  return Uint8Array.from([...out, left])
}

/** A field of protobuf: bytes, or a message. */
export function field(number: number, bytes: Uint8Array): Uint8Array {
  return Buffer.concat([varint(number * 8 + 2), varint(bytes.length), bytes])
}

export function numberField(number: number, value: number): Uint8Array {
  return Buffer.concat([varint(number * 8), varint(value)])
}
