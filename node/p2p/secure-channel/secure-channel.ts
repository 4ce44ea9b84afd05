/**
 * The channel as a libp2p node uses it: encrypters for its connections, the same handshake inside single streams, and the
 * handshake hash of a connection for the proof that binds a validator to it (node/p2p/binding).
 * Rules: docs/protocol.md, "Secure channel".
 */
import { publicKeyFromRaw } from '@libp2p/crypto/keys'
import type {
  Connection,
  ConnectionEncrypter,
  MessageStream,
  MultiaddrConnection,
  PrivateKey,
  SecureConnectionOptions,
  Stream,
} from '@libp2p/interface'
import type { NoiseComponents } from '@libp2p/noise'
import { peerIdFromPublicKey } from '@libp2p/peer-id'
import { concatBytes, utf8 } from '../../core/bytes.ts'
import type { Scheduler } from '../../core/clock.ts'
import { NodeError } from '../../core/node-error.ts'
import type { Rng } from '../../core/rng.ts'
import { defaultKemBackend, type KemBackend, systemRng } from '../../crypto/index.ts'
import { type ChannelRecord, createChannelRecords } from './channel-record.ts'
import { classicalProtocol, createClassicalEncrypter } from './classical.ts'
import { dtlsBindingOf } from './dtls-binding.ts'
import { channelError } from './errors.ts'
import { createHandshake, type HandshakeResult, type HandshakeRole } from './handshake.ts'
import { type ChannelIdentity, createIdentity } from './identity.ts'
import { keyOfPeerId, peerIdOfKey } from './peer-key.ts'
import type { HybridPins } from './pins.ts'
import { type ChannelPrimitives, keyBytes } from './primitives.ts'
import { runHandshake } from './run-handshake.ts'
import { SecuredConnection } from './secured-connection.ts'
import { SecuredStream } from './secured-stream.ts'
import { defaultPrimitives } from './select-primitives.ts'

/** By which two nodes agree on this handshake for a connection. */
export const hybridProtocol = '/qudag/noise-xxhfs-mlkem768/1.0.0'
/** A stream that begins with this handshake, on connections that libp2p does not encrypt by it (WebRTC). */
export const channelStreamProtocol = '/qudag/channel/1'

export interface SecureChannelOptions {
  /** Hash of the genesis. */
  readonly chainId: Uint8Array
  /** Offers libp2p's noise too, after ours. Default: peers without the hybrid handshake are refused. */
  readonly allowClassical?: boolean
  /** A validator talks to hybrid peers only. */
  readonly isValidator?: boolean
}

export interface SecureChannelDeps {
  /** The node's Ed25519 key, as libp2p has it. */
  readonly privateKey: PrivateKey
  readonly scheduler: Scheduler
  /** Without: nobody is remembered, and a downgrade of a hybrid peer is not noticed where classical ones are allowed. */
  readonly pins?: HybridPins
  /** libp2p keeps only the text of what an encrypter throws: here is the code. */
  readonly onRefusal?: (refusal: ChannelRefusal) => void
  readonly rng?: Rng
  readonly kem?: KemBackend
  readonly primitives?: ChannelPrimitives
}

export interface ChannelRefusal {
  readonly code: string
  readonly direction: 'inbound' | 'outbound'
  /** Multiaddr of the other end; null inside a stream. */
  readonly address: string | null
  /** Peer id that was called, or that came and was refused; null where it is not known. */
  readonly remotePeer: string | null
}

export interface SecuredStreamResult {
  readonly stream: Stream
  readonly record: ChannelRecord
}

export interface SecureChannel {
  /** For libp2p's `connectionEncrypters`, in order of preference. */
  readonly encrypters: readonly ((components: NoiseComponents) => ConnectionEncrypter)[]
  /** Undefined for connections outside the channel: classical ones, and WebRTC's. */
  of(connection: Connection): ChannelRecord | undefined
  kindOf(connection: Connection): 'hybrid' | 'classical' | 'transport'
  /**
   * Runs the handshake inside a fresh stream of `channelStreamProtocol`, by both ends; who opened the stream begins. The other end must be
   * the connection's peer.
   *
   * @throws NodeError with a ChannelCode; the stream is then aborted
   */
  secureStream(
    stream: Stream,
    connection: Connection,
    options?: {
      readonly signal?: AbortSignal
      /** Default: the DTLS fingerprints of the connection, initiator of the *connection* first. */
      readonly transportBinding?: Uint8Array
      /** What is spoken inside: the name of the secured stream, and bound by the handshake, so that both ends mean the same. */
      readonly protocol?: string
    },
  ): Promise<SecuredStreamResult>
}

/** @throws NodeError CHANNEL_CLASSICAL_FORBIDDEN, CHANNEL_KEY_UNSUPPORTED, CRYPTO_SELF_TEST_FAILED */
export function createSecureChannel(options: SecureChannelOptions, deps: SecureChannelDeps): SecureChannel {
  const { chainId, allowClassical = false, isValidator = false } = options
  const { privateKey, scheduler, pins } = deps
  const { rng = systemRng, kem = defaultKemBackend(), primitives = defaultPrimitives() } = deps
  if (allowClassical && isValidator) throw channelError('CHANNEL_CLASSICAL_FORBIDDEN')
  if (privateKey.type !== 'Ed25519') throw channelError('CHANNEL_KEY_UNSUPPORTED')
  const peerKey = privateKey.publicKey.raw

  const records = createChannelRecords()
  let identity: Promise<ChannelIdentity> | undefined

  /** Made once, at the first handshake: one key and one signature for all. */
  const ownIdentity = (): Promise<ChannelIdentity> => {
    if (identity !== undefined) return identity
    const secret = rng.bytes(keyBytes)
    const channelKey = primitives.openAgreementKey(secret)
    secret.fill(0)
    const made = createIdentity({ chainId, peerKey, channelKey }, (message) => privateKey.sign(message))
    identity = made
    made.catch(() => {
      // Whoever waits for it is told; the next handshake tries again.
      identity = undefined
    })
    return made
  }

  const refuse = (error: unknown, transport: MessageStream, remotePeer: string | null): void => {
    const address = (transport as Partial<MultiaddrConnection>).remoteAddr?.toString() ?? null
    const code = error instanceof NodeError ? error.code : 'INTERNAL'
    deps.onRefusal?.({ code, direction: transport.direction, address, remotePeer })
  }

  const shake = async (
    transport: MessageStream,
    role: HandshakeRole,
    transportBinding: Uint8Array,
    { signal, expectedPeerId }: { signal?: AbortSignal | undefined; expectedPeerId?: Uint8Array | undefined },
  ): Promise<{ result: HandshakeResult; record: ChannelRecord }> => {
    const expectedPeerKey = expectedPeerId === undefined ? undefined : keyOfPeerId(expectedPeerId)
    if (expectedPeerId !== undefined && expectedPeerKey === undefined) throw channelError('CHANNEL_KEY_UNSUPPORTED')
    const own = await ownIdentity()
    const handshake = createHandshake(
      { role, chainId, transportBinding, identity: own, expectedPeerKey },
      { primitives, kem, rng },
    )
    const result = await runHandshake(transport, handshake, { scheduler, signal })
    const remotePeerId = peerIdOfKey(result.remotePeerKey)
    return { result, record: { role, handshakeHash: result.handshakeHash, remotePeerId } }
  }

  const secureConnection = async (
    transport: MessageStream,
    role: HandshakeRole,
    { signal, remotePeer: expected }: SecureConnectionOptions = {},
  ) => {
    try {
      const expectedPeerId = expected?.toMultihash().bytes
      const { result, record } = await shake(transport, role, new Uint8Array(), { signal, expectedPeerId })
      const remotePeer = peerIdFromPublicKey(publicKeyFromRaw(result.remotePeerKey))
      records.set(transport, record)
      pins?.pin(remotePeer.toString(), { isDialled: role === 'initiator' })
      return { connection: new SecuredConnection(transport, result), remotePeer }
    } catch (error) {
      refuse(error, transport, expected?.toString() ?? null)
      throw error
    }
  }

  const hybrid = (): ConnectionEncrypter => ({
    protocol: hybridProtocol,
    secureInbound: (transport, init) => secureConnection(transport, 'responder', init),
    secureOutbound: (transport, init) => secureConnection(transport, 'initiator', init),
  })
  const classical = (components: NoiseComponents): ConnectionEncrypter =>
    createClassicalEncrypter(components, { pins, onRefusal: refuse })

  return {
    encrypters: allowClassical ? [hybrid, classical] : [hybrid],
    of: (connection) => records.of(connection),
    kindOf(connection) {
      if (records.of(connection) !== undefined) return 'hybrid'
      return connection.encryption === classicalProtocol ? 'classical' : 'transport'
    },
    async secureStream(stream, connection, { signal, transportBinding = dtlsBindingOf(connection), protocol } = {}) {
      try {
        if (transportBinding === undefined) throw channelError('CHANNEL_TRANSPORT_UNBOUND')
        const binding = protocol === undefined ? transportBinding : concatBytes(transportBinding, utf8(protocol))
        const role = stream.direction === 'outbound' ? 'initiator' : 'responder'
        const expectedPeerId = connection.remotePeer.toMultihash().bytes
        const { result, record } = await shake(stream, role, binding, { signal, expectedPeerId })
        return { stream: new SecuredStream(stream, result, protocol), record }
      } catch (error) {
        refuse(error, stream, connection.remotePeer.toString())
        stream.abort(error as Error)
        throw error
      }
    },
  }
}
