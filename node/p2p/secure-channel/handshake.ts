/**
 * The handshake as a state machine of bytes in and bytes out; time, sockets and libp2p are elsewhere.
 * Rules: docs/protocol.md, "Secure channel"; Noise Protocol Framework (revision 34) with pattern XX and the hybrid forward secrecy
 * modifier as drafted in libp2p/specs PR 727:
 *
 *   -> e, e1
 *   <- e, ee, ekem1, s, es, identity
 *   -> s, se, identity
 *
 * e1 is an ML-KEM-768 key and ekem1 the ciphertext made for it; both go through EncryptAndHash as s does, then the secret of the
 * ciphertext is mixed in. An instance serves once, and the first fault ends it.
 */
import { concatBytes, equalBytes } from '../../core/bytes.ts'
import { domainTags } from '../../core/domain-tags.ts'
import { invariant, NodeError } from '../../core/node-error.ts'
import { err, ok, type Result } from '../../core/result.ts'
import type { Rng } from '../../core/rng.ts'
import { type DecapsulationKey, isEncapsulationKey, type KemBackend, kemParameters } from '../../crypto/index.ts'
import { type CipherBounds, type CipherState, createCipherState } from './cipher-state.ts'
import type { HandshakeError } from './errors.ts'
import { type ChannelIdentity, identityMessage, identityPayloadBytes, readIdentityPayload } from './identity.ts'
import { limits } from './limits.ts'
import { type AgreementKey, type ChannelPrimitives, keyBytes } from './primitives.ts'
import { createSymmetricState } from './symmetric-state.ts'

export const protocolName = 'Noise_XXhfs_25519+MLKEM768_ChaChaPoly_SHA256'

export type HandshakeRole = 'initiator' | 'responder'

const sealedKemBytes = kemParameters.ciphertextBytes + limits.tagBytes
const sealedKeyBytes = keyBytes + limits.tagBytes
const sealedIdentityBytes = identityPayloadBytes + limits.tagBytes

/** Bytes of the three messages: each has no other length. */
export const messageBytes = [
  keyBytes + kemParameters.encapsulationKeyBytes,
  keyBytes + sealedKemBytes + sealedKeyBytes + sealedIdentityBytes,
  sealedKeyBytes + sealedIdentityBytes,
] as const

export interface HandshakeOptions {
  readonly role: HandshakeRole
  /** Hash of the genesis, 32 bytes: nodes of two networks do not understand each other. */
  readonly chainId: Uint8Array
  /** What identifies the connection under the channel to both sides; empty where the channel is all there is. */
  readonly transportBinding: Uint8Array
  readonly identity: ChannelIdentity
  /** Ed25519 key that the other side must have; undefined where anybody may answer. */
  readonly expectedPeerKey?: Uint8Array | undefined
}

export interface HandshakeDeps {
  readonly primitives: ChannelPrimitives
  readonly kem: KemBackend
  readonly rng: Rng
  /** Only tests have others than `limits`. */
  readonly bounds?: CipherBounds
}

export interface HandshakeResult {
  /** Ed25519 key of the other side, proven. */
  readonly remotePeerKey: Uint8Array
  /** 32 bytes, the same on both sides and on no other connection (Noise §11.2). */
  readonly handshakeHash: Uint8Array
  readonly send: CipherState
  readonly receive: CipherState
}

export interface Handshake {
  /** Whose turn it is; `over` after the first fault, and when the result has been taken. */
  readonly turn: 'write' | 'read' | 'done' | 'over'
  /** Length of the message to be read next. */
  readonly awaitedBytes: number
  /** Fails where the other side's key cannot be agreed with. */
  write(): Result<Uint8Array, HandshakeError>
  read(message: Uint8Array): Result<undefined, HandshakeError>
  /** After `done`, once. */
  finish(): HandshakeResult
  /** Clears what a handshake that is given up holds. */
  destroy(): void
}

/** Ends a step from within; turned into a Result by its one caller. */
class Fault extends Error {
  readonly error: HandshakeError
  constructor(error: HandshakeError) {
    super(error.code)
    this.error = error
  }
}

export function createHandshake(options: HandshakeOptions, deps: HandshakeDeps): Handshake {
  const { role, chainId, transportBinding, identity, expectedPeerKey } = options
  const { primitives, kem, rng, bounds } = deps
  const isInitiator = role === 'initiator'
  const state = createSymmetricState(protocolName, primitives)
  state.mixHash(concatBytes(domainTags.channelPrologue, chainId, transportBinding))

  let step = 0
  let isOver = false
  let ephemeral: AgreementKey | undefined
  let decapsulation: DecapsulationKey | undefined
  let remoteEphemeral: Uint8Array | undefined
  let remoteKemKey: Uint8Array | undefined
  let remoteChannelKey: Uint8Array | undefined
  let remotePeerKey: Uint8Array | undefined

  const makeEphemeral = (): AgreementKey => {
    const secret = rng.bytes(keyBytes)
    requireRandom(secret, keyBytes)
    ephemeral = primitives.openAgreementKey(secret)
    secret.fill(0)
    state.mixHash(ephemeral.publicKey)
    return ephemeral
  }

  const mixAgreement = (own: AgreementKey | undefined, remote: Uint8Array | undefined): void => {
    invariant(own !== undefined && remote !== undefined, 'both keys of an agreement are known by now')
    const shared = own.agree(remote)
    if (shared === undefined) throw new Fault({ code: 'CHANNEL_KEY_AGREEMENT_INVALID' })
    state.mixKey(shared)
  }

  const open = (ciphertext: Uint8Array): Uint8Array => {
    const plaintext = state.decryptAndHash(ciphertext)
    if (plaintext === undefined) throw new Fault({ code: 'CHANNEL_DECRYPT_FAILED' })
    return plaintext
  }

  /** Takes the other side's identity: no part of ours, the one expected, and owner of the channel key. */
  const acceptIdentity = (payload: Uint8Array): void => {
    const { peerKey, signature } = readIdentityPayload(payload)
    if (equalBytes(peerKey, identity.peerKey)) throw new Fault({ code: 'CHANNEL_SELF' })
    if (expectedPeerKey !== undefined && !equalBytes(peerKey, expectedPeerKey)) {
      throw new Fault({ code: 'CHANNEL_PEER_MISMATCH' })
    }
    invariant(remoteChannelKey !== undefined, 'the channel key comes before the identity')
    if (!primitives.verifyEd25519(peerKey, identityMessage(chainId, remoteChannelKey), signature)) {
      throw new Fault({ code: 'CHANNEL_IDENTITY_INVALID' })
    }
    remotePeerKey = peerKey
  }

  const writeFirst = (): Uint8Array => {
    const { publicKey } = makeEphemeral()
    const seed = rng.bytes(kemParameters.seedBytes)
    requireRandom(seed, kemParameters.seedBytes)
    decapsulation = kem.openDecapsulationKey(seed)
    seed.fill(0)
    return concatBytes(publicKey, state.encryptAndHash(decapsulation.encapsulationKey))
  }

  const readFirst = (message: Uint8Array): void => {
    remoteEphemeral = message.slice(0, keyBytes)
    state.mixHash(remoteEphemeral)
    remoteKemKey = open(message.slice(keyBytes))
    if (!isEncapsulationKey(remoteKemKey)) throw new Fault({ code: 'CHANNEL_KEM_KEY_INVALID' })
  }

  const writeSecond = (): Uint8Array => {
    invariant(remoteKemKey !== undefined, 'the first message has been read')
    const own = makeEphemeral()
    mixAgreement(own, remoteEphemeral)
    const { ciphertext, sharedSecret } = kem.encapsulate(remoteKemKey)
    const sealedCiphertext = state.encryptAndHash(ciphertext)
    state.mixKey(sharedSecret)
    const sealedKey = state.encryptAndHash(identity.channelKey.publicKey)
    mixAgreement(identity.channelKey, remoteEphemeral)
    return concatBytes(own.publicKey, sealedCiphertext, sealedKey, state.encryptAndHash(identity.payload))
  }

  const readSecond = (message: Uint8Array): void => {
    invariant(decapsulation !== undefined, 'the first message has been written')
    const parts = splitAt(message, [keyBytes, sealedKemBytes, sealedKeyBytes])
    remoteEphemeral = parts[0] as Uint8Array
    state.mixHash(remoteEphemeral)
    mixAgreement(ephemeral, remoteEphemeral)
    const ciphertext = open(parts[1] as Uint8Array)
    state.mixKey(decapsulation.decapsulate(ciphertext))
    remoteChannelKey = open(parts[2] as Uint8Array)
    mixAgreement(ephemeral, remoteChannelKey)
    acceptIdentity(open(parts[3] as Uint8Array))
  }

  const writeThird = (): Uint8Array => {
    const sealedKey = state.encryptAndHash(identity.channelKey.publicKey)
    mixAgreement(identity.channelKey, remoteEphemeral)
    return concatBytes(sealedKey, state.encryptAndHash(identity.payload))
  }

  const readThird = (message: Uint8Array): void => {
    const parts = splitAt(message, [sealedKeyBytes])
    remoteChannelKey = open(parts[0] as Uint8Array)
    mixAgreement(ephemeral, remoteChannelKey)
    acceptIdentity(open(parts[1] as Uint8Array))
  }

  const writers = [writeFirst, writeSecond, writeThird]
  const readers = [readFirst, readSecond, readThird]

  const turn = (): Handshake['turn'] => {
    if (isOver) return 'over'
    if (step >= messageBytes.length) return 'done'
    return (step % 2 === 0) === isInitiator ? 'write' : 'read'
  }

  const end = (): void => {
    isOver = true
    ephemeral?.destroy()
    decapsulation?.destroy()
    state.destroy()
  }

  /** One step; the first that fails is the last. */
  const take = <T>(action: () => T): Result<T, HandshakeError> => {
    try {
      const value = action()
      step += 1
      return ok(value)
    } catch (fault) {
      end()
      if (fault instanceof Fault) return err(fault.error)
      throw fault
    }
  }

  return {
    get turn() {
      return turn()
    },
    get awaitedBytes() {
      return turn() === 'read' ? (messageBytes[step] as number) : 0
    },
    write() {
      invariant(turn() === 'write', 'it is our turn to write')
      return take(writers[step] as () => Uint8Array)
    },
    read(message) {
      invariant(turn() === 'read', 'it is our turn to read')
      const expectedBytes = messageBytes[step] as number
      return take(() => {
        if (message.length !== expectedBytes) {
          throw new Fault({ code: 'CHANNEL_MESSAGE_LENGTH', sizeBytes: message.length, expectedBytes })
        }
        ;(readers[step] as (message: Uint8Array) => void)(message)
        return undefined
      })
    },
    finish() {
      invariant(turn() === 'done' && remotePeerKey !== undefined, 'the handshake is done')
      const handshakeHash = state.hash()
      const [initiatorKey, responderKey] = state.split()
      end()
      const send = createCipherState(isInitiator ? initiatorKey : responderKey, primitives, bounds)
      const receive = createCipherState(isInitiator ? responderKey : initiatorKey, primitives, bounds)
      return { remotePeerKey, handshakeHash, send, receive }
    },
    destroy: end,
  }
}

/** Copies of the parts, the last being what is left. */
function splitAt(bytes: Uint8Array, lengths: readonly number[]): readonly Uint8Array[] {
  const parts: Uint8Array[] = []
  let offset = 0
  for (const length of lengths) {
    parts.push(bytes.slice(offset, offset + length))
    offset += length
  }
  parts.push(bytes.slice(offset))
  return parts
}

function requireRandom(bytes: Uint8Array, length: number): void {
  // One in 2^256 by chance: a source that does this is broken, and its keys would be everybody's.
  if (bytes.length !== length || bytes.every((byte) => byte === 0)) {
    throw new NodeError('RNG_FAILED', 'the random source gave no usable secret')
  }
}
