/** Every bound of the wallet views, its unit and its reason. What the contract bounds is in node/api/contract/limits.ts. */
export const walletLimits = {
  /** Transactions kept whole. About 1.5 kB each: 6 MB. Older ones are asked for again when they come into view. */
  maxKeptTransactions: 4_000,
  /** Rows of one list: ids alone, about 100 bytes each. Beyond it, the list says to narrow the filters. */
  maxListedRows: 20_000,
  /** Rows asked for at a time: the most a page of the contract carries. */
  pageRows: 200,
  /** Pages read in a row for one request of more rows, where most of what they hold is filtered out here. */
  maxPagesARequest: 20,
  /** Pages of sent transactions read to know who has been paid: 2,000 payments. */
  maxContactPages: 10,
  /** Addresses remembered as paid or paying: what the look-alike check compares with. */
  maxContacts: 4_000,
  /** Events wait this long to be shown together, ms: an eye sees no difference, and 2,000 a second are ten updates. */
  eventBatchMs: 100,
  /** Events held for the next batch; beyond it everything is asked for anew instead. */
  maxBatchedEvents: 5_000,
  /** The newest page and the nonces are asked for again at most this often while events come in, ms. */
  refreshMs: 1_000,
  /** Calls for single transactions that are open at a time: a fraction of what a connection may have. */
  maxParallelShows: 8,
  /** A transaction that has not ended after this long is worth an explanation, ms. Finality is under a second. */
  slowTransactionMs: 30_000,
  /** A draft is previewed when nothing was typed for this long, ms. */
  previewDelayMs: 250,
  /** UTF-8 bytes of a memo: the ledger's rule. */
  maxMemoBytes: 256,
  /** Recipients of a payment: operations of a transaction, the ledger's rule. */
  maxRecipients: 64,
  /** Points of a balance curve: about one for three pixels. */
  chartPoints: 300,
} as const
