/** What each side sends to say who it is: nothing, or a certificate and the proof for this connection. Made and checked here, without I/O. */
import { canonicalDecode, canonicalEncode } from '../../core/canonical.ts'
import { bytesUpTo, fixedBytes, nullable, record } from '../../core/codec.ts'
import { err, ok, type Result } from '../../core/result.ts'
import { signatureSuites } from '../../crypto/index.ts'
import { certificateHash, type SignMessage, type VerifySignature, verifyCertificate } from './certificate.ts'
import type { BindingError } from './errors.ts'
import { limits } from './limits.ts'
import { type BindingSession, otherSide, proofMessage } from './proof.ts'

const statementCodec = record({
  validator: nullable(
    record({
      certificate: bytesUpTo(limits.maxCertificateBytes),
      proof: fixedBytes(signatureSuites['ML-DSA-65'].signatureBytes),
    }),
  ),
})

/** As a validator, with its certificate; null for any other node. */
export type OwnValidator = { readonly certificate: Uint8Array; readonly sign: SignMessage } | null

/** @param own signs with the validator's ML-DSA-65 key, empty context */
export async function makeStatement(
  chainId: Uint8Array,
  session: BindingSession,
  own: OwnValidator,
): Promise<Uint8Array> {
  if (own === null) return canonicalEncode(statementCodec, { validator: null })
  const { certificate, sign } = own
  const proof = await sign(proofMessage(chainId, session, certificateHash(certificate)))
  return canonicalEncode(statementCodec, { validator: { certificate, proof } })
}

/**
 * Checks what the other side sent.
 *
 * @returns its validator's id, proven for this connection; null where it says that it is none
 */
export async function checkStatement(
  bytes: Uint8Array,
  context: { readonly chainId: Uint8Array; readonly session: BindingSession; readonly nowMs: number },
  verifiers: { readonly validator: VerifySignature; readonly peer: VerifySignature },
): Promise<Result<{ readonly validator: Uint8Array } | null, BindingError>> {
  const { chainId, session, nowMs } = context
  const decoded = canonicalDecode(statementCodec, bytes, limits.maxMessageBytes)
  if (!decoded.ok) return err({ code: 'BINDING_MALFORMED', reason: decoded.error.code })
  const claimed = decoded.value.validator
  if (claimed === null) return ok(null)
  const expected = { network: chainId, peerId: session.remotePeerId, nowMs }
  const certificate = await verifyCertificate(claimed.certificate, expected, verifiers)
  if (!certificate.ok) return certificate
  const { validatorKey, validator, hash } = certificate.value
  const message = proofMessage(chainId, otherSide(session), hash)
  return (await verifiers.validator(validatorKey, message, claimed.proof))
    ? ok({ validator })
    : err({ code: 'BINDING_PROOF_INVALID' })
}
