/**
 * What a page does that knows a network by its genesis alone: it connects to a node, asks how far the network is, and checks
 * what it is told against the validators of the genesis. By the project's own code, and nothing of Node's.
 */
import { generateKeyPair } from '@libp2p/crypto/keys'
import { identify } from '@libp2p/identify'
import type { Connection, Libp2p } from '@libp2p/interface'
import { noise } from '@libp2p/noise'
import { webRTCDirect } from '@libp2p/webrtc'
import { webSockets } from '@libp2p/websockets'
import { yamux } from '@libp2p/yamux'
import { multiaddr } from '@multiformats/multiaddr'
import { createLibp2p } from 'libp2p'
import { fromHex, toHex } from '../../node/core/bytes.ts'
import { invariant, NodeError } from '../../node/core/node-error.ts'
import { defaultSignatureBackend } from '../../node/crypto/index.ts'
import { chainIdOf, decodeGenesis } from '../../node/ledger/genesis.ts'
import { protocolNames } from '../../node/p2p/host/protocols.ts'
import { createSecureChannel } from '../../node/p2p/secure-channel/index.ts'
import { createChannelStreams, wholeChannelStreams } from '../../node/p2p/wire/channel-streams.ts'
import { createRequests } from '../../node/p2p/wire/requests.ts'
import { createEpochWalk } from '../../node/services/sync/epoch-walk.ts'
import { syncQuotas } from '../../node/services/sync/limits.ts'
import { decodeAnswer, encodeRequest, type SyncMessages } from '../../node/services/sync/messages.ts'
import { validatorsOf } from '../../node/services/validator-sets.ts'

export interface StrangerRequest {
  readonly address: string
  /** Canonical bytes as hex. */
  readonly genesis: string
  /** Speaks libp2p's noise alone, and streams without a handshake of their own. */
  readonly isClassical?: boolean
}

export interface StrangerResult {
  readonly peerId: string
  /** Hashes of the handshakes that protected what was asked, in turn: one of a connection, or one of each stream. */
  readonly handshakes: readonly string[]
  /** By which libp2p says that the connection is encrypted. */
  readonly encryption: string | null
  readonly commitIndex: number
  /** Number of the newest checkpoint; null where there is none, or its certificate proves nothing. */
  readonly certifiedSeq: number | null
}

const scheduler = {
  after(delayMs: number, callback: () => void) {
    const timer = setTimeout(callback, delayMs)
    return () => clearTimeout(timer)
  },
}
const clock = { nowMs: () => Date.now() }

const started: Libp2p[] = []

/** The answer, or the code of what kept it from being had. Stays connected until `hangUp`. */
async function askStranger(request: StrangerRequest): Promise<StrangerResult | { readonly failed: string }> {
  const genesis = decodeGenesis(fromHex(request.genesis) ?? new Uint8Array())
  invariant(genesis.ok, 'the test gives a genesis')
  const chainId = chainIdOf(genesis.value)
  const privateKey = await generateKeyPair('Ed25519')
  const channel = createSecureChannel({ chainId }, { privateKey, scheduler })
  const isClassical = request.isClassical === true
  const libp2p = await createLibp2p({
    privateKey,
    transports: [webSockets(), webRTCDirect({ rtcConfiguration: { iceServers: [] } })],
    connectionEncrypters: isClassical ? [noise()] : [...channel.encrypters],
    streamMuxers: [yamux()],
    connectionGater: { denyDialMultiaddr: () => false },
    services: { identify: identify({ protocolPrefix: protocolNames(chainId).prefix }) },
  })
  started.push(libp2p)
  const handshakes: string[] = []
  const streams = isClassical
    ? wholeChannelStreams(libp2p)
    : createChannelStreams({
        libp2p,
        channel: {
          kindOf: (connection) => channel.kindOf(connection),
          async secureStream(stream, connection, options) {
            const secured = await channel.secureStream(stream, connection, options)
            handshakes.push(toHex(secured.record.handshakeHash))
            return secured
          },
        },
        hasInnerChannels: true,
        clock,
        scheduler,
      })
  const connected = (): string[] => libp2p.getPeers().map(String)
  const requests = createRequests(chainId, {
    ...{ libp2p, streams, connected, clock, scheduler },
    rank: (peers) => peers,
    onMisconduct: () => undefined,
  })
  for (const method of ['head', 'epoch-certificates'] as const) {
    requests.serve(
      method,
      () => Promise.reject(new NodeError('SYNC_NOT_READY', 'a page serves nobody')),
      syncQuotas[method],
    )
  }
  const ask = async <M extends 'head' | 'epoch-certificates'>(
    { remotePeer }: Connection,
    method: M,
    question: SyncMessages[M]['request'],
  ): Promise<SyncMessages[M]['answer']> => {
    const answer = decodeAnswer(
      method,
      await requests.ask(remotePeer.toString(), method, encodeRequest(method, question)),
    )
    invariant(answer !== undefined, 'the node answers in the canonical encoding')
    return answer
  }
  try {
    const connection = await libp2p.dial(multiaddr(request.address), { signal: AbortSignal.timeout(30_000) })
    const whole = channel.of(connection)
    if (whole !== undefined) handshakes.push(toHex(whole.handshakeHash))
    const head = await ask(connection, 'head', {})
    const walk = createEpochWalk(
      chainId,
      {
        ...{ kind: 'genesis', hash: chainId, atMs: genesis.value.startTimeMs, epoch: 0, seq: 0, commitIndex: 0 },
        validators: validatorsOf(genesis.value.validators),
      },
      (publicKey, message, signature) => defaultSignatureBackend().verify('ML-DSA-65', publicKey, message, signature),
    )
    const { epoch: fromEpoch, validatorsHash } = walk.next
    const { steps } = await ask(connection, 'epoch-certificates', { fromEpoch, validatorsHash })
    const isGood = head.latest !== null && steps.every((step) => walk.take(step).ok) && walk.check(head.latest).ok
    return {
      peerId: connection.remotePeer.toString(),
      handshakes,
      encryption: connection.encryption ?? null,
      commitIndex: head.commitIndex,
      certifiedSeq: isGood && head.latest !== null ? head.latest.checkpoint.seq : null,
    }
  } catch (cause) {
    return {
      failed:
        cause instanceof NodeError
          ? cause.code
          : cause instanceof Error
            ? `${cause.name}: ${cause.message}`
            : 'unknown',
    }
  }
}

async function hangUp(): Promise<void> {
  await Promise.all(started.splice(0).map((libp2p) => libp2p.stop()))
}

Reflect.set(globalThis, 'hangUp', hangUp)
Reflect.set(globalThis, 'askStranger', askStranger)
