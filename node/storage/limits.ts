/** Every bound of the storage, its unit and its reason. */
export const storageLimits = {
  /** Rows asked for and not yet durable. At 10,000 transactions a second, about four seconds of work. */
  maxOutstandingRows: 100_000,
  /** Bytes of the same. Ten full vertices with their admissions are 40 MB; above this the disk is not keeping up. */
  maxOutstandingBytes: 128 * 1024 * 1024,
  /**
   * Share of both that new work from outside (intents, admissions) may fill. The rest is kept for what the node must
   * record to finish the work it has: its journal, commits and checkpoints.
   */
  intakeShare: 0.5,
  /** Reads asked for and not yet answered. More means that a caller does not wait for answers. */
  maxOutstandingReads: 1_000,
  /** Rows of one transaction: bounds the time until the first of them is acknowledged. */
  maxBatchRows: 20_000,
  /** Bytes of one transaction: bounds what a commit has to sync at once. */
  maxBatchBytes: 32 * 1024 * 1024,
  /** Rows of one page of any paged read: a larger limit is cut to this. */
  maxPageRows: 10_000,
  /** Spendings of a token that count no more, removed at each new one: more than one, so that they become fewer. */
  maxForgottenSpendings: 64,
  /** Vertices of a page of the journal: each can be 2 MB. */
  maxJournalPageRows: 1_000,

  /** Pages the WAL grows to before they are moved into the database (64 MB): random index pages are then written once for many commits. */
  walCheckpointPages: 16_384,
  /** Length the WAL file is cut back to after a checkpoint, in bytes. */
  walKeepBytes: 64 * 1024 * 1024,
  /** SQLite's page cache in KiB: the upper levels and the busy leaves of the indexes. */
  pageCacheKib: 65_536,
  /** How long a lock of somebody else's on the database is waited for, in ms, before the storage fails. */
  busyTimeoutMs: 5_000,
  /**
   * Database and WAL up to this length are checked page by page before they are opened (about 1 GB/s from memory, 0.2 GB/s from
   * a slow disk). Beyond it the check would hold up the start; damage is then found when met, or by integrityCheck().
   */
  maxCheckedAtOpenBytes: 256 * 1024 * 1024,

  /** Accounts whose numbers are remembered, before the memory is started afresh. About 20 MB. */
  maxCachedAccounts: 100_000,
  /** The same for vertices: only those of the last few commits are asked for. */
  maxCachedVertices: 10_000,
} as const

/** Rows a page is read with: SQLite takes a negative limit for none. */
export function rowsOfPage(limit: number, max: number): number {
  return Math.max(0, Math.min(Math.floor(limit) || 0, max))
}

export const auditLimits = {
  /** Length at which a new file is started, in bytes: small enough to read whole at start. */
  maxFileBytes: 8 * 1024 * 1024,
  /** One line with its newline, in bytes. */
  maxLineBytes: 8 * 1024,
  /** Facts in one entry. */
  maxDetails: 32,
  /** UTF-16 units of a fact's name. */
  maxDetailNameLength: 64,
  maxActionLength: 64,
  /** UTF-16 units of a fact. */
  maxTextLength: 1_024,
  /** Entries asked for and not yet durable. */
  maxOutstanding: 10_000,
  /** Entries written with one sync. */
  maxBatchEntries: 1_000,
  /** Entries that one reading of the tail returns. */
  maxTailEntries: 10_000,
} as const
