/** Every bound of the folder, its unit and its reason. */
export const serviceLimits = {
  /** Transactions admitted and not final, over all accounts; at 5 KB each about 100 MB. Configurable below this. */
  maxInFlightTransactions: 20_000,
  /** Steps of the door in one turn of the event loop, three a transaction: at 0.2 to 0.5 ms each, with the answer that
   * follows, the loop turns within some 10 ms. Half as many cost a third of the throughput: what is checked, written and
   * proposed at once gets smaller with it. */
  doorStepsATurn: 24,
  /** How long a transaction this node's vault signs stays valid, in ms: long enough for a slow network, short enough
   * that somebody who retries by hand after it does not pay twice. */
  paymentValidityMs: 10 * 60 * 1_000,
  /** The same for one that is signed on another machine, in ms: it has to be carried there and back within a day's work,
   * and the ledger takes 24 hours at most. */
  unsignedValidityMs: 12 * 60 * 60 * 1_000,
  /** Pieces of evidence that wait to be handed in: 16 of a validator count, and a third of a small committee may offend. */
  maxWaitingEvidence: 64,
  /** How long each validator has to hand in what all have seen, in ms: a transaction is executed well within it. */
  evidenceTurnMs: 2_000,
  /** The longest that one waits for the others, in ms. */
  maxEvidenceTurnMs: 60_000,
  /** Before evidence is tried again that no account could pay for, in ms. */
  evidenceRetryMs: 60_000,
  /** Decoded vertices kept for showing transactions, of up to 2 MB each. */
  maxCachedVertices: 16,
  /** UTF-8 bytes of a message that a person signs: a page or two, which is what a person reads before signing. */
  maxMessageBytes: 8_192,
  /** Transactions on a page. */
  maxPageSize: 200,
  defaultPageSize: 50,
  /** Transactions of the history that one call of a filtered list looks at, whether they are wanted or not: about 100 ms
   * where 30 share a vertex. The cursor goes on from there. */
  maxScannedRows: 2_000,
  /** The same in bytes of the vertices that are read for it: those of a busy network have 2 MB, for one row perhaps. */
  maxScannedVertexBytes: 32_000_000,
  /** Rows read at a time for that. */
  scannedRowsAtOnce: 250,
  /** How far a clock may have been set back, in ms, for a list of what came since some time to miss nothing. */
  clockSlackMs: 24 * 60 * 60 * 1_000,
  /** Events kept for resuming, and left unread by one subscriber. */
  eventHistory: 10_000,
  eventsUnread: 1_000,
  eventSubscribers: 1_000,
  /** Events of the vertex graph kept for resuming, apart from the others: half a minute of a busy network. */
  networkEventHistory: 400,
  /** Events of peers and of synchronisation kept for resuming, apart from the others: some come and go all the time. */
  peerEventHistory: 1_000,
  /** How often a change of synchronisation is looked for, in ms. */
  syncTickMs: 1_000,
  /** Networks with a data folder here that are named: whoever has joined more finds them by their folders. */
  maxKnownNetworks: 20,
  /** The longest ban that ends by itself, in hours: a year. A longer one is lifted by hand. */
  maxBanHours: 8_784,
  /** Rounds of the vertex graph kept for showing: what leaves below the horizon of 60 rounds is still seen to do so. */
  graphRounds: 200,
  /** Vertices of them: 40 rounds of 100 validators; some 2 MB with their parents' hashes. */
  graphVertices: 4_000,
  /** Vertices in one answer: what a screen shows at once. */
  maxGraphPage: 2_000,
  defaultGraphPage: 400,
  /** Parents named in one answer: 2.8 MB of hashes. At it the answer ends with the last round that fits. */
  maxGraphParents: 40_000,
  /** Changes of the graph are announced together, at most so often, in ms: four times a second is live to the eye. */
  graphTickMs: 250,
  /** Vertices, and parents of them, in one event of the graph: 400 kB, two rounds of 40 validators. More in a tick are
   * counted and left out. */
  maxEventVertices: 256,
  maxEventParents: 4_096,
  /** Changed vertices in one event. */
  maxEventChanges: 256,
  /** Commits in one event, and skipped rounds named with each. */
  maxEventCommits: 32,
  maxEventSkipped: 64,
  /** Competing transactions kept in mind for showing: 100 kB. */
  maxContests: 1_000,
  /** How long work may wait without a commit, or a quorum stay silent, before the chain is said to stand still, in ms:
   * twice the longest wait for a leader. */
  standstillAfterMs: 10_000,
  /** Finality times kept for the percentiles. */
  finalitySamples: 1_000,
  /** Transactions from other nodes that are being checked at once; beyond it they are left to the others. */
  gossipUnderWay: 5_000,
  /** Transactions that are gossiped together, bytes: 50 to 70 MB/s pass in messages of this size. */
  gossipBatchBytes: 256_000,
  /** For others to be gossiped together with, in ms: a fifth of a round. */
  gossipBatchMs: 20,
  /** What was gossiped is taken as new again after this, in ms: a little less than it is said again after. */
  gossipRepeatMs: 900,
  /** Things gossiped that are remembered for that. */
  maxRecentGossip: 20_000,
  /** A transaction that was handed to this validator is not proposed again on somebody's word within this, in ms. */
  handedRepeatMs: 10_000,
  /** Vertices of an author that are passed on, a second and at once: three times its rounds, and those it catches up with. */
  gossipVerticesPerSecond: 30,
  gossipVerticesAtOnce: 120,
  /** A transaction in no vertex is said again after this, in ms: a few commits, and longer than gossip takes to get round. */
  resubmitAfterMs: 3_000,
  /** The same for one in a vertex that no commit orders, in ms: the vertex was left behind. */
  resubmitOrderedAfterMs: 30_000,
  /** Between two looks at what is to be said again, in ms. */
  resubmitCheckMs: 1_000,
  /** Transactions said again at once: one vertex. */
  maxResubmitted: 500,
  /** Validators of a network in one process: each has threads of its own. */
  maxLocalValidators: 16,
  /** Vertices read from disk for one answer to another validator: a hundred rounds of ten. */
  servedVertices: 1_000,
  /** Rows read from storage at a time while replaying. */
  replayPage: 64,
  /** Tokens kept at a time, expired ones among them: each is in memory with its day's spending, up to 100 KB. */
  maxTokens: 100,
  /** Recipients a token may be bound to: a list that a person can still check. */
  maxTokenRecipients: 100,
  /** How far ahead a token may expire, in ms: ten years. A longer life is said by no expiry. */
  maxTokenLifeMs: 10 * 365 * 24 * 60 * 60 * 1_000,
  /** What a token's limit a day counts, in ms. */
  tokenDayMs: 24 * 60 * 60 * 1_000,
  /** Grain in which a token's spending is summed, in ms: 1,441 sums hold a day of any number of payments. */
  tokenSlotMs: 60 * 1_000,
  /** Between two entries of the audit log about the same refusal to the same token, in ms: 100 tokens write 20 MB a day at most. */
  tokenRefusalIntervalMs: 60 * 1_000,
  /** Refusals remembered for that: six codes of all tokens. */
  maxTokenRefusals: 600,
  /** The configuration file, bytes: as long as node/config reads it; a test holds the two together. */
  maxSettingsFileBytes: 65_536,
  /** Labels kept: an address book and the notes of years, about 2 MB. */
  maxLabels: 20_000,
  /** Characters (code points) of one: a line of a list. */
  maxLabelCharacters: 128,
  /** Accounts watched beside the vault's: each is in memory, with a key of up to 3 kB. */
  maxWatchedAccounts: 1_000,
  /** Stretches of time in a balance history: pixels of a small chart. */
  defaultBalancePoints: 200,
  /** Look-ups of a balance in one read, at some microseconds each: writes wait for them. */
  balanceLookups: 4_000,
  /** Rows written at a time while balances of earlier commits are recorded. */
  earlierBalancesPage: 5_000,
  /** Entries of the audit log shown at a time. */
  maxAuditPage: 1_000,
} as const
