/**
 * A validator's certificate: says that a peer id is the validator's, for a time, signed by the keys of both. It says who somebody
 * should be; that he is, is proven for each connection (proof.ts), for a certificate can be shown by anybody.
 * Rules: docs/protocol.md, "Secure channel".
 */
import { concatBytes, equalBytes } from '../../core/bytes.ts'
import { canonicalDecode, canonicalEncode } from '../../core/canonical.ts'
import { type CodecValue, fixedBytes, record, uintUpTo } from '../../core/codec.ts'
import { domainTags } from '../../core/domain-tags.ts'
import { invariant } from '../../core/node-error.ts'
import { err, ok, type Result } from '../../core/result.ts'
import { hashLengthBytes, sha3, signatureSuites } from '../../crypto/index.ts'
import { validatorIdOf } from '../../ledger/index.ts'
import { keyOfPeerId, peerIdBytes } from '../secure-channel/index.ts'
import type { CertificateError } from './errors.ts'
import { limits } from './limits.ts'

const { publicKeyBytes, signatureBytes } = signatureSuites['ML-DSA-65']
export const peerSignatureBytes = 64

const claimFields = {
  /** Chain id of the network. */
  network: fixedBytes(hashLengthBytes),
  /** ML-DSA-65 key of the validator. */
  validatorKey: fixedBytes(publicKeyBytes),
  peerId: fixedBytes(peerIdBytes),
  notBeforeMs: uintUpTo(),
  /** The first moment at which it is no longer valid. */
  notAfterMs: uintUpTo(),
}
const claimCodec = record(claimFields)
const certificateCodec = record({
  ...claimFields,
  validatorSignature: fixedBytes(signatureBytes),
  peerSignature: fixedBytes(peerSignatureBytes),
})

export type CertificateClaim = CodecValue<typeof claimCodec>

/** A certificate that was verified, and what follows from it. */
export interface Certificate extends CertificateClaim {
  /** Id of the validator (docs/protocol.md, "Genesis"). */
  readonly validator: Uint8Array
  /** What proofs name it by. */
  readonly hash: Uint8Array
}

type MaybePromise<T> = T | Promise<T>
export type SignMessage = (message: Uint8Array) => MaybePromise<Uint8Array>
/** False for whatever is not a valid signature; does not throw for it. */
export type VerifySignature = (
  publicKey: Uint8Array,
  message: Uint8Array,
  signature: Uint8Array,
) => MaybePromise<boolean>

/** What both keys sign. */
function certificateMessage(claim: CertificateClaim): Uint8Array {
  const { network, validatorKey, peerId, notBeforeMs, notAfterMs } = claim
  const body = canonicalEncode(claimCodec, { network, validatorKey, peerId, notBeforeMs, notAfterMs })
  return concatBytes(domainTags.validatorCertificate, network, body)
}

/** Hash over the encoded certificate, signatures included: what a proof names. */
export function certificateHash(certificate: Uint8Array): Uint8Array {
  return sha3(domainTags.certificateHash, certificate)
}

function hasPossibleValidity({ notBeforeMs, notAfterMs }: CertificateClaim): boolean {
  return notAfterMs > notBeforeMs && notAfterMs - notBeforeMs <= limits.maxValidityMs
}

/**
 * Makes a certificate, about 5.4 KB.
 *
 * @param signers validator: ML-DSA-65, empty context; peer: Ed25519 key of the peer id
 */
export async function signCertificate(
  claim: CertificateClaim,
  signers: { readonly validator: SignMessage; readonly peer: SignMessage },
): Promise<Uint8Array> {
  invariant(hasPossibleValidity(claim), 'a certificate is valid for some time, and not for longer than any may be')
  invariant(keyOfPeerId(claim.peerId) !== undefined, 'the peer id is that of an Ed25519 key')
  const message = certificateMessage(claim)
  const [validatorSignature, peerSignature] = [await signers.validator(message), await signers.peer(message)]
  return canonicalEncode(certificateCodec, { ...claim, validatorSignature, peerSignature })
}

/**
 * Checks what is cheap first, the signature of the post-quantum key last.
 *
 * @param expected network, and the peer that showed the certificate, as the channel has proven it
 */
export async function verifyCertificate(
  bytes: Uint8Array,
  expected: { readonly network: Uint8Array; readonly peerId: Uint8Array; readonly nowMs: number },
  verifiers: { readonly validator: VerifySignature; readonly peer: VerifySignature },
): Promise<Result<Certificate, CertificateError>> {
  const decoded = canonicalDecode(certificateCodec, bytes, limits.maxCertificateBytes)
  if (!decoded.ok) return err({ code: 'CERTIFICATE_MALFORMED', reason: decoded.error.code })
  const { validatorSignature, peerSignature, ...claim } = decoded.value
  if (!equalBytes(claim.network, expected.network)) return err({ code: 'CERTIFICATE_WRONG_NETWORK' })
  if (!equalBytes(claim.peerId, expected.peerId)) return err({ code: 'CERTIFICATE_WRONG_PEER' })
  if (!hasPossibleValidity(claim)) return err({ code: 'CERTIFICATE_VALIDITY' })
  const time = checkTime(claim, expected.nowMs)
  if (!time.ok) return time
  const peerKey = keyOfPeerId(claim.peerId)
  if (peerKey === undefined) return err({ code: 'CERTIFICATE_MALFORMED', reason: 'PEER_ID' })
  const message = certificateMessage(claim)
  const isSigned =
    (await verifiers.peer(peerKey, message, peerSignature)) &&
    (await verifiers.validator(claim.validatorKey, message, validatorSignature))
  if (!isSigned) return err({ code: 'CERTIFICATE_SIGNATURE_INVALID' })
  return ok({ ...claim, validator: validatorIdOf(claim.validatorKey), hash: certificateHash(bytes) })
}

function checkTime(claim: CertificateClaim, nowMs: number): Result<undefined, CertificateError> {
  const { notBeforeMs, notAfterMs } = claim
  if (nowMs + limits.clockSkewMs < notBeforeMs) return err({ code: 'CERTIFICATE_NOT_YET_VALID', notBeforeMs })
  return nowMs < notAfterMs ? ok(undefined) : err({ code: 'CERTIFICATE_EXPIRED', notAfterMs })
}

/** Whether its owner should make it again: a third of its time is left, or none. */
export function needsRenewal(claim: Pick<CertificateClaim, 'notBeforeMs' | 'notAfterMs'>, nowMs: number): boolean {
  return claim.notAfterMs - nowMs < (claim.notAfterMs - claim.notBeforeMs) * limits.renewBelowShare
}

/** What a certificate of our own says; it is not verified. Undefined where it is none. */
export function readCertificate(bytes: Uint8Array): CertificateClaim | undefined {
  const decoded = canonicalDecode(certificateCodec, bytes, limits.maxCertificateBytes)
  if (!decoded.ok) return undefined
  const { network, validatorKey, peerId, notBeforeMs, notAfterMs } = decoded.value
  return { network, validatorKey, peerId, notBeforeMs, notAfterMs }
}
