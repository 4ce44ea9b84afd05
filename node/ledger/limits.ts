/** Every bound of the folder, its unit and its reason. */
export const ledgerLimits = {
  /** A transaction's encoding: 64 transfers with full memos, an ML-DSA-87 key and signature are 28 KB. */
  maxTransactionBytes: 32_768,
  /** Operations under one signature: amortises its 3.3 KB without letting one transaction fill a vertex. */
  maxOperations: 64,
  /** UTF-8 bytes of a transfer's memo: an invoice reference, not a document. */
  maxMemoBytes: 256,
  /** Nonces an account may have in flight at a node: what a wallet may send before it must wait for a commit. */
  maxInFlightNonces: 64,
  /** Transactions parked in committed state an account; the next is Rejected. */
  maxParkedPerAccount: 64,
  /** How far ahead of the ledger's time validUntil may lie, in ms: bounds how long paid transaction ids stay in state. */
  maxValidityMs: 24 * 60 * 60 * 1_000,
  /** What admission leaves of that, in ms: ledger time lags the local clock, by seconds on an idle network, and a
   * transaction that was taken must not be ignored at execution for lying too far ahead. */
  admissionValidityMarginMs: 60_000,
  /** Amounts of one validator on their way out at a time, so that a record stays small; the next waits for one to be released. */
  maxUnbondingPerValidator: 16,
  /** Offences of one validator that are slashed: a key that ran on two machines by mistake is not ground down to nothing. */
  maxOffencesPerValidator: 16,
  /** A piece of evidence: two statements of a vertex, or checkpoints, (300 bytes each at most) with signatures of any suite. */
  maxEvidenceBytes: 10_000,
  /** Hours of which an account with a limit remembers what it spent: the running one and the 24 before it. */
  maxSpentHours: 25,
  /** Shortest and longest delay of a recovery, in ms of ledger time: one to notice it in, and one that somebody may live to see. */
  minRecoveryDelayMs: 60_000,
  maxRecoveryDelayMs: 365 * 24 * 60 * 60 * 1_000,
  /** Validators of an epoch: votes and certificates of more are beyond what a home connection carries. */
  maxCommittee: 100,
  /** Genesis file: 1,000 validators of 2 KB each and their parameters. */
  maxGenesisBytes: 4_000_000,
  /** The same as a file for people: two hex digits a byte, names and line ends. */
  maxGenesisFileBytes: 12_000_000,
  maxGenesisValidators: 1_000,
  maxGenesisAllocations: 10_000,
} as const
