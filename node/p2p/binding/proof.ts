/**
 * A validator's proof that one connection is its own: its signature over the hash of the handshake, which is on no other
 * connection, over its part in it, both peers, and the certificate it stands behind. Passed on by somebody else, sent back, or kept
 * for another connection, it proves nothing.
 */
import { concatBytes } from '../../core/bytes.ts'
import { domainTags } from '../../core/domain-tags.ts'
import { invariant } from '../../core/node-error.ts'
import { hashLengthBytes } from '../../crypto/index.ts'
import { type HandshakeRole, peerIdBytes } from '../secure-channel/index.ts'

/** What one side of a connection knows of it. */
export interface BindingSession {
  /** Ours in the handshake of the channel. */
  readonly role: HandshakeRole
  /** 32 bytes. */
  readonly handshakeHash: Uint8Array
  /** 38 bytes each. */
  readonly ownPeerId: Uint8Array
  readonly remotePeerId: Uint8Array
}

const wireOfRole: Readonly<Record<HandshakeRole, number>> = { initiator: 1, responder: 2 }

/** The same connection, as the other side sees it. */
export function otherSide({ role, handshakeHash, ownPeerId, remotePeerId }: BindingSession): BindingSession {
  return {
    role: role === 'initiator' ? 'responder' : 'initiator',
    handshakeHash,
    ownPeerId: remotePeerId,
    remotePeerId: ownPeerId,
  }
}

/** What the side whose session this is signs: tag ‖ chain ‖ role ‖ handshake hash ‖ own peer ‖ other peer ‖ certificate's hash. */
export function proofMessage(chainId: Uint8Array, session: BindingSession, certificateHash: Uint8Array): Uint8Array {
  const { role, handshakeHash, ownPeerId, remotePeerId } = session
  // Every part has one length, so that no two messages run together alike.
  invariant(
    [chainId, handshakeHash, certificateHash].every(({ length }) => length === hashLengthBytes) &&
      [ownPeerId, remotePeerId].every(({ length }) => length === peerIdBytes),
    'a proof is over hashes of 32 bytes and peer ids of 38',
  )
  return concatBytes(
    domainTags.validatorBinding,
    chainId,
    Uint8Array.of(wireOfRole[role]),
    handshakeHash,
    ownPeerId,
    remotePeerId,
    certificateHash,
  )
}
