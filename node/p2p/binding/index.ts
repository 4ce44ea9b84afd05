/** Binds validators to connections: a certificate says which peer is whose, and each connection is proven to be the validator's. */
export { type Bindings, type BindingsDeps, type BindingsOptions, createBindings } from './bindings.ts'
export {
  type Certificate,
  type CertificateClaim,
  needsRenewal,
  readCertificate,
  type SignMessage,
  signCertificate,
  type VerifySignature,
  verifyCertificate,
} from './certificate.ts'
export type { BindingCode, BindingError, CertificateError } from './errors.ts'
export { limits as bindingLimits } from './limits.ts'
export type { BindingSession } from './proof.ts'
export { type BindingDeps, bindingProtocol, runBinding } from './run-binding.ts'
export { checkStatement, makeStatement, type OwnValidator } from './statement.ts'
