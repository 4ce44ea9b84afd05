/**
 * Light client: what somebody who trusts no node can check, here or in a browser. Built: proofs of accounts against the
 * checkpoints that the validators signed, with the genesis alone. Source: docs/protocol.md, "Proofs for strangers".
 */
export { type CheckedProof, checkProofFile } from './check-file.ts'
export { lightClientLimits } from './limits.ts'
export {
  type AccountClaim,
  type EpochStep,
  formatProof,
  type Proof,
  type ProofFormatError,
  parseProof,
} from './proof.ts'
export { type ProofAnswerError, proofFromAnswer } from './proof-answer.ts'
export { type ProofError, trustPeriodMs, type Verdict, type VerifyOptions, verifyProof } from './verify-proof.ts'
