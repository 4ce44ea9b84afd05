/** Validators with peers, and sessions between two of them, for the tests of this folder. */
import { ed25519 } from '@noble/curves/ed25519.js'
import { seededRng } from '../../core/rng.ts'
import { defaultSignatureBackend } from '../../crypto/index.ts'
import { validatorIdOf } from '../../ledger/index.ts'
import { peerIdOfKey, verifyEd25519 } from '../secure-channel/index.ts'
import { type CertificateClaim, signCertificate } from './certificate.ts'
import type { BindingSession } from './proof.ts'

export const testNetwork = new Uint8Array(32).fill(0xc1)
export const nowMs = 1_750_000_000_000
export const dayMs = 24 * 3_600_000

const backend = defaultSignatureBackend()

export const verifiers = {
  validator: (publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array) =>
    backend.verify('ML-DSA-65', publicKey, message, signature),
  peer: verifyEd25519,
}

export interface TestValidator {
  readonly id: Uint8Array
  readonly validatorKey: Uint8Array
  readonly peerId: Uint8Array
  readonly sign: (message: Uint8Array) => Uint8Array
  readonly signAsPeer: (message: Uint8Array) => Uint8Array
}

/** @param number another for each: its keys follow from it */
export function testValidator(number: number): TestValidator {
  const rng = seededRng(number)
  const [seed, peerSeed] = [rng.bytes(32), rng.bytes(32)]
  const { publicKey } = backend.keygen('ML-DSA-65', seed)
  return {
    id: validatorIdOf(publicKey),
    validatorKey: publicKey,
    peerId: peerIdOfKey(ed25519.getPublicKey(peerSeed)),
    sign: (message) => backend.sign('ML-DSA-65', seed, message),
    signAsPeer: (message) => ed25519.sign(message, peerSeed),
  }
}

export function claimOf(who: TestValidator, changes: Partial<CertificateClaim> = {}): CertificateClaim {
  const { validatorKey, peerId } = who
  return {
    network: testNetwork,
    validatorKey,
    peerId,
    notBeforeMs: nowMs - dayMs,
    notAfterMs: nowMs + dayMs,
    ...changes,
  }
}

export function certificateOf(who: TestValidator, changes: Partial<CertificateClaim> = {}): Promise<Uint8Array> {
  return signCertificate(claimOf(who, changes), { validator: who.sign, peer: who.signAsPeer })
}

/** One connection as its initiator and its responder see it. */
export function sessionsBetween(
  initiator: TestValidator,
  responder: TestValidator,
  handshakeHash: Uint8Array = new Uint8Array(32).fill(0x11),
): readonly [BindingSession, BindingSession] {
  return [
    { role: 'initiator', handshakeHash, ownPeerId: initiator.peerId, remotePeerId: responder.peerId },
    { role: 'responder', handshakeHash, ownPeerId: responder.peerId, remotePeerId: initiator.peerId },
  ]
}
