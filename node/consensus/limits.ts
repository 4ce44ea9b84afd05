/** Every bound of the folder, its unit and its reason. Values: docs/protocol.md, "Consensus". */
export const consensusLimits = {
  /** Transactions a vertex carries at most. */
  maxVertexTransactions: 500,
  /** Bytes of transactions a vertex carries at most: what a home connection uploads within a round. */
  maxVertexTransactionBytes: 2_000_000,
  /** Operations a proposer puts into a vertex: executing them takes about 35 ms, which no event loop notices. Not a rule. */
  proposedVertexOperations: 4_000,
  /** A vertex on the wire: its transactions, 100 parents of 70 bytes, and a signature. */
  maxVertexBytes: 2_200_000,
  /** Rounds below an anchor that a parent may lie, and that history is kept for: 6 to 12 s of rounds. */
  horizonRounds: 60,
  /** Transactions waiting to be proposed: 4 s of full vertices. Above it the door says MEMPOOL_FULL. */
  maxProposalQueue: 20_000,
  /** Commits handed over and not yet executed; above it no vertex is made, so that load shows as back-pressure. */
  maxUnexecutedCommits: 8,
  /** A transaction enters a vertex only when its predecessor is at most this old, in ms: the predecessor's timestamp
   * becomes the time the transaction executes at, and after an idle spell or a restart that would lie in the past. */
  maxPredecessorAgeMs: 2_000,
  /** Ledger time without a checkpoint on a network where nothing happens, in ms: a trust anchor stays fresh at 1 MB a day. */
  maxIdleCheckpointGapMs: 600_000,
  /** Signatures under one checkpoint: the committee's size at most. */
  maxCertificateSignatures: 1_000,
  /** Validators that all sit in the committee; above it one is drawn an epoch: 100 signatures make 220 KB of certificate. */
  maxFullCommittee: 100,
  /** Seats of a drawn committee: with 20 % Byzantine of 10,000 it fails with 7·10⁻¹¹ an epoch (docs/sampling.md). */
  committeeSeats: 400,
  /** Links of a validator's chain of reveals, 32 bytes each: two years of epochs of ten minutes. */
  maxRevealChain: 105_120,
  /** Reveals in a row that a validator may miss before its chain counts as lost: a week of epochs, 1 ms of hashing. */
  maxMissedReveals: 1_008,
} as const
