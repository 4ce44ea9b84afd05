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
  /** How far a vertex' timestamp may lie ahead of the local clock before it is held, in ms. */
  maxClockAheadMs: 500,
  /** Vertices held for their time, all authors together: beyond it they are fetched again. */
  maxHeldVertices: 256,
  /** Their bytes: eight full vertices. Their signatures are not checked yet, so nobody can be charged for them. */
  maxHeldBytes: 17_600_000,
  /** Base of the wait for a leader and its support, in ms; longer in rounds without a committed leader. */
  leaderTimeoutMs: 250,
  leaderTimeoutGrowth: 1.5,
  /** Rounds since the last committed leader after which the wait grows: a commit takes three, the rest is slack. */
  leaderTimeoutPatienceRounds: 6,
  maxLeaderTimeoutMs: 5_000,
  /** A validator this many rounds behind makes each vertex in turn; further behind it jumps. */
  maxCatchUpRounds: 10,
  /** A validator that has made no vertex for this long sends its latest again, and one whose checkpoint has had no certificate
   * for so long its signature, in ms. */
  resendAfterMs: 1_000,
  /** How long an author's vertices are pushed to a peer that had to fetch one, in ms. */
  pushAfterFetchMs: 30_000,
  /** Before a missing vertex is asked for again, of another peer, in ms: a round trip around the world. */
  fetchRetryMs: 300,
  /** The same once everybody was asked several times, in ms: it may be on its way back from a partition, or never have been. */
  maxFetchRetryMs: 5_000,
  /** References in one fetch. */
  maxFetchReferences: 200,
  /** Vertices in one message; their bytes are bounded by the message. */
  maxMessageVertices: 1_000,
  /** A message on the wire: one full vertex, or as many small ones. */
  maxMessageBytes: 2_400_000,
  /** Answers to a fetch: filled up to this many bytes, and to one vertex at least. */
  maxVerticesMessageBytes: 2_000_000,
  /** Vertices of an author that wait for parents: beyond it the highest round goes. */
  maxPendingVerticesPerAuthor: 100,
  /** Their bytes: four full vertices. */
  maxPendingBytesPerAuthor: 8_800_000,
  /** Vertices of a peer whose signature is not checked yet: beyond it the newest is dropped. */
  maxUnverifiedPerPeer: 1_000,
  /** Their bytes: eight full vertices, or four answers to fetches at once. */
  maxUnverifiedBytesPerPeer: 17_600_000,
  /** Rounds ahead of the highest quorum that a vertex may claim: further ahead it is fetched when it is due. */
  maxRoundsAhead: 300,
  /** Rounds after which a transaction that came by gossip and is in no vertex is proposed here. */
  gossipProposalRounds: 10,
  /** Transactions from gossip that are kept for that: 4 s of full vertices. */
  maxGossipPool: 20_000,
  /** Before others are told again of a transaction that this node does not propose itself, in ms: ten rounds and a little. */
  handOnAgainMs: 3_000,
  /** Certificates asked for in one message: half a minute of checkpoints. */
  maxCertificateRequest: 16,
  /** Rounds below the last anchor whose transactions stay in memory; older ones are served from the disk. */
  payloadRounds: 20,
  /** Checkpoints whose signatures are collected at once: above it the oldest peer news is dropped. */
  maxOpenCheckpoints: 64,
  /** Checkpoint signatures of a peer that wait for a check, or for this node to execute as far: a certificate and what it
   * says of every open checkpoint itself. */
  maxWaitingSignaturesPerPeer: 1_100,
  /** Evidence: two statements or checkpoints (300 bytes each at most) with signatures of any suite. */
  maxEvidenceBytes: 10_000,
  /** Committed vertices within the horizon: 61 rounds of 100 validators, and nine twins of each. */
  maxHorizonVertices: 61_000,
  /** Their rounds and hashes, and the rest of what consensusRoot covers. */
  maxConsensusStateBytes: 2_400_000,
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

  /** k: validators a snow poll asks at most. */
  snowSampleSize: 20,
  /** β: polls at α_conf in a row that settle a set. */
  snowConfidence: 8,
  /** Between two polls of a validator, ms. */
  snowPollIntervalMs: 50,
  /** From when a set is contested until its preference stands as it is, ms: finality is not to wait for chance. */
  snowSettleMs: 1_000,
  /** For the replies to a poll, ms: a round trip round the world with room, half the time a set has. */
  snowPollTimeoutMs: 500,
  /** Polls that wait for replies at once: as many as begin within one time-out. */
  snowMaxOpenPolls: 10,
  /** Sets one poll asks about: 4.5 KB to each validator, 1.8 MB a second while an attack keeps every poll full. */
  snowMaxPollSets: 100,
  /** Sets with two siblings or more; further ones keep the sibling seen first and are not polled: 5 s of full polls. */
  snowMaxContestedSets: 1_000,
  /** Sets of which a first sibling is remembered: the proposal queue twice over. Above it the oldest uncontested goes. */
  snowMaxKnownSets: 40_000,
  /** Siblings of a set that are told apart; what comes later is never preferred. */
  snowMaxSiblings: 8,
} as const
