/** What an abusive peer does, each by itself. All end when their signal is given; none expects to be treated well. */
import { randomBytes } from 'node:crypto'
import { zstdCompressSync } from 'node:zlib'
import type { Connection, Stream } from '@libp2p/interface'
import { encodeMessage } from '../../../node/consensus/index.ts'
import { bindingProtocol } from '../../../node/p2p/binding/index.ts'
import { hybridProtocol, protocolNames, wireProtocols } from '../../../node/p2p/index.ts'
import { encodeHello } from '../../../node/p2p/wire/hello.ts'
import { encodeQuestion } from '../../../node/p2p/wire/request-frame.ts'
import { encodeRequest } from '../../../node/services/sync/messages.ts'
import {
  createIntruder,
  field,
  type Intruder,
  numberField,
  openSocket,
  prefixed,
  push,
  type Victim,
  varint,
} from './intruder.ts'

export interface Attack {
  readonly chainId: Uint8Array
  readonly victims: readonly Victim[]
  readonly signal: AbortSignal
  /** Counts what was done, and what came of it. */
  readonly count: (what: string, by?: number) => void
  /** Ids it came under: those that may be banned for it. */
  readonly used: (id: string) => void
}

type Run = (attack: Attack) => Promise<void>

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))
const text = (value: string): Uint8Array => new TextEncoder().encode(value)

/** Comes under a new name to each victim, does its worst, and comes again under another one when it is thrown out. */
const again =
  (
    act: (peer: { intruder: Intruder; connection: Connection; victim: Victim }, attack: Attack) => Promise<void>,
    options: { readonly isLower?: boolean } = {},
  ): Run =>
  async (attack) => {
    const onOne = async (victim: Victim): Promise<void> => {
      while (!attack.signal.aborted) {
        const intruder = await createIntruder(attack.chainId, options.isLower === true ? victim.id : undefined)
        attack.used(intruder.id)
        try {
          const connection = await intruder.dial(victim)
          attack.count('connections')
          while (!attack.signal.aborted && connection.status === 'open') {
            await act({ intruder, connection, victim }, attack).catch(() => attack.count('refused'))
            await pause(20)
          }
          if (connection.status !== 'open') attack.count('thrown out')
        } catch {
          attack.count('refused')
          await pause(200)
        } finally {
          await intruder.stop()
        }
      }
    }
    await Promise.all(attack.victims.map(onOne))
  }

const open = (connection: Connection, protocol: string, { signal }: Attack): Promise<Stream> =>
  connection.newStream(protocol, { signal: AbortSignal.any([signal, AbortSignal.timeout(10_000)]) })

/** `length (4) | version | type | flags | payload` of a link. */
function frame(type: number, flags: number, payload: Uint8Array, length = payload.length): Uint8Array {
  const head = Buffer.alloc(7)
  head.writeUInt32BE(length)
  head[4] = 1
  head[5] = type
  head[6] = flags
  return Buffer.concat([head, payload])
}

/** Begins a message of a class. */
function begin(wireClass: number, total: number, bytes: Uint8Array, flags = 0): Uint8Array {
  const head = Buffer.alloc(5)
  head[0] = wireClass
  head.writeUInt32BE(total, 1)
  return frame(2, flags, Buffer.concat([head, bytes]))
}

const hello = (chainId: Uint8Array): Uint8Array => frame(1, 0, encodeHello({ chainId, role: 'full', takesZstd: true }))

const linkStream = async (connection: Connection, attack: Attack): Promise<Stream> => {
  const stream = await open(connection, wireProtocols(attack.chainId).feed, attack)
  await push(stream, hello(attack.chainId), attack.signal)
  return stream
}

const meshsub = '/meshsub/1.1.0'

/** A message of gossipsub's own protocol. */
const rpc = (...parts: readonly Uint8Array[]): Uint8Array => prefixed(Buffer.concat(parts))
const published = (topic: string, data: Uint8Array): Uint8Array =>
  field(2, Buffer.concat([field(2, data), field(4, text(topic))]))
const control = (...parts: readonly Uint8Array[]): Uint8Array => field(3, Buffer.concat(parts))

const stamped = (bytes: Uint8Array): Uint8Array => {
  const stamp = Buffer.alloc(4)
  stamp.writeUInt32BE(Math.floor(Date.now() / 1_000))
  return Buffer.concat([stamp, bytes])
}

/** Questions that a node answers, dear ones among them. */
const questions = (): Uint8Array[] => [
  encodeQuestion('head', encodeRequest('head', {})),
  encodeQuestion('checkpoint', encodeRequest('checkpoint', { seq: Math.floor(Math.random() * 100) })),
  encodeQuestion('snapshot-manifest', encodeRequest('snapshot-manifest', {})),
  encodeQuestion('snapshot-chunk', randomBytes(40)),
  encodeQuestion('no-such-method', randomBytes(40)),
]
const anyQuestion = (): Uint8Array => {
  const all = questions()
  return all[Math.floor(Math.random() * all.length)] as Uint8Array
}

/** What is gossiped honestly, with a bit of it changed: most of it is signatures. */
const forgedGossip: Run = async (attack) => {
  const topic = wireProtocols(attack.chainId).topics.transactions
  const [ear] = attack.victims
  if (ear === undefined) return
  const listener = await createIntruder(attack.chainId)
  attack.used(listener.id)
  let heard: Uint8Array | undefined
  const { pubsub } = listener.host.libp2p.services
  pubsub.addEventListener('gossipsub:message', ({ detail }) => {
    heard = detail.msg.data
  })
  pubsub.subscribe(topic)
  await listener.dial(ear).catch(() => attack.count('refused'))
  await again(async ({ connection }, { signal, count }) => {
    const stream = await open(connection, meshsub, attack)
    while (!signal.aborted && stream.status === 'open') {
      if (heard === undefined) {
        await pause(100)
        continue
      }
      const forged = Buffer.from(heard)
      const at = forged.length - 1 - Math.floor(Math.random() * Math.min(2_000, forged.length - 5))
      forged.writeUInt8(forged.readUInt8(at) ^ 1, at)
      forged.writeUInt32BE(Math.floor(Math.random() * 0xffff_ffff))
      if (!(await push(stream, rpc(published(topic, forged)), signal))) return
      count('messages')
      await pause(2)
    }
  })(attack)
  await listener.stop()
}

/** Silent sockets by the hundred, and as many that say the first words of a handshake. */
const halfOpen: Run = async ({ victims, signal, count }) => {
  const lines = ['/multistream/1.0.0\n', `${hybridProtocol}\n`].map((line) => prefixed(text(line)))
  // Protocols, and the length and half of the first message of the handshake.
  const beginning = Buffer.concat([...lines, Uint8Array.of(4, 192), randomBytes(600)])
  const firsts = [undefined, lines[0], beginning, randomBytes(64)]
  const sockets = new Set<NonNullable<Awaited<ReturnType<typeof openSocket>>>>()
  while (!signal.aborted) {
    for (const victim of victims) {
      if (sockets.size >= 500 * victims.length) break
      const socket = await openSocket(victim, firsts[Math.floor(Math.random() * firsts.length)])
      if (socket === null) {
        count('refused')
        continue
      }
      count('sockets')
      sockets.add(socket)
      socket.once('close', () => {
        sockets.delete(socket)
        count('thrown out')
      })
    }
    await pause(sockets.size >= 500 * victims.length ? 200 : 2)
  }
  for (const socket of sockets) socket.destroy()
}

export const attacks: Readonly<Record<string, Run>> = {
  'half-open': halfOpen,
  'gossip-forged': forgedGossip,

  'gossip-junk': again(async ({ connection }, attack) => {
    const { transactions, consensus } = wireProtocols(attack.chainId).topics
    const stream = await open(connection, meshsub, attack)
    for (;;) {
      const topic = Math.random() < 0.8 ? transactions : consensus
      const data = stamped(randomBytes(200 + Math.floor(Math.random() * 4_000)))
      if (!(await push(stream, rpc(published(topic, data)), attack.signal))) return
      attack.count('messages')
    }
  }),

  /** One large message without end: it is known after the first time, and no budget of messages sees it. */
  'gossip-repeated': again(async ({ connection }, attack) => {
    const { consensus } = wireProtocols(attack.chainId).topics
    const stream = await open(connection, meshsub, attack)
    const same = rpc(published(consensus, stamped(randomBytes(1_000_000))))
    while (await push(stream, same, attack.signal)) attack.count('megabytes')
  }),

  'gossip-control': again(async ({ connection }, attack) => {
    const { transactions } = wireProtocols(attack.chainId).topics
    const stream = await open(connection, meshsub, attack)
    const subscribe = rpc(field(1, Buffer.concat([numberField(1, 1), field(2, text(transactions))])))
    await push(stream, subscribe, attack.signal)
    for (;;) {
      const ids = Array.from({ length: 500 }, () => randomBytes(32))
      const iHave = field(1, Buffer.concat([field(1, text(transactions)), ...ids.map((id) => field(2, id))]))
      const iWant = field(2, Buffer.concat(ids.map((id) => field(1, id))))
      const joins = Array.from({ length: 50 }, () => field(3, field(1, text(transactions))))
      const leaves = Array.from({ length: 50 }, () => field(4, field(1, text(transactions))))
      if (!(await push(stream, rpc(control(iHave, iWant, ...joins, ...leaves, ...joins)), attack.signal))) return
      attack.count('messages')
      await pause(5)
    }
  }),

  'request-flood': again(async ({ connection }, attack) => {
    const streams = await Promise.all(
      Array.from({ length: 32 }, () => open(connection, wireProtocols(attack.chainId).requests, attack)),
    )
    for (const stream of streams) {
      await push(stream, anyQuestion(), attack.signal)
      attack.count('questions')
    }
  }),

  'request-giant': again(async ({ connection }, attack) => {
    const stream = await open(connection, wireProtocols(attack.chainId).requests, attack)
    const giant = Buffer.from(encodeQuestion('head', randomBytes(64)))
    giant.writeUInt32BE(0xffff_ffff)
    await push(stream, giant, attack.signal)
    attack.count('questions')
    await pause(100)
  }),

  /** Asks for all there is, and takes none of it. */
  'slow-reader': again(async ({ connection }, attack) => {
    const streams = await Promise.all(
      Array.from({ length: 24 }, () => open(connection, wireProtocols(attack.chainId).requests, attack)),
    )
    for (const [index, stream] of streams.entries()) {
      stream.pause()
      // A byte at a time, until the time for it is over.
      const bytes = anyQuestion()
      await push(stream, index % 2 === 0 ? bytes : bytes.subarray(0, 8), attack.signal)
      attack.count('questions')
    }
    await pause(5_000)
    for (const stream of streams) stream.abort(new Error('enough'))
  }),

  'frame-giant': again(
    async ({ connection }, attack) => {
      const stream = await linkStream(connection, attack)
      await push(stream, frame(2, 0, randomBytes(16), 0x7fff_ffff), attack.signal)
      attack.count('frames')
      await pause(200)
    },
    { isLower: true },
  ),

  /** Votes on a stream for everybody, and messages that are not what they say. */
  'votes-unproven': again(
    async ({ connection }, attack) => {
      const stream = await linkStream(connection, attack)
      await push(stream, begin(2, 1_000, randomBytes(1_000)), attack.signal)
      attack.count('frames')
      await pause(200)
    },
    { isLower: true },
  ),

  'consensus-stream': again(
    async ({ connection }, attack) => {
      attack.count('streams')
      const stream = await open(connection, wireProtocols(attack.chainId).consensus, attack)
      await push(stream, hello(attack.chainId), attack.signal)
      await push(stream, begin(1, 1_000, randomBytes(1_000)), attack.signal)
    },
    { isLower: true },
  ),

  'zstd-bomb': again(
    async ({ connection }, attack) => {
      const stream = await linkStream(connection, attack)
      const bomb = zstdCompressSync(new Uint8Array(64_000_000))
      await push(stream, begin(4, bomb.length, bomb, 1), attack.signal)
      attack.count('bombs')
      await pause(200)
    },
    { isLower: true },
  ),

  /** Within every limit, and true: work for a few bytes. */
  'zstd-squeeze': again(
    async ({ connection }, attack) => {
      const stream = await linkStream(connection, attack)
      const transactions = Array.from({ length: 1_000 }, () => new Uint8Array(2_000))
      const squeezed = zstdCompressSync(encodeMessage({ kind: 'transactions', transactions }))
      for (let sent = 0; sent < 200; sent++) {
        if (!(await push(stream, begin(4, squeezed.length, squeezed, 1), attack.signal))) return
        attack.count('messages')
      }
      await pause(100)
    },
    { isLower: true },
  ),

  'connections-of-one': async (attack) => {
    const intruder = await createIntruder(attack.chainId)
    attack.used(intruder.id)
    while (!attack.signal.aborted) {
      for (const victim of attack.victims) {
        await intruder.dial(victim).then(
          () => attack.count('connections'),
          () => attack.count('refused'),
        )
      }
      await pause(20)
    }
    await intruder.stop()
  },

  /** A new name each, and then silence: places that nobody else gets. */
  'connections-of-many': async (attack) => {
    const crowd: Intruder[] = []
    while (!attack.signal.aborted) {
      if (crowd.length >= 120) await crowd.shift()?.stop()
      const intruder = await createIntruder(attack.chainId)
      crowd.push(intruder)
      for (const victim of attack.victims) {
        await intruder.dial(victim).then(
          () => attack.count('connections'),
          () => attack.count('refused'),
        )
      }
    }
    await Promise.all(crowd.map((intruder) => intruder.stop()))
  },

  'identify-push': again(async ({ connection }, attack) => {
    const { prefix } = protocolNames(attack.chainId)
    const stream = await open(connection, `/${prefix}/id/push/1.0.0`, attack)
    attack.count('streams')
    await push(stream, Buffer.concat([varint(1_000_000), randomBytes(200_000)]), attack.signal)
    await stream.close({ signal: attack.signal }).catch(() => undefined)
  }),

  'ping-flood': again(async ({ connection }, attack) => {
    const { prefix } = protocolNames(attack.chainId)
    const stream = await open(connection, `/${prefix}/ping/1.0.0`, attack)
    while (await push(stream, randomBytes(32), attack.signal)) attack.count('pings')
  }),

  /** Says that it has whatever there could be, and asks who else does. */
  'dht-providers': again(async ({ intruder, connection }, attack) => {
    const stream = await open(connection, protocolNames(attack.chainId).dht, attack)
    const self = field(
      9,
      Buffer.concat([
        field(1, intruder.host.libp2p.peerId.toMultihash().bytes),
        field(2, Uint8Array.of(4, 203, 0, 113, 7, 6, 0x0f, 0xa1)),
      ]),
    )
    for (;;) {
      const key = field(2, Buffer.concat([Uint8Array.of(1, 0x55, 0x12, 0x20), randomBytes(32)]))
      const messages = [numberField(1, 2), numberField(1, 3)].map((type, index) =>
        prefixed(Buffer.concat([type, key, ...(index === 0 ? [self] : [])])),
      )
      if (!(await push(stream, Buffer.concat(messages), attack.signal))) return
      attack.count('messages')
    }
  }),

  /** Opens the proof of who it is, and says it a byte at a time. */
  'binding-slow': again(
    async ({ connection }, attack) => {
      const stream = await open(connection, bindingProtocol(attack.chainId), attack)
      attack.count('streams')
      await push(stream, varint(8_000), attack.signal)
      while (await push(stream, randomBytes(1), attack.signal)) await pause(500)
    },
    { isLower: true },
  ),
}
