/**
 * The secure channel between nodes: a Noise handshake with X25519 and ML-KEM-768, proven against the peer's Ed25519 key, and the
 * encrypted connections and streams that follow from it. Runs in browsers too.
 */
export type { ChannelRecord } from './channel-record.ts'
export { classicalProtocol } from './classical.ts'
export { dtlsBindingOf } from './dtls-binding.ts'
export type { ChannelCode, HandshakeError } from './errors.ts'
export type { HandshakeRole } from './handshake.ts'
export { limits as secureChannelLimits } from './limits.ts'
export { keyOfPeerId, peerIdBytes, peerIdOfKey } from './peer-key.ts'
export { createHybridPins, type HybridPin, type HybridPinStore, type HybridPins } from './pins.ts'
export {
  type ChannelRefusal,
  channelStreamProtocol,
  createSecureChannel,
  hybridProtocol,
  type SecureChannel,
  type SecureChannelDeps,
  type SecureChannelOptions,
  type SecuredStreamResult,
} from './secure-channel.ts'
export { verifyEd25519 } from './select-primitives.ts'
