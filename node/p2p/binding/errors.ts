/** Why a validator was not believed. Codes are stable (docs/errors.md, "Secure channel"). */
import { NodeError } from '../../core/node-error.ts'

export type CertificateError =
  /** Too long, not canonical, or of another shape. */
  | { code: 'CERTIFICATE_MALFORMED'; reason: string }
  /** Made for another network. */
  | { code: 'CERTIFICATE_WRONG_NETWORK' }
  /** Names another peer than the one that showed it. */
  | { code: 'CERTIFICATE_WRONG_PEER' }
  /** Its validity is empty, or longer than any may be. */
  | { code: 'CERTIFICATE_VALIDITY' }
  /** Not valid yet, by more than clocks differ. */
  | { code: 'CERTIFICATE_NOT_YET_VALID'; notBeforeMs: number }
  /** No longer valid. */
  | { code: 'CERTIFICATE_EXPIRED'; notAfterMs: number }
  /** Not signed by the peer or the validator that it names. */
  | { code: 'CERTIFICATE_SIGNATURE_INVALID' }

export type BindingError =
  | CertificateError
  /** What the other side sent is too long, not canonical, or of another shape. */
  | { code: 'BINDING_MALFORMED'; reason: string }
  /** The proof is not the validator's for this connection, this role and these two peers. */
  | { code: 'BINDING_PROOF_INVALID' }

export type BindingCode =
  | BindingError['code']
  /** The other side did not believe ours, or closed without an answer. */
  | 'BINDING_REFUSED'
  /** Our own validator key could not sign: locked, or its token gone. */
  | 'BINDING_UNSIGNED'
  /** Not done in `limits.timeoutMs`, or in the time the caller waits. */
  | 'BINDING_TIMEOUT'

const texts: Readonly<Record<BindingCode, string>> = {
  CERTIFICATE_MALFORMED: 'the certificate is not one',
  CERTIFICATE_WRONG_NETWORK: 'the certificate is for another network',
  CERTIFICATE_WRONG_PEER: 'the certificate names another peer',
  CERTIFICATE_VALIDITY: 'the certificate has an impossible validity',
  CERTIFICATE_NOT_YET_VALID: 'the certificate is not valid yet',
  CERTIFICATE_EXPIRED: 'the certificate is no longer valid',
  CERTIFICATE_SIGNATURE_INVALID: 'the certificate is not signed by those it names',
  BINDING_MALFORMED: 'the message is not a proof of a validator',
  BINDING_PROOF_INVALID: 'the proof is not for this connection',
  BINDING_REFUSED: 'the other side did not take our proof, or gave none',
  BINDING_UNSIGNED: 'this validator cannot sign its own proof',
  BINDING_TIMEOUT: 'proving who is who took too long',
}

const passing = new Set<string>(['BINDING_REFUSED', 'BINDING_UNSIGNED', 'BINDING_TIMEOUT'] satisfies BindingCode[])

/** Whether the same two may succeed at another time: nothing that was shown was wrong. */
export function mayPass(code: string): boolean {
  return passing.has(code)
}

export function bindingError(code: BindingCode, cause?: unknown): NodeError {
  return new NodeError(code, texts[code], { cause })
}
