/**
 * Cryptography: ML-DSA signatures (FIPS 204), alone or with ECDSA P-256, and ML-KEM-768 (FIPS 203) by the fastest backend that passes its known
 * answers, hashing, and the verifier on the calling thread. Everything here runs in browsers too; the verifier that
 * uses worker threads is Node only, and so has its own door, ./verifier-pool.ts.
 */
export { defaultP256 } from './backends/with-composite.ts'
export { compositeMessage, joinComposite, splitCompositeKey, splitCompositeSignature } from './composite.ts'
export { hashLengthBytes, sha3, sha256 } from './hash.ts'
export { createInlineVerifier, type InlineVerifierOptions } from './inline-verifier.ts'
export { isEncapsulationKey, kemParameters } from './kem-parameters.ts'
export { generateKeyPair, type KeyPair, publicKeyOfSeed } from './keys.ts'
export { hasPointForm, hasSignatureForm, withLowS } from './p256.ts'
export {
  type Candidate,
  defaultKemBackend,
  defaultSignatureBackend,
  kemCandidates,
  type RejectedBackend,
  type Selection,
  selectKemBackend,
  selectSignatureBackend,
  signatureCandidates,
} from './select-backend.ts'
export { type SelfTestFailure, testKemBackend, testSignatureBackend } from './self-test.ts'
export {
  type CompositeSuite,
  compositeHalf,
  compositeSuite,
  isMlDsaSuite,
  type MlDsaSuite,
  mlDsaSuites,
  p256Sizes,
  type SignatureSuite,
  type SuiteParameters,
  seedBytes,
  signatureSuites,
  suiteOfWire,
} from './suites.ts'
export { systemRng } from './system-rng.ts'
export type {
  BackendName,
  BackendUnavailable,
  DecapsulationKey,
  KemBackend,
  SignatureBackend,
  SignatureCapabilities,
  SigningKey,
  SignOptions,
  VerifyingKey,
} from './types.ts'
export type { Verifier, VerifierStats, VerifyJob } from './verifier.ts'
