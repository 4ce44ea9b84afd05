/** Every bound of the folder, its unit and its reason. */
export const syncLimits = {
  /** A piece of a snapshot, in bytes: a second of a slow line, and little to lose where a peer lied. A single entry may be larger. */
  chunkBytes: 1_000_000,
  /** Any answer, in bytes: an account that has parked all it may is 2.1 MB. */
  maxAnswerBytes: 2_400_000,
  /** Any question, in bytes: a hash and a path through the tree. */
  maxRequestBytes: 1_024,
  /** Entries in a piece: the smallest take about 60 bytes. */
  maxChunkRows: 40_000,
  /** Pieces of a snapshot: 32 GB of state, and 2 MB of manifest. */
  maxChunks: 32_768,
  /** Changes of validators in one answer, and closing checkpoints looked at for them. */
  maxSteps: 64,
  maxEpochsLookedAt: 2_000,
  /** Bytes of one answer's steps: a hundred signatures and keys each are 0.5 MB. */
  stepBytes: 1_200_000,
  /** Snapshots kept for those who download them: each holds on to what the ledger has changed since. */
  maxHeldSnapshots: 2,
  /** A snapshot that nobody asked for goes after this time, in ms, */
  heldIdleMs: 10 * 60_000,
  /** and any after this, in ms. */
  heldLifeMs: 60 * 60_000,
  /** Whoever begins within this time of another is given the same one, in ms. */
  shareSnapshotMs: 60_000,
  /** Pieces asked for at once, over all peers. */
  chunksAtOnce: 4,
  /** Peers whose heads are looked at. */
  maxHeads: 8,
  /** Others whose history is held against the chosen one's. */
  maxCompared: 3,
  /** Failures of a peer, as against lies, before it is left alone. */
  maxFailures: 3,
  /** Before peers are asked again where none could serve, in ms. */
  retryMs: 1_000,
  /** Until it is given up, in ms. */
  patienceMs: 120_000,
  /** How long a node that starts waits for a peer to tell how far the network is, in ms. */
  headPatienceMs: 10_000,
  /** Peers that were dropped and are remembered for showing. */
  maxDropped: 32,
  /** Behind by more commits than this, a node without a history of its own takes a snapshot: replaying them takes longer. */
  replayWorthCommits: 600,
  /** Peers may be this many commits ahead of a node that is live: what is under way. */
  liveCommits: 20,
  /** How far a peer's checkpoint may lie ahead of the local clock, in ms. */
  maxAheadMs: 60_000,
} as const

const quota = {
  concurrent: 4,
  maxRequestBytes: syncLimits.maxRequestBytes,
  maxResponseBytes: syncLimits.maxAnswerBytes,
}

/** What a peer may ask, by method: pieces often, all else seldom. */
export const syncQuotas = {
  head: { ...quota, perSecond: 5, timeoutMs: 10_000 },
  checkpoint: { ...quota, perSecond: 5, timeoutMs: 10_000 },
  'epoch-certificates': { ...quota, perSecond: 10, timeoutMs: 20_000 },
  // The first one who asks waits until the state has been cut into pieces.
  'snapshot-manifest': { ...quota, concurrent: 1, perSecond: 2, timeoutMs: 60_000 },
  'snapshot-consensus': { ...quota, perSecond: 2, timeoutMs: 20_000 },
  'snapshot-chunk': { ...quota, perSecond: 30, timeoutMs: 30_000 },
} as const

export type SyncMethod = keyof typeof syncQuotas
